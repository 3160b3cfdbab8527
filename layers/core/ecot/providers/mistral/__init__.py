"""Mistral: what one organisation's usage cost, at the prices that Mistral states beside it.

Reads `/usage`, `/spend-limit` and `/workspaces` of the Admin API, as the specification of
2026-08-21 has them (github.com/mistralai/platform-docs-public, 222f4ba). It is a preview, on
Enterprise plans only, and needs an Admin key: "a user's standard API key never grants admin access"
(docs.mistral.ai/admin/admin-api/overview and …/authentication, 2026). For everybody else the
outcome is that it is not offered, and never a cost of zero.

What Mistral does not tell: a month's money in its usage (it is `value_paid` times price), invoices,
tax, credit; the cost of a key, a person or a request; what keeping a fine-tuned model cost. How
late figures come and how far back they go is not documented; days are taken to be UTC, as
`start_date` is.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from decimal import Decimal

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Month, Period
from ecot.model.rows import Balance
from ecot.providers.contract import Facts, Provider
from ecot.providers.http import Http
from ecot.providers.mistral.access import MistralOptions, headers, offered, recognise
from ecot.providers.mistral.months import fetch_month, parse_month, usage_of
from ecot.providers.mistral.workspaces import fetch_workspaces, names
from ecot.providers.reading import Node, opened

CHECKED_MONTH = Month(2026, 5)  # any month proves a key


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every answer of a stream: usage by the calendar month, everything else as of now."""
    if stream == "usage":
        for month in period.months():
            yield await fetch_month(http, month)
    elif stream == "spend_limit":
        yield await offered(http, stream, "/spend-limit", day=next(period.days()))
    else:
        async for page in fetch_workspaces(http):
            yield page


async def check(http: Http) -> None:
    """One month of usage: the least that only a sufficient key may read."""
    await usage_of(http, CHECKED_MONTH)


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows and names that an answer states."""
    content = opened(answer)
    if answer.feed == "usage":
        yield from parse_month(content)
    elif answer.feed == "spend_limit":
        yield from _balance(content["limits"], answer.day)
    else:
        yield from names(content)


def _balance(limits: Node, day: date | None) -> Iterator[Parsed]:
    """The month's money so far, of what may be spent; of either only what is stated."""
    spending, currency = limits["completion"], limits["currency"].currency()
    if day is None:
        spending.refuse("{source}: {place} was read on a day that nobody noted: {part}")
    used, limit = _amount(spending, "total_usage"), _amount(spending, "usage_limit")
    if (used, limit) == (None, None):
        return
    yield Parsed(
        spending.place,
        Balance(
            charge_period=Period.of_day(day),
            category="ai",
            name="spend limit",
            unit=currency,
            cycle=Month.of(day).period,
            used=used,
            limit=limit,
        ),
    )


def _amount(spending: Node, name: str) -> Decimal | None:
    stated = spending.get(name)
    return None if stated is None else stated.amount()


MISTRAL = Provider(
    name="mistral",
    title="Mistral",
    category="ai",
    base_url="https://api.mistral.ai/v1/admin",
    variables=("MISTRAL_ADMIN_KEY", "MISTRAL_API_KEY"),
    facts=Facts(
        bills="On Enterprise plans: usage by model, workspace and kind, at Mistral's own prices.",
        grain="UTC day × workspace × kind × model × group × zone × tier.",
        history="Not documented; a first collection reads 12 months.",
        late="Not documented; the last 7 days are read again every night.",
        key="An Admin key, made in the Backoffice (backoffice.mistral.ai).",
        permission="None to choose; the plan must be Enterprise.",
        cannot_tell="Anything without an Enterprise plan; invoices, tax, credit; the cost of a "
        "key, a person or a request; what keeping fine-tuned models costs.",
        sub_accounts="Workspaces of the organization.",
    ),
    feeds=("usage",),
    snapshots=("spend_limit",),
    directories=("workspaces",),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.mistral.ai",
    remedies={
        "access_denied": "Mistral's Admin key may not read this: make a new one in the Backoffice "
        "(https://backoffice.mistral.ai).",
        "not_offered": "Mistral shows costs to Enterprise plans only, by an Admin key of its "
        "Backoffice (https://backoffice.mistral.ai); it does not say whether the key or the plan "
        "is the reason. Without such a plan: type each bill (`ecot bill add`), write a [[plan]] "
        "into ecot.toml, or import a file (`ecot import focus`).",
        "unexpected_answer": "Mistral may have changed its answers (its Admin API is a preview): "
        "look for a newer Ecot, else report this message.",
    },
    # Not documented. A whole day keeps what merely comes late from being announced as revised.
    lateness=timedelta(days=1),
    wider=("usage",),
    options=MistralOptions,
)
