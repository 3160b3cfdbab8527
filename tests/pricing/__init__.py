"""The promises of ecot.pricing."""
