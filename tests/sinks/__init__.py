"""The promises of ecot.sinks."""
