"""Settles the ledger after a run, and brings Notion and the site up to date."""

from ecot.edge.invoked import handler_of

handler = handler_of("publish")
