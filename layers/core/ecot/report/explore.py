"""The explorer: cubes that a script adds up as the reader asks, and what it needs to say it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import msgspec

from ecot.analysis.groups import name_of
from ecot.analysis.sums import without_cost
from ecot.analysis.totals import Gap, totals
from ecot.language import Language
from ecot.model.period import DAY, Month
from ecot.model.rows import provider_of
from ecot.report.columns import APART, QUANTITY, Cube, Entry
from ecot.report.frame import in_both
from ecot.report.labels import account_name
from ecot.report.packing import Names, decimals, names_of, packed
from ecot.report.reach import Source, cubes_of_month, held_by_day
from ecot.report.said import said
from ecot.report.scopes import Ready, Scope, scope_view
from ecot.report.shell import Shell
from ecot.report.spelling import spelling
from ecot.report.tables import Table, table
from ecot.report.words import QUANTITIES

STEM = "explore"
_STYLES = ("charts.css", "choices.css", "explore.css")
_SCRIPTS = ("exact.js", "explore-sums.js", "explore-words.js", "explore.js")


class Lack(msgspec.Struct, frozen=True):
    """An unbroken row of days that an account is missing, both ends inside."""

    account: str
    first: date
    last: date


class ExploreFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the explorer may be asked about. `today` is the UTC day of the edge; `names` are what
    people call providers, projects, keys and, where that is wanted, persons; `read` says of which
    accounts each month was read to its end."""

    today: date
    source: Source
    names: Mapping[str, str]
    missing: tuple[Lack, ...] = ()
    read: Mapping[Month, Collection[str]] = {}


def history_page(
    facts: ExploreFacts, shell: Shell, cubes: Sequence[Cube], ready: Ready
) -> Iterator[tuple[str, bytes]]:
    """The page of all months, with the ways to all others."""
    return _page(facts, shell, None, cubes, ready)


def month_page(
    facts: ExploreFacts, shell: Shell, month: Month, *, persons: bool
) -> Iterator[tuple[str, bytes]]:
    """The page of a month's days; `persons`: the page of all months has none of this one's."""
    cubes = cubes_of_month(facts.source, month, persons=persons)
    return _page(facts, shell, month, cubes, None)


def scope_page(
    scope: Scope, facts: ExploreFacts, shell: Shell, ready: Ready
) -> Iterator[tuple[str, bytes]]:
    """The ready-made page of a scope, which needs no script."""
    source = facts.source
    gaps, whole = gaps_of(facts, ready.months), whole_months(facts, scope)
    view = scope_view(scope, ready.months, source.currency, facts.names, gaps, source.shared, whole)
    return in_both(
        shell, scope.stem, "scope.html", _STYLES, view=view, scope=scope, is_settled=True
    )


def whole_months(facts: ExploreFacts, scope: Scope) -> tuple[Month, ...]:
    """The months of which everything was read that the scope is made of: what has no charge in them
    cost nothing."""
    lacking = {(one.account, Month.of(one.first)) for one in facts.missing}
    return tuple(
        month
        for month, accounts in facts.read.items()
        if all(one in accounts and (one, month) not in lacking for one in scope.accounts)
    )


def gaps_of(facts: ExploreFacts, months: Sequence[Month]) -> list[Gap]:
    """What the months are missing, one gap an account."""
    rows: dict[str, list[Lack]] = {}
    for one in facts.missing:
        if Month.of(one.first) in months:
            rows.setdefault(one.account, []).append(one)
    return [
        Gap(
            provider=provider_of(account),
            account=account,
            first=found[0].first,
            last=found[-1].last,
            days=sum((one.last - one.first).days + 1 for one in found),
        )
        for account, found in rows.items()
    ]


def days_elsewhere(facts: ExploreFacts, cubes: Sequence[Cube]) -> tuple[Month, ...]:
    """The months of which the page of all months has not every day: each has a page of its own."""
    since = held_by_day(cubes)
    return tuple(month for month in facts.source.months if month.first < since)


