"""The page of the business has the totals of the query, and takes no month for what it is not."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ecot.jobs.publish import publish
from ecot.jobs.site.business import business_facts
from ecot.jobs.site.history import History
from ecot.model.money import minus, total
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Revenue
from ecot.report.business import BusinessView, Row, business_view
from ecot.report.business_cards import Cards
from ecot.report.business_facts import BusinessFacts
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.jobs.shelf import Shelf, costs
from tests.jobs.world import World, edition
from tests.rows import ACCOUNT, charge, usage

FEBRUARY, MARCH, APRIL, MAY = (Month(2026, number) for number in (2, 3, 4, 5))
NOW = datetime(2026, 5, 20, 6, tzinfo=UTC)
TODAY = NOW.date()
READ = Period.of_days(FEBRUARY.first, TODAY)
COUNT = len(list(READ.days()))
STRIPE = "stripe/lumen"


def earned(day: date, amount: str | None = "100", currency: str = "USD") -> Revenue:
    """What a day brought in; without an amount nobody knows whether it is revenue."""
    return Revenue(
        charge_period=Period.of_day(day),
        category="other",
        name="net revenue",
        service="charge",
        currency=currency,
        amount=None if amount is None else Decimal(amount),
        gross=Decimal(7),
    )


def stood(day: date, amount: str, paying: int = 4) -> Revenue:
    """MRR as it was read on the day."""
    return Revenue(
        charge_period=Period.of_day(day),
        category="other",
        name="mrr",
        currency="USD",
        amount=Decimal(amount),
        counts={"paying_subscribers": Decimal(paying)},
    )


@pytest.fixture
def shelf(place: Place) -> Shelf:
    """The 20th of May: AI by the cent and less, infrastructure and tools, since February."""
    shelf = Shelf(place, now=NOW)
    shelf.put(ACCOUNT, costs(["1.0000008"] * COUNT, FEBRUARY.first, model="gpt"), READ)
    servers: dict[str, Any] = {"category": "infrastructure"}
    shelf.put("digitalocean/main", costs(["0.335"] * COUNT, FEBRUARY.first, **servers), READ)
    tools: dict[str, Any] = {"category": "developer tools"}
    shelf.put("vercel/main", costs(["0.335"] * COUNT, FEBRUARY.first, **tools), READ)
    return shelf


def sell(shelf: Shelf, rows: Iterable[Revenue] = (), days: Period = READ) -> None:
    shelf.put(STRIPE, rows or [earned(day) for day in days.days()], days, "balance")


def known(shelf: Shelf) -> BusinessFacts:
    return business_facts(History(shelf.place, edition(shelf.now.date())))


def seen(shelf: Shelf) -> BusinessView:
    return business_view(known(shelf))


def cards(shelf: Shelf) -> Cards:
    found = seen(shelf).cards
    assert found is not None
    return found


def row(shelf: Shelf, month: Month) -> Row:
    return next(one for one in seen(shelf).rows if one.of.month == month)


def test_every_month_has_the_totals_of_the_query(shelf: Shelf) -> None:
    sell(shelf)
    months = known(shelf).months

    assert [one.month for one in months] == [FEBRUARY, MARCH, APRIL, MAY]
    for one in months:
        asked = shelf.totals(one.month, by="category")
        assert one.costs.total == asked.total
        assert one.categories == {group.key: group.billed_cost for group in asked.groups}


def test_the_four_cards_are_of_the_same_months_and_add_up(shelf: Shelf) -> None:
    sell(shelf)
    found = cards(shelf)
    asked = shelf.totals(FEBRUARY, APRIL)

    assert found.result.months == (FEBRUARY, MARCH, APRIL)
    assert found.result.cost == asked.total == total(found.result.costs.values())
    assert found.result.earned == 100 * (28 + 31 + 30)
    assert asked.total is not None
    assert found.result.margin == minus(Decimal(8900), asked.total)
    shown = [found.earned, found.ai, found.rest, found.rounding]
    assert None not in shown
    earned_, ai, rest, rounding = (one or Decimal(0) for one in shown)
    assert earned_ - ai - rest + rounding == found.margin
    assert total(one.shown for one in found.parts) + found.parts_rounding == found.rest
    assert found.sign == "surplus"


def test_a_month_that_lacks_a_day_is_in_no_card_and_has_no_margin(shelf: Shelf) -> None:
    sell(shelf)
    late = Period.of_days(date(2026, 3, 2), TODAY)
    shelf.put("mistral/lumen", costs(["1"] * len(list(late.days())), date(2026, 3, 2)), late)
    shelf.put("mistral/lumen", [], Period.of_day(date(2026, 2, 27)))  # misses 28 February, 1 March
    view = seen(shelf)

    assert view.cards is not None
    assert view.cards.result.months == (APRIL,)
    assert [(one.month, [each.name for each in one.costs]) for one in view.left_out] == [
        (FEBRUARY, ["Mistral · lumen"]), (MARCH, ["Mistral · lumen"]),
    ]  # fmt: skip
    assert row(shelf, MARCH).net_margin is None
    assert row(shelf, APRIL).net_margin is not None


def test_where_every_month_lacks_days_what_is_known_has_no_margin(shelf: Shelf) -> None:
    sell(shelf)
    shelf.put("mistral/lumen", [], Period.of_day(FEBRUARY.first))
    found = cards(shelf)

    assert not found.is_whole
    assert (found.margin, found.sign) == (None, None)
    assert found.result.months == (FEBRUARY, MARCH, APRIL)
    assert found.ai == Decimal("89.00")


def test_a_cost_that_nobody_knows_marks_the_margin(shelf: Shelf) -> None:
    sell(shelf)
    dark = Period.of_days(MARCH.first, TODAY)
    shelf.put("weaviate/main", [charge(None, day) for day in MARCH.days()], dark)
    found = cards(shelf)

    assert found.result.is_part
    assert found.lacking == {"ai"}
    assert found.margin is not None
    assert row(shelf, MARCH).of.lacks_cost
    assert not row(shelf, FEBRUARY).of.lacks_cost
    assert [one.name for one in seen(shelf).unpriced] == ["Weaviate · main"]


def test_without_revenue_there_is_no_margin_and_all_the_rest(shelf: Shelf) -> None:
    view = seen(shelf)

    assert view.facts.earners == ()
    assert view.cards is not None
    assert (view.cards.earned, view.cards.margin, view.cards.sign) == (None, None, None)
    assert view.cards.ai == Decimal("89.00")
    assert all(one.net_margin is None and one.mrr_margin is None for one in view.rows)
    assert [one.name.text for one in view.lines.series if not isinstance(one.name, str)] == [
        "cost of the last 30 days"
    ]


def test_revenue_of_which_nothing_has_a_rate_is_unknown_and_not_zero(shelf: Shelf) -> None:
    sell(shelf, [earned(day, currency="CHF") for day in READ.days()])
    march = row(shelf, MARCH)

    assert march.of.earned is not None
    assert march.of.earned.amount is None
    assert march.of.earned.unconverted == {"CHF": Decimal(3100)}
    assert march.net_margin is None
    assert (cards(shelf).earned, cards(shelf).margin) == (None, None)


def test_revenue_is_converted_at_the_rate_of_its_day(shelf: Shelf) -> None:
    shelf.publish_rates({FEBRUARY.first: {"USD": "1.5"}, date(2026, 3, 16): {"USD": "2"}})
    sell(shelf, [earned(day, "10", "EUR") for day in READ.days()])
    march = row(shelf, MARCH).of.earned

    assert march is not None
    assert march.amount == 10 * (15 * Decimal("1.5") + 16 * 2)


def test_what_may_be_no_revenue_stands_apart(shelf: Shelf) -> None:
    unclear = [earned(day, None) for day in MARCH.days()]
    sell(shelf, [*unclear, *(earned(day) for day in [*FEBRUARY.days(), *APRIL.days()])])
    march = row(shelf, MARCH)

    assert march.of.earned is not None
    assert march.of.earned.amount is None
    assert march.of.earned.unclear == {"USD": Decimal(7 * 31)}
    assert march.net_margin is None
    assert cards(shelf).result.is_part


def test_a_month_in_which_nothing_came_in_earned_nothing(shelf: Shelf) -> None:
    sell(shelf, [earned(day) for day in APRIL.days()])
    march = row(shelf, MARCH)

    assert march.of.earned is not None
    assert march.of.earned.amount == 0
    assert march.net_margin == -(march.total or 0)


def test_the_margin_of_mrr_is_of_the_last_reading_of_the_month(shelf: Shelf) -> None:
    read = Period.of_days(date(2026, 3, 20), date(2026, 4, 30))
    shelf.put(STRIPE, [stood(day, "500") for day in read.days()], read, "subscriptions")
    sell(shelf)
    march, april = row(shelf, MARCH).of, row(shelf, APRIL).of

    assert row(shelf, FEBRUARY).mrr_margin is None
    assert march.recurring is not None
    assert april.recurring is not None
    assert (march.recurring.day, april.recurring.day) == (date(2026, 3, 31), date(2026, 4, 29))
    assert march.cost is not None
    assert march.mrr_margin == minus(Decimal(500), march.cost)
    assert march.cost_per_subscriber == march.cost / 4


def test_mrr_by_day_stands_beside_the_cost_of_thirty_days(shelf: Shelf) -> None:
    read = Period.of_days(date(2026, 5, 1), TODAY)
    gap = date(2026, 5, 10)
    rows = [stood(day, "500") for day in read.days() if day != gap]
    for days in (Period.of_days(date(2026, 5, 1), gap), Period.of_days(gap + DAY, TODAY)):
        own = [one for one in rows if one.day in days.days()]
        shelf.put(STRIPE, own, days, "subscriptions")
    sell(shelf)
    plot = seen(shelf).lines
    at = {day: number for number, day in enumerate(plot.points)}
    mrr, cost, margin = (one.values for one in plot.series)
    whole = total(
        shelf.totals(month).total or Decimal(0) for month in (APRIL,)
    )  # 30 days until the 30th of April

    assert cost[at[date(2026, 4, 30)]] == whole
    assert (mrr[at[date(2026, 5, 9)]], mrr[at[gap]]) == (Decimal(500), None)
    assert margin[at[date(2026, 5, 9)]] == minus(Decimal(500), whole)  # the same cost every day
    assert margin[at[gap]] is None


def test_a_line_breaks_where_a_day_was_not_read(shelf: Shelf) -> None:
    sell(shelf)
    shelf.put("mistral/lumen", costs(["1"] * 50, FEBRUARY.first), Period.of_days(
        FEBRUARY.first, date(2026, 5, 15)
    ))  # fmt: skip
    view = seen(shelf)
    cost = dict(zip(view.lines.points, view.lines.lines[0].values, strict=True))

    assert cost[date(2026, 5, 14)] is not None
    assert cost[date(2026, 5, 15)] is None
    assert [(one.name, one.first, one.last) for one in view.unread_in_week] == [
        ("Mistral · lumen", date(2026, 5, 15), date(2026, 5, 19))
    ]
    (ai,) = (one.values for one in view.week.stacks if one.style == "s0")
    assert ai[-1] == Decimal("1.0000008")  # what is known of the day


def test_the_week_has_the_cost_of_its_days(shelf: Shelf) -> None:
    plot = seen(shelf).week

    assert plot.points == tuple(Period.of_days(TODAY - 7 * DAY, TODAY).days())
    for at in range(7):
        assert total(one.values[at] or Decimal(0) for one in plot.stacks) == Decimal("1.6700008")
    assert [str(one.name) for one in plot.stacks if isinstance(one.name, str)] == ["DigitalOcean"]


def test_ai_by_month_has_what_the_months_have(shelf: Shelf) -> None:
    facts = known(shelf)
    plot = seen(shelf).ai

    for at, one in enumerate(facts.months):
        assert total(each.values[at] or Decimal(0) for each in plot.stacks) == one.categories["ai"]


def test_ai_by_month_tells_nothing_from_what_nobody_read(shelf: Shelf) -> None:
    """Nothing of AI in a month that was read is 0; before an account, in a month of which days
    lack, and where a cost has no rate, nobody knows."""
    of_april = APRIL.first, APRIL.first + DAY
    shelf.put("quiet/a", [charge("5", MARCH.first)], READ)
    shelf.put("late/a", [charge("5", day) for day in of_april], Period.of_days(of_april[0], TODAY))
    shelf.put("begun/a", [charge("5", MARCH.first)], Period.of_days(FEBRUARY.first + DAY, TODAY))
    shelf.put("broken/a", [charge("5", MARCH.first)], Period.of_days(FEBRUARY.first, MAY.first))
    shelf.put(
        "foreign/a", [charge("5", MARCH.first), charge("5", of_april[0], currency="CHF")], READ
    )
    view = seen(shelf)
    nought, five = Decimal(0), Decimal(5)

    assert {str(one.name): one.values for one in view.ai.stacks if one.name != "OpenAI"} == {
        "quiet": (nought, five, nought, nought),
        "begun": (None, five, nought, nought),
        "late": (None, None, Decimal(10), nought),
        "broken": (nought, five, nought, None),
        "foreign": (nought, five, None, nought),
    }
    assert view.unread_ai == ("broken · a",)
    assert "digitalocean" not in {name for one in view.facts.ai.values() for name in one}


def test_persons_are_pseudonyms_and_add_up_to_what_ai_cost(shelf: Shelf) -> None:
    named = [
        charge(f"{number}.5", day, user=f"user-{number:08}", model="gpt")
        for day in APRIL.days()
        for number in range(25)
    ]
    shelf.put("openai/labo", named, Period.of_days(APRIL.first, TODAY))
    april = next(one for one in seen(shelf).uses if one.of.month == APRIL).persons

    assert april is not None
    assert [one.name for one in april.lines][:2] == ["user-00000024", "user-00000023"]
    assert (len(april.lines), april.others and april.others.count) == (20, 5)
    assert april.exact == row(shelf, APRIL).of.categories["ai"]
    assert april.nobody is not None
    assert april.nobody.exact == 30 * Decimal("1.0000008")


def test_a_gateway_tells_who_spent_and_which_requests_failed(shelf: Shelf) -> None:
    told: dict[str, Any] = {"role": "breakdown", "parent": "openai", "model": "gpt"}
    april = Period.of_days(APRIL.first, TODAY)
    spent = [charge("3", day, user="user-1", **told) for day in APRIL.days()]
    shelf.put("prometheus/gate", spent, april, "litellm-cost")
    for feed, name, amount in (("requests", "requests", "9"), ("errors", "errors", "1")):
        rows = [usage({name: amount}, day, **told) for day in APRIL.days()]
        shelf.put("prometheus/gate", rows, april, f"litellm-{feed}")
    (use,) = (one for one in seen(shelf).uses if one.of.month == APRIL)

    assert use.persons is None
    assert [(one.account, one.exact) for one in use.details] == [("Prometheus · gate", Decimal(90))]
    (failed,) = use.of.failures
    assert (failed.provider, failed.requests, failed.successes, failed.errors) == (
        "openai", Decimal(300), Decimal(270), Decimal(30),
    )  # fmt: skip
    assert failed.rate == Decimal("0.1")


def test_a_price_stands_only_where_cost_and_tokens_are_of_the_same(shelf: Shelf) -> None:
    read = Period.of_days(APRIL.first, TODAY)
    tokens = {"input_tokens": "3000", "output_tokens": "1000"}
    used = [usage(tokens, day, model="small") for day in APRIL.days()]
    paid = [charge("0.01", day, model="small") for day in APRIL.days()[:10]]
    shelf.put("openai/labo", [*used, *paid], read)
    (use,) = (one for one in seen(shelf).uses if one.of.month == APRIL)
    (model,) = use.of.models

    assert (model.tokens_in, model.tokens_out) == (Decimal(90_000), Decimal(30_000))
    assert (model.ratio, model.cost, model.bought) == (Decimal(3), Decimal("0.10"), Decimal(10_000))
    assert model.price == Decimal(10)


def test_the_page_shows_exact_amounts_and_leads_to_its_months(world: World) -> None:
    world.collect()
    html = world.publish()["business.en.html"]
    october = Month(2026, 10)
    asked = world.totals("category", october.first, october.after)

    assert f'<data value="{asked.total}"' in html
    assert 'href="2026-10.en.html"' in html
    assert "STRIPE_ADMIN_KEY" in html
    values = re.findall(r'<data[^>]* value="([^"]+)"', html)
    assert all(Decimal(value).is_finite() for value in values)


def test_one_month_that_still_runs_has_no_card(place: Place, tmp_path: Path) -> None:
    shelf = Shelf(place, now=NOW)
    shelf.put(ACCOUNT, costs(["1.00"] * 19, MAY.first), Period.of_days(MAY.first, TODAY))
    assert seen(shelf).cards is None

    site = Folder(tmp_path)
    publish(place, site, edition(TODAY))
    assert b"No month is over yet" in (site.get("business.en.html") or b"")


def test_a_day_whose_cost_nobody_knows_is_not_drawn_as_zero(shelf: Shelf) -> None:
    last = TODAY - DAY
    dark = [
        charge(None, last),
        charge("1", last - DAY, currency="CHF"),
        charge("1", last - 3 * DAY),
    ]
    shelf.put(ACCOUNT, dark, Period.of_days(TODAY - 7 * DAY, TODAY))
    ai = next(one for one in seen(shelf).week.stacks if one.style == "s0")

    nought, one = Decimal(0), Decimal(1)
    assert ai.values == (nought, nought, nought, one, nought, None, None)


def test_persons_say_which_costs_nobody_knows(shelf: Shelf) -> None:
    shelf.put(ACCOUNT, [charge("5", APRIL.first, user="ana")], APRIL.period)
    unknown = charge(None, APRIL.first, user="ana"), charge("3", APRIL.first, currency="CHF")
    shelf.put("mistral/labo", unknown, APRIL.period)
    april = next(one for one in seen(shelf).uses if one.of.month == APRIL)

    assert april.persons is not None
    assert (april.persons.shown, april.dark, april.unrated) == (
        Decimal("5.00"), ("Mistral · labo",), ("CHF",),
    )  # fmt: skip
