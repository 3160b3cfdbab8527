"""How OpenRouter stands today: credit, the limits of keys, and what workspaces and keys are called.

Keys are listed workspace by workspace: without a `workspace_id` only those of the default one are
(specification, 2026-08-22). How many come at once is documented as 100, and not stated in the
answer: the list ends with the first empty page.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from ecot.model.answer import Answer, Parsed
from ecot.model.money import minus, total
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Balance, Name
from ecot.providers.http import Http
from ecot.providers.pages import Following, pages
from ecot.providers.reading import Node, opened
from ecot.providers.removed import listed

WORKSPACES_A_PAGE = 100  # the most

# Each list of names: the dimension that it names, and the field that holds the id.
NAMED: Mapping[str, tuple[Literal["sub_account_id", "api_key_id"], str]] = {
    "workspaces": ("sub_account_id", "id"),
    "key_names": ("api_key_id", "hash"),
}


async def fetch_list(http: Http, stream: str, day: date) -> AsyncIterator[Answer]:
    """Every page of the workspaces, or of the keys of all workspaces."""
    if stream == "workspaces":
        async for page in _workspaces(http):
            yield page
        return
    async for workspace in workspace_ids(http):
        with listed(workspace):
            async for page in _keys(http, stream, workspace, day):
                yield page


def _keys(http: Http, stream: str, workspace: str, day: date) -> AsyncIterator[Answer]:
    return pages(
        http,
        stream,
        "/keys",
        (("include_disabled", "true"), ("workspace_id", workspace)),
        parameter="offset",
        following=_until_empty(),
        day=day,
    )


async def workspace_ids(http: Http) -> AsyncIterator[str]:
    """The ids of the workspaces that exist today, each once: one that is created between two pages
    moves another to both, and what is asked of it twice would count twice."""
    seen: set[str] = set()
    async for answer in _workspaces(http):
        for workspace in opened(answer, f"{http.account}: workspaces")["data"]:
            if (found := workspace["id"].text()) not in seen:
                seen.add(found)
                yield found


def _workspaces(http: Http) -> AsyncIterator[Answer]:
    return pages(
        http,
        "workspaces",
        "/workspaces",
        (("limit", str(WORKSPACES_A_PAGE)),),
        parameter="offset",
        following=_until_total(),
    )


def _until_total() -> Following:
    """The next offset, until as many have come as there are said to be."""
    seen: set[str] = set()

    def following(page: Node) -> str | None:
        seen.update(entry["id"].text() for entry in page["data"])
        return str(len(seen)) if len(seen) < page["total_count"].whole() else None

    return following


def _until_empty() -> Following:
    """The next offset, until a page is empty. A page that comes again leaves the offset where it
    was, which `pages` refuses; a key that is on two pages would have its balance added up."""
    seen: set[str] = set()

    def following(page: Node) -> str | None:
        hashes = {key["hash"].text() for key in page["data"]}
        if seen & hashes and not hashes <= seen:
            page.refuse("{source}: the list changed while it was read, so collect again: {part}")
        seen.update(hashes)
        return str(len(seen)) if hashes else None

    return following


def name(entry: Node, stream: str) -> Parsed:
    """What a workspace or a key is called."""
    dimension, id_field = NAMED[stream]
    return Parsed(entry.place, Name(dimension, entry[id_field].text(), entry["name"].text()))


def credit(state: Node, day: date | None) -> Parsed:
    """The prepaid credit: all that was ever bought, and all that was ever used of it."""
    bought, used = state["total_credits"].amount(), state["total_usage"].amount()
    return Parsed(
        state.place,
        Balance(
            charge_period=_read_on(state, day),
            category="ai",
            name="credit",
            unit="USD",
            limit=bought,
            used=used,
            remaining=minus(bought, used),
        ),
    )


def key_limit(key: Node, day: date | None) -> Iterator[Parsed]:
    """What is left of the limit of a key that has one and may still be used."""
    if key["disabled"].flag() or (limit := key.get("limit")) is None:
        return
    read_on = _read_on(key, day)
    cycle, used = _in_cycle(key, read_on.last)
    balance = Balance(
        charge_period=read_on,
        category="ai",
        sub_account_id=key.optional("workspace_id"),
        api_key_id=key["hash"].text(),
        name="key limit",
        unit="USD",
        cycle=cycle,
        limit=limit.amount(),
        used=used,
        remaining=key["limit_remaining"].amount(),
    )
    yield Parsed(key.place, balance)


def _in_cycle(key: Node, day: date) -> tuple[Period | None, Decimal | None]:
    """The span that the limit is about, and what was used of it; a limit that is never reset is
    about all time. Of a kind of reset that we do not know, neither is known."""
    reset = key.optional("limit_reset")
    monday = day - timedelta(days=day.weekday())
    cycles = {
        None: None,
        "daily": Period.of_day(day),
        "weekly": Period.of_days(monday, monday + 7 * DAY),
        "monthly": Month.of(day).period,
    }
    if reset not in cycles:
        return None, None
    suffix = f"_{reset}" if reset else ""
    used = [key[f"usage{suffix}"].amount()]
    if key["include_byok_in_limit"].flag():
        used.append(key[f"byok_usage{suffix}"].amount())
    return cycles[reset], total(used)


def _read_on(part: Node, day: date | None) -> Period:
    return Period.of_day(day) if day else part.refuse("{source}: nobody noted the day: {part}")
