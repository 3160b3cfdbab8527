"""The shapes of what is answered, for the description of the interface; the tests hold every answer
against them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ecot.api.answers import JSON
from ecot.api.bodies import FORM
from ecot.model.mail import DeliveryState, MailState
from ecot.model.outcome import State

Amount = Annotated[
    str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", description="Exact", examples=["42.10"])
]
Amounts = dict[str, Amount]
Collected = Annotated[
    datetime | None, Field(description="When an account was last read (UTC); null: never")
]
Day = Annotated[date, Field(description="A UTC day", examples=["2026-01-31"])]
First = Annotated[date, Field(alias="from", description="The first day")]
After = Annotated[date, Field(alias="to", description="The day after the last one")]
Why = Annotated[str | None, Field(description="Why a figure is null")]
Reasons = Annotated[dict[str, str], Field(description="Why each figure that is null is not known")]
Next = Annotated[str | None, Field(description="`cursor` of the next page; null: this is the last")]


class Shape(BaseModel):
    """An object with these fields and no others."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Gap(Shape):
    """Days of an account that were never read completely; both ends are inside."""

    provider: str
    account: str
    first: Day
    last: Day
    days: int
    reason: str | None


class Coverage(Shape):
    """Where a total comes from (shares that add up to 1, or null where there is nothing to share),
    and what it misses."""

    billed: Amount | None
    estimated: Amount | None
    entered: Amount | None
    unknown: int
    unknown_of: dict[str, int]
    without_cost: list[str]
    breakdowns: Amounts
    missing: list[Gap]


class Group(Shape):
    """One line of a table by one dimension."""

    key: str | None
    provider: str | None
    account: str | None
    name: str | None
    billed_cost: Amount | None
    basis: Amounts
    origins: list[str]
    unconverted: Amounts
    replaced: Amount | None
    only: str | None
    unpriced: int
    quantities: Amounts


class Totals(Shape):
    """`ecot totals --json`."""

    first: First
    after: After
    currency: str
    total: Amount | None
    tax: Amount | None
    unconverted: Amounts
    unconverted_tax: Amounts
    converted: list[dict[str, Any]]
    bills: list[dict[str, Any]]
    coverage: Coverage
    groups: list[Group | dict[str, Any]]


class Costs(Totals):
    """Totals, page by page."""

    collected_at: Collected
    by: list[str]
    next: Next
    reason: Why


class Sums(Shape):
    """The costs of some days."""

    first: First
    after: After
    currency: str
    total: Amount | None
    tax: Amount | None
    unconverted: Amounts
    coverage: Coverage
    reason: Why


class Part(Shape):
    """What a provider divides an account into."""

    provider: str
    account: str | None
    id: str
    name: str | None
    billed_cost: Amount | None
    reason: Why


class Meaning(Shape):
    """What the parts of a provider's accounts are."""

    provider: str
    title: str
    meaning: str


class Parts(Shape):
    """Workspaces and projects."""

    collected_at: Collected
    first: First
    after: After
    currency: str
    providers: list[Meaning]
    parts: list[Part]
    next: Next


class ProviderShape(Shape):
    """A supplier, and the accounts that are read of it."""

    model_config = ConfigDict(extra="allow")
    provider: str
    title: str
    category: str
    accounts: list[dict[str, Any]]


class Providers(Shape):
    """Every supplier that can be read."""

    collected_at: Collected
    providers: list[ProviderShape]


class AccountHealth(Shape):
    """How an account was last read."""

    provider: str
    account: str
    state: State
    run: str
    at: datetime
    hours: Amount
    message: str | None
    remedy: str | None


class TroubleShape(Shape):
    """Something that has not come to its end, and is not in the report or says so nowhere there."""

    about: Literal["collection", "report", "notion", "mail"]
    since: datetime
    run: str | None
    message: str
    remedy: str | None


class Health(Shape):
    """Whether all is well; the rest with a token alone. `published_at` is when the results of a
    night were last published (null: no night is expected), `unfinished` are the runs that are under
    way, `troubles` what keeps them, Notion or a mail from coming to an end."""

    ok: bool
    collected_at: Collected = None
    hours: Amount | None = None
    reason: Why = None
    published_at: datetime | None = None
    unfinished: list[str] = []
    troubles: list[TroubleShape] = []
    accounts: list[AccountHealth] = []


class AccountRun(Shape):
    """An account in a run."""

    account: str
    provider: str
    state: State | Literal["waiting", "collecting"]
    at: datetime | None
    message: str | None
    remedy: str | None


