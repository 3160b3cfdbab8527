"""Notion: two related databases, Services and Usages, kept as the ledger is."""
