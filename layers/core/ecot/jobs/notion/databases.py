"""The pair of databases itself: making it, looking whether anything is missing in it, and putting
together rows that are there twice."""

from collections.abc import Iterator, Sequence
from contextlib import closing

import msgspec

from ecot.errors import SettingsError
from ecot.jobs.notion.access import Access, Clocks, open_link
from ecot.jobs.notion.kept import Notice
from ecot.model.sentence import Sentence
from ecot.sinks.notion.adding import add
from ecot.sinks.notion.adopt import merge
from ecot.sinks.notion.check import Checked, Difference, check, ids_of
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.look import look
from ecot.sinks.notion.schema import Ids
from ecot.sinks.notion.setup import set_up


class Made(msgspec.Struct, frozen=True):
    """The ids of the two databases, as the settings want them."""

    services: str
    usages: str


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in the pair. `problems` keep something from being written, `remarks` do not;
    `doubles` are the titles of rows that are there twice. `is_earlier`: an earlier system made it,
    and it is used as it is. `can_sync` says whether a sync works at all."""

    problems: tuple[Notice, ...] = ()
    remarks: tuple[Notice, ...] = ()
    doubles: tuple[str, ...] = ()
    is_earlier: bool = False
    can_sync: bool = True


def make(access: Access, clocks: Clocks, page: str, currency: str) -> Made:
    """Both databases under the page, or those that are there already. Raises SinkError, and
    SettingsError where there is no key."""
    _need_key(access)
    with closing(open_link(access, clocks)) as link:
        pair = set_up(link, page, currency)
    return Made(_plain(pair.services), _plain(pair.usages))


def examine(
    access: Access,
    clocks: Clocks,
    currency: str,
    *,
    is_adding: bool = False,
    is_brief: bool = False,
) -> Examined:
    """What is missing in the pair, renamed or of another kind, after adding what can be added where
    that is wanted; and, unless it is to be brief, every row that is there twice. Raises SinkError,
    and SettingsError where there are no databases or no key."""
    _need(access)
    with closing(open_link(access, clocks)) as link:
        ids = _ids(access, link)
        found = add(link, ids, currency) if is_adding else check(link, ids, currency)
        doubles = () if is_brief or not found.can_sync else _doubles(link, ids)
    return Examined(
        problems=tuple(_notices(found, is_remark=False)),
        remarks=tuple(_notices(found, is_remark=True)),
        doubles=doubles,
        is_earlier=found.is_earlier,
        can_sync=found.can_sync,
    )


def put_together(access: Access, clocks: Clocks) -> tuple[int, tuple[Notice, ...]]:
    """Puts second rows into the trash of Notion, as far as they hold nothing of a person's; returns
    how many, and what is said of the others. Raises SinkError, and SettingsError."""
    _need(access)
    with closing(open_link(access, clocks)) as link:
        merged = merge(link, look(link, _ids(access, link), None))
    return len(merged.trashed), tuple(Notice(problem=one) for one in merged.kept)


def _doubles(link: Link, ids: Ids) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.label for one in look(link, ids, None).doubles))


def _ids(access: Access, link: Link) -> Ids:
    return ids_of(link, access.services or "", access.usages or "")


def _notices(found: Checked, *, is_remark: bool) -> Iterator[Notice]:
    for one in found.differences:
        if (one.problem == "renamed") is is_remark and not _is_of_earlier(found, one):
            yield Notice(problem=one.sentence, remedy=one.remedy)


def _is_of_earlier(found: Checked, one: Difference) -> bool:
    """An earlier system's pair lacks columns that it never had: it is used as it is."""
    return found.is_earlier and one.problem == "missing"


def _need_key(access: Access) -> None:
    _refuse([access.lacks_key])


def _need(access: Access) -> None:
    _refuse([access.lacks])


def _refuse(lacking: Sequence[tuple[Sentence, Sentence] | None]) -> None:
    for one in lacking:
        if one is not None:
            problem, remedy = one
            values = dict(problem.values) | dict(remedy.values)
            raise SettingsError(problem.text, remedy=remedy.text, **values)


def _plain(identifier: str) -> str:
    return identifier.replace("-", "")