class Run(Shape):
    """A collection, and how far it is. `finished`: everything but its mails is done.
    `stands_since`: it has not come any further since then, which is longer than a step may take."""

    run: str
    kind: str
    time: datetime
    provider: str | None
    account: str | None
    month: str | None
    send_email: bool
    progress: Literal["waiting", "collecting", "publishing", "published"]
    finished: bool
    begun_at: datetime | None
    complete_at: datetime | None
    published_at: datetime | None
    sent_at: datetime | None
    stands_since: datetime | None
    accounts: list[AccountRun]


class Runs(Shape):
    """The last runs, the last first."""

    runs: list[Run]


class Collection(Runs):
    """What can be collected, and how the last runs went."""

    collected_at: Collected
    accounts: list[str]


class Asked(Shape):
    """A collection that was asked for: where to look what becomes of it."""

    run: str
    is_new: bool
    status: str
    watch: str


class CollectBody(Shape):
    """What to collect: by default all accounts, and the days that each run reads."""

    provider: str | None = Field(None, max_length=64)
    account: str | None = Field(None, max_length=265)
    month: str | None = Field(None, pattern=r"^[0-9]{4}-[0-9]{2}$")
    send_email: bool = False


class SendBody(Shape):
    """Which month's report to mail: by default the month before."""

    month: str | None = Field(None, pattern=r"^[0-9]{4}-[0-9]{2}$")
    again: bool = False


class MailAsked(Shape):
    """A mail that was asked for: where to look what becomes of it."""

    month: str
    again: bool
    status: str


class SentMail(Shape):
    """A mail, and what became of it: by Resend (`resend`), or as a file (`outbox`)."""

    state: MailState
    subject: str
    recipients: int
    by: str
    tried_at: datetime
    sent_at: datetime | None
    delivery: DeliveryState | None
    problem: str | None
    remedy: str | None


class MailsOfMonth(Shape):
    """The mails about a month."""

    month: str
    mails: list[SentMail]


class AdjustmentBody(Shape):
    """A bill to add or to void. Amounts are text: 1234.50."""

    action: Literal["add", "void"] = "add"
    account: str = Field(max_length=265)
    number: str = Field(max_length=500)
    issued: str | None = Field(None, max_length=10)
    month: str | None = Field(None, max_length=7)
    first: str | None = Field(None, alias="from", max_length=10)
    after: str | None = Field(None, alias="to", max_length=10)
    net: str | None = Field(None, max_length=60)
    tax: str | None = Field(None, max_length=60)
    currency: str | None = Field(None, max_length=3)
    kind: Literal["invoice", "top-up"] | None = None
    service: str | None = Field(None, max_length=500)
    sub_account: str | None = Field(None, max_length=500)
    category: str | None = Field(None, max_length=40)
    note: str | None = Field(None, max_length=500)
    reason: str | None = Field(None, max_length=500)
    new: bool = False


class Adjusted(Shape):
    """What became of it: the bill as it stands, what it does to the totals, and whether the report
    shows it after the next collection only."""

    account: str
    number: str
    action: str
    changed: bool
    bill: dict[str, Any] | None
    settlement: dict[str, Any] | None
    is_shown_late: bool


class Adjustments(Shape):
    """The bills that stand, and every word that was said about bills."""

    collected_at: Collected
    currency: str
    bills: list[dict[str, Any]]
    balances: list[dict[str, Any]]
    history: list[dict[str, Any]]
    next: Next


class Report(Shape):
    """A month."""

    collected_at: Collected
    month: str
    state: str
    months: list[str]
    totals: Sums
    by_provider: list[Group]
    by_account: list[Group]
    by_sub_account: list[Group]
    by_model: list[Group]
    by_category: list[Group]
    bills: list[dict[str, Any]]
    restatements: list[dict[str, Any]]


class Dashboard(Shape):
    """The last days, and as many before them."""

    collected_at: Collected
    days: int
    totals: Sums
    previous: Sums
    by_day: list[Group]
    by_provider: list[Group]
    by_category: list[Group]
    by_model: list[Group]


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


class Badge(Shape):
    """As shields.io reads it."""

    schemaVersion: Literal[1]
    label: str
    message: str
    color: str


def described_as(shape: type[Shape], description: str = "What was asked for") -> Any:
    """The answer in the description of a route."""
    return {"description": description, "content": {JSON: {"model": shape}}}


def described_as_file(kinds: tuple[str, ...], description: str) -> Any:
    """An answer that is a file: text, or an object whose fields are described elsewhere."""
    content = {kind: {"schema": {"type": "object" if kind == JSON else "string"}} for kind in kinds}
    return {"description": description, "content": content}


def sent_as(shape: type[Shape], example: Mapping[str, Any]) -> dict[str, Any]:
    """What may be sent, in the description of a route: as JSON, or as a form."""
    schema = shape.model_json_schema(by_alias=True)
    content = {kind: {"schema": schema, "example": dict(example)} for kind in (JSON, FORM)}
    return {"requestBody": {"required": "required" in schema, "content": content}}
