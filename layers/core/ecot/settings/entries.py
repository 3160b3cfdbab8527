"""What may stand in `ecot.toml`, table by table, as pydantic checks it.

A check that fails raises a code, and problems.py has the sentence for it. No check repeats the
value: what stands in the wrong place may be a key.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ecot.model.address import is_safe
from ecot.model.money import currency, exact
from ecot.model.period import Month
from ecot.model.prices import STANDARD
from ecot.model.quantities import QUANTITIES
from ecot.model.rows import Category
from ecot.settings.addresses import mail_address, notion_id
from ecot.settings.values import (
    AMBER,
    NO_DOMAIN,
    RED,
    Every,
    LocaleName,
    OnDeleted,
    OnMissing,
    PublicFigure,
)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PROVIDER = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
MOST_RECIPIENTS = 50  # what Resend allows one mail (resend.com/docs/api-reference/emails, 2026-11)
LAST_MAIL_DAY = 28
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Read = TypeVar("Read")


def _reader(code: str, read: Callable[[Any], Read]) -> Callable[[Any], Read]:
    """`read`, with the error `code` where it raises."""

    def checked(value: Any) -> Read:
        try:
            return read(value)
        except (ValueError, LookupError, OSError):
            raise PydanticCustomError(code, "not valid") from None

    return checked


def _like(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError
        return text

    return read


def _label(text: str) -> str:
    if not (text.isprintable() and text.strip() == text and 0 < len(text) <= 64):
        raise ValueError
    return text


def _words(text: str) -> str:
    if not (text.isprintable() and text.strip() == text and 0 < len(text) <= 200):
        raise ValueError
    return text


def _tier(text: str) -> str:
    """As a row's tags come to: in small letters, several by the alphabet."""
    return "+".join(sorted(_words(text).lower().split("+")))


def _unit(text: str) -> str:
    if text not in QUANTITIES:
        raise ValueError
    return text


def _base_url(text: str) -> str:
    """https, or http to this machine; no user, query or fragment, for each may hold a secret."""
    parts = urlsplit(text)
    if not text.isprintable() or " " in text or "@" in parts.netloc or not parts.hostname:
        raise ValueError
    if parts.query or parts.fragment or parts.port == 0:
        raise ValueError
    if not is_safe(parts):
        raise ValueError
    return text.rstrip("/")


def _project_url(text: str) -> str:
    """The server alone, which is what the key may be sent to: what people copy instead are pages
    of the dashboard, the address of the Management API, and that of the data (…/rest/v1)."""
    parts = urlsplit(url := _base_url(text))
    if parts.path or parts.hostname in ("supabase.com", "api.supabase.com"):
        raise ValueError
    return url


def _public_url(text: str) -> str:
    """https in any case: others read it, and what is served to nobody else is no public page."""
    if urlsplit(url := _base_url(text)).scheme != "https":
        raise ValueError
    return url


def _amount(value: Any) -> Decimal:
    amount = exact(value)
    if amount < 0:
        raise ValueError
    return amount


def _rate(value: Any) -> Decimal:
    if (rate := exact(value)) <= 0:
        raise ValueError
    return rate


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _month(value: Any) -> Month:
    if not isinstance(value, str):
        raise ValueError
    return Month.parse(value)


def _day(value: Any) -> date:
    """A TOML date, or the same as text."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError
    return value


def _mail_day(value: Any) -> int:
    """Every month has it, and the month before is over."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LAST_MAIL_DAY:
        raise ValueError
    return value


