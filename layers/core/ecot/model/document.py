"""A day document: all rows of one account on one UTC day, feed by feed, named by its content.

The name leaves out when and by which run the day was read, and where the evidence lies: the same
answer read again is the same document.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b

import msgspec

from ecot.model.rows import AnyRow, Charge


class Document(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The rows of (account, day). `feeds` holds no empty feed and rows in order of key.

    `first_read` and `run` tell when this content was first seen; `evidence` names, feed by feed,
    the kept answers that stated it.
    """

    account: str
    day: date
    feeds: Mapping[str, tuple[AnyRow, ...]]
    first_read: datetime
    run: str
    evidence: Mapping[str, tuple[str, ...]] = {}

    @cached_property
    def name(self) -> str:
        """The content's digest: 32 hex digits."""
        digest = blake2b(f"{self.account}\n{self.day}".encode(), digest_size=16)
        for feed in sorted(self.feeds):
            digest.update(f"\n{feed}\n".encode() + digest_of_rows(self.feeds[feed]))
        return digest.hexdigest()

    def rows(self) -> list[AnyRow]:
        """All rows of the day."""
        return [row for feed in sorted(self.feeds) for row in self.feeds[feed]]

    def charges(self) -> list[Charge]:
        """The rows that are money."""
        return [row for row in self.rows() if isinstance(row, Charge)]


def digest_of_rows(rows: tuple[AnyRow, ...]) -> bytes:
    """16 bytes that are equal exactly when the rows are."""
    return blake2b(msgspec.json.encode(rows, order="sorted"), digest_size=16).digest()
