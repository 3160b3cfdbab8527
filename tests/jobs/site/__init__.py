"""Tests of what the pages of the site ask of the ledger."""
