"""What the explorer's pages hold: sums that lose nothing, packed, as much as a page may weigh."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.analysis.groups import By, Owner
from ecot.analysis.sums import cost_of, unconverted
from ecot.analysis.totals import totals
from ecot.language import Language
from ecot.model.figure import Figure
from ecot.model.period import DAY, Month
from ecot.report.columns import DIMENSIONS, Cube, Entry, Place, cube
from ecot.report.explore import ExploreFacts, Lack, whole_months
from ecot.report.packing import names_of, packed, plain, weight
from ecot.report.quantities import telling
from ecot.report.reach import (
    SMALL,
    WEEK,
    Source,
    cubes_of_history,
    cubes_of_month,
    held_by_day,
    holds_persons,
)
from ecot.report.scopes import MONTHS, ready, scope_view, slug
from ecot.report.spelling import spelling
from tests.report.sample import FIGURES, NAMES, TITLES, cost, usage

FIRST, JANUARY = date(2026, 1, 1), Month(2026, 1)

# --- packed and read again -----------------------------------------------------------------------

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-9, max_value=9)
KEYS = st.text(max_size=8)
OWNERS = st.sampled_from([Owner(), Owner("openai"), Owner("anthropic", "anthropic/x")])
ENTRIES = st.none() | st.builds(Entry, KEYS, OWNERS)
PLACES = st.builds(Place, st.tuples(*[ENTRIES] * 5), st.booleans())
POINTS = {
    "day": st.integers(0, 70).map(lambda days: FIRST + timedelta(days=days)),
    "month": st.integers(0, 40).map(lambda months: JANUARY.shifted(months).first),
}
SUMS = st.dictionaries(st.sampled_from(["billed", "unknown", "of requests"]), AMOUNTS, min_size=1)


def cubes(grain: Any) -> st.SearchStrategy[Cube]:
    rows = st.dictionaries(st.tuples(POINTS[grain], PLACES), SUMS, max_size=20)
    return rows.map(lambda rows: Cube("service", grain, FIRST, 3, rows))


def unpacked(one: dict[str, Any], names: Any) -> dict[Any, dict[str, Decimal]]:
    """As the page's script reads it."""
    counts = [int(count) for count in one["counts"].split(",") if count]
    steps = iter(one["steps"].split(","))
    columns = {name: iter(text.split(",")) for name, text in one["columns"].items()}
    entries = {by: text.split(",") for by, text in one["places"].items()}
    rows = {}
    for at, count in enumerate(counts):
        told = tuple(
            names[by][int(entries[by][at])] if entries[by][at] else None
            for by in DIMENSIONS[one["kind"]]
        )
        place = Place(told, entries["activity"][at] != "")
        for number in accumulate(int(next(steps)) for _ in range(count)):
            values = {name: next(values) for name, values in columns.items()}
            known = {name: Decimal(value) for name, value in values.items() if value}
            rows[point(one["grain"], number), place] = known
    return rows


def point(grain: str, number: int) -> date:
    return FIRST + timedelta(days=number) if grain == "day" else JANUARY.shifted(number).first


@pytest.mark.parametrize("grain", ["day", "month"])
@given(st.data())
def test_a_cube_is_the_same_after_the_page(grain: str, data: st.DataObject) -> None:
    one = data.draw(cubes(grain))
    names = names_of([one])

    assert unpacked(packed(one, names), names) == one.rows


@given(AMOUNTS)
def test_an_amount_keeps_its_value_and_loses_its_zeros(amount: Decimal) -> None:
    assert Decimal(plain(amount)) == amount
    assert not re.search(r"\.\d*0$|\.$|E", plain(amount))


# --- sums that lose nothing ----------------------------------------------------------------------


def sums(one: Cube, *columns: str) -> Decimal:
    return sum(
        (row[name] for row in one.rows.values() for name in columns if name in row), Decimal()
    )


@pytest.mark.parametrize("grain", ["day", "month"])
@pytest.mark.parametrize("kind", ["service", "person"])
def test_a_cube_has_the_whole_cost_and_nothing_beside_it(kind: Any, grain: Any) -> None:
    one = cube(FIGURES, kind, grain, FIRST, "USD")

    assert sums(one, "billed", "estimated", "entered") == cost_of(FIGURES, "USD")
    assert sums(one, "unknown") == 3
    assert {"EUR": sums(one, "in EUR")} == unconverted(FIGURES, "USD")


