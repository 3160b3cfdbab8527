"""OpenRouter: what models cost by day and workspace, prepaid credit, and the limits of keys.

Reads `/activity`, `/analytics/query` for the days that it no longer holds, `/credits`, `/keys` and
`/workspaces`, as in the specification of 2026-08-22 (github.com/OpenRouterTeam/docs, c26125a).
Needs a management key (formerly "provisioning key"), which cannot call models. An ordinary key has
the same form, and was answered with a credit of zero rather than refused (seen 2026-09-07,
openchamber pull request 3411): so `/key` is asked first, which says of what kind it is.

What OpenRouter does not tell: fees of top-ups, invoices, tax, and what another provider really
bills for requests made with the customer's own key there ("BYOK"). Of those it states an estimate
at market prices, without the customer's discounts: it details the other provider's bill, and is
never added.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

from ecot.errors import AccessDenied
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.contract import Facts, Provider
from ecot.providers.http import Http
from ecot.providers.openrouter.analytics import analytics, fetch_analytics
from ecot.providers.openrouter.lists import NAMED, credit, fetch_list, key_limit, name
from ecot.providers.openrouter.spending import activity
from ecot.providers.reading import opened

CREATE = "create one under https://openrouter.ai/settings/management-keys."


def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of a stream. Activity comes whole, whatever the period: the last 30 days that are
    over. Names, credit and limits are those of today."""
    if stream == "activity":
        return _one(http, stream, "/activity", ("group_by", "workspace"))
    if stream == "analytics":
        return fetch_analytics(http, period)
    if stream == "credits":
        return _one(http, stream, "/credits", period=period)
    return fetch_list(http, stream, next(period.days()))


async def _one(
    http: Http, stream: str, path: str, *params: tuple[str, str], period: Period | None = None
) -> AsyncIterator[Answer]:
    yield await http.answer(stream, path, params, day=next(period.days()) if period else None)


async def check(http: Http) -> None:
    """Asks of what kind the key is. An ordinary one is refused here, before a credit of zero that
    it is answered with could pass for a figure."""
    answer = await http.answer("key", "/key")
    if not opened(answer, http.account)["data"]["is_management_key"].flag():
        raise AccessDenied(
            "{account}: this key of OpenRouter can call models, and may not read what they cost",
            remedy=f"Costs need a management key: {CREATE}",
            account=http.account,
        )


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows and names that one page states."""
    page = opened(answer)
    match answer.feed:
        case "activity":
            yield from (parsed for row in page["data"] for parsed in activity(row))
        case "analytics":
            yield from analytics(page["data"], answer.sub_account_id, answer.day)
        case "credits":
            yield credit(page["data"], answer.day)
        case "keys":
            yield from (one for key in page["data"] for one in key_limit(key, answer.day))
        case _:
            yield from (name(entry, answer.feed) for entry in page["data"])


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be another provider's. Management keys and
    ordinary ones both begin with sk-or-: only OpenRouter can tell them apart."""
    if secret.startswith("sk-ant-"):
        return f"This is a key of Anthropic; OpenRouter's costs need a management key: {CREATE}"
    if secret.startswith(("sk-proj-", "sk-admin-", "sk-svcacct-")):
        return f"This is a key of OpenAI; OpenRouter's costs need a management key: {CREATE}"
    if secret.startswith("sk_"):
        return f"This is a key of ElevenLabs; OpenRouter's costs need a management key: {CREATE}"
    return None


OPENROUTER = Provider(
    name="openrouter",
    title="OpenRouter",
    category="ai",
    base_url="https://openrouter.ai/api/v1",
    variables=(
        "OPENROUTER_MANAGEMENT_KEY",
        "OPENROUTER_PROVISIONING_KEY",
        "OPENROUTER_ADMIN_KEY",
        "OPENROUTER_API_KEY",
    ),
    facts=Facts(
        bills="Credits spent, by model, the provider behind it and workspace; requests and tokens; "
        "the credit that is left; the limits of keys.",
        grain="UTC day × workspace × model × endpoint; older than 29 days: × model.",
        history="29 days in detail, one year by model; a first collection reads this month and the "
        "eleven before it.",
        late="Days that are over only, so never today; the last 7 days are read again every night.",
        key="A management key, which cannot call models.",
        permission="None to choose; it must be a management key.",
        cannot_tell="Fees of top-ups, invoices, tax; what other providers bill for requests made "
        "with your own keys there (an estimate is shown, and never added); the cost of a key or a "
        "person.",
        sub_accounts="Workspaces.",
    ),
    feeds=("activity",),
    snapshots=("credits", "keys"),
    directories=tuple(NAMED),
    headers=lambda secret, _: {"Authorization": f"Bearer {secret}"},
    fetch=fetch,
    parse=parse,
    check=check,
    check_first=True,
    recognise=recognise,
    status_page="https://status.openrouter.ai",
    remedies={
        "access_denied": f"Costs need a management key: {CREATE}",
    },
    # How late figures come is not stated, only that the days are "completed" ones.
    lateness=timedelta(days=1),
    # One less than the activity holds: a run that midnight overtakes, or a clock that is behind,
    # would not find the oldest of the 30 any more, and would take that for no cost.
    history_days=29,
    archives={"activity": "analytics"},
    # Analytics reach back 365 days: this month and the eleven before it are never more.
    backfill_months=11,
    # Also of its archive: nobody says whether the end of a time range is part of it (2026-11); what
    # may come of the day after is left out, as are days of an activity that were not asked for.
    wider=("activity",),
)
