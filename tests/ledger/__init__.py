"""The promises of ecot.ledger."""