def _page(
    facts: ExploreFacts,
    shell: Shell,
    month: Month | None,
    cubes: Sequence[Cube],
    ready: Ready | None,
) -> Iterator[tuple[str, bytes]]:
    further = () if month else days_elsewhere(facts, cubes)
    whole = content(facts, cubes, month, further)
    current = month or facts.source.months[-1]
    return in_both(
        shell,
        stem_of(month),
        "explore.html",
        _STYLES,
        _SCRIPTS,
        month=month,
        current=current,
        sourced=current,
        table=None if month else _table(facts, current),
        further=further,
        ready=ready,
        content=whole,
        speech=partial(speech, whole),
        said=said,
        is_settled=month is not None,
    )


def stem_of(month: Month | None) -> str:
    """The stem of the page of all months, or of one month's days."""
    return f"{STEM}-{month}" if month else STEM


def content(
    facts: ExploreFacts, cubes: Sequence[Cube], month: Month | None, further: Sequence[Month]
) -> dict[str, Any]:
    """What the script reads: the same in both languages."""
    months = (month,) if month else facts.source.months
    names = names_of(cubes)
    inside = [one for one in facts.missing if month in (None, Month.of(one.first))]
    accounts = {entry.key for entry in names["account"]} | {one.account for one in inside}
    return {
        "currency": facts.source.currency,
        "today": str(facts.today),
        "first": str(months[0].first),
        "after": str(min(facts.today + DAY, months[-1].after)),
        "further": [str(one) for one in further],
        "month": month and str(month),
        "decimals": decimals(cubes),
        "accounts": {one: account_name(one, facts.names) for one in sorted(accounts)},
        "providers": {
            provider_of(one): account_name(provider_of(one), facts.names)
            for one in sorted(accounts)
        },
        "names": {by: _names(names, by, facts.names) for by in names},
        "cubes": [packed(one, names) for one in cubes],
        "missing": [[one.account, str(one.first), str(one.last)] for one in inside],
        "uncosted": _uncosted(facts, months),
    }


def _names(names: Names, by: Any, known: Mapping[str, str]) -> dict[str, list[str | None]]:
    """The keys of a dimension, what people call them where that is something else, and whose they
    are."""
    entries: Sequence[Entry] = names[by]
    called = (name_of(entry.owner, entry.key, known) for entry in entries)
    return {
        "keys": [entry.key for entry in entries],
        "names": [
            name if name != entry.key else None for name, entry in zip(called, entries, strict=True)
        ],
        "owners": [entry.owner.account or entry.owner.provider for entry in entries],
    }


def _uncosted(facts: ExploreFacts, months: Sequence[Month]) -> list[list[str]]:
    """Account and month where there is use and no charge at all."""
    by_month: dict[Month, list[Any]] = {month: [] for month in months}
    for figure in facts.source.by_service:
        if (month := Month.of(figure.cell.day)) in by_month:
            by_month[month].append(figure)
    return [
        [account, str(month)]
        for month, figures in by_month.items()
        for account in without_cost(figures)
    ]


def _table(facts: ExploreFacts, month: Month) -> Table:
    """The month's costs by provider, for readers without a script."""
    found = totals(
        (one for one in facts.source.by_service if Month.of(one.cell.day) == month),
        by="provider",
        first=month.first,
        after=month.after,
        currency=facts.source.currency,
        names=facts.names,
    )
    return table(found, "provider", facts.names)


def speech(content: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """How the script writes numbers and quantities in the language."""
    columns = {name for one in content["cubes"] for name in one["columns"]}
    currencies = {name[len(APART) :] for name in columns if name.startswith(APART)}
    measured = [name for name in QUANTITIES if f"{QUANTITY}{name}" in columns]
    return spelling(language, (content["currency"], *sorted(currencies))) | {
        "quantities": {
            name: [language.words(form.text) for form in QUANTITIES[name]] for name in measured
        },
    }
