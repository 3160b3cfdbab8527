"""The report: views, rounding, pages."""
