"""Copilot, collected into a ledger: exact, whole, pseudonymous, and honest about what is late."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.period import DAY, Period
from ecot.model.rows import Activity, Charge
from ecot.pricing.book import PriceBook
from ecot.providers.copilot import COPILOT, CopilotOptions
from ecot.providers.copilot.reports import POLICY
from ecot.sandbox import troubles
from ecot.sandbox.copilot import Grant
from ecot.sandbox.copilot.truth import ORGANIZATION
from ecot.sandbox.edits import edited, unknown_field
from ecot.sandbox.faults import Fault
from ecot.store.protocol import Place
from tests.jobs.world import dump, figures
from tests.kept import kept_answers
from tests.plans import plan, seat_price
from tests.providers import around
from tests.providers.around import OCTOBER
from tests.providers.copilot_around import (
    NOW,
    QUESTION,
    TOKEN,
    Around,
    activities,
    billed,
    charges,
    copilot_at,
    did,
    pseudonym,
    standing,
)
from tests.providers.github_refusals import assert_told, documented, message
from tests.providers.remedies import told

TODAY = NOW.date()
WHOLE = Period.of_days(date(2026, 10, 1), TODAY + DAY)
A_WEEK = Period.of_days(date(2026, 10, 5), date(2026, 10, 12))


@pytest.fixture
def copilot() -> Iterator[Around]:
    with copilot_at() as around_it:
        yield around_it


# What is collected


@pytest.mark.parametrize("as_array", [True, False])
def test_a_month_is_the_truth_to_the_last_digit(
    copilot: Around, place: Place, as_array: bool
) -> None:
    copilot.site.as_array = as_array

    outcome = copilot.collected(place)

    assert (outcome.state, outcome.message) == ("ok", None)
    assert charges(place) == billed(copilot.truth)
    assert len(charges(place)) > 90
    assert activities(place) == did(copilot.truth, place)
    assert len(activities(place)) > 150


def test_ai_credits_are_counted_once_though_two_reports_tell_them(
    copilot: Around, place: Place
) -> None:
    copilot.collected(place)

    (total,) = {sum(net for net, _ in charges(place).values())}
    seats = sum(net for (_, _, sku), (net, _) in charges(place).items() if "Business" in str(sku))
    lines = [line for day in OCTOBER.days() for line in copilot.truth.credits(day)]
    assert total - seats == sum(line.net for line in lines)
    assert seats == 31 * Decimal(19) * (Decimal(11) / 31).quantize(Decimal("0.000000001"))


def test_files_are_asked_for_without_the_token(copilot: Around, place: Place) -> None:
    copilot.collected(place)

    files = [one for one in copilot.server.requests if one.path.startswith("/files/")]
    assert len(files) > 31
    assert copilot.site.with_token == []


def test_nothing_is_asked_for_days_whose_report_is_not_there(copilot: Around, place: Place) -> None:
    assert copilot.collected(place, None).state == "ok"

    assert max(query["day"] for query in copilot.asked("users-1-day")) == "2026-11-05"
    assert activities(place) == did(copilot.truth, place, WHOLE)
    assert charges(place) == billed(copilot.truth, WHOLE)


def test_a_report_that_comes_later_is_read_and_restates_nothing(
    copilot: Around, place: Place
) -> None:
    copilot.collected(place, None)
    copilot.clock.at(TODAY + DAY)

    outcome = copilot.collected(place, None)

    assert outcome.state == "ok"
    assert outcome.restatements == ()
    assert date(2026, 11, 6) in {where[0] for where in activities(place)}


def test_reports_that_have_stopped_are_told_and_take_no_money_away(
    copilot: Around, place: Place
) -> None:
    copilot.truth.lag = timedelta(days=20)

    outcome = copilot.collected(place)

    assert (outcome.state, outcome.unread) == ("partial", ("users",))
    assert "no report of 2026-10-20 yet; they end with 2026-10-19" in str(outcome.message)
    assert charges(place) == billed(copilot.truth)


def test_a_day_on_which_nobody_worked_has_no_rows_and_is_no_trouble(
    copilot: Around, place: Place
) -> None:
    sunday = date(2026, 10, 11)

    assert copilot.collected(place, [sunday]).state == "ok"
    assert activities(place) == {}
    assert copilot.asked("users-1-day") == [{"day": "2026-10-11"}]


def test_a_first_night_and_the_next_are_alike(copilot: Around, place: Place) -> None:
    assert copilot.collected(place, None).state == "ok"
    first = figures(place)

    assert copilot.collected(place, None).state == "ok"
    assert figures(place) == first


def test_a_correction_is_a_restatement(copilot: Around, place: Place) -> None:
    days = list(A_WEEK.days())
    copilot.collected(place, days)
    copilot.truth.factors[date(2026, 10, 7)] = 3

    outcome = copilot.collected(place, days)

    assert [str(each.day) for each in outcome.restatements] == ["2026-10-07"]
    assert charges(place) == billed(copilot.truth, A_WEEK)


def test_every_figure_walks_back_to_its_line_or_item(copilot: Around, place: Place) -> None:
    copilot.collected(place, [date(2026, 10, 6)])
    walk = Walk(place.files)

    for found in rows(place, QUESTION, Charge):
        (trace,) = walk.traces(found)
        assert trace.raw["netAmount"] == found.row.billed_cost
    for one in rows(place, QUESTION, Activity):
        (trace,) = walk.traces(one)
        assert trace.endpoint.startswith("GET http://127.0.0.1")
        assert trace.endpoint.endswith(".ndjson")
        assert str(one.row.user) in str(trace.raw)


def test_ai_credits_are_not_asked_for_before_there_were_any(copilot: Around, place: Place) -> None:
    days = [date(2026, 5, 31), date(2026, 6, 1)]
    source = copilot.source(since=date(2026, 5, 1))

    assert around.collected(source, copilot.clock.round(days), place).unread == ()
    assert copilot.asked("ai_credit/usage") == [{"year": "2026", "month": "6", "day": "1"}]


@pytest.mark.parametrize(("status", "content"), [(204, None), (404, message("Not Found"))])
def test_a_day_without_a_report_among_others_is_nobody_s_use(
    copilot: Around, place: Place, status: int, content: object
) -> None:
    without = troubles.refused(status, content).on("1-day", query={"day": "2026-10-07"})
    copilot.server.faults.add(without.repeated(None))

    assert copilot.collected(place, list(A_WEEK.days())).state == "ok"
    assert activities(place) == {
        where: counts
        for where, counts in did(copilot.truth, place, A_WEEK).items()
        if where[0] != date(2026, 10, 7)
    }


# Seats


def test_seats_and_whose_are_not_used(copilot: Around, place: Place) -> None:
    copilot.collected(place, [TODAY])

    seats, *idle = sorted(standing(place), key=lambda one: one.name != "seats")
    assert (seats.limit, seats.used) == (Decimal(11), Decimal(9))
    assert {(one.name, one.user, one.tags.get("last_activity")) for one in idle} == {
        ("seat without use", pseudonym(place, "long-gone"), "2026-08-07"),
        ("seat without use", pseudonym(place, "never-came"), None),
    }


def test_a_long_list_of_seats_is_read_to_its_end(copilot: Around, place: Place) -> None:
    copilot.truth.idle = tuple(f"idle-{number}" for number in range(240))

    assert copilot.collected(place, [TODAY]).state == "ok"
    assert len(standing(place)) == 241
    assert [query["page"] for query in copilot.asked("/seats")] == ["1", "2", "3"]


def test_a_page_of_seats_again_and_again_is_refused(copilot: Around, place: Place) -> None:
    copilot.truth.idle = tuple(f"idle-{number}" for number in range(240))
    first: list[Any] = []

    def again(content: Any) -> Any:
        first.append(content)
        return first[0]

    copilot.server.faults.add(edited("again", again).on("seats").repeated(None))
    outcome = copilot.collected(place, [TODAY])

    assert (outcome.state, outcome.unread) == ("partial", ("seats",))
    assert "the page 2 is the one before" in str(outcome.message)


def seat_costs(place: Place) -> list[Charge]:
    return [each.row for each in rows(place, QUESTION, Charge) if each.feed == "seats"]


def test_seats_that_github_bills_have_no_other_cost(copilot: Around, place: Place) -> None:
    copilot.collected(place, [TODAY])

    assert seat_costs(place) == []


def test_early_in_a_month_the_one_before_tells_that_seats_are_billed(place: Place) -> None:
    with copilot_at(NOW.replace(day=1)) as copilot:
        empty = edited("no lines yet", lambda _: {"usageItems": []})
        of_november = empty.on(f"{ORGANIZATION}/settings/billing/usage", query={"month": "11"})
        copilot.server.faults.add(of_november.repeated(None))
        copilot.collected(place, [NOW.date().replace(day=1)])

        assert copilot.server.faults.struck
        assert len(standing(place)) > 1
        assert seat_costs(place) == []


def test_seats_that_nobody_prices_are_unknown_and_not_zero(copilot: Around, place: Place) -> None:
    copilot.truth.has_seat_lines = False
    copilot.collected(place, [TODAY])

    (cost,) = seat_costs(place)
    assert (cost.basis, cost.billed_cost, cost.model) == ("unknown", None, "copilot business")


def test_seats_have_the_price_of_the_settings_a_day(copilot: Around, place: Place) -> None:
    copilot.truth.has_seat_lines = False
    own = seat_price("copilot", "19", "copilot business")
    round_ = replace(copilot.clock.round([TODAY]), prices=PriceBook([own]))

    assert around.collected(copilot.source(), round_, place).state == "ok"
    (cost,) = seat_costs(place)
    assert cost.basis == "estimated"
    assert cost.billed_cost is not None
    assert abs(cost.billed_cost * 30 - 11 * 19) < Decimal("1e-20")


def test_a_plan_of_the_settings_pays_for_seats(copilot: Around, place: Place) -> None:
    copilot.truth.has_seat_lines = False
    pays = plan("209", name="Copilot", account="copilot/lumen", category="developer tools")
    source = replace(copilot.source(), plans=(pays,))

    assert around.collected(source, copilot.clock.round([TODAY]), place).state == "ok"
    assert seat_costs(place) == []


# People, secrets


def test_no_login_token_or_signature_is_kept(copilot: Around, place: Place) -> None:
    def gossip(content: Any) -> Any:
        return {**content, "your_token": TOKEN}

    copilot.server.faults.add(edited("gossip", gossip).on("billing").repeated(None))
    assert copilot.collected(place, [date(2026, 10, 6), TODAY]).state == "ok"

    bodies = kept_answers(place.files, at_least=4)
    for secret in (b"dev-0", b"long-gone", b"never-came", b"Can4ry", TOKEN.encode()):
        assert [body for body in bodies if secret in body] == [], secret
    assert TOKEN.encode() not in dump(place)
    assert b"Can4ry" not in dump(place)


# What goes wrong


@pytest.mark.parametrize("path", ["ai_credit", "1-day", "files", "28-day"])
@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(3, message("You have exceeded a secondary rate limit.")),
        troubles.refused(403, message("secondary rate limit"), {"retry-after": "60"}),
        troubles.server_error(500, message("Server Error")),
        troubles.cut_off(),
        troubles.connection_reset(),
    ],
    ids=["429", "403 with Retry-After", "500", "cut off", "reset"],
)
def test_what_passes_loses_nothing(copilot: Around, place: Place, fault: Fault, path: str) -> None:
    two_days = Period.of_days(date(2026, 10, 5), date(2026, 10, 7))
    copilot.server.faults.add(fault.on(path).repeated(2))

    assert copilot.collected(place, list(two_days.days())).state == "ok"
    assert charges(place) == billed(copilot.truth, two_days)
    assert activities(place) == did(copilot.truth, place, two_days)
    assert copilot.server.faults.struck


def test_an_expired_link_is_no_wrong_token(copilot: Around, place: Place) -> None:
    def stale(content: Any) -> Any:
        links = content["download_links"]
        return content | {"download_links": [one.replace("sig=", "sig=x") for one in links]}

    copilot.server.faults.add(edited("stale", stale).on("1-day").repeated(None))
    outcome = copilot.collected(place, [date(2026, 10, 6)])

    assert (outcome.state, outcome.unread) == ("partial", ("users",))
    assert "its link may have expired (403)" in str(outcome.message)
    assert "Can4ry" not in str(outcome)
    assert str(outcome.remedy) == told(COPILOT)["unavailable"]


def without(field: str) -> Fault:
    def edit(content: Any) -> Any:
        link = "https://reports.example/a.ndjson?se=1&sig=Can4rySignature"
        kept = {name: value for name, value in content.items() if name != field}
        return kept | {"download_links": [link, *content["download_links"]]}

    return edited("without", edit)


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("1-day", troubles.truncated_json()),
        ("1-day", without("report_day")),
        ("28-day", without("report_end_day")),
    ],
)
def test_a_list_of_links_that_is_not_understood_is_quoted_without_signatures(
    copilot: Around, place: Place, path: str, fault: Fault
) -> None:
    copilot.server.faults.add(fault.on(path).repeated(None))

    outcome = copilot.collected(place, [date(2026, 10, 6)])

    assert outcome.unread == ("users",)
    assert ".ndjson?[redacted]" in str(outcome.message)
    assert "Can4ry" not in str(outcome)
    assert b"Can4ry" not in dump(place)


def test_a_link_that_leads_elsewhere_is_not_followed(copilot: Around, place: Place) -> None:
    """Neither with the token nor without: the place that the supplier named is the one asked."""
    elsewhere = troubles.refused(
        302, None, {"location": f"{copilot.server.url}/orgs/{ORGANIZATION}/copilot/billing"}
    )
    copilot.server.faults.add(elsewhere.on("files").repeated(None))
    outcome = copilot.collected(place, [date(2026, 10, 6)])

    assert (outcome.state, outcome.unread) == ("partial", ("users",))
    assert copilot.asked("/billing") == []
    assert copilot.site.with_token == []
    assert "elsewhere, where no key is sent (302)" in str(outcome.message)


def test_where_nobody_used_copilot_for_28_days_earlier_days_are_still_read(
    copilot: Around, place: Place
) -> None:
    copilot.server.faults.add(troubles.refused(204, None).on("28-day").repeated(None))

    assert copilot.collected(place).state == "ok"
    assert activities(place) == did(copilot.truth, place)


def test_a_report_of_another_day_is_refused(copilot: Around, place: Place) -> None:
    def other(content: Any) -> Any:
        return content | {"report_day": "2026-10-07"}

    copilot.server.faults.add(edited("other", other).on("1-day").repeated(None))
    outcome = copilot.collected(place, [date(2026, 10, 6)])

    assert outcome.unread == ("users",)
    assert "is not the day 2026-10-06, which was asked for" in str(outcome.message)


def test_a_month_s_sum_of_credits_is_refused(copilot: Around, place: Place) -> None:
    def summed(content: Any) -> Any:
        return content | {"timePeriod": {"year": 2026, "month": 10}}

    copilot.server.faults.add(edited("summed", summed).on("ai_credit").repeated(None))
    outcome = copilot.collected(place, [date(2026, 10, 6)])

    assert outcome.unread == ("credits",)
    assert "is not one day" in str(outcome.message)


def test_an_unknown_field_changes_no_figure(copilot: Around, place: Place) -> None:
    copilot.site.as_array = True  # the fault knows JSON, and no lines
    copilot.server.faults.add(unknown_field())

    assert copilot.collected(place, list(A_WEEK.days())).state == "ok"
    assert charges(place) == billed(copilot.truth, A_WEEK)
    assert activities(place) == did(copilot.truth, place, A_WEEK)


@pytest.mark.parametrize("fault", [troubles.not_json(), troubles.truncated_json()])
def test_what_is_not_understood_leaves_the_ledger_as_it_was(
    copilot: Around, place: Place, fault: Fault
) -> None:
    days = list(A_WEEK.days())
    copilot.collected(place, days)
    before = figures(place)
    copilot.server.faults.add(fault.repeated(None))

    assert copilot.collected(place, days).state == "failed"
    assert figures(place) == before


# What is refused


@pytest.mark.parametrize(
    ("status", "remedy"),
    documented(
        COPILOT,
        {
            404: "GitHub answers so where the token may not read billing",
            422: told(COPILOT)["unexpected_answer"],
        },
    ),
)
def test_every_documented_refusal_has_a_remedy(copilot: Around, status: int, remedy: str) -> None:
    assert_told(copilot, status, remedy)


def test_a_sufficient_token_is_well(copilot: Around) -> None:
    assert copilot.examined().state == "ok"


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        (Grant(billing=False), "Administration: read"),
        (Grant(seats=False), "GitHub Copilot Business: read"),
        (Grant(reports=False), "Copilot usage metrics"),
    ],
)
def test_each_permission_that_lacks_is_found_by_the_doctor(
    copilot: Around, grant: Grant, said: str
) -> None:
    copilot.site.tokens[TOKEN] = grant

    outcome = copilot.examined()

    assert outcome.state == "failed"
    assert said in str(outcome.remedy)


def test_without_the_policy_the_money_is_read_and_the_policy_named(
    copilot: Around, place: Place
) -> None:
    copilot.site.policy = False

    outcome = copilot.collected(place, list(A_WEEK.days()))

    assert (outcome.state, outcome.unread) == ("partial", ("users",))
    assert str(outcome.remedy) == POLICY
    assert charges(place) == billed(copilot.truth, A_WEEK)


def test_without_an_organization_nothing_is_asked(copilot: Around, place: Place) -> None:
    outcome = copilot.collected(place, options=CopilotOptions())

    assert outcome.state == "not_configured"
    assert "GITHUB_ORGANIZATION_LUMEN is not set" in str(outcome.message)
    assert copilot.server.requests == ()
