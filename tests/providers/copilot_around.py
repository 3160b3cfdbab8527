"""A made-up Copilot on loopback, an account of it, and what a ledger says of both."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

from ecot.jobs.query import Question
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.model.period import DAY, Period
from ecot.model.rows import Activity, Balance, Charge
from ecot.providers.contract import Options
from ecot.providers.copilot import COPILOT, CopilotOptions
from ecot.providers.people import People
from ecot.sandbox.copilot import CopilotSite, Grant
from ecot.sandbox.copilot.truth import ORGANIZATION, SEAT_PRICE, CopilotTruth, PersonDay
from ecot.sandbox.server import LoopbackServer
from ecot.store.people import people_key
from ecot.store.protocol import Place
from tests.jobs.world import Clock
from tests.providers import around
from tests.providers.around import OCTOBER

TOKEN = "github_pat_11Can4ryBirdTw33tTweet_9Zk3QwLmNo7Hs2PxYb5Vd8Rf1GjKe6"
NOW = datetime(2026, 11, 8, 6, tzinfo=UTC)
SINCE = date(2026, 10, 1)
QUESTION = Question(first=SINCE, after=NOW.date() + DAY, today=NOW.date(), currency="USD")
OPTIONS = CopilotOptions(organization=ORGANIZATION)
Where = tuple[object, ...]
NAMES = {
    "user_initiated_interaction_count": "interactions",
    "code_generation_activity_count": "suggestions",
    "code_acceptance_activity_count": "acceptances",
    "loc_suggested_to_add_sum": "lines_suggested",
    "loc_added_sum": "lines_added",
    "loc_deleted_sum": "lines_removed",
}


class Around(around.Accounts[CopilotTruth, CopilotSite]):
    """A Copilot on loopback, and an account of it."""

    def source(self, options: Options | None = None, since: date = SINCE) -> Source:
        chosen = options or OPTIONS
        return around.source(COPILOT, self.server.url, TOKEN, options=chosen, since=since)


@contextmanager
def copilot_at(now: datetime = NOW) -> Iterator[Around]:
    """A world around a made-up Copilot."""
    clock = Clock(now)
    truth = CopilotTruth(clock)
    site = CopilotSite(truth, {TOKEN: Grant()})
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server)


def pseudonym(place: Place, login: str) -> str:
    """What a person is called in the ledger."""
    return People(partial(people_key, place.files)).pseudonym(login)


def billed(truth: CopilotTruth, period: Period = OCTOBER) -> dict[Where, tuple[Decimal, Decimal]]:
    """The truth's money: net, gross."""
    found: dict[Where, tuple[Decimal, Decimal]] = {}
    for day in period.days():
        for line in truth.credits(day):
            cent = Decimal("0.01")
            found[day, line.model, line.labels[1]] = (line.net, line.used * cent)
        if (months := truth.seat_months(day)) is not None:
            found[day, None, "Copilot Business"] = (months * SEAT_PRICE, months * SEAT_PRICE)
    return found


def charges(place: Place, question: Question = QUESTION) -> dict[Where, tuple[Decimal, Decimal]]:
    """The ledger's; no two charges are about the same."""
    found: dict[Where, tuple[Decimal, Decimal]] = {}
    for row in (each.row for each in rows(place, question, Charge)):
        where = (row.day, row.model, row.sku_id)
        assert where not in found
        assert (row.currency, row.basis, row.service) == ("USD", "billed", "Copilot")
        assert row.sub_account_id == ORGANIZATION
        assert row.billed_cost is not None
        assert row.list_cost is not None
        found[where] = (row.billed_cost, row.list_cost)
    return found


def did(truth: CopilotTruth, place: Place, period: Period = OCTOBER) -> dict[Where, object]:
    """The truth of what people did, by day, person and tool."""
    found: dict[Where, object] = {}
    for day in period.days():
        for one in truth.report(day):
            who = pseudonym(place, one.login)
            found[day, who, "Copilot"] = _counts(one)
            if one.cli is not None:
                names = ("sessions", "requests", "input_tokens", "output_tokens")
                found[day, who, "Copilot CLI"] = dict(zip(names, one.cli, strict=True))
    return found


def _counts(one: PersonDay) -> dict[str, Decimal | int]:
    counts = {name: one.counts[theirs] for theirs, name in NAMES.items()}
    return {**counts, "ai_credits": one.credits}


def activities(place: Place, question: Question = QUESTION) -> dict[Where, object]:
    """The ledger's."""
    found = [each.row for each in rows(place, question, Activity)]
    kept: dict[Where, object] = {
        (row.day, row.user, row.service): dict(row.quantities) for row in found
    }
    assert len(kept) == len(found)
    return kept


def standing(place: Place) -> list[Balance]:
    """The balances of the ledger."""
    return [each.row for each in rows(place, QUESTION, Balance)]
