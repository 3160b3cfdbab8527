"""What it takes to be a provider: a frozen record with `fetch` and `parse`.

`fetch` talks to the network and does no arithmetic; `parse` does the arithmetic and has neither
network nor clock. Adding a supplier is one file with one record, one line in `PROVIDERS`, one
golden pair, one page in `docs/providers/` and one changelog line.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.rows import Category
from ecot.providers.http import Http

Trouble = Literal["access_denied", "rate_limited", "unavailable", "unexpected_answer"]


class Options(BaseModel):
    """An account's further keys in `ecot.toml`; a provider that has some extends this."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One supplier.

    `feeds` are the streams that hold rows, each read and replaced as a unit; `directories` are
    streams that only name ids. `fetch(http, stream, period)` yields every page of one stream for
    whole UTC days and ends after the last page: an early end is an exception, never a short
    answer. `parse(answer)` yields the rows and names of one page.

    `check` is the smallest call that proves a key; `recognise` tells from the key's look alone
    that it is of the wrong kind, and returns the remedy. `remedies` say what a person can do, by
    kind of trouble. `variables` are the environment's names for a key, most telling first.

    `lateness` is how long after a day's end its figures may still arrive: a change after that is
    a restatement. `restatement_days` are read again every night. `history_days` is how far back
    the provider remembers (None: for ever, as far as is known).
    """

    name: str
    title: str
    category: Category
    base_url: str
    variables: tuple[str, ...]
    feeds: tuple[str, ...]
    directories: tuple[str, ...] = ()
    headers: Callable[[str], Mapping[str, str]]
    fetch: Callable[[Http, str, Period], AsyncIterator[Answer]]
    parse: Callable[[Answer], Iterator[Parsed]]
    check: Callable[[Http], Awaitable[None]]
    recognise: Callable[[str], str | None]
    remedies: Mapping[Trouble, str]
    lateness: timedelta
    restatement_days: int = 7
    history_days: int | None = None
    options: type[Options] = field(default=Options)
