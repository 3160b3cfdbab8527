"""What a deployed Ecot has beside its ledger: parameters, functions to hand events to, a stack."""
