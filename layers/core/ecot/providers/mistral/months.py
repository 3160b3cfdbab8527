"""A month of Mistral's usage: the organisation's, and in it that of each workspace.

Without `workspace_id` an answer is about the organisation ("Get usage and cost data for the
Organization"; "Workspace ID to filter results": specification, 2026-08-21). What is in no workspace
is the difference, which only all answers together tell: they are kept as one list, word for word,
that begins with the organisation's.
"""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal

from msgspec.structs import replace

from ecot.model.answer import Answer, Parsed
from ecot.model.money import minus
from ecot.model.period import Month
from ecot.model.rows import AnyRow, Usage, merged
from ecot.providers.http import Http
from ecot.providers.mistral.access import offered
from ecot.providers.mistral.rows import Measured, Stated, rows
from ecot.providers.mistral.sections import month_of
from ecot.providers.mistral.workspaces import workspace_ids
from ecot.providers.reading import Node, opened
from ecot.providers.removed import listed

NOTHING = Decimal(0)
MEASURES = ("billed_cost", "consumed_quantity", "pricing_quantity")


async def fetch_month(http: Http, month: Month) -> Answer:
    """All answers of a calendar month as one."""
    whole = await usage_of(http, month)
    parts = [await _part_of(http, month, workspace) for workspace in await workspace_ids(http)]
    return replace(whole, body=b"[" + b",\n".join([_part(None, whole), *parts]) + b"]")


async def usage_of(http: Http, month: Month, workspace: str | None = None) -> Answer:
    """The usage of a month, of the organisation or of one workspace."""
    asked = [("month", str(month.number)), ("year", str(month.year))]
    asked += [("workspace_id", workspace)] if workspace else []
    answer = await offered(http, "usage", "/usage", asked)
    document = opened(answer, f"{http.account}: usage")
    if month_of(document) != month:  # its days would be left out as not asked for
        document.refuse("{source}: {place} is not about {month}: {part}", month=str(month))
    return answer


async def _part_of(http: Http, month: Month, workspace: str) -> bytes:
    with listed(workspace):
        return _part(workspace, await usage_of(http, month, workspace))


def _part(workspace: str | None, answer: Answer) -> bytes:
    asked = json.dumps({"workspace_id": workspace, "endpoint": answer.endpoint}).encode()
    return asked[:-1] + b', "usage": ' + answer.body + b"}"


def parse_month(answers: Node) -> Iterator[Parsed]:
    """The rows of each workspace, and the organisation's that are in none of them.

    All of them add up to the organisation's own, whatever the workspaces say."""
    whole: list[Stated] = []
    of_workspaces: list[Stated] = []
    for part in answers:
        workspace = part.optional("workspace_id")
        (of_workspaces if workspace else whole).extend(rows(part["usage"], workspace))
    if any(_is_something(row) for _, row in whole):
        _expect_workspaces_of_their_own(answers)
    yield from (Parsed(*one) for one in of_workspaces)
    yield from (Parsed(*one) for one in _in_none(whole, of_workspaces))


def _expect_workspaces_of_their_own(answers: Node) -> None:
    """Refuse two workspaces that both have all that the organisation has: `workspace_id` was not
    heard, and each of them would be shown with everybody's money."""
    whole, *workspaces = (part["usage"].value for part in answers)
    if workspaces.count(whole) > 1:
        answers.refuse("{source}: every workspace has the usage of the whole organisation: {part}")


def _in_none(whole: Iterable[Stated], of_workspaces: Iterable[Stated]) -> Iterator[Stated]:
    """The organisation's rows, and against them those that a workspace has; but nothing where the
    two cancel out."""
    groups: dict[bytes, list[Stated]] = {}
    taken = [Stated(place, _taken(row)) for place, row in of_workspaces]
    for one in (*whole, *taken):
        groups.setdefault(one.row.key(), []).append(one)
    in_workspaces = {row.key() for _, row in taken}
    for key, group in groups.items():
        if key not in in_workspaces or any(map(_is_something, merged(row for _, row in group))):
            yield from group


def _taken(row: Measured) -> Measured:
    """What a workspace has, as it lessens what is in none."""
    if isinstance(row, Usage):
        less = {name: minus(NOTHING, amount) for name, amount in row.quantities.items()}
        return replace(row, sub_account_id=None, quantities=less)
    stated = {name: getattr(row, name) for name in MEASURES}
    known = {name: minus(NOTHING, each) for name, each in stated.items() if each is not None}
    return replace(row, sub_account_id=None, **known)


def _is_something(row: AnyRow) -> bool:
    amounts = row.quantities.values() if isinstance(row, Usage) else _measures(row)
    return any(amounts)


def _measures(row: AnyRow) -> list[Decimal | None]:
    return [getattr(row, name) for name in MEASURES]
