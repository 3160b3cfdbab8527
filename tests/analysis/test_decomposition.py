"""What changed is told by drivers that add up to the difference, and no cause is made up."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ecot.analysis.decomposition import Decomposition, Line, decomposition
from ecot.analysis.drivers import Driver
from ecot.analysis.sums import cost_of
from ecot.model.cells import SERVICE_DIMENSIONS, Cell, condensed
from ecot.model.figure import Figure
from ecot.model.money import minus, times, total
from ecot.model.rates import Rate
from ecot.model.rows import Charge, Usage
from tests.rows import MONDAY, activity, charge, rows, usage

GPT, MINI, HD = "gpt-5.2-2025-12-11", "gpt-5-mini-2025-08-07", "tts-1-hd"
STUDIO, LABO = "openai/studio", "openai/labo"
Figures = list[Figure]


def figures(*found: Charge | Usage, account: str = STUDIO) -> Figures:
    """The rows of an account as the service cube has them."""
    return [Figure(account, cell) for cell in condensed(found, SERVICE_DIMENSIONS)]


def model(name: str, cost: str, tokens: str | None = None, account: str = STUDIO) -> Figures:
    """What a model cost and, in a cell of its own as at OpenAI, how many tokens it used."""
    used = [] if tokens is None else [usage({"input_tokens": tokens}, model=name, service="chat")]
    return figures(charge(cost, model=name), *used, account=account)


def typed(cost: str, account: str = STUDIO, **more: Any) -> Figure:
    """A day of a plan, or of a bill where it is `rated_on` its issue date."""
    cell: dict[str, Any] = {"day": MONDAY, "category": "ai", "currency": "USD", "basis": "entered"}
    rated_on = more.pop("rated_on", None)
    return Figure(account, Cell(**cell, cost=Decimal(cost), **more), rated_on=rated_on)


def changed(now: Figures, before: Figures, **more: Any) -> Decomposition:
    return decomposition(now, before, "USD", **more)


def only(now: Figures, before: Figures, **more: Any) -> Line:
    (line,) = changed(now, before, **more).lines
    return line


def parts(now: Figures, before: Figures, **more: Any) -> dict[Driver, str]:
    """The parts of the only line that moved."""
    return {
        driver: format(amount.normalize(), "f")
        for driver, amount in only(now, before, **more).parts.items()
    }


# --- what holds of all figures -------------------------------------------------------------------

ANY = st.lists(
    st.tuples(
        st.sampled_from([STUDIO, LABO, "aws/1"]),
        rows(MONDAY, 4),
        st.booleans(),
        st.sampled_from([None, date(2026, 1, 9)]),
    ),
    max_size=3,
).map(
    lambda found: [
        Figure(account, cell, is_replaced=replaced, rated_on=rated_on)
        for account, some, replaced, rated_on in found
        for cell in condensed(some, SERVICE_DIMENSIONS)
    ]
)
AMOUNTS = st.decimals(Decimal("0.000001"), Decimal(9999), places=6)
SOLD = st.dictionaries(
    st.tuples(st.sampled_from([STUDIO, LABO]), st.sampled_from([GPT, MINI, HD])),
    st.tuples(AMOUNTS, st.integers(1, 10**12)),
    min_size=1,
)


def sold(
    found: dict[tuple[str, str], tuple[Decimal, int]], cost: int = 1, used: int = 1
) -> Figures:
    """Models with their cost and tokens, both of them multiplied."""
    return [
        figure
        for (account, name), (amount, tokens) in found.items()
        for figure in model(name, str(times(amount, Decimal(cost))), str(tokens * used), account)
    ]


def amounts(found: Decomposition) -> list[tuple[Any, ...]]:
    return sorted(
        (one.account, one.service or "", one.model or "", one.difference) for one in found.lines
    )


@given(ANY, ANY, st.sets(st.sampled_from([STUDIO, LABO])))
def test_all_parts_add_up_to_the_difference_exactly(
    now: Figures, before: Figures, incomplete: set[str]
) -> None:
    found = changed(now, before, incomplete=incomplete)
    costs = [cost_of(some, "USD") or Decimal(0) for some in (now, before)]

    assert found.difference == minus(*costs)
    for line in found.lines:
        assert line.difference == minus(line.now or Decimal(0), line.before or Decimal(0)) != 0
        assert line.difference == total(line.parts.values())
        assert all(line.parts.values())
        assert line.driver in line.parts
    assert found.difference == total(line.difference for line in found.lines)
    sizes = [line.difference.copy_abs() for line in found.lines]
    assert sizes == sorted(sizes, reverse=True)


@given(ANY)
def test_equal_figures_have_changed_nothing(found: Figures) -> None:
    assert changed(found, found) == Decomposition(difference=Decimal(0), lines=())


@given(ANY, ANY)
def test_the_way_back_moves_the_same_lines_by_the_opposite(now: Figures, before: Figures) -> None:
    """Volume and price do not turn round: each span is the measure of its own way there."""
    there, back = changed(now, before), changed(before, now)

    opposite = [(*names, minus(Decimal(0), moved)) for *names, moved in amounts(back)]
    assert amounts(there) == sorted(opposite)
    comings = {line.driver for line in there.lines} & {"new model", "new service"}
    assert bool(comings) == ("gone" in {line.driver for line in back.lines})


@given(ANY, ANY, st.randoms(use_true_random=False))
def test_the_order_of_the_figures_does_not_matter(
    now: Figures, before: Figures, random: Any
) -> None:
    shuffled = random.sample(now, len(now))

    assert changed(shuffled, before) == changed(now, before)


@given(SOLD, st.integers(2, 50))
def test_more_of_everything_at_the_same_prices_is_volume_alone(found: Any, factor: int) -> None:
    moved = changed(sold(found, factor, factor), sold(found)).lines

    assert {driver for line in moved for driver in line.parts} == {"volume"}
    assert {line.volume for line in moved} == {Decimal(factor - 1)}
    assert {line.price for line in moved} == {Decimal(0)}


@given(SOLD, st.integers(2, 50))
def test_the_same_use_at_other_prices_is_price_alone(found: Any, factor: int) -> None:
    moved = changed(sold(found, cost=factor), sold(found)).lines

    assert {driver for line in moved for driver in line.parts} == {"price"}
    assert {line.volume for line in moved} == {Decimal(0)}
    assert {line.price for line in moved} == {Decimal(factor - 1)}


@given(st.lists(st.tuples(AMOUNTS, st.integers(1, 10**9)), min_size=2, max_size=2), st.data())
def test_the_same_tokens_by_other_models_at_the_same_prices_are_mix_alone(
    found: Sequence[tuple[Decimal, int]], data: st.DataObject
) -> None:
    """Each token of a model costs the same in both spans, and there are as many of them."""
    (dear, some), (cheap, more) = found
    shift = data.draw(st.integers(0, more - 1))
    tokens = zip((some, more), (dear, cheap), strict=True)
    before = [times(price, Decimal(used)) for used, price in tokens]
    now = [times(dear, Decimal(some + shift)), times(cheap, Decimal(more - shift))]
    moved = changed(
        [*model(GPT, str(now[0]), str(some + shift)), *model(MINI, str(now[1]), str(more - shift))],
        [*model(GPT, str(before[0]), str(some)), *model(MINI, str(before[1]), str(more))],
    ).lines

    assert {driver for line in moved for driver in line.parts} <= {"mix"}
    assert len(moved) == (2 if shift else 0)


# --- by hand -------------------------------------------------------------------------------------


def test_volume_counts_at_the_earlier_price_and_price_at_the_later_volume() -> None:
    line = only(model(GPT, "18", "150"), model(GPT, "10", "100"))

    assert line.parts == {"volume": Decimal(5), "price": Decimal(3)}
    assert line.driver == "volume"
    assert (line.volume, line.price) == (Decimal("0.5"), Decimal("0.2"))
    assert (line.account, line.service, line.model) == (STUDIO, None, GPT)


def test_a_part_without_an_end_is_rounded_and_the_largest_takes_the_rest() -> None:
    line = only(model(GPT, "20", "7"), model(GPT, "10", "3"))

    assert line.parts == {"volume": Decimal("13.33333333333"), "price": Decimal("-3.33333333333")}


def test_the_mix_is_what_one_model_grew_more_than_all_of_them() -> None:
    """Twice the tokens together; all of the growth is in the dear model."""
    before = [*model(GPT, "10", "100"), *model(MINI, "1", "100")]
    moved = changed([*model(GPT, "30", "300"), *model(MINI, "1", "100")], before).lines
    by_model = {line.model: line.parts for line in moved}

    assert by_model == {GPT: {"volume": Decimal(10), "mix": Decimal(10)}}
    assert moved[0].is_shared
    shrunk = changed([*model(GPT, "5", "50"), *model(MINI, "1.5", "150")], before).lines
    assert {line.model: line.parts for line in shrunk} == {
        GPT: {"mix": Decimal(-5)},
        MINI: {"mix": Decimal("0.5")},
    }


def test_models_of_other_accounts_services_and_units_are_no_mix() -> None:
    speech = figures(charge("1", model=HD), usage({"characters": "9"}, model=HD, service="chat"))
    embedded = usage({"input_tokens": "5"}, model="embed", service="embeddings")
    embedding = figures(charge("1", model="embed"), embedded)
    others = [*speech, *embedding, *model(MINI, "1", "5", LABO)]

    assert parts([*model(GPT, "20", "200"), *others], [*model(GPT, "10", "100"), *others]) == {
        "volume": "10"
    }


def test_what_is_of_one_span_only_is_told_by_what_was_there_before() -> None:
    old, new, elsewhere = model(GPT, "10", "9"), model(MINI, "3", "9"), model(GPT, "7", "1", LABO)
    search = figures(charge("2", service="web search"))

    assert parts([*old, *new], old) == {"new model": "3"}
    assert parts([*old, *search], old) == {"new service": "2"}
    assert parts(old, [*old, *new]) == {"gone": "-3"}
    new_account = [*elsewhere, *model(MINI, "3", "1", LABO)]
    assert parts([*old, *new_account], old) == {"new service": "10"}
    assert only([*old, *new_account], old).model is None
    assert parts(old, [*old, *new_account]) == {"gone": "-10"}


def test_where_nothing_measures_a_cost_no_cause_is_made_up() -> None:
    both = {"characters": "3", "images": "4"}
    for before, now in (
        (model(GPT, "10"), model(GPT, "12")),
        (model(GPT, "10", "100"), model(GPT, "12")),
        (model(GPT, "10", "0"), model(GPT, "12", "5")),
        (figures(charge("10", service="S3")), figures(charge("12", service="S3"))),
        (
            figures(charge("10", model=HD), usage(both, model=HD)),
            figures(charge("12", model=HD), usage(both, model=HD)),
        ),
    ):
        assert parts(now, before) == {"other": "2"}
        assert only(now, before).volume is None


def test_tokens_of_all_kinds_are_one_unit_and_each_is_counted_once() -> None:
    kinds = {"input_tokens": "70", "input_cached_tokens": "50", "output_tokens": "30"}
    more = {"reasoning_tokens": "999", "requests": "7", "web_search_calls": "3", "errors": "1"}
    before = figures(charge("10", model=GPT), usage({**kinds, **more}, model=GPT))
    now = figures(charge("20", model=GPT), usage({"output_tokens": "200"}, model=GPT))

    assert only(now, before).volume == 1
    assert parts(now, before) == {"volume": "10"}


def test_calls_and_requests_measure_only_where_nothing_else_does() -> None:
    for name in ("web_search_calls", "requests"):
        before = figures(charge("10", service="x"), usage({name: "4"}, service="x"))
        now = figures(charge("15", service="x"), usage({name: "6"}, service="x"))
        assert parts(now, before) == {"volume": "5"}


def test_use_in_a_project_without_a_cost_and_what_people_did_measure_nothing() -> None:
    free = [
        usage({"input_tokens": "900"}, model=GPT, sub_account_id="free"),
        activity({"sessions": "4"}, model=GPT),
    ]

    assert parts([*model(GPT, "20", "20"), *figures(*free)], model(GPT, "10", "10")) == {
        "volume": "10"
    }


def test_plans_bills_and_credits_are_told_as_what_they_are() -> None:
    issued = date(2026, 2, 1)
    old = model(GPT, "10", "5")

    assert parts([*old, typed("3", service="pro")], old) == {"plan": "3"}
    assert only([*old, typed("3", service="pro")], old).service == "pro"
    assert parts([*old, typed("4", rated_on=issued)], old) == {"bill": "4"}
    back = figures(charge("-6", service="credit"), charge("1", service="credit"))
    assert {line.driver: line.difference for line in changed([*old, *back], old).lines} == {
        "credits": Decimal(-6),
        "new service": Decimal(1),
    }


def test_a_bill_in_place_of_charges_is_one_line_with_them() -> None:
    before = model(GPT, "10", "5")
    now = [one._replace(is_replaced=True) for one in model(GPT, "11", "5")]
    bill = typed("12", rated_on=date(2026, 2, 1))

    line = only([*now, bill], before)
    assert line.parts == {"bill": Decimal(2)}
    assert (line.account, line.model) == (STUDIO, None)
    other = figures(charge("7", service="speech"))
    told = only(
        [*before, typed("9", service="speech", rated_on=date(2026, 2, 1))], [*before, *other]
    )
    assert (told.service, told.parts) == ("speech", {"bill": Decimal(2)})


def test_nothing_is_said_to_be_new_or_gone_where_figures_are_incomplete() -> None:
    now, before = model(GPT, "10", "5"), model(MINI, "4", "5", LABO)

    assert {line.driver for line in changed(now, before, incomplete={STUDIO, LABO}).lines} == {
        "incomplete"
    }
    unpriced = figures(charge(None, model=GPT))
    assert parts(now, unpriced) == {"incomplete": "10"}


def test_a_converted_cost_counts_in_the_currency_of_the_report() -> None:
    rate = Rate("EUR", "USD", Decimal("1.1"), MONDAY, "ecb")

    def converted(cost: str, tokens: str) -> Figures:
        rows = charge(cost, model=GPT, currency="EUR"), usage({"input_tokens": tokens}, model=GPT)
        return [
            one
            if one.cell.cost is None
            else one._replace(converted=times(one.cell.cost, rate.rate), rate=rate)
            for one in figures(*rows)
        ]

    assert parts(converted("20", "2"), converted("10", "1")) == {"volume": "11"}
    back = only([*converted("10", "1"), *converted("-5", "0")], converted("10", "1"))
    assert back.parts == {"credits": Decimal("-5.5")}


def test_a_refund_has_no_unit_price() -> None:
    cell = replace(figures(charge("1", model=GPT))[0].cell, cost=Decimal(-1))
    odd = [Figure(STUDIO, cell), *figures(usage({"input_tokens": "5"}, model=GPT))]

    assert parts(model(GPT, "2", "5"), odd) == {"other": "3"}
