"""What is true of made-up organisations at Supabase: plans, projects, add-ons, hourly requests.

Each hour's requests follow from the seed alone; hours after the injected clock's have none, and the
running one is whole at once. Prices are of the size of Supabase's, and nobody's in particular.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

SERVICES = ("auth", "realtime", "rest", "storage")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Addon:
    """Something that a project has beside its plan: what kind, which size, at what price."""

    type: str
    id: str
    name: str
    description: str
    kind: str
    interval: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Project:
    """A project, its disk in bytes (whole, used), and since when it is asked anything."""

    ref: str
    name: str
    organization: str
    addons: tuple[Addon, ...] = ()
    status: str = "ACTIVE_HEALTHY"
    disk: tuple[int, int] = (8_350_298_112, 426_823_680)
    since: date = date(2026, 8, 1)


@dataclass(frozen=True, slots=True)
class Organization:
    """An organisation, and its plan (None: the answer leaves it out)."""

    slug: str
    name: str
    plan: str | None


MICRO = Addon(
    "compute_instance",
    "ci_micro",
    "Micro",
    "$0.01344/hour (~$10/month)",
    "usage",
    "hourly",
    Decimal("0.01344"),
)
LARGE = Addon(
    "compute_instance",
    "ci_large",
    "Large",
    "$0.1517/hour (~$110/month)",
    "usage",
    "hourly",
    Decimal("0.1517"),
)
DOMAIN = Addon(
    "custom_domain", "cd_default", "Custom Domain", "$10/month", "fixed", "monthly", Decimal(10)
)
IPV4 = Addon(
    "ipv4",
    "ipv4_default",
    "IPv4",
    "$0.0055/hour (~$4/month)",
    "usage",
    "hourly",
    Decimal("0.0055"),
)
LUMEN = Organization("tsrqponmlkjihgfedcba", "Atelier « Lumen »", "pro")
HOBBY = Organization("hobby-club", "Hobby", "free")
ECOLE = Project("abcdefghijklmnopqrst", "École", LUMEN.slug, (MICRO, DOMAIN))
BOUTIQUE = Project("bcdefghijklmnopqrstu", "Boutique", LUMEN.slug, (LARGE, IPV4))
ASLEEP = Project("cdefghijklmnopqrstuv", "Archives", LUMEN.slug, (MICRO,), status="INACTIVE")
GARDEN = Project("defghijklmnopqrstuvw", "Garden", HOBBY.slug)
EVERYTHING = ((LUMEN, HOBBY), (ECOLE, BOUTIQUE, ASLEEP, GARDEN))


class SupabaseTruth:
    """Organisations and what their projects were asked, as far as `now()`, an aware clock, has
    come. Both may be changed at any time."""

    def __init__(self, now: Callable[[], datetime], seed: int = 7) -> None:
        self.now = now
        self.seed = seed
        organizations, projects = EVERYTHING
        self.organizations = {one.slug: one for one in organizations}
        self.projects = {one.ref: one for one in projects}

    def asked_in(self, project: Project, hour: datetime) -> Mapping[str, int]:
        """How many requests of each kind there were in the hour that begins then."""
        if hour.date() < project.since or hour > self.now().astimezone(UTC):
            return {}
        random = Random(f"{self.seed}/{project.ref}/{hour:%Y%m%d%H}")
        if random.random() < 0.2:  # an hour without any
            return {}
        return {service: random.randrange(0, 5000) for service in SERVICES}

    def asked_on(self, project: Project, day: date) -> dict[str, int]:
        """How many requests of each kind there were on the UTC day; nothing where there were none
        at all."""
        first = datetime.combine(day, time(), UTC)
        return summed(self.asked_in(project, hour) for hour in hours(first, first + DAY))


def hours(first: datetime, after: datetime) -> Iterator[datetime]:
    """Every hour from the first on, which is the start of one."""
    while first < after:
        yield first
        first += HOUR


def summed(parts: Iterator[Mapping[str, int]]) -> dict[str, int]:
    """The sums by kind."""
    found: dict[str, int] = {}
    for part in parts:
        for service, count in part.items():
            found[service] = found.get(service, 0) + count
    return found
