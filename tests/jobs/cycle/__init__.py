"""The promises of ecot.jobs.cycle."""
