"""OpenAI: what one organisation's API cost and was used for, and what its ids are called.

Reads `/organization/costs`, the ten `/organization/usage/…`, `/organization/projects`, the keys of
each project and `/organization/admin_api_keys`, as the specification of 2026-08-21 has them
(github.com/openai/openai-openapi, f85dbe2). Needs an admin key (sk-admin-…), which only an owner of
the organisation can make; one that is limited to `api.usage.read` cannot read names.

What OpenAI does not tell: invoices, tax, payments, prepaid balance, ChatGPT subscriptions, the
organisation's own id or name, nor the model of a cost, except in a line item meant for people.
Usage "may not always reconcile perfectly with the Costs", which "will reconcile back to your
billing invoice" (API reference, 2026-08). How late figures come and how far back they go is not
documented; days are UTC (help.openai.com/en/articles/10478918, 2026).
"""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.rows import Charge
from ecot.providers.contract import Facts, Provider
from ecot.providers.http import Http
from ecot.providers.openai.names import LISTS, fetch_names, names
from ecot.providers.openai.usage import METERS, usage
from ecot.providers.pages import has_more, pages
from ecot.providers.reading import Node, opened

USAGE = {f"usage.{service}": service for service in METERS}
CHECKED_DAY = Period.of_day(date(2026, 1, 1))  # any day proves a key
DAYS_A_PAGE = 8  # the nightly week and today; evidence and memory stay small where rows are many
SECONDS_A_DAY = 86_400
LAST_SECOND = 4_102_444_800  # of the years in which a bill can be read: 2100

# Seen live (2026): "gpt-5.5-2026-04-23, cached input", "gpt-audio-mini-2025-12-15 audio, input",
# "priority | gpt-5.6-sol, output, long context", "web search tool calls"; the pricing page (2025):
# "web search tool calls | gpt-4o". A model's id has no space, and a digit or a hyphen.
LINE_ITEM = re.compile(
    r"(?:(?P<before>[^|,]+) \| )?(?P<model>[^\s,|]*[-\d][^\s,|]*)(?: audio| image| text)?(?:, .*)?"
)

ADMIN_KEYS = "https://platform.openai.com/settings/organization/admin-keys"
CREATE = f"an owner of the organization creates one under {ADMIN_KEYS}."


def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of a stream; names are those of today, whatever the period."""
    if stream in LISTS:
        return fetch_names(http, stream)
    service = USAGE.get(stream)
    path = f"/organization/usage/{service}" if service else "/organization/costs"
    groups = METERS[service].group_by if service else ("project_id", "line_item")
    params = [*_window(period, DAYS_A_PAGE), *(("group_by", name) for name in groups)]
    return pages(http, stream, path, params, parameter="page", following=has_more("next_page"))


async def check(http: Http) -> None:
    """One day of costs: the least that only a sufficient key may read."""
    answer = await http.answer("costs", "/organization/costs", _window(CHECKED_DAY, 1))
    opened(answer, http.account).expect("object", "page")


def _window(period: Period, days: int) -> list[tuple[str, str]]:
    start, end = (str(int(moment.timestamp())) for moment in (period.start, period.end))
    return [("start_time", start), ("end_time", end), ("bucket_width", "1d"), ("limit", str(days))]


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows and names that one page states."""
    for part in opened(answer)["data"]:
        if answer.feed in LISTS:
            yield from names(part, answer.feed)
        else:
            yield from _rows(part, USAGE.get(answer.feed))


def _rows(bucket: Node, service: str | None) -> Iterator[Parsed]:
    day = _day(bucket)
    for row in bucket["results"]:
        yield Parsed(row.place, usage(row, day, service) if service else _charge(row, day))


def _day(bucket: Node) -> Period:
    start, end = bucket["start_time"].whole(), bucket["end_time"].whole()
    if start % SECONDS_A_DAY or end != start + SECONDS_A_DAY or not 0 <= start < LAST_SECOND:
        bucket.refuse("{source}: {place} is not a UTC day: {part}")
    return Period.of_day(datetime.fromtimestamp(start, UTC).date())


def _charge(row: Node, day: Period) -> Charge:
    row.expect("object", "organization.costs.result")
    amount = row["amount"]["value"].amount()
    line_item = row.optional("line_item")
    service, model = service_and_model(line_item)
    quantity = row.get("quantity")
    return Charge(
        charge_period=day,
        category="ai",
        service=service,
        sub_account_id=row.optional("project_id"),
        model=model,
        api_key_id=row.optional("api_key_id"),
        charge_category="Credit" if amount < 0 else "Usage",
        charge_description=line_item,
        consumed_unit=row.optional("quantity_unit"),
        currency=row["amount"]["currency"].currency(),
        basis="billed",
        billed_cost=amount,
        consumed_quantity=None if quantity is None else quantity.amount(),
    )


def service_and_model(line_item: str | None) -> tuple[str | None, str | None]:
    """What a line item is about: a model, a tool (that is the service), or a tool with a model."""
    found = LINE_ITEM.fullmatch(line_item or "")
    if found is None:
        return line_item, None
    before = found["before"]  # a tool has several words; "priority" is how fast, not what
    return before if before and " " in before else None, found["model"]


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of the wrong kind."""
    if secret.startswith("sk-ant-"):
        return f"This is a key of Anthropic; OpenAI's costs need an admin key: {CREATE}"
    if secret.startswith(("sk-or-", "sk_")):
        return f"This is a key of another supplier; OpenAI's costs need an admin key: {CREATE}"
    if secret.startswith("sk-") and not secret.startswith("sk-admin-"):
        return f"This is a project key; costs need an admin key: {CREATE}"
    return None


OPENAI = Provider(
    name="openai",
    title="OpenAI",
    category="ai",
    base_url="https://api.openai.com/v1",
    variables=("OPENAI_ADMIN_KEY", "OPENAI_API_KEY"),
    facts=Facts(
        bills="The API's costs, by project and line item; what of it was used, by model and key.",
        grain="UTC day × project × line item; usage also × key × person.",
        history="Not documented; a first collection reads 12 months.",
        late='Not documented ("may be delayed"); the last 7 days are read again every night.',
        key="An admin key (sk-admin-…), made by an owner of the organization.",
        permission="api.usage.read; for names api.management.read too.",
        cannot_tell="Invoices, tax, payments, prepaid balance, ChatGPT subscriptions; the cost of "
        "a key, a person or a request.",
        sub_accounts="Projects of the organization.",
    ),
    feeds=("costs", *USAGE),
    directories=tuple(LISTS),
    headers=lambda secret, _: {"Authorization": f"Bearer {secret}"},
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.openai.com",
    remedies={
        "access_denied": f"Costs need an admin key that may read usage: {CREATE}",
    },
    # Not documented; the help pages only say that "data may be delayed" (2026). A whole day keeps
    # what merely comes late from being announced as a revised figure.
    lateness=timedelta(days=1),
)
