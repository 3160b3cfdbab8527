"""What a deployed Ecot has beside its ledger: secrets, settings files, functions, and its facts."""
