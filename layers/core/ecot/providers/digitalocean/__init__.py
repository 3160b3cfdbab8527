"""DigitalOcean: what each resource of a team costs, by day until the month is invoiced.

Reads `/v2/customers/my/invoices` with the items and the summary of each invoice,
`/v2/billing/<team>/insights/<first>/<last>`, `/v2/customers/my/balance` and `/v2/account`, as the
specification of 2026-08-07 has them (github.com/digitalocean/openapi, 7c1300c). Needs a token with
`billing:read`, and `account:read` or the team's URN in the settings.

A month has one source. Insights are nightly estimates, from 2025-12-01 on, that "may not reflect
month-end billing totals"; once there is an invoice of the month, or of a later one, the invoice is
asked for and insights never again: a month without one, before the newest, had nothing to bill.

What DigitalOcean does not tell: projects before the invoice, regions and SKUs on it, the cost of a
request or a person. Payments are in `billing_history`, as negative amounts beside positive
invoices: they are no cost and are not read. `month_to_date_balance` holds the balance of before.
How late insights come is not documented beyond "nightly".
"""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Month, Period
from ecot.providers.contract import Facts, Provider
from ecot.providers.digitalocean.access import (
    ACCOUNT,
    DigitalOceanOptions,
    headers,
    names,
    recognise,
    team_urn,
)
from ecot.providers.digitalocean.balance import BALANCE, balances
from ecot.providers.digitalocean.insights import FIRST_DAY, fetch_insights, insights
from ecot.providers.digitalocean.invoices import (
    INVOICES,
    STATED,
    by_month,
    fetch_invoice,
    fetch_list,
    invoiced,
)
from ecot.providers.digitalocean.pages import listed
from ecot.providers.digitalocean.summary import remainder
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every answer of a stream; the balance and the team are those of now."""
    if stream == "balance":
        yield await http.answer(stream, BALANCE, day=period.start.date())
    elif stream == "team":
        yield await http.answer(stream, ACCOUNT)
    else:
        async for answer in _fetch_costs(http, period):
            yield answer


async def _fetch_costs(http: Http, period: Period) -> AsyncIterator[Answer]:
    """Of each month its invoices, else its insights; the list of invoices where it has neither,
    for that is what says so."""
    urn = await team_urn(http)
    pages = await fetch_list(http)
    invoices = by_month(http, pages)
    for month in period.months():
        answers = [fetch_invoice(http, invoice, urn) for invoice in invoices.get(month, ())]
        days = _days(period, month)
        if days is not None and month > max(invoices, default=Month(1970, 1)):
            answers = [fetch_insights(http, urn, days)]
        for found in answers:
            async for answer in found:
                yield answer
        if not answers:
            for page in pages:
                yield page


def _days(period: Period, month: Month) -> Period | None:
    """The period's days of the month of which there are insights."""
    start = max(period.start, month.period.start, Period.of_day(FIRST_DAY).start)
    end = min(period.end, month.period.end)
    return Period(start, end) if start < end else None


async def check(http: Http) -> None:
    """The team and one invoice: the least that needs both scopes."""
    await team_urn(http)
    answer = await http.answer("costs", INVOICES, [("per_page", "1")])
    _ = opened(answer, f"{http.account}: costs")["meta"]["total"].whole()


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows and names that one answer states."""
    content = opened(answer)
    if answer.feed == "balance":
        return balances(content, answer.day)
    if answer.feed == "team":
        return names(content)
    return _costs(content, answer)


def _costs(content: Node, answer: Answer) -> Iterator[Parsed]:
    """Of costs there are four kinds of answer, each known by a field of its own."""
    kinds = {
        "data_points": insights,
        "invoice_items": invoiced,
        "product_charges": remainder,
        "invoices": _list,
    }
    content.get("")  # refused, unless it is an object
    for field, meaning in kinds.items():
        if field in content.value:
            return meaning(content, answer)
    return content.refuse("{source}: {place} is no invoice and no insight: {part}")


def _list(content: Node, _: Answer) -> Iterator[Parsed]:
    """A list of invoices states no charge: it says which months have some."""
    for invoice in listed(content, "invoices"):
        invoice["invoice_uuid"].text()
    return iter(())


DIGITALOCEAN = Provider(
    name="digitalocean",
    title="DigitalOcean",
    category="infrastructure",
    base_url="https://api.digitalocean.com",
    variables=("DIGITALOCEAN_API_KEY", "DIGITALOCEAN_ADMIN_KEY", "DO_API_TOKEN"),
    facts=Facts(
        bills="Each resource, by nightly estimates until the month is invoiced, then by its "
        "invoice; tax and credits; what is owed.",
        grain="UTC day × product × resource; nightly also × SKU × region, invoiced × project.",
        history="Every invoice; by day from 2025-12-01 on. A first collection reads 12 months.",
        late="Nightly; how late is not documented. A month is read whole again every night until "
        "it is closed.",
        key="A personal access token (dop_v1_…) of the team.",
        permission="billing:read; account:read, or the team's URN in the settings.",
        cannot_tell="Projects before the invoice; regions and SKUs on it; which nightly figures "
        "an invoice will change.",
        sub_accounts="The team; projects of invoiced charges are a tag.",
    ),
    feeds=("costs",),
    snapshots=("balance",),
    directories=("team",),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.digitalocean.com",
    remedies={
        "access_denied": "Costs need a token that may read the bills: create one with custom scopes"
        " under https://cloud.digitalocean.com/account/api/tokens: billing:read, and account:read"
        " (or write the account's team_urn into ecot.toml).",
    },
    # Not documented beyond "nightly". A whole day keeps what merely comes late from being
    # announced as a revised figure.
    lateness=timedelta(days=1),
    whole_months=True,
    certain=lambda answer: STATED in answer.asked,  # a summary, to which all items add up
    wider=("costs",),  # an invoice is about its whole month
    options=DigitalOceanOptions,
)
