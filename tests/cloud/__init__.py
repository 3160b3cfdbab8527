"""What a deployed stack has beside its ledger."""
