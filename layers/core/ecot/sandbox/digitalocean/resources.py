"""What a made-up company has at DigitalOcean, and what is stated of it: points, items, invoices."""

import random
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that is billed by the hour; `born` and `gone` are its first day and the day after
    its last. `untimed` ones are billed without times."""

    product: str
    sku: str
    description: str
    a_month: Decimal
    project: str = ""
    group: str = ""
    region: str = "fra1"
    number: str = ""
    born: date = date(2025, 9, 20)
    gone: date = date(2100, 1, 1)
    untimed: bool = False

    def lives(self, day: date) -> bool:
        """Whether it is there on the day."""
        return self.born <= day < self.gone

    @property
    def uuid(self) -> str:
        """Its id, where it has one."""
        return (
            "" if self.number else str(UUID(int=random.Random(self.description).getrandbits(128)))
        )


@dataclass(frozen=True, slots=True)
class Point:
    """What the nightly estimate of a resource changed by on a day."""

    day: date
    resource: Resource
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an invoice, with the hours `[start, end)`, if it says which."""

    product: str
    description: str
    amount: Decimal
    resource: Resource | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """What was billed for a month; `credits` are negative."""

    month: date
    items: tuple[Item, ...]
    overages: Decimal
    taxes: Decimal
    credits: Decimal

    @property
    def products(self) -> Decimal:
        """What its resources cost."""
        return sum((item.amount for item in self.items), Decimal(0))

    @property
    def net(self) -> Decimal:
        """What it comes to without tax."""
        return self.products + self.overages + self.credits

    @property
    def amount(self) -> Decimal:
        """What it comes to."""
        return self.net + self.taxes

    @property
    def uuid(self) -> str:
        """Its id."""
        return str(UUID(int=random.Random(f"invoice {self.month}").getrandbits(128)))

    @property
    def number(self) -> str:
        """The number on its face."""
        return f"5{self.month:%Y%m}77"


RESOURCES = (
    Resource(
        "App Platform", "1-APP-PROF-00003", "lumen-web (apps-s-1vcpu-1gb)", Decimal(12), "web"
    ),
    Resource("App Platform", "1-APP-BASIC-00001", "lumen-jobs (apps-s-1vcpu-0.5gb)", Decimal(5)),
    Resource(
        *("Database Clusters", "1-DBAAS-PG-00042", "1 node - 1 GB / 1 vCPU", Decimal("15.15")),
        *("web", "lumen-db"),
    ),
    Resource(
        *("Container Registry", "1-DOCR-BASIC-00001", "Container Registry (basic)", Decimal(5)),
        *("", "", "global"),
    ),
    Resource(
        *("Spaces Subscription", "1-SPACES-SUB-00001"),
        *("Spaces ($5/mo 250GB storage & 1TB bandwidth)", Decimal(5)),
        untimed=True,
    ),
    Resource(
        *("Droplets", "1-DO-DROP-0109", "batch (c-2-4GiB)", Decimal(42), "données"),
        number="2353624",
        gone=date(2026, 10, 13),
    ),
    Resource(
        *("Droplets", "1-DO-DROP-0020", "probe (s-1vcpu-1gb)", Decimal(6)),
        number="3114159",
        born=date(2026, 10, 9),
    ),
    Resource(
        *("HTTP Load Balancers", "1-LB-HTTP-00007", "lb-lumen", Decimal(12), "web"),
        group="HTTP Load Balancers",
    ),
)
