"""What is said beside a total adds up to the difference that is shown, and to nothing else."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.analysis.compare import Change, change
from ecot.analysis.decomposition import decomposition
from ecot.analysis.projection import NoProjection, Projection
from ecot.analysis.sums import cost_of
from ecot.analysis.year import YearToDate
from ecot.language import Language, rounded
from ecot.model.figure import Figure
from ecot.model.money import minus, total
from ecot.report.facts import Beside
from ecot.report.movers import Movers, mover_sentence, movers
from ecot.report.render import pages, shell_of
from tests.report.sample import MONTH, TITLES, cost, facts, usage
from tests.rows import amounts

FRENCH, ENGLISH = Language("fr-FR"), Language("en-GB")
STUDIO, GPT = "openai/studio", "gpt-5.2"
DAYS = date(2025, 12, 1), date(2026, 1, 1)


@dataclass(frozen=True)
class Months:
    """Two sets of figures, and what the page makes of them."""

    now: list[Figure]
    before: list[Figure]
    currency: str = "USD"
    is_complete: bool = True

    @property
    def change(self) -> Change:
        now, before = (cost_of(some, self.currency) for some in (self.now, self.before))
        return change(now, before, DAYS, complete=self.is_complete)

    @property
    def beside(self) -> Beside:
        return Beside(decomposition=decomposition(self.now, self.before, self.currency))

    @property
    def movers(self) -> Movers | None:
        return movers(self.beside.decomposition, self.change, self.currency, TITLES)

    def said(self, language: Language = ENGLISH) -> list[str]:
        """The sentences."""
        lines = self.movers.lines if self.movers else ()
        found = (str(language.sentence(mover_sentence(language, one, self.currency)))
                 for one in lines)  # fmt: skip
        return [re.sub(r"\s", " ", one) for one in found]


def sold(amount: str, tokens: int, model: str = GPT, account: str = STUDIO) -> list[Figure]:
    return [
        cost(account, amount, model=model),
        usage(account, {"input_tokens": tokens}, model=model),
    ]


FIGURES = st.lists(
    st.builds(
        lambda account, model, amount, currency: cost(
            account, str(amount), model=model, currency=currency, basis="billed"
        ),
        st.sampled_from([STUDIO, "openai/labo", "aws/1", "mistral/m"]),
        st.sampled_from([None, "a", "b", "c"]),
        amounts(10**9, 7),
        st.just("USD"),
    ),
    min_size=1,
    max_size=9,
)


@given(FIGURES, FIGURES, st.booleans())
def test_the_amounts_shown_add_up_to_the_difference_shown(
    now: list[Figure], before: list[Figure], is_complete: bool
) -> None:
    found = Months(now, before, is_complete=is_complete)
    shown = found.movers
    totals = (rounded(cost_of(some, "USD") or Decimal(0), "USD") for some in (now, before))
    difference = minus(*totals)

    if shown is None:
        return
    said = [line.amount for line in shown.lines]
    assert total((*said, shown.others, shown.rounding)) == difference
    assert 1 <= len(said) <= 3
    assert all(said)
    assert abs(shown.rounding) <= Decimal("0.03")  # half a cent for each of six roundings
    sizes = [line.exact.copy_abs() for line in shown.lines]
    assert sizes == sorted(sizes, reverse=True)


@given(FIGURES)
def test_nothing_is_said_of_a_month_that_is_the_same(found: list[Figure]) -> None:
    assert Months(found, found).movers is None


def test_a_sentence_names_the_driver_and_how_far_it_moved() -> None:
    found = Months(sold("170", 134), sold("100", 100))

    assert found.said() == [
        "OpenAI · studio, gpt-5.2: US$70.00 more, mostly through the average unit price (+27%)"
    ]
    found = Months(sold("145", 134), sold("100", 100))
    assert found.said(FRENCH) == [
        "OpenAI · studio, gpt-5.2 : 45,00 $US de plus, surtout par son volume (+34 %)"
    ]
    assert Months(sold("67", 67), sold("100", 100)).said(FRENCH) == [
        "OpenAI · studio, gpt-5.2 : 33,00 $US de moins, par son volume (-33 %)"
    ]


def test_no_percentage_stands_where_the_periods_are_not_comparable() -> None:
    found = Months(sold("67", 67), sold("100", 100), is_complete=False)

    assert found.said() == ["OpenAI · studio, gpt-5.2: US$33.00 less, through its volume"]


def test_the_volume_of_several_models_is_said_to_be_theirs() -> None:
    found = Months(
        [*sold("20", 200), *sold("2", 200, "mini")], [*sold("10", 100), *sold("1", 100, "mini")]
    )

    assert found.said()[0] == (
        "OpenAI · studio, gpt-5.2: US$10.00 more, through the volume of all models (+100%)"
    )


def test_an_account_and_a_service_are_named_as_they_are() -> None:
    now = [*sold("10", 5), cost("mistral/mistral", "402"), cost(STUDIO, "9", service="web search")]

    assert Months(now, sold("10", 5)).said() == [
        "Mistral: US$402.00 more, a new service",
        "OpenAI · studio, web search: US$9.00 more, a new service",
    ]
    assert Months(sold("10", 5), now).said(FRENCH)[0] == (
        "Mistral : 402,00 $US de moins, plus de coût sur cette période"
    )


def test_three_lines_are_said_and_the_others_come_to_one_amount() -> None:
    before = sold("1", 5)
    now = [*before, *(cost(STUDIO, f"{size}.004", service=f"s{size}") for size in range(1, 6))]
    shown = Months(now, before).movers

    assert shown is not None
    assert [line.line for line in shown.lines] == ["s5", "s4", "s3"]
    assert (shown.others, shown.rounding) == (Decimal("3.01"), Decimal("0.01"))


def test_what_cannot_be_seen_is_not_said() -> None:
    assert Months(sold("1.004", 5), sold("1", 5)).movers is None


def test_nothing_is_said_where_there_is_nothing_to_compare() -> None:
    assert Months(sold("1", 5), []).movers is None
    assert Months([], []).movers is None


# --- on the page ---------------------------------------------------------------------------------

NEW = [cost(STUDIO, "70", model="<b>new</b>"), cost("aws/1", "2.005"), cost("openai/labo", "3")]
RUNNING: dict[str, Any] = {
    "month": MONTH,
    "today": date(2026, 1, 14),
    "state": "open",
    "months": (MONTH,),
    "gaps": (),
}
PROJECTION = Projection(
    low=Decimal(90),
    likely=Decimal("100.5"),
    high=Decimal(120),
    first=date(2025, 12, 17),
    last=date(2026, 1, 13),
    run=7,
)
YEAR = YearToDate(
    first=MONTH.first,
    after=date(2026, 1, 15),
    total=Decimal(321),
    months=(MONTH,),
    is_whole=True,
)


def page(months: Months | None = None, code: str = "en", **beside: Any) -> str:
    """The first screen of a running month as text, with ordinary spaces."""
    months = months or Months([*sold("10", 5), *NEW], sold("10", 5))
    found = months.beside.decomposition
    known = facts(
        months.now,
        **RUNNING,
        change=months.change,
        beside=Beside(decomposition=found, **beside),
    )
    files = pages({MONTH: known}, shell_of(known, Language("en-US")))
    html = files[f"2026-01.{code}.html"].decode()
    return re.sub(r"\s+", " ", re.sub(r"</?bdi>|</?data[^>]*>", "", html))


def test_the_page_has_the_sentences_and_what_is_left() -> None:
    html = page()

    assert "OpenAI · studio, &lt;b&gt;new&lt;/b&gt;: $70.00 more, a new model" in html
    assert "<b>new" not in html
    assert "All other changes together" not in html
    more = [*NEW, cost("aws/2", "1"), cost("aws/3", "-0.5")]
    html = page(Months([*sold("10", 5), *more], sold("10", 5)))
    assert "All other changes together: +$0.50" in html


def test_rounding_has_a_name_of_its_own() -> None:
    now = [*sold("10", 5), cost("aws/1", "1.004"), cost("aws/2", "1.004")]

    assert "rounding +$0.01" in page(Months(now, sold("10", 5)))


def test_the_page_has_the_year_so_far_and_where_the_month_is_heading() -> None:
    html = page(projection=PROJECTION, year=YEAR)

    assert "≈ $100.50" in html
    assert "between $90.00 and $120.00" in html
    assert "seven days in a row" in html
    assert 'id="projection"' in html
    assert "Since 1 January, net of tax</dt> <dd>$321.00" in html
    assert "1 month of 1" in html
    french = page(projection=PROJECTION, year=YEAR, code="fr")
    assert "≈ 100,50 $US" in french
    assert "Depuis le 1er janvier, HT" in french


def test_the_page_says_how_much_of_the_budget_is_spent() -> None:
    months = Months(sold("10", 5), sold("10", 5))
    budget = Decimal(40)

    assert "Budget of the month</dt> <dd>25% of $40.00" in page(months, budget=budget)
    dark = Months([*sold("10", 5), cost("mistral/m", None, "unknown")], sold("10", 5))
    html = page(dark, budget=budget)
    assert '25% of $40.00 <span class="unknown">+ unknown</span>' in html
    assert "Budget du mois</dt> <dd>25 % de 40,00 $US" in page(months, "fr", budget=budget)
    assert "Budget" not in page(months)


def test_a_projection_says_on_what_it_rests_and_what_it_lacks() -> None:
    short = Projection(
        low=Decimal(1),
        likely=Decimal(1),
        high=Decimal(1),
        first=date(2026, 1, 8),
        last=date(2026, 1, 13),
        run=1,
        is_part=True,
    )
    html = page(projection=short)

    assert "cheapest and of the dearest of these days" in html
    assert '≈ $1.00 <span class="unknown">+ unknown</span>' in html


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (NoProjection(days=4), "not worked out: 4 complete days are not enough"),
        (NoProjection(days=1), "not worked out: 1 complete day is not enough"),
        (
            NoProjection(days=20, accounts=("mistral/mistral", STUDIO)),
            "not worked out: days are missing (Mistral, OpenAI · studio)",
        ),
    ],
)
def test_a_projection_that_is_not_worked_out_says_why(why: NoProjection, said: str) -> None:
    html = page(projection=why)

    assert said in html
    assert "≈" not in html


def test_a_year_says_what_it_lacks_and_is_compared_only_where_it_can_be() -> None:
    grown = change(Decimal(130), Decimal(100), (date(2025, 1, 1), date(2025, 1, 15)), complete=True)

    assert "incomplete" not in page(year=YEAR)
    part = YearToDate(
        first=MONTH.first, after=date(2026, 1, 15), total=Decimal(3), months=(), is_whole=False
    )
    assert '<span class="short">incomplete</span>' in page(year=part)
    whole = YearToDate(
        first=MONTH.first,
        after=date(2026, 1, 15),
        total=Decimal(130),
        months=(MONTH,),
        is_whole=True,
        change=grown,
    )
    assert "+30% against the same days of 2025" in page(year=whole)
    nothing = YearToDate(
        first=MONTH.first, after=date(2026, 1, 15), total=None, months=(), is_whole=True
    )
    assert "Since 1 January" not in page(year=nothing)
