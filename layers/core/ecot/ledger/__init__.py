"""The rules of the ledger, as pure functions: old values in, new values out. No store, no clock."""
