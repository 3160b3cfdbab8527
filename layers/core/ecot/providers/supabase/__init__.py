"""Supabase: what plans and add-ons there are to pay for, requests by project, and full disks.

Reads `/v1/organizations`, `/v1/organizations/{slug}`, `/v1/projects` and of each project
`billing/addons`, `analytics/endpoints/usage.api-counts` and `config/disk/util`, as in the
specification of the Management API of 2026-06-01 (github.com/supabase/cli, 1d1e719). Needs a
personal access token (sbp_…) of somebody who belongs to the organisations.

What Supabase does not tell: money. None of the interface's 109 paths gives an invoice, a cost, a
plan's price, or what is billed beyond it: traffic, active users, storage, functions, read replicas,
branches. So a paid plan is a charge of unknown cost, and an add-on is estimated at its price of the
day. The credit for compute that paid plans come with ("$10 in Compute Credits", the dashboard's
usage page, 2026) is told by no interface either, and not subtracted. Surprises, with their places:

* `interval` is how far back the answer goes, and not the length of its buckets: `1day` has the last
  24 hours by the hour (seen 2026-09; "Last 24 hours" in the dashboard), `7day` the last 7 days by
  the day. So only the latter holds a whole day at any hour, and its first one is cut.
* The dashboard offers `7day` from the plan Pro on; a free organisation's logs are kept for a day
  (2026). A day that is read late would look emptier than it was: its requests are not read.
* 60 requests a minute (older reference), or 120 a minute and project (2026); 429 has no Retry-After
  in the documentation, but `X-RateLimit-Reset`, in seconds.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.contract import Facts, Provider
from ecot.providers.http import Http
from ecot.providers.reading import opened
from ecot.providers.removed import listed
from ecot.providers.supabase.money import subscription
from ecot.providers.supabase.projects import (
    ADDONS,
    CATEGORY,
    SUBSCRIPTION,
    Project,
    asked,
    name,
    seen,
    subscriptions,
)
from ecot.providers.supabase.usage import disk, requests

REQUESTS, DISK = "requests", "disk"
LISTS = ("organizations", "projects")
COUNTS = "analytics/endpoints/usage.api-counts"
USED = "config/disk/util"
WEEK = ("interval", "7day")
NOT_TOLD = ("400", "404")  # of a disk

TOKENS = "https://supabase.com/dashboard/account/tokens"
CREATE = (
    "create a personal access token (its beginning is sbp_) as a member of the organization under "
    f"{TOKENS}, for all of its projects, with the permissions organizations_read, "
    "organization_admin_read, projects_read, infra_add_ons_read, analytics_usage_read and "
    "infra_disk_config_read."
)


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every answer of a stream. Only requests are of more than today."""
    today = period.start.date()
    if stream in LISTS:
        yield await http.answer(stream, f"/v1/{stream}")
    elif stream == SUBSCRIPTION:
        async for answer in subscriptions(http, today):
            yield answer
    else:
        for project in (await seen(http, None)).running:
            async for answer in _measured(http, stream, project, today):
                yield answer


async def _measured(
    http: Http, stream: str, project: Project, today: date | None
) -> AsyncIterator[Answer]:
    if stream == REQUESTS:
        with listed(project.ref):
            yield await asked(http, stream, project, COUNTS, WEEK)
        return
    try:
        yield await asked(http, stream, project, USED, day=today)
    except UnexpectedAnswer as error:  # without it only this figure is missing, which is no money
        if error.values.get("status") not in NOT_TOLD:
            raise


async def check(http: Http) -> None:
    """What the token sees, and of one running project all that is read: each needs a permission."""
    for project in (await seen(http, None)).running[:1]:
        await asked(http, SUBSCRIPTION, project, ADDONS)
        for stream in (REQUESTS, DISK):
            async for _ in _measured(http, stream, project, None):
                pass


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows and names that one answer states."""
    whole, day = opened(answer), answer.day
    if answer.feed in LISTS:
        yield from (name(entry, answer.feed) for entry in whole)
    elif answer.feed == REQUESTS:
        yield from requests(whole, answer)
    elif day is None:
        whole.refuse("{source}: {place} is not of a day: {part}")
    elif answer.feed == DISK:
        yield disk(whole, answer, day)
    else:
        yield from subscription(whole, answer, day)


def recognise(secret: str) -> str | None:
    """The remedy for what its beginning shows to be no token: a project's key or address."""
    if secret.startswith(("eyJ", "sb_secret_", "sb_publishable_")):
        return (
            "This is a key of one project (anon, service_role, secret or publishable), which opens "
            f"its data and tells no cost: {CREATE}"
        )
    if secret.startswith(("https://", "http://", "postgres")):
        return f"This is an address of a project, and no key: {CREATE}"
    if secret.startswith(("sk-", "sk_")):
        return f"This is a key of another supplier. For Supabase {CREATE}"
    return None


SUPABASE = Provider(
    name="supabase",
    title="Supabase",
    category=CATEGORY,
    base_url="https://api.supabase.com",
    variables=("SUPABASE_ADMIN_KEY", "SUPABASE_API_KEY", "SUPABASE_ACCESS_TOKEN"),
    facts=Facts(
        bills="That there is a plan, of unknown price; each priced add-on, estimated at its price "
        "of the day; requests and disks.",
        grain="Add-ons: day of reading × project × add-on; requests: UTC day × project.",
        history="Plans and add-ons: the day of reading; requests: the last 6 days.",
        late="Not documented; requests of the last days are read again every night.",
        key="A personal access token (sbp_…) of a member of the organization.",
        permission="organizations_read, organization_admin_read, projects_read, "
        "infra_add_ons_read, analytics_usage_read, infra_disk_config_read.",
        cannot_tell="Invoices, tax, the price of the plan, its compute credit, what is billed "
        "beyond it (traffic, active users, storage, replicas, branches).",
        sub_accounts="Projects, and the organizations that pay for the plan.",
    ),
    feeds=(REQUESTS,),
    snapshots=(SUBSCRIPTION, DISK),
    daily=(SUBSCRIPTION,),
    directories=LISTS,
    headers=lambda secret, _: {"Authorization": f"Bearer {secret}"},
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.supabase.com",
    remedies={
        "access_denied": f"Plans, add-ons and requests each need a permission: {CREATE}",
    },
    # Not documented. A whole day keeps what merely comes late from being announced as revised.
    lateness=timedelta(days=1),
    # The week is counted from the moment of the question: its first day is cut, and a collection
    # that begins before midnight may ask after it.
    history_days=5,
    wider=(REQUESTS,),
)
