"""What the served pages ask of the ledger."""
