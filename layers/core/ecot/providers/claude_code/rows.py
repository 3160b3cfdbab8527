"""What a record of Claude Code means: what somebody did, with which tokens, and what those cost.

A record is one of a day × actor × terminal × kind of customer, remote sessions and local ones apart
(the reference, 2026-11), and each of its models is one of `model_breakdown`; rows of equal key are
added, never put in each other's place. What it says of
money details a bill of Anthropic's, and is never in a total: of a customer by the API, an estimate
of what stands in Anthropic's cost report as well; of a subscription, the list price of what the
subscription pays for, which nobody owes. A kind of customer that nobody knows is taken like that.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ecot.model.answer import Answer, Parsed
from ecot.model.money import minor_unit, times
from ecot.model.period import Period
from ecot.model.rows import Activity, AnyRow, Charge, Usage
from ecot.providers.reading import Node, opened

SERVICE = "Claude Code"
BILLED_BY = "anthropic"
ESTIMATE = "Claude Code's own estimate (estimated_cost)"
PAYS_BY_USE = "api"  # the customer type whose estimate is about money
TAGS = ("terminal_type", "is_remote", "customer_type", "subscription_type")
CENT = Decimal("0.01")
_DECISIONS = {"accepted", "rejected"}


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows of every record, each of the day that was asked for."""
    asked = answer.asked.get("day")
    for record in opened(answer)["data"]:
        day = _day(record["date"])
        if asked not in (None, str(day)):
            record.refuse(
                "{source}: {place} is not of {day}, which was asked for: {part}", day=str(asked)
            )
        about = _dimensions(record, day)
        yield Parsed(record.place, Activity(quantities=_done(record), **about))
        for used in record["model_breakdown"]:
            yield from (Parsed(used.place, row) for row in _rows(used, about))


def _rows(used: Node, about: dict[str, Any]) -> Iterator[AnyRow]:
    """The tokens of one model, and what they cost."""
    detailing = {**about, "model": used["model"].text(), "role": "breakdown", "parent": BILLED_BY}
    yield Usage(quantities=_tokens(used["tokens"]), **detailing)
    estimate = used["estimated_cost"]
    cost, currency = _cost(estimate), estimate["currency"].currency()
    if about["tags"]["customer_type"] == PAYS_BY_USE:
        yield Charge(
            basis="estimated",
            price_list=ESTIMATE,
            billed_cost=cost,
            currency=currency,
            **detailing,
        )
    else:
        yield Charge(
            basis="unknown", billed_cost=None, list_cost=cost, currency=currency, **detailing
        )


def _dimensions(record: Node, day: date) -> dict[str, Any]:
    """What a record is about. An actor is a person or a key; whoever else may come is kept without
    a name. The type of customer must be there: without it, nobody knows what the money is."""
    actor, customer = record["actor"], record["customer_type"].text()
    tags = {name: text for name in TAGS if (text := record.optional(name)) is not None}
    return {
        "charge_period": Period.of_day(day),
        "category": "developer tools",
        "service": SERVICE,
        "sub_account_id": record.optional("organization_id"),
        "user": actor.optional("email_address"),
        "api_key_id": actor.optional("api_key_name"),
        "tags": tags | {"customer_type": customer},
    }


def _done(record: Node) -> dict[str, Decimal]:
    """What was done, by our names."""
    core = record["core_metrics"]
    counted = {
        "sessions": core["num_sessions"].whole(),
        "lines_added": core["lines_of_code"]["added"].whole(),
        "lines_removed": core["lines_of_code"]["removed"].whole(),
        "commits": core["commits_by_claude_code"].whole(),
        "pull_requests": core["pull_requests_by_claude_code"].whole(),
        **_decided(record["tool_actions"]),
    }
    return {name: Decimal(count) for name, count in counted.items()}


def _decided(actions: Node) -> dict[str, int]:
    """What people accepted and rejected of what the tools proposed, all tools together: which ones
    there are depends on the version. Where none is named, nothing is known, and nothing is zero."""
    found = actions.value.items() if isinstance(actions.value, dict) else ()
    tools = [actions[name] for name, counts in found if _DECISIONS & _names(counts)]
    if not tools:
        return {}
    return {
        "acceptances": sum(tool["accepted"].whole() for tool in tools),
        "rejections": sum(tool["rejected"].whole() for tool in tools),
    }


def _names(counts: Any) -> set[str]:
    return set(counts) if isinstance(counts, dict) else set()


def _tokens(tokens: Node) -> dict[str, Decimal]:
    """The tokens under our names. The parts of the input are disjoint, as everywhere at Anthropic;
    `input_tokens` is all of it, as with every provider."""
    uncached, cached = tokens["input"].whole(), tokens["cache_read"].whole()
    written = tokens["cache_creation"].whole()
    counted = {
        "input_tokens": uncached + cached + written,
        "input_uncached_tokens": uncached,
        "input_cached_tokens": cached,
        "input_cache_write_tokens": written,
        "output_tokens": tokens["output"].whole(),
    }
    return {name: Decimal(count) for name, count in counted.items()}


def _cost(estimate: Node) -> Decimal:
    """An estimate in the currency itself: it is stated as a number of cents (1025 is $10.25; the
    guide, 2026-11). Of other forms nobody knows whether they are cents."""
    if isinstance(estimate["amount"].value, str):
        estimate.refuse("{source}: {place} does not state its money as a number of cents: {part}")
    if minor_unit(estimate["currency"].currency()) != CENT:
        estimate.refuse("{source}: {place} has a currency that is not counted in cents: {part}")
    return times(estimate["amount"].amount(), CENT)


def _day(stated: Node) -> date:
    """The UTC day of a record: "2025-09-01T00:00:00Z"."""
    try:
        moment = datetime.fromisoformat(stated.text())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 <= moment.year < 9998:
        stated.refuse("{source}: {place} is not a UTC day: {part}")
    return moment.astimezone(UTC).date()
