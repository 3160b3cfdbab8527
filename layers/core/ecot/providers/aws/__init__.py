"""AWS: what an account (or an organization's management account) cost, by service and usage type.

Asks Cost Explorer's `GetCostAndUsage` (API of 2017-10-25; botocore's model, 1.44.5) two questions:
what was spent, by service and usage type; and apart from it credits, refunds and tax, by kind and
service. One question groups by two dimensions at most, and a credit would else be subtracted from
what it pays for, unseen. Each page costs 0.01 USD. Needs the permission ce:GetCostAndUsage.

What Cost Explorer does not tell here: which member of an organization, which resource and which tag
a cost is of, invoices, and what is older than "13 months of historical data and data for the
current month". Billing information is "updated up to three times daily" (both:
docs.aws.amazon.com/cost-management, ce-api-best-practices, 2026), and `Estimated` until the month's
bill is final: AWS states it, so its basis is `billed`, and the month before is read again until it
closes. Whether days are UTC is not said in the reference, in which hours are.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from ecot.model.answer import Answer, Parsed
from ecot.model.period import DAY, Period
from ecot.providers.aws.asking import AwsOptions, access_key, asking
from ecot.providers.aws.rows import APART, GIVEN_BACK, SPENDING, rows
from ecot.providers.contract import Facts, Provider
from ecot.providers.http import Http

BASE_URL = "https://ce.us-east-1.amazonaws.com"  # whatever the region of what is used
SOME_DAY = date(2026, 11, 1)  # proves a key where nobody says which day it is
KEY_ID = re.compile(r"A[A-Z0-9]{15,127}")
CREATE = (
    "in AWS, under IAM, make a user whose policy allows ce:GetCostAndUsage, give it an access key, "
    "and write ACCESS_KEY_ID:SECRET_ACCESS_KEY."
)


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of both questions."""
    asked = await asking(http)
    for question in (spending(period), given_back(period)):
        async for answer in asked.pages(stream, question):
            yield answer


def spending(period: Period) -> dict[str, Any]:
    """What was spent, credits, refunds and tax left out."""
    return _question(period, SPENDING, {"Not": _APART})


def given_back(period: Period) -> dict[str, Any]:
    """What the first question leaves out: between them they hold each cent once."""
    return _question(period, GIVEN_BACK, _APART)


_APART: Mapping[str, Any] = {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(APART)}}


def _question(period: Period, groups: tuple[str, ...], lines: Mapping[str, Any]) -> dict[str, Any]:
    days = {"Start": str(period.start.date()), "End": str(period.end.date())}
    return {
        "TimePeriod": days,  # the end is exclusive
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost", "UsageQuantity"],
        "GroupBy": [{"Type": "DIMENSION", "Key": key} for key in groups],
        "Filter": lines,
    }


async def check(http: Http) -> None:
    """A day's credits, refunds and tax: mostly nothing, and 0.01 USD."""
    asked = await asking(http)
    day = (http.today or SOME_DAY) - DAY
    async for answer in asked.pages("costs", given_back(Period.of_day(day))):
        list(parse(answer))


def parse(answer: Answer) -> Iterator[Parsed]:
    """The charges that one page states."""
    return rows(answer)


def recognise(secret: str) -> str | None:
    """The remedy for what is no access key."""
    identity, rest = access_key(secret)
    if identity.startswith("ASIA"):
        return f"A key that begins with ASIA is of a session that ends: {CREATE}"
    if not rest or not KEY_ID.fullmatch(identity) or ":" in rest:
        return f"This is not an access key with its secret: {CREATE}"
    return None


AWS = Provider(
    name="aws",
    title="AWS",
    category="infrastructure",
    base_url=BASE_URL,
    variables=("AWS_COST_EXPLORER_KEY",),
    facts=Facts(
        bills="Unblended cost of every service by usage type; credits, refunds and tax apart; "
        "Bedrock's models as AI.",
        grain="UTC day × service × usage type.",
        history="13 months and the present one; a first collection reads 3 months.",
        late="Up to 24 hours, and estimated until the bill is final; the last 3 days, and the "
        "month before until it is closed, are read again every night.",
        key="An access key, or a profile or role of the machine; each page that is read costs "
        "0.01 USD.",
        permission="ce:GetCostAndUsage, and Cost Explorer enabled once.",
        cannot_tell="Members of an organization, resources, tags, invoices; tokens of Bedrock as "
        "usage.",
        sub_accounts="None: the key's account, or its whole organization.",
    ),
    feeds=("costs",),
    headers=lambda _, __: {},
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://health.aws.amazon.com/health/status",
    remedies={
        "access_denied": "Costs need the permission ce:GetCostAndUsage, which the management "
        f"account of an organization may withhold from its members: {CREATE}",
        "not_offered": "Open Cost Explorer once in the AWS console, under Billing and Cost "
        "Management: its figures come about a day later. In an organization the management "
        "account has to do that.",
    },
    lateness=timedelta(days=1),
    restatement_days=3,
    history_days=395,
    backfill_months=3,
    keyless=True,
    options=AwsOptions,
)
