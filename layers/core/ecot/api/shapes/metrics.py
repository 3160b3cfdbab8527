"""The shapes of the five metrics."""

from datetime import date

from ecot.api.shapes.base import After, Amount, Amounts, Collected, First, Reasons, Shape, Why
from ecot.api.shapes.costs import Coverage, Group, Sums


class Spender(Shape):
    """What a person cost; of `user` null: the provider names nobody."""

    provider: str | None
    user: str | None
    name: str | None
    cost: Amount


class CostByUser(Shape):
    """What the AI of some month cost, by person."""

    collected_at: Collected
    month: str
    first: First
    after: After
    currency: str
    total: Amount | None
    users: list[Spender]
    details: dict[str, list[Spender]]
    coverage: Coverage
    reason: Why


class ModelRatio(Shape):
    """Tokens into and out of a model, and what they cost."""

    provider: str
    model: str
    input_tokens: Amount | None
    output_tokens: Amount | None
    ratio: Amount | None
    cost: Amount | None
    cost_per_million_output: Amount | None
    output_per_unit: Amount | None
    reasons: Reasons


class TokenRatios(Shape):
    """The models that were asked in a month."""

    collected_at: Collected
    month: str
    currency: str
    models: list[ModelRatio]
    reason: Why


class Failing(Shape):
    """How often requests failed."""

    account: str
    provider: str | None
    requests: Amount | None
    errors: Amount | None
    rate: Amount | None
    reasons: Reasons


class ErrorRates(Shape):
    """The accounts that tell of errors, in a month."""

    collected_at: Collected
    month: str
    accounts: list[Failing]
    reason: Why


class MonthSummary(Shape):
    """A month's costs beside what was earned in it."""

    month: str
    first: First
    after: After
    is_over: bool
    cost: Amount | None
    categories: Amounts
    tax: Amount | None
    earned: Amount | None
    mrr: Amount | None
    mrr_day: date | None
    net_margin: Amount | None
    mrr_margin: Amount | None
    paying_subscribers: Amount | None
    cost_per_subscriber: Amount | None
    unconverted: Amounts
    coverage: Coverage
    reasons: Reasons


class MonthlySummary(Shape):
    """Months, the newest first."""

    collected_at: Collected
    currency: str
    months: list[MonthSummary]


class InfrastructureCosts(Shape):
    """What infrastructure cost."""

    collected_at: Collected
    totals: Sums
    by_provider: list[Group]
    by_service: list[Group]
    by_sub_account: list[Group]
