"""The page of the business as shown: amounts that add up, and words where nothing is known."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ecot.analysis.efficiency import ModelUse, Spender
from ecot.analysis.margin import BusinessMonth, Earned
from ecot.analysis.totals import Gap, totals
from ecot.language import Language, rounded
from ecot.model.cells import Cell
from ecot.model.figure import Figure
from ecot.model.money import total
from ecot.model.period import DAY, Month
from ecot.report.business import BusinessView, business_view
from ecot.report.business_cards import SIGNS
from ecot.report.business_facts import BusinessFacts, Daily, MonthOfUse
from ecot.report.frame import in_both
from ecot.report.shell import Shell
from ecot.report.words import CATEGORIES

TODAY = date(2026, 5, 20)
RUNNING = Month.of(TODAY)
MONTHS = tuple(RUNNING.shifted(at) for at in range(-3, 0))
TITLES = {"aws": "AWS", "vercel": "Vercel"}
ENGLISH = Language(locale="en-US")
HOSTILE = "</script><script>alert(1)</script>\u202e=1+1"


def cost(
    amount: str | None, category: str = "ai", account: str = "openai/a", **more: Any
) -> Figure:
    known: dict[str, Any] = {"basis": "unknown", "unpriced": 1}
    if amount is not None:
        known = {"basis": "billed", "cost": Decimal(amount)}
    fields: dict[str, Any] = {"day": TODAY, "category": category, "currency": "USD"}
    return Figure(account, Cell(**(fields | known | more)))


def month(
    one: Month, *figures: Figure, earned: str | None = "100", lacks: bool = False
) -> BusinessMonth:
    gap = Gap(provider="mistral", account="mistral/m", first=one.first, last=one.first, days=1)
    return BusinessMonth(
        month=one,
        costs=totals(
            [each._replace(cell=_on(each.cell, one.first)) for each in figures],
            by="category",
            first=one.first,
            after=one.after,
            currency="USD",
            missing=[gap] if lacks else [],
        ),
        earned=None if earned is None else Earned(amount=Decimal(earned), is_whole=True),
        recurring=None,
        is_over=one < RUNNING,
    )


def _on(cell: Cell, day: date) -> Cell:
    fields = {name: getattr(cell, name) for name in cell.__struct_fields__}
    return Cell(**fields | {"day": day})


def view(*months: BusinessMonth, **changes: Any) -> BusinessView:
    known: dict[str, Any] = {
        "today": TODAY,
        "currency": "USD",
        "titles": TITLES,
        "people": False,
        "earners": ("stripe/lumen",),
        "months": months,
        "ai": {one.month: {"openai": Decimal(1)} for one in months},
        "dark": {},
        "daily": Daily(first=TODAY - 40 * DAY, figures=(), unread={}),
        "mrr": {},
        "used": (),
    }
    return business_view(BusinessFacts(**(known | changes)))


def page(found: BusinessView, language: Language = ENGLISH) -> str:
    """The page in the reader's own language."""
    shell = Shell(
        language=language,
        today=TODAY,
        currency="USD",
        collected_at=None,
        months=tuple(one.month for one in found.facts.months),
        front=RUNNING,
        pages=("business",),
        titles=TITLES,
    )
    styles = ("charts.css", "business.css")
    both = in_both(
        shell,
        "business",
        "business.html",
        styles,
        view=found,
        signs=SIGNS,
    )
    return next(body for _, body in both).decode()


