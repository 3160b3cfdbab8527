"""What is true of a made-up company's Twilio: what two accounts used on a day, and what it cost.

Each day follows from the seed alone; days after the injected clock's are empty, and the running
day is whole at once. Prices are of the size of Twilio's, and nobody's in particular.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from ecot.model.money import total

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Account:
    """An account, or a subaccount of `owner`; `bought` is what was paid in before its first day."""

    sid: str
    first_day: date
    bought: Decimal = ZERO
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A smallest category and those that it is inside, with units of count and usage, and the price
    of one unit of usage; a `monthly` one falls on the first of a month. Without a name it is in no
    category but the total."""

    name: str
    inside: tuple[str, ...]
    units: tuple[str, str]
    price: str
    monthly: bool = False

    @property
    def categories(self) -> tuple[str, ...]:
        """Every category that holds it, but the total."""
        return (self.name, *self.inside) if self.name else ()


@dataclass(frozen=True, slots=True)
class Used:
    """What one account used of one product on one day: the grain below every record."""

    product: Product
    count: int
    usage: int
    price: Decimal


VOICE, TEXTS, MESSAGES = ("calls", "minutes"), ("messages", "segments"), ("messages", "messages")
PRODUCTS = (
    Product("calls-inbound-local", ("calls-inbound", "calls"), VOICE, "0.0085"),
    Product("calls-outbound", ("calls",), VOICE, "0.014"),
    Product("sms-inbound-longcode", ("sms-inbound", "sms"), TEXTS, "0.00790"),
    Product("sms-outbound-longcode", ("sms-outbound", "sms"), TEXTS, "0.00790"),
    Product("sms-messages-carrierfees", (), ("segments", "segments"), "0.003"),
    Product("mms-outbound-longcode", ("mms-outbound", "mms"), MESSAGES, "0.022"),
    Product("channels-whatsapp-service", ("channels-whatsapp", "channels"), MESSAGES, "0.00125"),
    Product("channels-messaging-inbound", ("channels-messaging", "channels"), MESSAGES, "0.005"),
    Product("phonenumbers-local", ("phonenumbers",), ("numbers", "numbers"), "1.15", monthly=True),
    Product("amazon-polly", (), ("characters", "characters"), "0.00000800"),
    Product("", (), ("", ""), "0.00001"),
)
CATEGORIES = tuple(dict.fromkeys(name for one in PRODUCTS for name in one.categories))
MAIN = Account("AC" + "1" * 32, date(2026, 8, 3), Decimal(400))
BRANCH = Account("AC" + "2" * 32, date(2026, 9, 10), owner=MAIN.sid)


class TwilioTruth:
    """Accounts and what they used, as far as `now()`, an aware clock, has come."""

    def __init__(
        self,
        now: Callable[[], datetime],
        seed: int = 11,
        currency: str = "usd",
        accounts: tuple[Account, ...] = (MAIN, BRANCH),
    ) -> None:
        self.now = now
        self.accounts = accounts
        self.seed = seed
        self.currency = currency
        self.factors: dict[date, Decimal] = {}
        """By which the prices of a day were corrected afterwards: a restatement."""

    @property
    def today(self) -> date:
        """The running GMT day."""
        return self.now().astimezone(UTC).date()

    def used(self, account: Account, day: date) -> list[Used]:
        """Everything that the account itself used on this day, in a stable order."""
        if not account.first_day <= day <= self.today:
            return []
        factor = self.factors.get(day, Decimal(1))
        random = Random(f"{self.seed}/{account.sid}/{day}")
        return [replace(one, price=one.price * factor) for one in _used(random, day)]

    def spent(self, account: Account) -> Decimal:
        """What the account and its subaccounts have ever used."""
        days = (self.today - account.first_day).days + 1
        every_day = [account.first_day + timedelta(offset) for offset in range(days)]
        below = self.below(account)
        return total(
            used.price for one in below for day in every_day for used in self.used(one, day)
        )

    def below(self, account: Account) -> list[Account]:
        """The account and its subaccounts."""
        return [one for one in self.accounts if account.sid in (one.sid, one.owner)]


def _used(random: Random, day: date) -> Iterator[Used]:
    for product in PRODUCTS:
        count = random.randrange(1, 60) if random.random() > 0.3 else 0
        more = random.randrange(0, 30)
        usage = count if product.units[0] == product.units[1] else count + more
        if count and (day.day == 1 or not product.monthly):
            yield Used(product, count, usage, Decimal(product.price) * usage)
