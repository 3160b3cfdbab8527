"""What is replaced is (account, feed, day): rules 5 and 8 of the ledger."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.ledger.commit import cut_anew
from ecot.ledger.reading import Reading
from ecot.ledger.replace import replaced, with_feeds
from ecot.model.head import DOUBTED, DOUBTED_SETTLED, READ, RUNNING, SETTLED, Head
from ecot.model.period import DAY, midnight
from ecot.model.rows import AnyRow, Charge
from tests.ledger.book import JANUARY, LATENESS, Book, fresh_book, writing
from tests.rows import (
    ACCOUNT,
    MONDAY,
    MUCH_LATER,
    charge,
    on,
    rows,
    said,
    to_the_letter,
    usage,
    week,
)

TUESDAY = MONDAY + DAY
COSTS = (charge("1.25", service="chat"), charge("0.0000008", service="images"))


def test_the_same_answer_again_changes_no_byte(book: Book) -> None:
    answer = said("costs", {MONDAY: COSTS}, days=[TUESDAY])
    book.commit(answer)
    before = book.items()
    again = book.commit(answer, writing=writing("run-2"))
    assert (again.days, again.restatements) == (0, ())
    assert book.items() == before


def test_a_number_written_with_another_zero_is_the_same_answer(book: Book) -> None:
    book.commit(said("costs", {MONDAY: [charge("1.5")]}))
    before = book.items()
    book.commit(said("costs", {MONDAY: [charge("1.50")]}))
    assert book.items() == before


def test_a_row_that_the_provider_no_longer_reports_disappears(book: Book) -> None:
    book.commit(said("costs", {MONDAY: COSTS}))
    book.commit(said("costs", {MONDAY: COSTS[:1]}))
    assert book.rows(MONDAY) == {"costs": COSTS[:1]}


def test_rows_of_equal_keys_in_one_answer_are_summed(book: Book) -> None:
    book.commit(said("costs", {MONDAY: [charge("1"), charge("2.5"), charge("-0.25")]}))
    assert book.rows(MONDAY) == {"costs": (charge("3.25"),)}


def test_days_that_were_not_asked_for_stay_as_they_were(book: Book) -> None:
    book.commit(said("costs", {MONDAY: COSTS, TUESDAY: [charge("7", TUESDAY)]}))
    book.commit(said("costs", {TUESDAY: [charge("8", TUESDAY)]}))
    assert book.rows(MONDAY) == {"costs": tuple(sorted(COSTS, key=Charge.key))}
    assert book.cost(TUESDAY) == 8


def test_a_feed_that_was_read_alone_leaves_the_others(book: Book) -> None:
    tokens = usage({"input_tokens": "5"})
    book.commit(said("costs", {MONDAY: COSTS}), said("usage", {MONDAY: [tokens]}))
    book.commit(said("costs", {MONDAY: COSTS[:1]}))
    assert book.rows(MONDAY) == {"costs": COSTS[:1], "usage": (tokens,)}
    assert book.head().pointer(MONDAY).marks == SETTLED * 2


class TestADayThatComesBackEmpty:
    """It had rows, so it is doubted once and believed the second time."""

    def test_it_is_kept_and_marked_and_not_complete(self, book: Book) -> None:
        book.commit(said("costs", {MONDAY: COSTS}, read_at=on(TUESDAY)))
        first = book.commit(said("costs", {}, days=[MONDAY], read_at=on(TUESDAY, 5)))
        assert (first.days, book.cost(MONDAY)) == (0, Decimal("1.2500008"))
        assert book.head().mark(MONDAY, "costs") == DOUBTED
        assert not book.head().is_complete(MONDAY, ["costs"])

    def test_it_is_believed_when_the_next_run_says_the_same(self, book: Book) -> None:
        book.commit(said("costs", {MONDAY: COSTS}))
        for _ in range(2):
            book.commit(said("costs", {}, days=[MONDAY]))
        assert book.rows(MONDAY) == {}
        assert book.head().pointer(MONDAY).document is None
        assert book.head().mark(MONDAY, "costs") == SETTLED
        assert (book.head().cells, book.head().service_cube) == ((), None)

    def test_the_doubt_goes_when_the_rows_are_back(self, book: Book) -> None:
        book.commit(said("costs", {MONDAY: COSTS}))
        before = book.figures()
        book.commit(said("costs", {}, days=[MONDAY]))
        book.commit(said("costs", {MONDAY: COSTS}))
        assert book.figures() == before
        book.commit(said("costs", {}, days=[MONDAY]))
        assert book.cost(MONDAY) > 0

    def test_only_the_empty_feed_is_doubted(self, book: Book) -> None:
        old, new = usage({"input_tokens": "5"}), usage({"input_tokens": "6"})
        book.commit(said("costs", {MONDAY: COSTS}), said("usage", {MONDAY: [old]}))
        book.commit(said("costs", {}, days=[MONDAY]), said("usage", {MONDAY: [new]}))
        assert book.rows(MONDAY)["usage"] == (new,)
        assert len(book.rows(MONDAY)["costs"]) == 2
        assert book.head().pointer(MONDAY).marks == DOUBTED_SETTLED + SETTLED

    def test_a_settled_day_that_really_is_empty_is_a_restatement(self, book: Book) -> None:
        book.commit(said("costs", {MONDAY: COSTS}))
        doubted = book.commit(said("costs", {}, days=[MONDAY]))
        believed = book.commit(said("costs", {}, days=[MONDAY]), writing=writing("run-2"))
        assert doubted.restatements == ()
        (one,) = believed.restatements
        assert (one.new, one.old_cost, one.new_cost) == (None, {"USD": Decimal("1.2500008")}, {})

    def test_a_certain_answer_needs_no_second_opinion(self, book: Book) -> None:
        book.commit(said("plan.pro", {MONDAY: COSTS}))
        book.commit(said("plan.pro", {}, days=[MONDAY], is_certain=True))
        assert book.rows(MONDAY) == {}

    def test_a_day_that_never_had_rows_is_not_doubted(self, book: Book) -> None:
        book.commit(said("costs", {}, days=[MONDAY]))
        book.commit(said("costs", {}, days=[MONDAY]))
        assert book.head().mark(MONDAY, "costs") == SETTLED


@pytest.mark.parametrize(
    ("hours_after_the_end", "mark"),
    [(-1, RUNNING), (0, READ), (47, READ), (48, SETTLED), (9999, SETTLED)],
)
def test_a_mark_says_how_far_the_day_was_read(
    book: Book, hours_after_the_end: int, mark: str
) -> None:
    read_at = midnight(TUESDAY) + timedelta(hours=hours_after_the_end)
    book.commit(said("costs", {MONDAY: COSTS}, read_at=read_at))
    assert book.head().mark(MONDAY, "costs") == mark


@pytest.mark.parametrize("costs_first", [True, False])
@pytest.mark.parametrize("same", [True, False])
def test_each_feed_has_its_own_mark_in_whatever_order_feeds_are_read(
    book: Book, costs_first: bool, same: bool
) -> None:
    tokens = usage({"input_tokens": "5"})
    book.commit(said("costs", {MONDAY: COSTS}), said("usage", {MONDAY: [tokens]}))
    readings = [
        said("costs", {MONDAY: COSTS if same else COSTS[:1]}, read_at=on(MONDAY, 23)),
        said("usage", {MONDAY: [tokens]}, read_at=on(TUESDAY, 0)),
    ]
    book.commit(*(readings if costs_first else reversed(readings)))
    assert book.head().feeds == ("costs", "usage")
    assert book.head().pointer(MONDAY).marks == RUNNING + READ


def test_feeds_are_only_ever_added_at_the_end() -> None:
    head = with_feeds(Head(account=ACCOUNT, month=JANUARY), [said("m", {}), said("z", {})])
    head = with_feeds(head, [said("z", {}), said("b", {}), said("a", {})])
    assert head.feeds == ("m", "z", "a", "b")


class TestRestatements:
    """A change of a day that had settled, and nothing else."""

    @pytest.mark.parametrize(
        ("first", "restated"),
        [(on(MONDAY), 0), (on(TUESDAY), 0), (on(TUESDAY) + LATENESS, 1), (MUCH_LATER, 1)],
    )
    def test_only_a_day_first_read_after_its_lateness_is_restated(
        self, book: Book, first: object, restated: int
    ) -> None:
        assert isinstance(first, type(MUCH_LATER))
        book.commit(said("costs", {MONDAY: COSTS}, read_at=first))
        assert len(book.commit(said("costs", {MONDAY: COSTS[:1]})).restatements) == restated
        assert len(book.head().restated) == restated

    def test_a_restatement_tells_old_new_and_when_it_was_seen(self, book: Book) -> None:
        tokens = usage({"input_tokens": "5"})
        euros = charge("3", currency="EUR")
        outside = [charge("9", charge_category="Tax"), charge("9", role="breakdown"), charge(None)]
        book.commit(
            said("costs", {MONDAY: [*COSTS, euros, *outside]}), said("usage", {MONDAY: [tokens]})
        )
        old = book.head().pointer(MONDAY).document
        seen = MUCH_LATER + DAY
        commit = book.commit(
            said("costs", {MONDAY: [*COSTS, *outside]}, read_at=seen),
            said("usage", {MONDAY: [tokens]}, read_at=MUCH_LATER),
            writing=writing("run-2"),
        )
        (one,) = commit.restatements
        assert (one.account, one.day, one.feeds) == (ACCOUNT, MONDAY, ("costs",))
        assert (one.old, one.new) == (old, book.head().pointer(MONDAY).document)
        assert one.old_cost == {"EUR": Decimal(3), "USD": Decimal("1.2500008")}
        assert one.new_cost == {"USD": Decimal("1.2500008")}
        assert (one.seen_at, one.run) == (seen, "run-2")
        assert book.restatements() == [one]

    def test_quantities_alone_are_restated_too(self, book: Book) -> None:
        book.commit(said("usage", {MONDAY: [usage({"input_tokens": "5"})]}))
        commit = book.commit(said("usage", {MONDAY: [usage({"input_tokens": "6"})]}))
        assert [one.old_cost for one in commit.restatements] == [{}]

    def test_a_settled_empty_day_that_gets_rows_is_restated(self, book: Book) -> None:
        book.commit(said("costs", {}, days=[MONDAY]))
        (one,) = book.commit(said("costs", {MONDAY: COSTS})).restatements
        assert (one.old, one.old_cost) == (None, {})

    def test_a_feed_that_was_not_read_before_restates_nothing(self, book: Book) -> None:
        book.commit(said("costs", {MONDAY: COSTS}))
        tokens = usage({"input_tokens": "5"})
        commit = book.commit(said("costs", {MONDAY: COSTS}), said("usage", {MONDAY: [tokens]}))
        assert (commit.days, commit.restatements) == (1, ())

    def test_a_doubted_settled_day_that_comes_back_different_is_restated(self, book: Book) -> None:
        book.commit(said("costs", {MONDAY: COSTS}))
        book.commit(said("costs", {}, days=[MONDAY]))
        assert len(book.commit(said("costs", {MONDAY: COSTS[1:]})).restatements) == 1


def test_a_document_says_which_answer_stated_each_feed(book: Book) -> None:
    tokens = usage({"input_tokens": "5"})

    def both(costs: Sequence[AnyRow], name: str) -> list[Reading]:
        return [
            said("costs", {MONDAY: costs}, evidence={MONDAY: (f"{name}/costs",)}),
            said("usage", {MONDAY: [tokens]}, evidence={MONDAY: (f"{name}/usage",)}),
        ]

    for name in ("evidence/old", "evidence/new"):
        for feed in ("costs", "usage"):
            book.place.files.put(f"{name}/{feed}", b"")
    book.commit(*both(COSTS, "evidence/old"))
    book.commit(*both(COSTS[:1], "evidence/new"), writing=writing("run-2"))
    (one,) = book.documents()
    assert one.evidence == {"costs": ("evidence/new/costs",), "usage": ("evidence/old/usage",)}
    assert (one.run, one.first_read) == ("run-2", MUCH_LATER)


def test_a_day_whose_answer_is_the_same_is_not_even_loaded(book: Book) -> None:
    answer = said("costs", {MONDAY: COSTS})
    book.commit(answer)

    def load(day: date, name: str) -> object:
        raise AssertionError(f"{day} {name} was loaded")

    (change,) = replaced(book.head(), [answer], load, run="run-2", lateness=LATENESS)  # type: ignore[arg-type]
    assert not change.is_changed


WEEK = week(MONDAY)
ANSWERS = st.fixed_dictionaries(
    {
        feed: st.fixed_dictionaries({day: rows(day, 3) for day in WEEK[:3]})
        for feed in ("costs", "usage")
    }
)
HISTORIES = st.lists(st.tuples(ANSWERS, st.booleans(), st.booleans()), min_size=1, max_size=4)


@given(HISTORIES)
def test_whatever_the_history_heads_and_cubes_hold_the_cells_of_the_documents(
    history: list[tuple[dict[str, dict[date, list[AnyRow]]], bool, bool]],
) -> None:
    with fresh_book() as book:
        for number, (answer, is_partial, is_certain) in enumerate(history):
            feeds = list(answer)[: 1 if is_partial else 2]
            readings = [said(feed, answer[feed], is_certain=is_certain) for feed in feeds]
            book.commit(*readings, writing=writing(f"run-{number}"))
            book.assert_sound()
            assert_cut_anew_is_the_same(book)


def assert_cut_anew_is_the_same(book: Book) -> None:
    """A head that is made of nothing but its documents is the one that was moved step by step."""
    head = book.head()
    bare = msgspec.structs.replace(head, cells=(), service_cube=None, person_cube=None)
    anew = cut_anew(bare, book.documents())
    assert to_the_letter(anew.head) == to_the_letter(head)
    assert {cube.name for cube in anew.cubes} == {head.service_cube, head.person_cube} - {None}


@given(HISTORIES, ANSWERS)
def test_committing_twice_is_the_same_as_once(
    history: list[tuple[dict[str, dict[date, list[AnyRow]]], bool, bool]],
    answer: dict[str, dict[date, list[AnyRow]]],
) -> None:
    """Byte for byte; a provider's empty day, which a second answer confirms, is certain here."""
    with fresh_book() as book:
        for before, _, is_certain in history:
            book.commit(*(said(feed, rows, is_certain=is_certain) for feed, rows in before.items()))
        readings = [said(feed, rows, is_certain=True) for feed, rows in answer.items()]
        book.commit(*readings, writing=writing("run-a"))
        once = book.items()
        assert book.commit(*readings, writing=writing("run-b")).days == 0
        assert book.items() == once
        for one in readings:
            for day in one.days:
                assert book.rows(day).get(one.feed, ()) == one.rows.get(day, ())
