"""`GET /metrics/…`: who costs what, tokens by model, failures, months, infrastructure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from ecot.api import parameters
from ecot.api.answers import read
from ecot.api.asked import Asked
from ecot.api.month_documents import month_fields
from ecot.api.routes.routers import new_router
from ecot.api.shapes.base import described_as
from ecot.api.shapes.metrics import (
    CostByUser,
    ErrorRates,
    InfrastructureCosts,
    MonthlySummary,
    TokenRatios,
)
from ecot.api.sums import groups_of, sums_of
from ecot.jobs.known import titles
from ecot.jobs.metrics import (
    Failures,
    ModelUse,
    Spender,
    of_infrastructure,
    summaries,
    used,
)
from ecot.jobs.query import Slice
from ecot.jobs.site.history import History
from ecot.jobs.written import begun_month
from ecot.language import Language
from ecot.model.money import total
from ecot.model.period import Month
from ecot.model.sentence import Sentence

router = new_router()
_Months = Annotated[int, Query(description="How many months, the running one inside.", ge=1, le=24)]
_NO_TOKENS = Sentence("No tokens were measured.")
_NO_REQUESTS = Sentence("The requests are not told.")
_NO_ERRORS = Sentence("The errors are not told.")
_CONTRADICTION = Sentence("Requests and errors contradict each other, or there were no requests.")
_NO_COST = Sentence(
    "No cost is known of this usage: none stands beside it, or a bill is in its place."
)
_NO_OUTPUT = Sentence("No output was measured.")


@router.get(
    "/metrics/cost-by-user",
    summary="AI by person",
    tags=["metrics"],
    responses={200: described_as(CostByUser)},
)
def cost_by_user(month: parameters.OfMonth = None) -> Response[str]:
    """Says what the AI of a month cost by person. Persons are pseudonyms unless the settings name
    them. What the provider says of nobody is a line of its own, with `user` null; `details` are
    what accounts say of the bills of others, in no total."""

    def make(one: Asked) -> dict[str, Any]:
        chosen, history = _month(one, month)
        found = used(history, chosen)
        asked = Slice(
            one.place.store,
            one.setup.question((chosen.first, chosen.after)),
            titles(),
            "person",
            lambda figure: figure.cell.category == "ai",
        )
        whole = sums_of(asked.by("provider"), one.language)
        return {
            "month": str(chosen),
            "from": whole["from"],
            "to": whole["to"],
            "currency": whole["currency"],
            "total": total(spender.cost for spender in found.spenders) if found.spenders else None,
            "users": [_spender(spender, history) for spender in found.spenders],
            "details": {
                account: [_spender(spender, history) for spender in spenders]
                for account, spenders in found.details.items()
            },
            "coverage": whole["coverage"],
            "reason": whole["reason"],
        }

    return read(make)


@router.get(
    "/metrics/token-ratios",
    summary="Tokens by model",
    tags=["metrics"],
    responses={200: described_as(TokenRatios)},
)
def token_ratios(month: parameters.OfMonth = None) -> Response[str]:
    """Says how many tokens went into each model for one that came out, and what they cost. A price
    stands only where cost and usage are of the same project, day and model."""

    def make(one: Asked) -> dict[str, Any]:
        chosen, history = _month(one, month)
        models = used(history, chosen).models
        return {
            "month": str(chosen),
            "currency": one.setup.currency,
            "models": [_model(model, one.language) for model in models],
            "reason": None if models else one.language.sentence(_NO_TOKENS),
        }

    return read(make)


@router.get(
    "/metrics/error-rates",
    summary="Failed requests",
    tags=["metrics"],
    responses={200: described_as(ErrorRates)},
)
def error_rates(month: parameters.OfMonth = None) -> Response[str]:
    """Says which share of requests failed, of every account that tells of errors."""

    def make(one: Asked) -> dict[str, Any]:
        chosen, history = _month(one, month)
        failures = used(history, chosen).failures
        none = one.language.say("No account tells of errors in this month.")
        return {
            "month": str(chosen),
            "accounts": [_failing(each, one.language) for each in failures],
            "reason": None if failures else none,
        }

    return read(make)


@router.get(
    "/metrics/monthly-summary",
    summary="Costs and revenue by month",
    tags=["metrics"],
    responses={200: described_as(MonthlySummary)},
)
def monthly_summary(month: parameters.OfMonth = None, months: _Months = 6) -> Response[str]:
    """Says what months cost by category, what was earned in them, and the margin: only of a month
    that is over and of which nothing is missing. `month` is the last of them."""

    def make(one: Asked) -> dict[str, Any]:
        last, history = _month(one, month)
        chosen = [last.shifted(-back) for back in range(months)]
        begun = sorted(one for one in chosen if one in set(history.months))
        found = summaries(history, begun) if begun else []
        return {
            "currency": one.setup.currency,
            "months": [month_fields(each, one.language) for each in reversed(found)],
        }

    return read(make)


@router.get(
    "/metrics/infrastructure-costs",
    summary="Infrastructure",
    tags=["metrics"],
    responses={200: described_as(InfrastructureCosts)},
)
def infrastructure_costs(
    month: parameters.OfMonth = None,
    first: parameters.From = None,
    after: parameters.To = None,
) -> Response[str]:
    """Adds up the costs of infrastructure by supplier, service, and project or resource."""

    def make(one: Asked) -> dict[str, Any]:
        span = parameters.span_of(month, first, after, one.setup.today)
        question = one.setup.question(span)
        found = Slice(one.place.store, question, titles(), "service", of_infrastructure)
        return {
            "totals": sums_of(found.by("provider"), one.language),
            "by_provider": groups_of(found, "provider"),
            "by_service": groups_of(found, "service"),
            "by_sub_account": groups_of(found, "sub_account"),
        }

    return read(make)


def _month(one: Asked, text: str | None) -> tuple[Month, History]:
    """The month, by default the running one, and the ledger as the pages show it."""
    today = one.setup.today
    month = begun_month(text, today) if text else Month.of(today)
    return month, History(one.place, one.setup.edition())


def _spender(one: Spender, history: History) -> dict[str, Any]:
    name = history.names.get(f"{one.provider}/{one.user}") if one.user else None
    return {"provider": one.provider, "user": one.user, "name": name, "cost": one.cost}


def _model(one: ModelUse, language: Language) -> dict[str, Any]:
    fields: dict[str, Decimal | None] = {
        "input_tokens": one.tokens_in,
        "output_tokens": one.tokens_out,
        "ratio": one.ratio,
        "cost": one.cost,
        "cost_per_million_output": one.price,
        "output_per_unit": one.output,
    }
    why = {"input_tokens": _NO_TOKENS, "output_tokens": _NO_TOKENS, "ratio": _NO_OUTPUT}
    whole = {"provider": one.provider, "model": one.model, **fields}
    return whole | {"reasons": _reasons(fields, why, _NO_COST, language)}


def _failing(one: Failures, language: Language) -> dict[str, Any]:
    fields = {"requests": one.requests, "errors": one.errors, "rate": one.rate}
    why = {"requests": _NO_REQUESTS, "errors": _NO_ERRORS}
    whole = {"account": one.account, "provider": one.provider, **fields}
    return whole | {"reasons": _reasons(fields, why, _CONTRADICTION, language)}


def _reasons(
    fields: dict[str, Decimal | None],
    why: dict[str, Sentence],
    else_: Sentence,
    language: Language,
) -> dict[str, str]:
    unknown: Iterable[str] = (name for name, value in fields.items() if value is None)
    return {name: language.sentence(why.get(name, else_)) for name in unknown}
