"""The HTTP interface and the private site."""

from ecot.api.deployed import handler

__all__ = ["handler"]
