"""Rows of an earlier system, which gave them no keys: known by month, service and project.

That system's row is for a project (or a key of the interface) of a service. Ours is for a sub
account of an account. A project is a sub account by its name, else by its id; and where an account
has no sub accounts, it is the account by its name. `Workspace` decides where several would do, and
where a service has one row of ours and one of theirs in a month, they are the same.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.sinks.notion.cells import is_empty
from ecot.sinks.notion.difference import Columns, is_manual
from ecot.sinks.notion.doubles import is_untouched
from ecot.sinks.notion.errors import NotFound, RowRefused
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.pages import Page
from ecot.sinks.notion.reading import ids_of, month_of, text_of
from ecot.sinks.notion.rows import NOBODY, UsageRow
from ecot.sinks.notion.schema import loosely
from ecot.sinks.notion.typed import provider_of, slug, title_on
from ecot.sinks.notion.view import Double, Table, View

_TITLE = re.compile(r"([0-9]{4}-[0-9]{2}) - (.+?) - (.+)")
Near = tuple[Month, str]
"""A month, and a provider without capitals."""


class Spot(NamedTuple):
    """What a row without a key is about; names without accents and capitals."""

    month: Month
    provider: str
    workspace: str
    projects: frozenset[str]


class Recognised(msgspec.Struct, frozen=True):
    """The pages that are rows of ours, by key, and those that a month has besides."""

    pages: Mapping[str, Page]
    strangers: tuple[Page, ...] = ()


class Merged(msgspec.Struct, frozen=True):
    """What a merge has done: the second rows that are in the trash now, and those that are not."""

    trashed: tuple[str, ...]
    kept: tuple[Sentence, ...] = ()


def recognised(view: View, wanted: Sequence[UsageRow]) -> Recognised:
    """Which of the rows without a key are which of the wanted ones; where two would do, neither."""
    suppliers = suppliers_in(view.services)
    doubled = {double.other.id for double in view.doubles}
    spots = {
        page.id: spot
        for page in view.unkeyed
        if page.id not in doubled and (spot := spot_of(page, view.usages.columns, suppliers))
    }
    free = [row for row in wanted if row.key not in view.rows and row.key not in view.memory.gone]
    pages = {page.id: page for page in view.unkeyed}
    found = _paired(spots, free)
    months = {(row.month, loosely(row.provider)) for row in wanted}
    taken = set(found.values())
    strangers = [
        pages[page]
        for page, spot in spots.items()
        if page not in taken and (spot.month, spot.provider) in months
    ]
    return Recognised({key: pages[page] for key, page in found.items()}, tuple(strangers))


def _paired(spots: Mapping[str, Spot], rows: Sequence[UsageRow]) -> dict[str, str]:
    """The page of each row that has exactly one, which is no other row's."""
    near: defaultdict[Near, list[UsageRow]] = defaultdict(list)
    for row in rows:
        near[row.month, loosely(row.provider)].append(row)
    beside = Counter((spot.month, spot.provider) for spot in spots.values())
    claims: defaultdict[str, list[str]] = defaultdict(list)
    for page, spot in spots.items():
        place = spot.month, spot.provider
        keys = _choices(spot, near.get(place, []), is_alone=beside[place] == 1)
        if len(keys) == 1:
            claims[keys[0]].append(page)
    return {key: pages[0] for key, pages in claims.items() if len(pages) == 1}


def _choices(spot: Spot, near: Sequence[UsageRow], *, is_alone: bool) -> list[str]:
    """The keys of the rows that it may be, of those of its month and provider."""
    fitting = [row for row in near if _fits(spot, row, near)]
    own = [row for row in fitting if loosely(row.account) == spot.workspace] or fitting
    alone = near if is_alone and len(near) == 1 else []
    return [row.key for row in own or alone]


def _fits(spot: Spot, row: UsageRow, near: Sequence[UsageRow]) -> bool:
    """Whether the project is the row's, and the workspace is not another account."""
    accounts = {loosely(other.account) for other in near}
    is_anothers = spot.workspace in accounts and spot.workspace != loosely(row.account)
    return bool(spot.projects & _names(row)) and not is_anothers


def _names(row: UsageRow) -> frozenset[str]:
    if row.sub_account is None:
        return frozenset({loosely(row.account), NOBODY})
    return frozenset(map(loosely, filter(None, (row.sub_account_name, row.sub_account))))


def suppliers_in(services: Table) -> dict[str, str | None]:
    """The provider of each service's page."""
    return {page.id: provider_of(page, services.columns) for page in services.pages}


def spot_of(page: Page, columns: Columns, suppliers: Mapping[str, str | None]) -> Spot | None:
    """What a row is about that a collection has written; None where it does not say, or a person
    made it. The title fills in what its columns leave open."""
    collected = (page.cell(columns.get(name)) for name in ("collected_at", "run"))
    if is_manual(page, columns) or all(map(is_empty, collected)):
        return None
    titled = _TITLE.fullmatch(text_of(page.cell(columns.get("title"))) or "")
    stated = titled.groups() if titled else ("", "", "")
    month = _month(page, columns) or _parsed(stated[0])
    linked = [suppliers.get(one) for one in ids_of(page.cell(columns.get("service")))]
    provider = next(filter(None, linked), None) or slug(stated[1])
    projects = _projects(page, columns) or frozenset(filter(None, (loosely(stated[2]),)))
    if month is None or provider is None:
        return None
    workspace = loosely(text_of(page.cell(columns.get("account"))) or "")
    return Spot(month, loosely(provider), workspace, projects or frozenset({NOBODY}))


def _projects(page: Page, columns: Columns) -> frozenset[str]:
    said = (text_of(page.cell(columns.get(name))) for name in ("sub_account_name", "sub_account"))
    return frozenset(loosely(one) for one in said if one)


def _month(page: Page, columns: Columns) -> Month | None:
    try:
        return month_of(page.cell(columns.get("period")))
    except ValueError:
        return None


def _parsed(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None


def look_alikes(usages: Table, services: Table, unkeyed: Iterable[Page]) -> list[Double]:
    """The second rows among those without a key: told, and merged on request only."""
    suppliers = suppliers_in(services)
    first: dict[Spot, Page] = {}
    doubles = []
    for page in unkeyed:  # the oldest first
        if spot := spot_of(page, usages.columns, suppliers):
            kept = first.setdefault(spot, page)
            if kept is not page:
                doubles.append(Double(title_on(kept, usages.columns), kept, page, is_ours=False))
    return doubles


def merge(link: Link, view: View) -> Merged:
    """Puts the second rows into the trash of Notion, from where they can be restored; the oldest of
    each stays. One with a note, a lock or anything else of a person's stays too, and is told."""
    trashed, kept = [], []
    for double in view.doubles:
        try:
            if is_untouched(double.other, view.usages):
                link.trash_page(double.other.id)
                trashed.append(double.label)
            else:
                kept.append(_stays(double, view))
        except (RowRefused, NotFound) as error:
            kept.append(Sentence(error.text, error.values))
    return Merged(tuple(trashed), tuple(kept))


def _stays(double: Double, view: View) -> Sentence:
    return Sentence(
        'The second row "{row}" stays in Notion: it holds something that a person wrote',
        {"row": title_on(double.other, view.usages.columns)},
    )
