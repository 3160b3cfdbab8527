"""What a provider answered: bytes, where they came from, and what each part of them means."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from ecot.model.rows import AnyRow, Name


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One page (or one file) as the provider gave it, less the secrets.

    `feed` says which stream it belongs to, `endpoint` names method, path and query, or the file.
    What was asked for and the answer does not repeat stands beside it: `sub_account_id`, the UTC
    `day` (on which a snapshot was read), and whatever else `asked` says in words of the provider's
    own.
    """

    feed: str
    endpoint: str
    body: bytes
    sub_account_id: str | None = None
    day: date | None = None
    asked: Mapping[str, str] = {}


class Parsed(NamedTuple):
    """A row or a name, and the place in the answer that states it.

    `place` is a JSON pointer ("/data/0/results/2") or a line number ("line 17").
    """

    place: str
    row: AnyRow | Name


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that changed a day, as kept: a figure can be walked back to it for 400 days."""

    account: str
    answer: Answer
    read_at: datetime
    run: str
