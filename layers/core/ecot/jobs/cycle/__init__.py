"""The monthly cycle: what is due at a moment, by what the ledger remembers, and doing it once."""
