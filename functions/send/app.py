"""Mails what is owed."""

from ecot.edge.invoked import handler_of

handler = handler_of("send")
