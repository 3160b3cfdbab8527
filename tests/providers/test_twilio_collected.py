"""Twilio over a real socket and into a ledger: exact, whole, and honest about what it refuses."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from ecot.errors import ProviderError, UnexpectedAnswer
from ecot.jobs.balances import latest_balances
from ecot.jobs.collect import collect
from ecot.jobs.query import Question
from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.money import total
from ecot.model.period import DAY, Period
from ecot.model.rows import Balance, Charge, Usage
from ecot.providers.twilio.asking import TwilioOptions
from ecot.providers.twilio.records import CATEGORIES
from ecot.sandbox import troubles
from ecot.sandbox.edits import edited
from ecot.sandbox.faults import Fault
from ecot.sandbox.twilio.query import MOST_A_PAGE, USAGE, Access, refusal
from ecot.sandbox.twilio.truth import BRANCH, MAIN
from ecot.store.protocol import Place
from tests.jobs.world import dump, figures
from tests.kept import kept_answers
from tests.providers.around import OCTOBER, of_october
from tests.providers.twilio_around import (
    KEY_SECRET,
    KEY_SID,
    NOW,
    TOKEN,
    Around,
    Split,
    a_twilio,
    costs_of,
    expected_costs,
    expected_usage,
    usage_of,
)

QUESTION = of_october(NOW)
DAYS = Period.of_days(date(2026, 10, 1), date(2026, 10, 3))
DAILY = f"/2010-04-01/Accounts/{MAIN.sid}/Usage/Records/Daily.json"
BUSY = refusal(429, 20429, "Too Many Requests")


@pytest.fixture
def around() -> Iterator[Around]:
    with a_twilio() as site:
        yield site


def charges(place: Place, question: Question = QUESTION) -> Split:
    return costs_of(found.row for found in rows(place, question, Charge))


# What is asked


def test_both_dates_are_inside_and_every_category_is_asked_once(around: Around) -> None:
    around.read(period=Period.of_days(date(2026, 10, 3), date(2026, 10, 5)))

    asked = [dict(request.query) for request in around.server.requests]
    assert [query.pop("Category") for query in asked] == [*CATEGORIES, "totalprice"]
    assert asked == [
        {
            "StartDate": "2026-10-03",
            "EndDate": "2026-10-04",
            "IncludeSubaccounts": "true",
            "PageSize": str(MOST_A_PAGE),
        }
    ] * len(asked)


@pytest.mark.parametrize("as_numbers", [False, True])
def test_a_month_is_the_truth_to_the_last_digit(around: Around, as_numbers: bool) -> None:
    around.site.prices_as_numbers = as_numbers
    found = around.rows()

    assert costs_of(found) == expected_costs(around.truth)
    assert usage_of(found) == expected_usage(around.truth)
    assert expected_costs(around.truth)[date(2026, 10, 1), "phonenumbers"]


def test_pages_of_a_few_are_followed_by_their_relative_links(around: Around) -> None:
    def few(request: Any, rest: Any) -> Any:
        query = [pair for pair in request.query if pair[0] != "PageSize"]
        return rest(replace(request, query=(*query, ("PageSize", "10"))))

    around.server.faults.add(Fault("pages of ten", few, times=None))
    answers = around.read()

    assert len(answers) == 4 * (len(CATEGORIES) + 1)
    assert costs_of(around.rows()) == expected_costs(around.truth)
    assert "PageToken=PAUR3" in answers[3].endpoint
    assert {answer.asked["category"] for answer in answers[:4]} == {CATEGORIES[0]}


def test_subaccounts_are_inside_unless_told_otherwise(around: Around) -> None:
    around.options = TwilioOptions(account_sid=MAIN.sid, include_subaccounts=False)

    assert costs_of(around.rows()) == expected_costs(around.truth, accounts=[MAIN])
    assert ("IncludeSubaccounts", "false") in around.server.requests[0].query


def test_another_currency_is_taken_as_it_is() -> None:
    with a_twilio("chf") as around:
        currencies = {row.currency for row in around.rows() if isinstance(row, Charge)}
        (balance,) = around.rows("balance", Period.of_day(NOW.date()))

    assert currencies == {"CHF"}
    assert isinstance(balance, Balance)
    assert balance.unit == "CHF"


# Into a ledger


def test_a_month_in_the_ledger_is_the_truth(around: Around, place: Place) -> None:
    outcome = around.collected(place)

    assert (outcome.state, outcome.message) == ("ok", None)
    assert charges(place) == expected_costs(around.truth)
    assert usage_of(found.row for found in rows(place, QUESTION, Usage)) == expected_usage(
        around.truth
    )


def test_a_second_night_changes_nothing(around: Around, place: Place) -> None:
    around.collected(place)
    before = figures(place)

    assert around.collected(place).state == "ok"
    assert figures(place) == before


def test_a_late_price_is_a_restatement(around: Around, place: Place) -> None:
    around.collected(place)
    around.truth.factors[date(2026, 10, 30)] = Decimal("0.5")

    outcome = around.collected(place)

    assert [str(each.day) for each in outcome.restatements] == ["2026-10-30"]
    assert charges(place) == expected_costs(around.truth)


def test_every_figure_walks_back_to_the_records_that_state_it(around: Around, place: Place) -> None:
    around.collected(place)
    walk = Walk(place.files)

    for found in rows(place, QUESTION, Charge):
        stated = [trace.raw for trace in walk.traces(found)]
        assert {record["start_date"] for record in stated} == {str(found.row.day)}
        if found.row.service != "other":
            assert [Decimal(record["price"]) for record in stated] == [found.row.billed_cost]
        else:
            prices = {record["category"]: Decimal(record["price"]) for record in stated}
            parts = total(price for name, price in prices.items() if name != "totalprice")
            assert prices["totalprice"] - parts == found.row.billed_cost


def test_the_balance_is_of_the_day_that_it_was_read_on(around: Around, place: Place) -> None:
    around.collected(place, [NOW.date()])
    question = replace(QUESTION, first=NOW.date(), after=NOW.date() + DAY)
    (kept,) = latest_balances(place, question)
    used = Period.of_days(MAIN.first_day, NOW.date() + DAY)

    spent = total(expected_costs(around.truth, used).values())
    assert kept.row.remaining == MAIN.bought - spent
    assert (kept.row.name, kept.row.unit, kept.row.day) == ("credit", "USD", NOW.date())


def test_an_account_that_owes_has_a_balance_below_zero(around: Around) -> None:
    around.truth.factors = {day: Decimal(99) for day in OCTOBER.days()}
    (balance,) = around.rows("balance", Period.of_day(NOW.date()))

    assert isinstance(balance, Balance)
    assert balance.remaining is not None
    assert balance.remaining < 0


def test_two_keys_of_one_account_count_it_once(around: Around, place: Place) -> None:
    options = TwilioOptions(account_sid=MAIN.sid, api_key_sid=KEY_SID)
    other = replace(
        around.source, account="twilio/twin", secret=SecretStr(KEY_SECRET), options=options
    )
    days = tuple(OCTOBER.days())

    outcomes = asyncio.run(collect(place, [around.source, other], around.clock.round(days)))

    assert [outcome.state for outcome in outcomes] == ["ok", "failed"]
    assert charges(place) == expected_costs(around.truth)


def test_without_the_accounts_sid_nothing_can_be_asked(around: Around, place: Place) -> None:
    around.options = TwilioOptions()

    outcome = around.collected(place)

    assert outcome.state == "not_configured"
    assert "TWILIO_ACCOUNT_SID" in str(outcome.message) + str(outcome.remedy)
    assert not around.server.requests


# Keys


def test_an_api_key_reads_what_the_token_reads(around: Around) -> None:
    around.options = TwilioOptions(account_sid=MAIN.sid, api_key_sid=KEY_SID)
    around.key = KEY_SECRET

    assert around.examined().state == "ok"
    assert costs_of(around.rows()) == expected_costs(around.truth)


def test_a_restricted_key_reads_costs_without_the_balance(around: Around, place: Place) -> None:
    around.site.keys[MAIN.sid] = Access(TOKEN, (MAIN.sid,), frozenset({USAGE}))
    days = [NOW.date(), date(2026, 10, 5)]

    outcome = around.collected(place, days)
    assert (outcome.state, outcome.unread) == ("partial", ("balance",))
    assert "refused the key for GET" in str(outcome.message)
    assert "write balance = false" in str(outcome.remedy)

    around.options = TwilioOptions(account_sid=MAIN.sid, balance=False)
    assert around.collected(place, days).state == "ok"
    assert around.examined().state == "ok"


def test_a_subaccount_reads_its_own_costs(around: Around) -> None:
    around.options = TwilioOptions(account_sid=BRANCH.sid, balance=False)
    around.key = TOKEN[::-1]

    costs = {
        (row.day, row.service): row.billed_cost for row in around.rows() if isinstance(row, Charge)
    }
    assert costs == expected_costs(around.truth, accounts=[BRANCH])
    around.options = TwilioOptions(account_sid=BRANCH.sid)
    assert "(404): The requested resource" in str(around.examined().message)


def test_a_sid_in_the_place_of_a_key_is_recognised_without_asking(around: Around) -> None:
    around.key = KEY_SID

    outcome = around.examined()

    assert outcome.state == "failed"
    assert str(outcome.remedy).startswith("This is a SID")
    assert not around.server.requests


# Refusals


ACCESS = "Look whether TWILIO_ACCOUNT_SID and the key belong together: "
NEWER = "Twilio may have changed its answers: look for a newer Ecot, else report this message."
WAIT = "Collect again in a few minutes; nothing is lost."
STATUS = (
    "Look at https://status.twilio.com and at the network on your side, then try again; "
    "nothing is lost."
)


@dataclass(frozen=True)
class Refusal:
    """A body as the error pages have it (2026), and what is made of it."""

    status: int
    code: int
    message: str
    remedy: str


REFUSALS = [
    Refusal(401, 20003, "Authenticate", ACCESS),
    Refusal(401, 20003, "Authentication Error - invalid username", ACCESS),
    Refusal(403, 20403, "Forbidden", ACCESS),
    Refusal(400, 20001, "Invalid UsageCategory: channels", NEWER),
    Refusal(404, 20404, f"The requested resource {DAILY} was not found", NEWER),
    Refusal(429, 20429, "Too Many Requests", WAIT),
    Refusal(500, 20500, "Internal Server Error", STATUS),
    Refusal(503, 20503, "Service unavailable", STATUS),
]


@pytest.mark.parametrize("told", REFUSALS, ids=range(len(REFUSALS)))
def test_a_refusal_is_said_in_its_own_words_with_a_remedy(around: Around, told: Refusal) -> None:
    body = refusal(told.status, told.code, told.message)
    around.server.faults.add(troubles.refused(told.status, body).on("Daily").repeated(None))

    outcome = around.examined()

    assert outcome.state == "failed"
    assert str(outcome.message).startswith("twilio/lumen: Twilio ")
    assert str(outcome.message).endswith(f"({told.status}): {told.message}")
    assert str(outcome.remedy).startswith(told.remedy)


def test_a_key_that_twilio_does_not_know_is_refused(around: Around, place: Place) -> None:
    around.key = "0" * 32

    outcome = around.collected(place)

    assert outcome.state == "failed"
    assert f"refused the key for GET {DAILY} (401): Authenticate" in str(outcome.message)
    assert not list(rows(place, QUESTION, Charge))


# Faults


@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(7, BUSY),
        troubles.rate_limited(None, BUSY),
        troubles.rate_limited_until(30, lambda: NOW, BUSY),
        troubles.server_error(500, refusal(500, 20500, "Internal Server Error")),
        troubles.server_error(503),
        troubles.cut_off(),
        troubles.connection_reset(),
        troubles.not_json(502),
    ],
)
@pytest.mark.parametrize("first", [1, len(CATEGORIES) + 1])
def test_trouble_that_passes_changes_no_figure(around: Around, fault: Fault, first: int) -> None:
    around.server.faults.add(fault.on(first=first))

    assert costs_of(around.rows(period=DAYS)) == expected_costs(around.truth, DAYS)
    assert around.server.faults.struck


def in_circles(content: Any) -> Any:
    return {**content, "next_page_uri": content["uri"]}


def elsewhere(uri: str) -> Fault:
    return edited("elsewhere", lambda content: {**content, "next_page_uri": uri})


def without_next(content: Any) -> Any:
    return {name: part for name, part in content.items() if name != "next_page_uri"}


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (troubles.not_json(), "this is not JSON"),
        (troubles.truncated_json(), "this is not JSON"),
        (edited("in circles", in_circles).repeated(None), "leads back to the page"),
        (elsewhere(f"https://evil.example{DAILY}?Page=1"), "is no next page of this list"),
        (elsewhere(f"//evil.example{DAILY}?Page=1"), "is no next page of this list"),
        (elsewhere(DAILY.replace("1" * 32, "2" * 32) + "?Page=1"), "is no next page of this list"),
        (elsewhere(DAILY), "is no next page of this list"),
        (edited("no word of more", without_next), "has no next_page_uri"),
        (troubles.server_error().repeated(None), "could not answer"),
    ],
)
def test_trouble_that_stays_leaves_the_ledger_as_it_was(
    around: Around, place: Place, fault: Fault, says: str
) -> None:
    days = list(DAYS.days())
    around.collected(place, days)
    before = figures(place)
    around.truth.factors = dict.fromkeys(days, Decimal(2))
    around.server.faults.add(fault.on(first=4))

    outcome = around.collected(place, days)

    assert outcome.state == "failed"
    assert says in str(outcome.message)
    assert figures(place) == before


def test_prices_without_a_total_are_refused_and_do_not_come_out_as_nothing(
    around: Around, place: Place
) -> None:
    def no_total(content: Any) -> Any:
        kept = [one for one in content["usage_records"] if one["start_date"] != "2026-10-05"]
        return {**content, "usage_records": kept}

    around.server.faults.add(edited("no total", no_total).on(query={"Category": "totalprice"}))
    outcome = around.collected(place)

    assert outcome.state == "failed"
    assert str(outcome.message) == (
        "twilio/lumen: Twilio states prices of categories for 2026-10-05, and no total price"
    )
    assert not list(rows(place, QUESTION, Charge))


def test_a_list_that_ignores_the_category_is_refused(around: Around) -> None:
    def ignoring(request: Any, rest: Any) -> Any:
        query = tuple(pair for pair in request.query if pair[0] != "Category")
        return rest(replace(request, query=query))

    around.server.faults.add(Fault("every category", ignoring, times=None))
    with pytest.raises(UnexpectedAnswer, match="of a category that was not asked for"):
        around.rows(period=Period.of_day(date(2026, 10, 1)))


def test_a_day_that_was_not_asked_for_is_refused(around: Around, place: Place) -> None:
    def a_day_more(request: Any, rest: Any) -> Any:
        query = tuple(pair for pair in request.query if pair[0] != "EndDate")
        return rest(replace(request, query=query))

    around.server.faults.add(Fault("a day more", a_day_more, times=None))
    outcome = around.collected(place, [date(2026, 10, 1)])

    assert outcome.state == "failed"
    assert "which was not asked for" in str(outcome.message)


def test_an_account_without_a_day_of_use_has_no_charge(around: Around, place: Place) -> None:
    before = list(Period.of_days(date(2026, 7, 1), date(2026, 8, 1)).days())

    assert around.collected(place, before).state == "no_data"


# Secrets


def gossip(content: Any) -> Any:
    """An answer that repeats what was sent, as some do."""
    return {**content, "your_key": TOKEN, "sent": f"Basic {TOKEN}"}


def test_the_key_is_in_no_ledger_and_no_evidence(around: Around, place: Place) -> None:
    around.server.faults.add(edited("gossip", gossip).repeated(None))

    assert around.collected(place, [NOW.date(), date(2026, 10, 5)]).state == "ok"
    sent = around.source.provider.headers(TOKEN, around.options)["Authorization"].split()[1]
    for secret in (TOKEN.encode(), sent.encode()):
        assert secret not in dump(place)
        assert not [answer for answer in kept_answers(place.files) if secret in answer]


def test_a_record_is_quoted_without_the_key(around: Around) -> None:
    def strange(content: Any) -> Any:
        for record in content["usage_records"]:
            record["price"] = {"seen_with": TOKEN}
        return content

    around.server.faults.add(edited("strange", strange).repeated(None))
    with pytest.raises(ProviderError, match=r"/usage_records/0/price is no amount") as caught:
        around.rows()
    assert TOKEN not in str(caught.value)
    assert "[redacted]" in str(caught.value)


def test_a_refusal_that_quotes_the_key_shows_nothing_of_it(around: Around) -> None:
    quoting = refusal(401, 20003, f"Authentication Error: {TOKEN}, {TOKEN[:20]}")
    around.server.faults.add(troubles.refused(401, quoting).repeated(None))

    said = repr(around.examined())

    assert "Authentication Error: " in said
    assert not [at for at in range(len(TOKEN) - 8) if TOKEN[at : at + 8] in said]
