"""The monthly mail: what it asks of the ledger, and how it goes out exactly once."""
