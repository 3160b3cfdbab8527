"""Loopback servers that speak the providers' interfaces, for the demo and for the tests."""