def words(html: str) -> str:
    """What a reader reads of the main part."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert main is not None
    inline = re.sub(r"</?bdi[^>]*>", "", main.group())
    return " ".join(re.sub(r"<[^>]*>", " ", inline).split())


AMOUNTS = st.decimals(-1000, 100_000, allow_nan=False, places=7)


@given(st.dictionaries(st.sampled_from(list(CATEGORIES)), AMOUNTS, min_size=1), AMOUNTS)
def test_what_the_cards_show_adds_up(costs: Mapping[str, Decimal], earned: Decimal) -> None:
    figures = [cost(str(amount), category) for category, amount in costs.items()]
    found = view(month(MONTHS[-1], *figures, earned=str(earned))).cards

    assert found is not None
    shown = total(one for one in (found.ai, found.rest) if one is not None)
    assert found.earned is not None
    assert found.earned - shown + found.rounding == found.margin
    assert found.margin == rounded(earned - total(costs.values()), "USD")
    if found.rest is not None:
        assert total(one.shown for one in found.parts) + found.parts_rounding == found.rest


@given(st.dictionaries(st.sampled_from(list(CATEGORIES)), AMOUNTS, min_size=1))
def test_what_a_month_of_the_table_shows_adds_up(costs: Mapping[str, Decimal]) -> None:
    figures = [cost(str(amount), category) for category, amount in costs.items()]
    (row,) = view(month(MONTHS[-1], *figures)).rows

    shown = total(rounded(amount, "USD") for amount in row.of.categories.values())
    assert row.total is not None
    assert shown + row.rounding == row.total
    assert row.net_margin == 100 - row.total


def test_a_loss_is_told_by_sign_and_word_and_not_by_colour_alone() -> None:
    lost = words(page(view(month(MONTHS[-1], cost("150")))))
    assert "-$50.00 deficit" in lost
    assert "+$50.00 surplus" in words(page(view(month(MONTHS[-1], cost("50")))))
    assert "$0.00 break-even" in words(page(view(month(MONTHS[-1], cost("100")))))
    french = words(page(view(month(MONTHS[-1], cost("150"))), Language(locale="fr-FR")))
    assert "Marge nette (revenus − coûts suivis)" in french
    assert "déficit" in french


def test_a_month_between_is_left_out_and_it_is_said_why() -> None:
    months = (
        month(MONTHS[0], cost("1")),
        month(MONTHS[1], cost("1"), lacks=True),
        month(MONTHS[2], cost("1"), earned=None),
    )
    found = view(*months)
    read = words(page(found))

    assert found.cards is not None
    assert found.cards.spans == ((MONTHS[0], MONTHS[0]),)
    assert "April 2026 · its revenue was not read" in read
    assert "March 2026 · costs lack mistral · m" in read


def test_months_that_do_not_follow_each_other_are_named_one_by_one() -> None:
    months = (month(MONTHS[0], cost("1")), month(MONTHS[1], lacks=True), month(MONTHS[2]))
    found = view(*months)

    assert found.cards is not None
    assert found.cards.spans == ((MONTHS[0], MONTHS[0]), (MONTHS[2], MONTHS[2]))
    assert "February 2026, April 2026" in words(page(found))


def test_an_unknown_cost_marks_every_margin_that_lacks_it() -> None:
    read = words(page(view(month(MONTHS[-1], cost("40"), cost(None, account="weaviate/w")))))

    assert "incomplete: see below" in read
    assert "+$60.00 incomplete" in read
    assert "Not in the costs: weaviate · w, 1 charge of unknown cost" in read
    two = (month(one, cost("1"), cost(None, account="weaviate/w")) for one in MONTHS[:2])
    assert words(page(view(*two))).count("weaviate · w, 2 charges of unknown cost") == 1
    assert read.count("Not in it, as nobody knows their cost: weaviate · w.") == 2


def test_without_revenue_one_sentence_says_what_would_fill_it() -> None:
    found = view(month(MONTHS[-1], cost("40"), earned=None), earners=())
    read = words(page(found))

    assert read.count("No account tells of revenue") == 1
    assert "STRIPE_ADMIN_KEY" in read
    assert "$40.00" in read
    assert "MRR margin" not in read
    assert "Nothing says for whom" not in read  # no month of use was given


def test_a_company_with_revenue_alone_has_no_costs_of_zero() -> None:
    nothing = Daily(first=TODAY, figures=(), unread={})
    read = words(page(view(month(MONTHS[-1]), daily=nothing)))
    assert "none stated" in read
    assert "$0.00" not in read


def test_a_supplier_that_was_not_read_is_no_column_of_zero() -> None:
    week = [TODAY - back * DAY for back in range(7, 0, -1)]
    figures = (
        *(cost("1", day=day) for day in week),
        *(cost("2", "infrastructure", "aws/a", day=day) for day in week[:5]),
        *(cost("3", "infrastructure", "vercel/v", day=day) for day in week[:5]),
    )
    daily = Daily(first=week[0], figures=figures, unread={"vercel/v": week[5:]})
    plot = view(daily=daily).week
    values = {str(one.name): one.values for one in plot.stacks if isinstance(one.name, str)}

    assert values["Vercel"] == (*[Decimal(3)] * 5, None, None)
    assert values["AWS"] == (*[Decimal(2)] * 5, Decimal(0), Decimal(0))
    read = words(page(view(month(MONTHS[0], cost("1")), daily=daily)))
    assert "without Vercel · v (May 18 – 19, 2026)" in read.replace("\u2009", " ")


def test_many_suppliers_share_a_column_and_none_is_lost() -> None:
    day = TODAY - DAY
    figures = tuple(
        cost("1", "infrastructure", f"cloud-{number:02}/a", day=day) for number in range(40)
    )
    plot = view(daily=Daily(first=day, figures=figures, unread={})).week

    assert len(plot.stacks) == 5
    assert total(one.values[-1] or Decimal(0) for one in plot.stacks) == 40
    assert len({one.style for one in plot.stacks}) == 5


def test_many_providers_of_ai_share_a_colour_and_none_is_lost() -> None:
    costs = {f"model-maker-{number}": Decimal(number) for number in range(1, 41)}
    plot = view(month(MONTHS[-1], cost("820")), ai={MONTHS[-1]: costs}).ai

    assert len(plot.stacks) == 8
    assert total(one.values[0] or Decimal(0) for one in plot.stacks) == 820


def test_a_name_of_others_is_shown_and_runs_nothing() -> None:
    used = MonthOfUse(
        month=MONTHS[-1],
        is_over=True,
        models=(
            ModelUse(
                provider="openai",
                model=HOSTILE,
                tokens_in=Decimal(3),
                tokens_out=None,
                cost=None,
                bought=Decimal(0),
            ),
        ),
        spenders=(Spender("openai", HOSTILE, Decimal(1)),),
    )
    html = page(view(month(MONTHS[-1], cost("1")), used=(used,)))

    assert HOSTILE not in html
    assert html.count("&lt;/script&gt;&lt;script&gt;alert(1)") >= 2
    assert "unknown" in words(html)


def test_the_running_month_is_folded_away_beside_the_one_that_is_over() -> None:
    used = tuple(MonthOfUse(month=one, is_over=one < RUNNING) for one in (RUNNING, MONTHS[-1]))
    read = words(page(view(month(MONTHS[-1], cost("1")), used=used)))

    assert "What the money for AI bought: April 2026" in read
    assert "The same for May 2026, still running" in read
    assert read.count("Nothing says for whom the money for AI was spent") == 2


def test_each_card_says_what_it_lacks_itself() -> None:
    one = month(MONTHS[-1], cost("40"), cost(None))
    found = view(one, dark={MONTHS[-1]: {"ai": {"openai/a"}}}).cards

    assert found is not None
    assert found.lacking == {"ai"}
    assert not found.lacks_rest
    read = words(page(view(one, dark={MONTHS[-1]: {"ai": {"openai/a"}}})))
    assert "Infrastructure and developer tools none stated Net margin" in read
    only_dark = month(MONTHS[-1], cost(None))
    read = words(page(view(only_dark, dark={MONTHS[-1]: {"ai": {"openai/a"}}})))
    assert "AI unknown" in read


def test_where_no_month_is_whole_nothing_is_called_none() -> None:
    read = words(page(view(month(MONTHS[-1], lacks=True))))

    assert "None of these months was read completely" in read
    assert "What these months lack" in read
    assert "none stated" not in read
