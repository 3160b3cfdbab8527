"""Begins a run: one invocation of `collect` per account."""

from ecot.edge.invoked import handler_of

handler = handler_of("dispatch")
