"""The promises of ecot.analysis."""
