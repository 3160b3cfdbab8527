"""What the page shows is worked out honestly: unknown, missing, small and large."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from ecot.analysis.totals import totals
from ecot.model.figure import Figure
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.providers.deepgram.rows import QUANTITIES as QUANTITIES_OF_DEEPGRAM
from ecot.providers.elevenlabs.table import QUANTITIES as QUANTITIES_OF_ELEVENLABS
from ecot.providers.mistral.units import UNITS
from ecot.providers.openai.usage import TOKENS
from ecot.report.facts import MonthFacts
from ecot.report.labels import labels
from ecot.report.origin import Share, Unpriced
from ecot.report.quantities import telling
from ecot.report.tables import table
from ecot.report.views import month_view
from ecot.report.words import QUANTITIES
from tests.report.sample import (
    CHAT,
    FIGURES,
    GAPS,
    MONTH,
    NAMES,
    OUTCOMES,
    READ_AT,
    RESTATEMENTS,
    TITLES,
    cost,
    facts,
    usage,
)


def shares(*figures: Figure) -> tuple[Share, ...]:
    return month_view(facts(figures, gaps=())).shares


def test_shares_are_whole_percents_that_add_up() -> None:
    third = [cost(f"{basis}/x", "1", basis) for basis in ("billed", "estimated", "entered")]

    assert sum(share.percent for share in shares(*third)) == 1


def test_a_small_share_is_not_said_to_be_nothing_and_a_large_one_not_all() -> None:
    figures = (cost("openai/x", "100000"), cost("mistral/x", "0.10", "estimated"))

    assert shares(*figures) == (
        Share("billed", Decimal("0.99"), ">"),
        Share("estimated", Decimal("0.01"), "<"),
    )


def test_a_single_origin_is_all_of_the_total() -> None:
    assert shares(cost("openai/x", "0.0000008")) == (Share("billed", Decimal(1)),)


def test_an_unpriced_group_has_no_amount_and_keeps_its_place_outside_the_sum() -> None:
    view = month_view(facts())
    lines = {line.key: line for line in view.tables[3].lines}

    assert lines["mistral-new-2601"].amount is None
    assert lines["mistral-new-2601"].unpriced == 3
    assert lines["tts-1-hd"].amount is None


def test_an_account_with_use_and_no_charge_is_not_in_the_total_and_that_is_said() -> None:
    """Plans whose price nobody knows, read back to months before the first reading."""
    figures = [
        cost("elevenlabs/a", "2"),
        usage("elevenlabs/b", {"credits": 9}),
        cost("openai/x", "5"),
        usage("openai/x", {"requests": 9}),
        usage("aws/idle", {"requests": 0}),
    ]
    view = month_view(facts(figures, gaps=()))
    lines = {line.key: line for line in view.tables[0].lines}

    assert view.totals.coverage.without_cost == ("elevenlabs/b",)
    assert view.unpriced == (Unpriced("elevenlabs · b", None),)
    assert view.tables[0].is_part
    assert {key for key, line in lines.items() if line.is_part} == {"elevenlabs"}
    assert [line.is_unknown for line in view.tables[1].lines] == [False, False, True, True]


def test_use_in_a_month_without_charges_is_of_unknown_cost_whatever_the_next_one_has() -> None:
    figures = [
        usage("elevenlabs/a", {"credits": 9}),
        cost("elevenlabs/a", "2", day=date(2026, 2, 1)),
    ]
    found = totals(
        figures, by="provider", first=MONTH.first, after=date(2026, 3, 1), currency="USD"
    )

    assert found.total == 2
    assert found.coverage.without_cost == ("elevenlabs/a",)


def test_a_cost_in_another_currency_or_a_tax_is_not_called_unknown() -> None:
    figures = [
        cost("openai/x", "5"),
        cost("penpot/x", "12.6", currency="EUR"),
        cost("canton/x", "3", tax=True),
        cost("mistral/x", None, "unknown"),
        usage("deepgram/x", {"seconds": 9}),
    ]
    lines = {line.key: line for line in month_view(facts(figures, gaps=())).tables[0].lines}

    assert {key for key, line in lines.items() if line.is_unknown} == {"mistral", "deepgram"}
    assert {key for key, line in lines.items() if line.is_tax} == {"canton"}
    assert lines["penpot"].unconverted == {"EUR": Decimal("12.6")}


def test_groups_without_a_name_stay_in_the_table() -> None:
    view = month_view(facts())

    assert [None in {line.name for line in table.lines} for table in view.tables] == [
        False, False, True, True,
    ]  # fmt: skip


def test_equal_names_are_told_apart_by_their_ids() -> None:
    details = {line.key: line.detail for line in month_view(facts()).tables[2].lines}

    assert details["proj_a"] == "OpenAI · proj_a"
    assert details["proj_b"] == "OpenAI · proj_b"
    assert details["proj_site"] is None


def test_missing_days_are_said_beside_the_amount_that_lacks_them() -> None:
    provider, account, *_ = month_view(facts()).tables

    assert {line.key: line.missing_days for line in provider.lines if line.missing_days} == {
        "mistral": 3
    }
    assert {line.key: line.missing_days for line in account.lines if line.missing_days} == {
        "mistral/mistral": 3
    }


def test_every_table_shows_the_same_total() -> None:
    assert {table.total for table in month_view(facts()).tables} == {Decimal("2081.79")}


@pytest.mark.parametrize(
    ("before", "gaps", "why"),
    [
        (None, (), "nothing"),
        (Decimal(0), (), "not positive"),
        (Decimal(5), GAPS, "incomplete"),
        (Decimal(5), (), None),
    ],
)
def test_a_percentage_is_shown_or_its_absence_explained(
    before: Decimal | None, gaps: tuple[()], why: str | None
) -> None:
    comparison = month_view(facts(before=before, gaps=gaps)).comparison

    assert comparison.why == why
    assert (comparison.percent is None) == (why is not None)


def test_the_difference_is_that_of_the_totals_as_shown() -> None:
    view = month_view(facts([cost("openai/x", "10.004")], before=Decimal("9.996"), gaps=()))

    assert view.comparison.difference == 0


def test_a_running_month_ends_today() -> None:
    running = month_view(facts(today=date(2026, 1, 14), state="open"))

    assert running.last == date(2026, 1, 14)
    assert running.comparison.last == date(2025, 12, 13)
    assert month_view(facts()).last == date(2026, 1, 31)


def test_a_restatement_of_quantities_alone_is_shown_too() -> None:
    silent = msgspec.structs.replace(RESTATEMENTS[0], old_cost={}, new_cost={})
    (line,) = month_view(facts(restatements=(silent,))).revised

    assert line.currency is None


def test_a_restatement_below_a_cent_is_not_shown_as_equal_amounts() -> None:
    small = msgspec.structs.replace(
        RESTATEMENTS[0],
        old_cost={"USD": Decimal("1.0001"), "EUR": Decimal(3)},
        new_cost={"USD": Decimal("1.0002"), "EUR": Decimal(3)},
    )
    (line,) = month_view(facts(restatements=(small,))).revised

    assert (line.currency, line.looks_equal) == ("USD", True)


def test_what_failed_comes_first() -> None:
    named = Outcome(provider="x", account="x/y", run="r", at=READ_AT, state="not_configured")
    view = month_view(facts(outcomes=(named, *OUTCOMES)))

    assert [told.outcome.state for told in view.troubled] == ["failed", "not_configured"]
    assert view.well_read == 2


def test_at_most_three_quantities_and_never_one_inside_another() -> None:
    months = {name: Decimal(amount) for name, amount in (CHAT | {"characters": 3}).items()}

    assert [one.name for one in telling(months)] == ["requests", "input_tokens", "output_tokens"]


def test_equal_names_are_told_apart_in_whichever_column_they_stand() -> None:
    found = totals(
        FIGURES,
        by="model",
        further=("sub_account",),
        first=MONTH.first,
        after=MONTH.after,
        currency="USD",
        names=NAMES,
    )
    called = {
        group.billed_cost: label
        for group, label in zip(
            found.groups, labels(found.groups, "sub_account", TITLES | NAMES), strict=True
        )
    }

    assert called[Decimal("1204.334567")] == ("Site vitrine", None)
    assert called[Decimal("311.0049")] == ("Assistant maison", "OpenAI · proj_a")
    assert called[Decimal("98.0000008")] == ("Assistant maison", "OpenAI · proj_b")
    assert called[Decimal("402.339")] == (None, None)
    assert {one.detail for one in labels(found.groups, "model", TITLES | NAMES)} == {None}


def test_cached_and_cache_written_tokens_are_inside_the_input_and_never_added() -> None:
    split = {
        "requests": Decimal(2),
        "input_tokens": Decimal(1000),
        "input_cached_tokens": Decimal(400),
        "input_cache_write_tokens": Decimal(250),
        "input_uncached_tokens": Decimal(350),
        "output_tokens": Decimal(90),
    }
    figure = usage("openai/studio", {name: int(one) for name, one in split.items()}, model="m")
    found = totals(
        [figure], by="model", first=MONTH.first, after=MONTH.after, currency="USD"
    )  # fmt: skip
    (line,) = table(found, "model", {}).lines

    shown = {one.name: one.amount for one in line.quantities}
    assert shown == {"requests": 2, "input_tokens": 1000, "output_tokens": 90}
    assert found.groups[0].quantities == split


def test_no_quantity_that_is_shown_is_part_of_another() -> None:
    parts = {
        theirs for theirs in TOKENS.values() if theirs not in ("input_tokens", "output_tokens")
    }

    assert {"input_cached_tokens", "input_cache_write_tokens"} <= parts
    assert not parts & QUANTITIES.keys()


def test_every_unit_that_a_supplier_sells_has_a_word() -> None:
    """What tokens are made of is inside them; counts of reasoning stand beside the output."""
    of_mistral = {unit for unit in UNITS.values() if unit != "tokens"}
    of_deepgram = set(QUANTITIES_OF_DEEPGRAM.values()) - {"total_hours"}  # contains audio_hours
    of_elevenlabs = {name for _, name in QUANTITIES_OF_ELEVENLABS.values()}

    assert of_mistral | of_deepgram | of_elevenlabs <= QUANTITIES.keys()


def test_quantities_that_we_have_no_word_for_keep_the_providers() -> None:
    own = {"vector_store_byte_days": Decimal(7), "unused": Decimal(0)}

    assert [one.name for one in telling(own)] == ["vector store byte days"]


def test_seats_are_said_in_the_readers_language() -> None:
    (seats,) = telling({"seat_days": Decimal(90)})
    assert str(seats.many).format(count=90) == "90 seats for a day"


def test_months_around_are_the_nearest_ones() -> None:
    months = (Month(2025, 10), Month(2025, 12), Month(2026, 1), Month(2026, 3))
    view = month_view(facts(months=months))

    assert (view.earlier, view.later) == (Month(2025, 12), Month(2026, 3))


def test_nothing_collected_is_empty_and_a_failure_is_not() -> None:
    nothing = MonthFacts.nothing(date(2026, 1, 14), "USD")

    assert month_view(nothing).is_empty
    assert not month_view(facts([], gaps=())).is_empty
    assert month_view(facts([usage("openai/x", {"requests": 1})], gaps=())).total is None
