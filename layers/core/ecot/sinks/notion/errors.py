"""What can go wrong with Notion, by what is to be done about it.

SinkRefused            stop: a person has to do something
├── Denied             401, 403: the token, or what it may do
├── NotFound           404: deleted for good, or not shared with the integration
└── Full               no row can be made any more; rows that are there can still be written
SinkUnavailable        stop for now: the next run goes on
├── OutOfTime          the time for Notion is used up, or a wait would be longer than it
├── Blocked            Notion has shut the integration out for a while: asking again is useless
├── Uncertain          what was to be made may be there or not: look before it is made again
└── StrangeAnswer      an answer that is not what Notion describes
RowRefused             this row alone: go on with the next
"""

from ecot.errors import SinkError, SinkRefused, SinkUnavailable


class Denied(SinkRefused):
    """401 or 403: the token is wrong, or the integration lacks a capability."""


class NotFound(SinkRefused):
    """404: there is no such thing, or it is not shared with the integration."""


class Full(SinkRefused):
    """The workspace has used up its blocks, or the database its rows. Deleting gives none back."""


class OutOfTime(SinkUnavailable):
    """The deadline has come, or lies before the end of the wait that Notion asks for."""


class Blocked(SinkUnavailable):
    """429 with `public_api_request_blocked`."""


class Uncertain(SinkUnavailable):
    """Nobody knows whether it was made. `committed` is the id of what Notion says that it has
    saved, where it says so."""

    def __init__(
        self, text: str, /, *, committed: str | None = None, remedy: str = "", **values: object
    ) -> None:
        super().__init__(text, remedy=remedy, **values)
        self.committed = committed


class StrangeAnswer(SinkUnavailable):
    """A successful answer without what we need of it; never stepped over."""


class RowRefused(SinkError):
    """Notion does not take one row: 400, or a conflict after every try."""