Currency = Annotated[str, AfterValidator(_reader("currency", currency))]
Timezone = Annotated[str, AfterValidator(_reader("timezone", lambda name: ZoneInfo(name).key))]
ProviderName = Annotated[str, AfterValidator(_reader("provider", _like(_PROVIDER)))]
Name = Annotated[str, AfterValidator(_reader("name", _like(NAME)))]
Variable = Annotated[str, AfterValidator(_reader("variable", _like(_VARIABLE)))]
BaseUrl = Annotated[str, AfterValidator(_reader("base_url", _base_url))]
ProjectUrl = Annotated[str, AfterValidator(_reader("project_url", _project_url))]
PublicUrl = Annotated[str, AfterValidator(_reader("public_url", _public_url))]
NotionId = Annotated[str, AfterValidator(_reader("notion_id", notion_id))]
MailAddress = Annotated[str, AfterValidator(_reader("mail_address", mail_address))]
Label = Annotated[str, AfterValidator(_reader("label", _label))]
Amount = Annotated[Decimal, BeforeValidator(_reader("amount", _amount))]
Budgeted = Annotated[Decimal, BeforeValidator(_reader("budget", _rate))]
ExchangeRate = Annotated[Decimal, BeforeValidator(_reader("rate", _rate))]
# Text alone (checked first): to other programs a number of TOML is a float.
Quoted = BeforeValidator(_reader("quoted", _text))
Price = Annotated[Decimal, BeforeValidator(_reader("price", _amount)), Quoted]
Per = Annotated[Decimal, BeforeValidator(_reader("per", _rate)), Quoted]
Unit = Annotated[str, AfterValidator(_reader("unit", _unit))]
Words = Annotated[str, AfterValidator(_reader("words", _words))]
Tier = Annotated[str, AfterValidator(_reader("words", _tier))]
InMonth = Annotated[Month, BeforeValidator(_reader("month", _month))]
MailDay = Annotated[int, BeforeValidator(_reader("mail_day", _mail_day))]
OnDay = Annotated[date, BeforeValidator(_reader("day", _day))]


class Entry(BaseModel):
    """A table of the file. Strict: text is text, true is no number."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
        defer_build=True,
    )


class BadgeEntry(Entry):
    """`[report.badge]`"""

    amber: Amount = AMBER
    red: Amount = RED
    public: bool = False

    @model_validator(mode="after")
    def _are_in_order(self) -> Self:
        if self.amber > self.red:
            raise PydanticCustomError("thresholds", "not in order")
        return self


class ReportEntry(Entry):
    """`[report]`"""

    currency: Currency | None = None
    locale: LocaleName | None = None
    timezone: Timezone | None = None
    ecb_url: BaseUrl | None = None
    url: PublicUrl | None = None
    badge: BadgeEntry | None = None


class ShareEntry(Entry):
    """`[share]`"""

    public: list[PublicFigure] = []
    url: PublicUrl | None = None


class NotionEntry(Entry):
    """`[notion]`"""

    services: NotionId | None = None
    usages: NotionId | None = None
    secret: Variable | None = None
    base_url: BaseUrl | None = None
    on_missing_property: OnMissing = "warn"
    on_deleted_row: OnDeleted = "ignore"


class MailEntry(Entry):
    """`[mail]`"""

    to: list[MailAddress] = []
    sender: MailAddress = Field(NO_DOMAIN, alias="from")
    reply_to: MailAddress | None = None
    day: MailDay = 2
    failures: bool = True
    links: bool = True
    secret: Variable | None = None
    base_url: BaseUrl | None = None

    @model_validator(mode="after")
    def _are_not_many(self) -> Self:
        if len(self.to) > MOST_RECIPIENTS:
            raise PydanticCustomError("recipients", "too many")
        return self


class SupabaseEntry(Entry):
    """`[people.supabase]`"""

    url: ProjectUrl
    secret: Variable | None = None


class PeopleEntry(Entry):
    """`[people]`"""

    show: Literal["pseudonyms", "names"] = "pseudonyms"
    supabase: SupabaseEntry | None = None


class AccountEntry(Entry):
    """`[[account]]`, less the keys that belong to its provider."""

    provider: str
    name: Name | None = None
    secret: Variable | None = None
    base_url: BaseUrl | None = None
    since: OnDay | None = None
    active: bool = True


class PlanEntry(Entry):
    """`[[plan]]`"""

    provider: ProviderName
    account: Name | None = None
    name: Label
    amount: Amount
    currency: Currency
    every: Every = "month"
    since: InMonth
    until: InMonth | None = None
    category: Category | None = None


class BudgetEntry(Entry):
    """`[[budget]]`"""

    provider: ProviderName | None = None
    amount: Budgeted
    currency: Currency


class RateEntry(Entry):
    """`[[rate]]`"""

    source: Currency = Field(alias="from")
    target: Currency = Field(alias="to")
    rate: ExchangeRate
    since: OnDay


class PriceEntry(Entry):
    """`[[price]]` of `prices.toml`"""

    provider: ProviderName
    model: Words
    unit: Unit
    tier: Tier = STANDARD
    per: Per = Decimal(1)
    price: Price
    currency: Currency
    every: Literal["month"] | None = None
    since: OnDay = Field(alias="from")
    source: Words