def test_what_a_bill_replaces_and_what_is_a_detail_is_in_no_sum() -> None:
    replaced = cost("openai/x", "7")._replace(is_replaced=True)
    detail = cost("openai/x", "9", role="breakdown", parent="anthropic")
    one = cube([replaced, detail, cost("openai/x", "1")], "service", "month", FIRST, "USD")

    assert sums(one, "billed") == 1
    assert sums(one, "replaced") == 1


QUANTITIES = st.dictionaries(
    st.sampled_from(["requests", "input_tokens", "output_tokens", "images", "odd_one", "other"]),
    st.integers(0, 9),
)


@given(st.lists(st.tuples(st.sampled_from("abc"), QUANTITIES), max_size=12))
def test_the_most_telling_quantity_of_any_group_is_whole_in_a_cube_of_days(
    told: list[tuple[str, dict[str, int]]],
) -> None:
    figures = [usage("openai/x", measured, model=model) for model, measured in told]
    one = cube(figures, "service", "day", FIRST, "USD")
    found = totals(figures, by="provider", first=FIRST, after=JANUARY.after, currency="USD")
    for group in found.groups:
        for first in telling(group.quantities)[:1]:
            name = first.name.replace(" ", "_")
            assert sums(one, f"of {name}") == first.amount


# --- as much as a page may weigh -----------------------------------------------------------------


def source(months: int, models: int) -> Source:
    """So many months until November, of which every day has a cost by model and by person."""
    every = tuple(Month(2026, 11).shifted(-back) for back in reversed(range(months)))
    today = date(2026, 11, 21)

    def days(month: Month, kind: str) -> list[Figure]:
        elapsed = [day for day in month.days() if day <= today]
        return [
            cost(
                "openai/x",
                f"{(day.toordinal() * 7919 * (model + 3)) % 99991}.{model}",
                day=day,
                **({"model" if kind == "service" else "user": f"m-{model}"}),
            )
            for day in elapsed
            for model in range(models)
        ]

    def monthly(kind: str) -> list[Figure]:
        return [one for month in every for one in days(month, kind)]

    return Source(
        months=every,
        after=today + DAY,
        currency="USD",
        by_service=monthly("service"),
        by_person=monthly("person"),
        days=days,
    )


@pytest.mark.parametrize(("months", "models"), [(1, 1), (3, 10), (13, 40)])
def test_months_are_whole_and_a_week_of_days_is_always_there(months: int, models: int) -> None:
    held = source(months, models)
    services, persons, days, of_persons = cubes_of_history(held)

    assert sums(services, "billed") == cost_of(held.by_service, "USD")
    assert days.first <= held.after - WEEK * DAY
    assert (services.kind, services.grain, days.kind, days.grain) == (
        *("service", "month"),
        *("service", "day"),
    )
    assert (persons.kind, of_persons.kind) == ("person", "person")


def test_a_small_company_has_everything_on_one_page() -> None:
    held = cubes_of_history(source(1, 2))

    assert held_by_day(held) == date(2026, 11, 1)
    assert holds_persons(held, Month(2026, 11))
    assert sum(map(weight, held)) <= SMALL


def test_details_stay_within_their_room() -> None:
    held = cubes_of_history(source(6, 30))
    whole = cubes_of_month(source(6, 30), Month(2026, 9), persons=False)

    assert sum(map(weight, held)) <= SMALL + weight(held[2])
    assert held_by_day(held) > date(2026, 6, 1)
    asked = cost_of(source(6, 30).days(Month(2026, 9), "service"), "USD")
    assert sums(whole[2], "billed") == asked
    assert not whole[0].rows
    assert not whole[1].rows


# --- ready-made pages ----------------------------------------------------------------------------


@given(st.sets(st.text(max_size=80), min_size=2, max_size=6))
def test_no_two_addresses_have_the_same_file(addresses: set[str]) -> None:
    slugs = {slug(address) for address in addresses}

    assert len(slugs) == len(addresses)
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}", one) for one in slugs)


def test_a_file_of_capital_letters_is_not_the_one_of_small_letters() -> None:
    assert slug("openai") == "openai"
    assert slug("OpenAI").lower() != slug("openai")


