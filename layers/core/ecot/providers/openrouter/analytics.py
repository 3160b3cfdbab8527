"""OpenRouter's analytics: what was spent on days that the activity no longer holds.

The names of metrics and dimensions stand in `GET /analytics/meta`, and with their meaning in
OpenRouter's own description for agents (github.com/OpenRouterTeam/skills, 2026: its files
openrouter-analytics-schema and openrouter-analytics-query). Three traps in it. `total_usage`,
called "total cost", contains what other providers bill: `credits_usage` is what the activity calls
`usage`. The dimension `workspace` comes back as a name, which people may change or give twice: so
each workspace is asked for by its id, and at last what belongs to none of them. `provider` exists
for 31 days only: older rows have no service.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date
from typing import Any, NoReturn

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.http import Http
from ecot.providers.openrouter.lists import workspace_ids
from ecot.providers.openrouter.spending import Measures, day_of, spending
from ecot.providers.reading import Node, opened
from ecot.providers.removed import listed

MOST_ROWS = 10_000  # of one answer (openrouter-analytics-query, 2026); the default is 1,000
ANALYTICS = Measures(
    spent="credits_usage",
    beside="byok_usage",
    quantities={
        "requests": "request_count",
        "input_tokens": "tokens_prompt",
        "output_tokens": "tokens_completion",
        "reasoning_tokens": "reasoning_tokens",
    },
)

Filters = Sequence[dict[str, Any]]


async def fetch_analytics(http: Http, period: Period) -> AsyncIterator[Answer]:
    """Every workspace's days by model, and those of workspaces that exist no longer."""
    known = [workspace async for workspace in workspace_ids(http)]
    for workspace in known:
        only = {"field": "workspace", "operator": "eq", "value": workspace}
        with listed(workspace):
            async for answer in _asked(http, period, [only], workspace):
                yield answer
    # Without `include_unset` what has no workspace would be left out (specification, 2026-08-22).
    others = {
        "field": "workspace",
        "operator": "not_in",
        "value": known,
        "include_unset": True,
    }
    async for answer in _asked(http, period, [others] if known else [], None):
        yield answer


async def _asked(
    http: Http, period: Period, filters: Filters, workspace: str | None
) -> AsyncIterator[Answer]:
    """The whole answer; where it would be cut short, an answer for each day.

    Each of these counts for its own day alone: whether the end of a time range is part of it is not
    stated, and two answers that both held a midnight's day would double its money."""
    answer = await _answer(http, period, filters, workspace)
    if not _is_cut_short(_page(answer, http)):
        yield answer
        return
    for day in period.days():
        answer = await _answer(http, Period.of_day(day), filters, workspace, day)
        if _is_cut_short(page := _page(answer, http)):
            _refuse_cut_short(page)
        yield answer


async def _answer(
    http: Http, period: Period, filters: Filters, workspace: str | None, day: date | None = None
) -> Answer:
    return await http.answer(
        "analytics",
        "/analytics/query",
        question=_question(period, filters),
        sub_account_id=workspace,
        day=day,
    )


def _page(answer: Answer, http: Http) -> Node:
    return opened(answer, f"{http.account}: analytics")["data"]


def _question(period: Period, filters: Filters) -> dict[str, Any]:
    return {
        "metrics": [ANALYTICS.spent, ANALYTICS.beside, *ANALYTICS.quantities.values()],
        "dimensions": ["model"],
        "granularity": "day",
        "time_range": {
            name: f"{moment:%Y-%m-%dT%H:%M:%SZ}"
            for name, moment in (("start", period.start), ("end", period.end))
        },
        "filters": list(filters),
        "limit": MOST_ROWS,
    }


def analytics(page: Node, workspace: str | None, day: date | None) -> Iterator[Parsed]:
    """The rows of one answer, which must be whole and must have understood every filter; with
    `day`, those of that day."""
    if _is_cut_short(page):
        _refuse_cut_short(page)
    # A filter that is not understood finds nothing, and nothing is not zero.
    if (warnings := page.get("warnings")) is not None and warnings.value:
        warnings.refuse("{source}: OpenRouter did not understand what was asked: {part}")
    for row in page["data"]:
        dimensions = {"sub_account_id": workspace, "model": row.optional("model")}
        if day in (None, of_day := day_of(row["date__day"])):
            yield from spending(row, of_day, ANALYTICS, dimensions, parent=None)


def _is_cut_short(page: Node) -> bool:
    return page["metadata"]["truncated"].flag()


def _refuse_cut_short(page: Node) -> NoReturn:
    page["metadata"].refuse("{source}: OpenRouter left rows out, and money with them: {part}")
