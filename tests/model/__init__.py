"""The promises of ecot.model."""