def test_each_provider_project_and_one_of_several_accounts_has_a_page() -> None:
    found = ready(FIGURES, [JANUARY], "USD", TITLES | NAMES)

    assert [one.name for one in found.providers] == ["OpenAI", "Mistral", "AWS", "Supabase"]
    assert [one.key for one in found.accounts] == ["openai/studio", "openai/labo"]
    assert {(one.name, one.detail) for one in found.projects} == {
        ("Site vitrine", None),
        ("Assistant maison", "OpenAI · proj_a"),
        ("Assistant maison", "OpenAI · proj_b"),
    }
    assert not found.is_cut


def test_a_page_has_the_totals_of_its_own_figures_only() -> None:
    found = ready(FIGURES, [JANUARY], "USD", TITLES | NAMES)
    for scope in found.scopes:
        view = scope_view(scope, found.months, "USD", TITLES | NAMES)
        assert view.totals.total == cost_of(scope.figures, "USD")
        assert all(one.exact == view.totals.total for one in view.tables)
    whole = [scope_view(one, found.months, "USD", {}).totals.total for one in found.providers]
    assert sum(filter(None, whole)) == cost_of(FIGURES, "USD")


def test_a_page_tells_the_last_months_alone() -> None:
    months = [JANUARY.shifted(at) for at in range(MONTHS + 5)]
    figures = [cost("openai/x", "1", day=month.first) for month in months]
    found = ready(figures, months, "USD", {})
    view = scope_view(found.providers[0], found.months, "USD", {})

    assert view.totals.total == MONTHS
    assert [month for month, _ in view.of_months] == list(reversed(months[-MONTHS:]))


@pytest.mark.parametrize(("dimension", "named"), [("service", "S3"), ("model", "gpt-5")])
def test_the_chart_is_stacked_by_what_has_names(dimension: By, named: str) -> None:
    found = ready([cost("openai/x", "2", **{dimension: named})], [JANUARY], "USD", {})
    view = scope_view(found.providers[0], found.months, "USD", {})

    assert view.course_by == dimension
    assert [one.name for one in view.course.stacks] == [named]


def test_what_was_not_charged_is_nothing_only_where_everything_was_read() -> None:
    months = [JANUARY, JANUARY.shifted(1), JANUARY.shifted(2)]
    figures = [
        cost("openai/x", "2", service="S3", day=months[0].first),
        cost("openai/x", "1", service="S3", day=months[2].first),
        cost("openai/x", None, "unknown", service="EC2", day=months[0].first),
        cost("openai/x", "5", service="EC2", day=months[2].first),
        cost("openai/y", "1", service="S3", day=months[2].first),
    ]
    found = ready(figures, months, "USD", {})
    facts = ExploreFacts(
        today=months[2].after,
        source=source(3, 1),
        names={},
        missing=(Lack("openai/x", months[2].first, months[2].first),),
        read={
            months[0]: {"openai/x", "openai/y"},
            months[1]: {"openai/x"},
            months[2]: {"openai/x"},
        },
    )
    whole, of_x = (whole_months(facts, scope) for scope in (found.providers[0], found.accounts[0]))
    assert (whole, of_x) == ((months[0],), (months[0], months[1]))
    view = scope_view(found.accounts[0], found.months, "USD", {}, whole=of_x)
    assert {str(one.name): one.values for one in view.course.stacks} == {
        "EC2": (None, Decimal(0), Decimal(5)),
        "S3": (Decimal(2), Decimal(0), Decimal(1)),
    }


# --- numbers as the server writes them -----------------------------------------------------------


@pytest.mark.parametrize("currency", ["USD", "EUR", "CHF", "JPY", "KWD"])
@pytest.mark.parametrize("locale", ["fr-FR", "fr-CH", "en-US", "en-GB"])
def test_the_pieces_make_the_same_amount(locale: Any, currency: str) -> None:
    language = Language(locale)
    spelt = spelling(language, (currency,))["money"][currency]
    for amount, sides in ((Decimal("9876543.25"), "plus"), (Decimal("-9876543.25"), "minus")):
        before, behind = spelt[sides]
        digits = spelt["group"].join(("9", "876", "543"))
        part = "25".ljust(spelt["digits"], "0")
        assert before + digits + spelt["point"] + part + behind == language.exact_money(
            amount, currency
        )
