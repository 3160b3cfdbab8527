"""The HTTP interface and the private site."""

from ecot.api.invoked import handler_of

handler = handler_of()
