"""Made-up repositories on loopback, an account of them, and what a ledger says of both."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial

from ecot.jobs.query import Question
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Period
from ecot.model.rows import Activity
from ecot.providers.contract import Options
from ecot.providers.github_activity import GITHUB_ACTIVITY
from ecot.providers.github_activity.repositories import GitHubActivityOptions
from ecot.providers.people import People
from ecot.sandbox.github.truth import ORGANIZATION
from ecot.sandbox.github_activity import GitHubActivitySite, Seen
from ecot.sandbox.github_activity.truth import FORK, GitHubActivityTruth, Person
from ecot.sandbox.server import LoopbackServer
from ecot.store.people import people_key
from ecot.store.protocol import Place
from tests.jobs.world import Clock
from tests.providers import around

TOKEN = "github_pat_11Can4ryBirdTw33tTweet_9Zk3QwLmNo7Hs2PxYb5Vd8Rf1GjKe6"
NOW = datetime(2026, 11, 8, 6, tzinfo=UTC)
SINCE = date(2026, 10, 1)
A_WEEK = Period.of_days(date(2026, 10, 5), date(2026, 10, 12))
QUESTION = Question(first=SINCE, after=NOW.date() + DAY, today=NOW.date(), currency="USD")
OPTIONS = GitHubActivityOptions(organization=ORGANIZATION)
Where = tuple[date, str | None, str | None, str, str | None]
"""Day, repository, person, what is counted, and whether by a bot."""


class Around(around.Accounts[GitHubActivityTruth, GitHubActivitySite]):
    """Repositories on loopback, and an account of them."""

    def source(self, options: Options | None = None, since: date = SINCE) -> Source:
        chosen = options or OPTIONS
        return around.source(GITHUB_ACTIVITY, self.server.url, TOKEN, options=chosen, since=since)

    def collected(
        self,
        place: Place,
        days: Iterable[date] | None = tuple(A_WEEK.days()),
        options: Options | None = None,
    ) -> Outcome:
        """The week's, unless told."""
        return super().collected(place, days, options)


@contextmanager
def github_at(now: datetime = NOW) -> Iterator[Around]:
    """A world around made-up repositories."""
    clock = Clock(now)
    truth = GitHubActivityTruth(clock)
    site = GitHubActivitySite(truth, {TOKEN: Seen()})
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server)


def happened(truth: GitHubActivityTruth, place: Place, period: Period = A_WEEK) -> Counter[Where]:
    """The truth: merges anywhere, commits of what is no fork."""
    people = People(partial(people_key, place.files))
    found: Counter[Where] = Counter()
    for day in period.days():
        for merge in truth.merges(day):
            who = _called(people, merge.by.login)
            kind = "merged_pull_requests"
            found[day, merge.repo.full_name, who, kind, _tag(merge.by)] += 1
        for commit in truth.commits(day):
            if commit.repo != FORK:
                who = _called(people, commit.by.login or commit.by.email)
                kind = "merge_commits" if commit.parents > 1 else "commits"
                found[day, commit.repo.full_name, who, kind, _tag(commit.by)] += 1
    return found


def _called(people: People, person: str | None) -> str | None:
    return person and people.pseudonym(person)


def _tag(person: Person) -> str | None:
    return "bot" if person.is_bot else None


def told(place: Place, question: Question = QUESTION) -> Counter[Where]:
    """The ledger's, each thing stated once."""
    found: Counter[Where] = Counter()
    for row in (each.row for each in rows(place, question, Activity)):
        assert row.service == "GitHub"
        for kind, count in row.quantities.items():
            where = (row.day, row.sub_account_id, row.user, kind, row.tags.get("author"))
            assert where not in found
            found[where] = int(count)
            assert found[where] == count
    return found
