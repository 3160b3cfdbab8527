"""What is true of a made-up company at DigitalOcean: its resources, by day and by invoice.

Everything follows from the seed and the day. `Point.amount` and `Item.amount` are what the site
states, to the last digit; a month's items differ from its points by some cents.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from ecot.sandbox.digitalocean.resources import RESOURCES, Invoice, Item, Point, Resource

DAY = timedelta(days=1)
CENT = Decimal("0.01")
FOUR = Decimal("0.0001")
TAX_RATE = Decimal("0.077")


class DigitalOceanTruth:
    """The company's team until `now()`, an injectable aware clock.

    `quiet` months (their first days) have nothing at all. An invoice is there from 8 o'clock on the
    first of the next month. `corrected` are amounts that a day's first resource has beside its own.
    """

    def __init__(self, now: Callable[[], datetime], seed: int = 20261121) -> None:
        self.now = now
        self.seed = seed
        self.uuid = "5df3e300-4a17-4e24-a7c2-0ca6c9fc25b7"
        self.name = "Atelier Lumen"
        self.resources = RESOURCES
        self.quiet = {date(2026, 7, 1)}
        self.corrected: dict[date, Decimal] = {}
        self._drawn = lru_cache(maxsize=1024)(self._draw)

    @property
    def urn(self) -> str:
        """What insights are asked by."""
        return f"do:team:{self.uuid}"

    @property
    def today(self) -> date:
        """The UTC day."""
        return self.now().astimezone(UTC).date()

    def between(self, first: date, last: date) -> Iterator[Point]:
        """The points of the days, both inside; today's are not there before tomorrow."""
        for number in range((min(last, self.today - DAY) - first).days + 1):
            yield from self.of_day(first + number * DAY)

    def of_day(self, day: date) -> list[Point]:
        """The points of a day."""
        points = list(self._drawn(day))
        if points and day in self.corrected:
            first = points[0]
            points[0] = Point(day, first.resource, first.amount + self.corrected[day])
        return points

    def invoices(self) -> list[Invoice]:
        """Every invoice that there is, newest first."""
        first, found = date(2025, 10, 1), []
        while self.now() >= datetime.combine(after(first), time(8), UTC):
            found += [self.invoice(first)] if first not in self.quiet else []
            first = after(first)
        return found[::-1]

    def invoice(self, first: date) -> Invoice:
        """The invoice of the month that begins on that day."""
        dice = random.Random(f"{self.seed} {first} invoice")
        items = tuple(
            self._item(resource, first, dice.choice((-1, 0, 0, 1, 2)))
            for resource in self.resources
            if resource.born < after(first) and resource.gone > first
        )
        overages = dice.randint(0, 40) * CENT
        given = dice.randint(0, 300) * CENT
        due = sum((item.amount for item in items), overages - given)
        return Invoice(first, items, overages, cents(due * TAX_RATE), -given)

    def _item(self, resource: Resource, first: date, cents_more: int) -> Item:
        born, gone = max(resource.born, first), min(resource.gone, after(first))
        points = (self._drawn(born + number * DAY) for number in range((gone - born).days))
        amounts = (each.amount for of_day in points for each in of_day if each.resource == resource)
        amount = cents(sum(amounts, Decimal(0))) + cents_more * CENT
        if resource.untimed:
            return Item(resource.product, resource.description, amount, resource)
        start, end = (datetime.combine(day, time(), UTC) for day in (born, gone))
        start += timedelta(hours=9, minutes=14) if born == resource.born else timedelta()
        return Item(resource.product, resource.description, amount, resource, start, end)

    def _draw(self, day: date) -> tuple[Point, ...]:
        if day.replace(day=1) in self.quiet:
            return ()
        dice = random.Random(f"{self.seed} {day}")
        return tuple(
            Point(day, resource, self._amount(resource, dice))
            for resource in self.resources
            if resource.lives(day)
        )

    def _amount(self, resource: Resource, dice: random.Random) -> Decimal:
        """About a thirtieth of the month; now and then less than nothing: a correction."""
        if dice.random() < 0.04:
            return -dice.randint(1, 400) * FOUR
        share = resource.a_month / 30 * Decimal(dice.randint(90, 110)) / 100
        return share.quantize(FOUR, ROUND_HALF_UP)


def after(first: date) -> date:
    """The first day of the month after."""
    return (first + 31 * DAY).replace(day=1)


def cents(amount: Decimal) -> Decimal:
    """Rounded to cents, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)
