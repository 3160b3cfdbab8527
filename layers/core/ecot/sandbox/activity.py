"""What the made-up company did on a day: each day follows from the seed alone, in any order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from ecot.sandbox.catalogue import MEBIBYTES, REQUESTS, Product
from ecot.sandbox.company import ApiKey, Company, Organisation, Project

HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 17, 12, 15, 19, 20, 18, 14, 9, 6, 5, 4, 2, 1)
"""How a day's use is spread over its 24 hours (UTC), as weights."""

MINUTES_A_DAY = 24 * 60
UNUSED, QUIET_WEEKDAY, QUIET_WEEKEND, SPIKE = 0.12, 0.03, 0.18, 0.01
WEEKEND_SHARE, GROWTH_A_DAY = 0.25, 0.0012


@dataclass(frozen=True, slots=True)
class Activity:
    """What one key did with one product in one day: the grain below every usage and cost row."""

    project: Project
    api_key: ApiKey | None
    product: Product
    dimensions: Mapping[str, str | bool]
    measures: Mapping[str, int]

    def between(self, start_minute: int, end_minute: int) -> dict[str, int]:
        """Its measures in a part of the day; parts add up exactly to the whole."""
        start, end, whole = map(_weight, (start_minute, end_minute, MINUTES_A_DAY))
        return {
            name: quantity * end // whole - quantity * start // whole
            for name, quantity in self.measures.items()
        }


def activities(company: Company, organisation: Organisation, day: date) -> Iterator[Activity]:
    """Everything that the organisation did on this UTC day, in a stable order."""
    quiet = QUIET_WEEKDAY if day.weekday() < 5 else QUIET_WEEKEND
    if Random(f"{company.seed}/{organisation.id}/{day}").random() < quiet:
        return
    for project in organisation.projects:
        for product in project.products if project.lives_on(day) else ():
            place = f"{company.seed}/{organisation.id}/{day}/{project.id}/{product.name}"
            growth = 1 + GROWTH_A_DAY * (day - company.start).days
            yield from _used(Random(place), project, product, day, growth)


def _used(
    random: Random, project: Project, product: Product, day: date, growth: float
) -> Iterator[Activity]:
    if random.random() < UNUSED:
        return
    busy = growth * (0.6 + 0.8 * random.random()) * (4 if random.random() < SPIKE else 1)
    busy *= 1 if day.weekday() < 5 else WEEKEND_SHARE
    keys = (None,) if MEBIBYTES in product.sizes else project.api_keys
    for api_key in keys:
        requests = int(product.requests_a_day * busy * random.random())
        dimensions = {name: random.choice(kinds) for name, kinds in product.dimensions.items()}
        sizes = _sizes(random, product, requests)
        if requests:
            yield Activity(project, api_key, product, dimensions, {REQUESTS: requests} | sizes)


def _sizes(random: Random, product: Product, requests: int) -> dict[str, int]:
    return {
        name: requests * size if size == 1 else int(requests * size * (0.7 + 0.6 * random.random()))
        for name, size in product.sizes.items()
    }


def _weight(minute: int) -> int:
    hour, rest = divmod(minute, 60)
    return sum(HOURS[:hour]) * 60 + (HOURS[hour] * rest if rest else 0)
