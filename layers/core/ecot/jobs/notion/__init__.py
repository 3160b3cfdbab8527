"""Notion: what the ledger wants there, what people typed there, and the sync between the two."""
