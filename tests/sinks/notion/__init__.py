"""The promises of ecot.sinks.notion."""
