"""`GET /providers`, `/workspaces`, `/projects`: who is read, and what divides their accounts."""

from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.event_handler import Response

from ecot.api import parameters
from ecot.api.answers import page, read, state_of
from ecot.api.asked import Asked
from ecot.api.routes.routers import new_router
from ecot.api.shapes.base import described_as
from ecot.api.shapes.parts import Parts, Providers
from ecot.edge.documents import said
from ecot.jobs.known import facts, titles
from ecot.jobs.known import providers as known_providers
from ecot.jobs.query import Group, Slice, outcomes

router = new_router()


@router.get(
    "/providers", summary="Suppliers", tags=["figures"], responses={200: described_as(Providers)}
)
def providers() -> Response[str]:
    """Lists the suppliers that can be read, what each can tell and what not, and how the accounts
    of the settings were last read."""
    return read(lambda one: {"providers": list(_providers(one))})


def _providers(one: Asked) -> Iterator[dict[str, Any]]:
    latest = {outcome.account: outcome for outcome in outcomes(one.place.store)}
    for known in known_providers():
        accounts = [account for account in one.setup.settings.accounts
                    if account.provider == known.name]  # fmt: skip
        yield {
            "provider": known.name,
            "title": known.title,
            "category": known.category,
            "accounts": [
                {
                    "account": account.key,
                    "active": account.active,
                    "state": latest[account.key].state if account.key in latest else None,
                    "at": latest[account.key].at if account.key in latest else None,
                    "message": said(latest[account.key].message, one.language)
                    if account.key in latest
                    else one.language.say("No run has read it yet."),
                }
                for account in accounts
            ],
            **facts(known),
        }


_PARTS = {200: described_as(Parts)}


@router.get("/workspaces", summary="Workspaces", tags=["figures"], responses=_PARTS)
def workspaces(
    provider: parameters.Provider = None,
    account: parameters.Account = None,
    month: parameters.OfMonth = None,
    first: parameters.From = None,
    after: parameters.To = None,
    limit: parameters.Limit = 500,
    cursor: parameters.Cursor = None,
) -> Response[str]:
    """Lists what providers divide accounts into, and says what that is at each: OpenAI has
    projects, Anthropic workspaces, GitHub repositories. `/projects` is the same list, for whoever
    looks for it under that name. Costs are of the days that are asked about."""

    def make(one: Asked) -> dict[str, Any]:
        span = parameters.span_of(month, first, after, one.setup.today)
        question = one.setup.question(span, provider, account)
        found = Slice(one.place.store, question, titles()).by("sub_account")
        named = [group for group in found.groups if group.key is not None]
        shown, following = page(named, limit, cursor, state_of(one))
        return {
            "from": found.first,
            "to": found.after,
            "currency": found.currency,
            "providers": _meanings(provider),
            "parts": [_part(one, group) for group in shown],
            "next": following,
        }

    return read(make)


router.get("/projects", summary="Projects", tags=["figures"], responses=_PARTS)(workspaces)


def _meanings(provider: str | None) -> list[dict[str, str]]:
    return [
        {"provider": known.name, "title": known.title, "meaning": known.facts.sub_accounts}
        for known in known_providers()
        if provider in (None, known.name)
    ]


def _part(one: Asked, group: Group) -> dict[str, Any]:
    is_known = group.billed_cost is not None
    return {
        "provider": group.provider,
        "account": group.account,
        "id": group.key,
        "name": group.name,
        "billed_cost": group.billed_cost,
        "reason": None if is_known else one.language.say("No cost is known of it."),
    }
