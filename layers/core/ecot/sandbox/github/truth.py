"""What is true of a made-up company's GitHub: what its repositories and people used on a day, and
what of it the plan paid for.

Each day follows from the seed alone; days after the injected clock's are empty. Prices are of the
size of GitHub's, and nobody's in particular.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

FIRST_DAY = date(2026, 9, 10)
ORGANIZATION, USER = "lumen-lab", "mona"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sku:
    """What is sold: GitHub's words for it, the price of a unit, and the most units of a day."""

    product: str
    sku: str
    unit: str
    price: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the report. Without a repository it is the whole account's."""

    day: date
    sku: Sku
    repository: str | None
    quantity: Decimal
    gross: Decimal
    discount: Decimal

    @property
    def net(self) -> Decimal:
        """What is billed."""
        return self.gross - self.discount


LINUX = Sku("Actions", "Actions Linux", "minutes", Decimal("0.006"), Decimal(60))
WINDOWS = Sku("actions", "actions_windows", "Minutes", Decimal("0.010"), Decimal(20))
STORAGE = Sku("Actions", "actions_storage", "gigabyte-hours", Decimal("0.00033602"), Decimal("2.5"))
PACKAGES = Sku("Packages", "Packages data transfer", "gigabytes", Decimal("0.5"), Decimal(3))
TEAM = Sku("GitHub Team", "GitHub Team License", "user-months", Decimal(4), Decimal("0.4"))
SEATS = Sku("Copilot", "Copilot Business", "user-months", Decimal(19), Decimal("0.2"))
CREDITS = Sku("copilot", "Copilot AI Credits", "ai-credits", Decimal("0.01"), Decimal(90))
OF_REPOSITORIES = (LINUX, WINDOWS, STORAGE, PACKAGES)
OF_THE_ACCOUNT = (TEAM, SEATS, CREDITS)
REPOSITORIES = {
    ORGANIZATION: ("lumen-lab/web", "lumen-lab/infra", "lumen-lab/open"),
    USER: ("mona/notes",),
}
PUBLIC = "lumen-lab/open"  # Actions of public repositories are wholly discounted


class GitHubTruth:
    """An organisation and a person, as far as `now()`, an aware clock, has come."""

    def __init__(self, now: Callable[[], datetime], seed: int = 5) -> None:
        self.now = now
        self.seed = seed
        self.factors: dict[date, Decimal] = {}
        """By which the use of a day was corrected afterwards: a restatement."""

    def items(self, account: str, day: date) -> list[Item]:
        """Every line of the account's day, in a stable order."""
        if not FIRST_DAY <= day <= self.now().astimezone(UTC).date():
            return []
        return list(self._items(Random(f"{self.seed}/{account}/{day}"), account, day))

    def _items(self, random: Random, account: str, day: date) -> Iterator[Item]:
        for repository in REPOSITORIES[account]:
            for sku in OF_REPOSITORIES:
                if random.random() < 0.8:
                    yield self._item(random, day, sku, repository)
        if account == ORGANIZATION:
            for sku in OF_THE_ACCOUNT:
                yield self._item(random, day, sku, None)

    def _item(self, random: Random, day: date, sku: Sku, repository: str | None) -> Item:
        share = Decimal(random.randrange(1, 10_000)) / 10_000
        quantity = sku.most * share * self.factors.get(day, Decimal(1))
        gross = quantity * sku.price
        return Item(day, sku, repository, quantity, gross, _discount(sku, repository, day, gross))


def _discount(sku: Sku, repository: str | None, day: date, gross: Decimal) -> Decimal:
    """What the plan pays: Actions of public repositories, and of all others until the 10th."""
    if sku.product.lower() != "actions":
        return ZERO
    return gross if repository == PUBLIC or day.day <= 10 else ZERO
