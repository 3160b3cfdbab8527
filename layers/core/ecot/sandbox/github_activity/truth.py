"""What is true of a made-up company's repositories: who merged what, and who committed what, when.

Each day follows from the seed alone; what is later than the injected clock has not happened yet.
Some of it happens in the first and in the last second of a day.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from ecot.sandbox.github.truth import ORGANIZATION

FIRST_DAY = date(2026, 7, 1)
A_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Person:
    """Who did it: a user of GitHub by login, or only an address, or nobody."""

    login: str | None = None
    email: str | None = None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository; one that is `empty` has no commit, one that `rests` was last pushed to then."""

    name: str
    is_private: bool = True
    is_fork: bool = False
    is_empty: bool = False
    rests: date | None = None

    @property
    def full_name(self) -> str:
        return f"{ORGANIZATION}/{self.name}"


@dataclass(frozen=True, slots=True)
class Merge:
    """A pull request that was merged."""

    number: int
    repo: Repo
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on the default branch; `at` is the committer's date."""

    sha: str
    repo: Repo
    by: Person
    at: datetime
    parents: int


MONA = Person("mona-lisa", "mona@lumen.example")
LINUS = Person("linus-k", "linus@lumen.example")
ADA = Person("ada-l", "ada@lumen.example")
STRANGER = Person(None, "pair@lumen.example")
NOBODY = Person()
BOT = Person("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com", True)
AUTHORS = (MONA, MONA, LINUS, ADA, BOT)
COMMITTERS = (MONA, LINUS, LINUS, ADA, STRANGER, NOBODY, BOT)

WEB, INFRA, OPEN = Repo("web"), Repo("infra.core"), Repo("open", is_private=False)
FORK, EMPTY = Repo("linux", is_private=False, is_fork=True), Repo("void", is_empty=True)
ATTIC = Repo("attic", rests=date(2025, 3, 1))
BUSY = (WEB, INFRA, OPEN)
REPOS = (ATTIC, INFRA, FORK, OPEN, EMPTY, WEB)  # by name


@dataclass
class GitHubActivityTruth:
    """An organisation as far as `now()`, an aware clock, has come. `merges_a_day` and
    `commits_a_day` are at the most, of `authors` and of `committers`; on a `rush` there are so many
    merges more; the commits of a day that is `late` are merged on another."""

    now: Callable[[], datetime]
    seed: int = 5
    merges_a_day: int = 9
    commits_a_day: int = 12
    authors: tuple[Person, ...] = AUTHORS
    committers: tuple[Person, ...] = COMMITTERS
    rush: dict[date, int] = field(default_factory=dict)
    late: dict[date, date] = field(default_factory=dict)

    def merges(self, day: date) -> list[Merge]:
        """Of the UTC day, forks' too."""
        random = Random(f"{self.seed}/merges/{day}")
        count = random.randrange(self.merges_a_day + 1) + self.rush.get(day, 0)
        moments = self._moments(random, day, count)
        first = day.toordinal() * 10_000
        return [
            Merge(first + at, random.choice((*BUSY, FORK)), random.choice(self.authors), moment)
            for at, moment in enumerate(moments)
        ]

    def commits(self, day: date) -> list[Commit]:
        """Of the UTC day, in the repositories that have some, as far as they are merged."""
        if self.now().date() < self.late.get(day, day):
            return []
        random = Random(f"{self.seed}/commits/{day}")
        count = random.randrange(self.commits_a_day + 1)
        return [
            Commit(
                f"{random.getrandbits(160):040x}",
                random.choice((*BUSY, FORK)),
                random.choice(self.committers),
                moment,
                random.choice((0, 1, 1, 1, 1, 2, 3)),
            )
            for moment in self._moments(random, day, count)
        ]

    def _moments(self, random: Random, day: date, count: int) -> Iterator[datetime]:
        """Sorted; of three or more the first and the last are the day's edges."""
        begin = datetime.combine(day, time(), UTC)
        seconds = sorted(random.randrange(A_DAY) for _ in range(count))
        if count > 2:
            seconds[0], seconds[-1] = 0, A_DAY - 1
        for second in seconds:
            if day >= FIRST_DAY and (moment := begin + timedelta(seconds=second)) <= self.now():
                yield moment
