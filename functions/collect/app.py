"""Collects one account of a run."""

from ecot.edge.invoked import handler_of

handler = handler_of("collect")
