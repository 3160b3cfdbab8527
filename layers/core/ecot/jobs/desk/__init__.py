"""What the served pages ask of the ledger, and what their forms say to it."""
