"""The promises of ecot.store."""
