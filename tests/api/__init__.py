"""Tests of the interface: the check, the routes, and the server on loopback."""
