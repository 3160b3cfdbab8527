"""The promises of ecot.alerts."""
