"""Pure questions to the ledger's cells: totals, coverage, comparison. No store, no clock."""
