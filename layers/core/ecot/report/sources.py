"""Where a month's figures come from: account by account and feed by feed, down to the answers."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b

import msgspec

from ecot.analysis.sums import Converted
from ecot.model.period import Month
from ecot.model.rows import Basis
from ecot.model.settlement import Settlement
from ecot.report.labels import account_name

_OF_AN_ANCHOR = re.compile(r"[^a-z0-9]+")


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """Costs of one origin in one currency that a feed tells: `cost` None where it is unknown.
    `price_lists` are those that an estimate used, each with its date."""

    basis: Basis
    currency: str
    cost: Decimal | None
    charges: int
    price_lists: tuple[str, ...] = ()
    is_tax: bool = False
    is_detail: bool = False


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed of an account in the month. `first_read` and `newest_read` are when what stands there
    was first seen, the earliest and the latest of its days; `endpoint` is one of those that
    answered (None: nobody was asked, or the answer was swept after 400 days)."""

    name: str
    days: int
    rows: int
    first_read: datetime
    newest_read: datetime
    endpoint: str | None
    stated: tuple[Stated, ...]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """An account in the month. `confirmed` is when it was last read and said the same (None: it
    never was); `models`, `converted` and `bills` are of its charges."""

    account: str
    feeds: tuple[Feed, ...]
    confirmed: datetime | None
    models: tuple[str, ...] = ()
    converted: tuple[Converted, ...] = ()
    bills: tuple[Settlement, ...] = ()


class SourcesFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A month's sources, in order of account."""

    month: Month
    currency: str
    sources: tuple[Source, ...]
    titles: Mapping[str, str] = {}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A source with the name and the place on the page that belong to it."""

    name: str
    anchor: str
    source: Source


class SourcesView(msgspec.Struct, frozen=True, kw_only=True):
    """The page: accounts by supplier, and which of them each model is of."""

    month: Month
    currency: str
    providers: Mapping[str, tuple[Told, ...]]
    models: Mapping[str, tuple[Told, ...]]


def sources_view(facts: SourcesFacts) -> SourcesView:
    """The facts as the page shows them."""
    told = [_told(one, facts.titles) for one in facts.sources]
    models = sorted({model for one in told for model in one.source.models})
    return SourcesView(
        month=facts.month,
        currency=facts.currency,
        providers={
            provider: tuple(one for one in told if one.source.account.split("/")[0] == provider)
            for provider in dict.fromkeys(one.source.account.split("/")[0] for one in told)
        },
        models={
            model: tuple(one for one in told if model in one.source.models) for model in models
        },
    )


def _told(source: Source, titles: Mapping[str, str]) -> Told:
    name = account_name(source.account, titles)
    return Told(name=name, anchor=anchor(source.account), source=source)


def sources_stem(month: Month) -> str:
    """The stem of the month's page of sources: "2026-01-sources"."""
    return f"{month}-sources"


def anchor(key: str) -> str:
    """Where a provider, an account or a model is on the page: readable, the same every night, and
    harmless whatever the key is."""
    readable = _OF_AN_ANCHOR.sub("-", key.lower()).strip("-")[:40]
    return (
        f"{readable or 'of'}-{blake2b(key.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"
    )
