"""ElevenLabs: what a workspace used, how much of its plan is left, and what is owed beyond it.

Reads `/v1/workspace/analytics/query/usage-by-product-over-time` and `/v1/user/subscription`, as the
API reference had them in 2026 (with elevenlabs-python 2.59.0, 2026-07-23). Needs a key (sk_…) with
the permissions User (`user_read`) and Workspace Analytics.

What ElevenLabs does not tell: the price of the plan, invoices that were paid, tax, and characters
by day, except through `/v1/usage/character-stats`, which is deprecated since 2026. How late figures
come and how far back they go is not documented. Surprises, with where they were seen:

* Times are asked for in milliseconds. Seconds were answered with an empty table where the older
  interface is asked, which looks like no usage at all (third parties, 2026).
* Buckets are of 60 seconds unless told, and begin at local midnight of `time_zone`.
* The answer may hold the bucket that begins where the question ends (third party, 2026-09).
* A missing permission is answered with 401, though the documentation promises 403 (2026).
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from typing import Any

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.contract import Facts, Provider
from ecot.providers.elevenlabs.standing import standing
from ecot.providers.elevenlabs.table import GROUPS, KEY, PRODUCT, key_names, usage
from ecot.providers.http import Http
from ecot.providers.reading import opened

USAGE, KEYS, SUBSCRIPTION = "usage.products", "api_keys", "subscription"
QUERY = "/v1/workspace/analytics/query/usage-by-product-over-time"
STANDING = "/v1/user/subscription"
CHECKED_DAY = Period.of_day(date(2026, 1, 1))  # any day proves a key
SECONDS_A_DAY = 86_400
NAMED_BACK = timedelta(days=30)  # keys are named where they are used, and only there

API_KEYS = "https://elevenlabs.io/app/settings/api-keys"
CREATE = (
    f"create one under {API_KEYS} with User: Access and Workspace Analytics: Access"
    " (its beginning is sk_)."
)


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """The one answer of a stream; the plan is as it stands on the first day of the period."""
    if stream == SUBSCRIPTION:
        yield await http.answer(stream, STANDING, day=period.start.date())
    elif stream == KEYS:
        lately = Period(period.start - NAMED_BACK, period.end)
        yield await http.answer(stream, QUERY, question=_question(lately, [KEY]))
    else:
        yield await http.answer(stream, QUERY, question=_question(period, list(GROUPS)))


async def check(http: Http) -> None:
    """The plan's standing and one day of usage: each needs a permission of its own."""
    plan = await http.answer(SUBSCRIPTION, STANDING)
    opened(plan, http.account)["tier"].text()
    table = await http.answer(USAGE, QUERY, question=_question(CHECKED_DAY, [PRODUCT]))
    _ = opened(table, http.account)["columns"]


def _question(period: Period, groups: list[str]) -> dict[str, Any]:
    return {
        "start_time": int(period.start.timestamp()) * 1000,
        "end_time": int(period.end.timestamp()) * 1000,
        "interval_seconds": SECONDS_A_DAY,
        "time_zone": "UTC",
        "group_by": groups,
    }


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows and names that one answer states."""
    content = opened(answer)
    if answer.feed == KEYS:
        return key_names(content)
    if answer.feed == USAGE:
        return usage(content)
    return standing(content, answer.day)


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of another supplier."""
    if secret.startswith("sk-"):
        return f"This is a key of another supplier (its beginning is sk-). For ElevenLabs {CREATE}"
    return None


ELEVENLABS = Provider(
    name="elevenlabs",
    title="ElevenLabs",
    category="ai",
    base_url="https://api.elevenlabs.io",
    variables=("ELEVENLABS_API_KEY", "ELEVEN_API_KEY", "XI_API_KEY"),
    facts=Facts(
        bills="What is owed beyond the plan, as it grows; credits and minutes used; what is left.",
        grain="UTC day × product × model × key × workspace; what is owed: from reading to reading.",
        history="Usage: not documented; a first collection reads 12 months. What is owed: from"
        " the running cycle on.",
        late="Not documented; the last 7 days are read again every night.",
        key="An API key (sk_…) of the workspace.",
        permission="User: Access (user_read) and Workspace Analytics: Access.",
        cannot_tell="The plan's price, paid invoices, tax, characters by day, the cost of a use.",
        sub_accounts="Reporting workspaces, where several are billed together.",
    ),
    feeds=(USAGE,),
    snapshots=(SUBSCRIPTION,),
    directories=(KEYS,),
    headers=lambda secret, _: {"xi-api-key": secret},
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.elevenlabs.io",
    remedies={
        "access_denied": f"Use a key that may read both the plan and the usage: {CREATE} A key of a"
        " data residency region needs that region's base_url.",
    },
    # Not documented; a third party reads the last 3 days again "to absorb restatements" (2026-08).
    lateness=timedelta(days=1),
    wider=(USAGE,),
    estimated={USAGE: "nothing"},  # the plan pays for it; beyond the plan, the overage is the cost
)
