"""The promises of ecot.jobs."""
