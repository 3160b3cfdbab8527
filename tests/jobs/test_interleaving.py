"""Two collectors of one account at once: whatever their order, one of their answers stands whole.

Each runs in a thread that waits for its turn before every call to the store; hypothesis draws whose
turn it is.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from ecot.jobs.commit import Commit
from ecot.ledger.reading import Reading
from ecot.model.rows import AnyRow, merged
from ecot.store.protocol import Place
from tests.jobs.stepping import Stepped
from tests.ledger.book import Book, fresh_book, writing
from tests.rows import MONDAY, charge, rows, said, week

DAYS = week(MONDAY)[:3]
FEEDS = ("costs", "usage")
SCHEDULES = st.lists(st.integers(0, 1), min_size=20, max_size=80)
Answer = dict[str, dict[date, list[AnyRow]]]


def answers(*, may_be_empty: bool) -> st.SearchStrategy[Answer]:
    """What a provider says of a few days, feed by feed."""
    least = 0 if may_be_empty else 1
    of_days = {day: rows(day, 3).filter(lambda some: len(some) >= least) for day in DAYS}
    return st.fixed_dictionaries({feed: st.fixed_dictionaries(of_days) for feed in FEEDS})


def readings(answer: Answer) -> list[Reading]:
    return [said(feed, rows) for feed, rows in answer.items()]


def work(answer: Answer, run: str) -> Callable[[Book], Commit]:
    return lambda book: book.commit(*readings(answer), writing=writing(run))


def interleave(
    place: Place, works: Sequence[Callable[[Book], Commit]], turns: list[int]
) -> list[Commit]:
    """Runs the works side by side, taking turns; then each to its end."""
    collectors = [Stepped(place, _on(one)) for one in works]
    for turn in turns:
        if not collectors[turn].is_done:
            collectors[turn].step()
    for one in collectors:
        one.finish()
    assert [one.error for one in collectors] == [None] * len(works)
    return [one.value for one in collectors if one.value is not None]


def _on(work: Callable[[Book], Commit]) -> Callable[[Place], Commit]:
    return lambda place: work(Book(place))


@contextmanager
def book_with(before: Answer) -> Iterator[Book]:
    """A ledger that has settled on an answer."""
    with fresh_book() as book:
        book.commit(*readings(before), writing=writing("run-0"))
        yield book


def one_after_the_other(
    before: Answer, first: Answer, second: Answer, runs: str
) -> dict[str, object]:
    with book_with(before) as book:
        work(first, f"run-{runs[0]}")(book)
        work(second, f"run-{runs[1]}")(book)
        return book.figures()


def held(book: Book) -> dict[date, dict[str, list[AnyRow]]]:
    return {day: {feed: list(some) for feed, some in book.rows(day).items()} for day in DAYS}


def whole(answer: Answer) -> dict[date, dict[str, list[AnyRow]]]:
    return {day: {feed: merged(answer[feed][day]) for feed in FEEDS} for day in DAYS}


FULL, ANY = answers(may_be_empty=False), answers(may_be_empty=True)


@settings(max_examples=60)
@given(ANY, FULL, FULL, SCHEDULES)
def test_one_of_two_answers_stands_whole_and_never_a_mixture(
    before: Answer, a: Answer, b: Answer, turns: list[int]
) -> None:
    with book_with(before) as book:
        interleave(book.place, [work(a, "run-a"), work(b, "run-b")], turns)
        assert held(book) in (whole(a), whole(b))
        book.assert_sound()


@settings(max_examples=60)
@given(ANY, ANY, ANY, SCHEDULES)
def test_two_at_once_come_to_what_one_after_the_other_would(
    before: Answer, a: Answer, b: Answer, turns: list[int]
) -> None:
    """Doubted days too, and the very restatements."""
    with book_with(before) as book:
        started_with = set(book.head().restated)
        commits = interleave(book.place, [work(a, "run-a"), work(b, "run-b")], turns)
        assert book.figures() in (
            one_after_the_other(before, a, b, "ab"),
            one_after_the_other(before, b, a, "ba"),
        )
        announced = [one.id for commit in commits for one in commit.restatements]
        assert sorted(announced) == sorted(set(book.head().restated) - started_with)
        book.assert_sound()


@settings(max_examples=30)
@given(FULL, FULL, SCHEDULES)
def test_two_who_read_the_same_answer_announce_a_change_once(
    before: Answer, a: Answer, turns: list[int]
) -> None:
    with book_with(before) as book:
        commits = interleave(book.place, [work(a, "run-a"), work(a, "run-b")], turns)
        changed = [day for day in DAYS if whole(a)[day] != whole(before)[day]]
        announced = [one.day for commit in commits for one in commit.restatements]
        assert sorted(announced) == changed
        assert held(book) == whole(a)


def test_a_race_is_really_run_and_the_loser_works_its_change_out_anew() -> None:
    a: Answer = {"costs": {MONDAY: [charge("1")]}, "usage": {MONDAY: []}}
    b: Answer = {"costs": {MONDAY: [charge("2")]}, "usage": {MONDAY: []}}
    with book_with({"costs": {MONDAY: [charge("0")]}, "usage": {}}) as book:
        first, second = interleave(book.place, [work(a, "run-a"), work(b, "run-b")], [0, 1] * 60)
        (won,), (lost,) = first.restatements, second.restatements
        assert [won.new_cost["USD"], lost.new_cost["USD"]] == [1, 2]
        assert lost.old == won.new
        assert second.head == book.head()
        assert book.head().restated == (won.id, lost.id)
