"""Bills and exchange rates on the page: in words, struck through, and harmless in any wording."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ecot.language import Language
from ecot.model.figure import Figure
from ecot.model.rates import Rate
from ecot.model.settlement import Settlement
from ecot.report.bills import booking, effect, gap
from ecot.report.conversions import conversion
from ecot.report.facts import MonthFacts
from ecot.report.render import INDEX
from ecot.report.views import month_view
from tests.bills import bill
from tests.report.sample import cost, facts, usage
from tests.report.test_render import HOSTILE, Page, french, rendered, row

ENGLISH = Language("en-US")
ECB = Rate("EUR", "USD", Decimal("1.0834"), date(2026, 1, 5), "ecb")
LATER = Rate("EUR", "USD", Decimal("1.0912"), date(2026, 1, 7), "ecb")


def settled(how: str = "reconcile", **more: Any) -> Settlement:
    """An invoice of 25 dollars beside charges of 24.90."""
    fields: dict[str, Any] = {
        "account": "openai/labo",
        "bills": (bill("25.00", "F-1", account="openai/labo"),),
        "how": how,
        "is_booked": False,
        "currency": "USD",
        "billed": Decimal("25.00"),
        "charged": Decimal("24.90"),
        "gap": Decimal("0.10"),
        "percent": Decimal("0.4"),
        "reason": "unexplained",
    }
    return Settlement(**(fields | more))


def replaced(figure: Figure) -> Figure:
    """The figure, with a bill in its place."""
    return figure._replace(is_replaced=True)


def converted(rate: Rate, amount: str = "10.00") -> Figure:
    """A cost in another currency, at the rate."""
    figure = cost("penpot/x", amount, "entered", currency=rate.source, day=rate.day)
    return figure._replace(converted=Decimal(amount) * rate.rate, rate=rate)


def told(one: Settlement) -> list[str]:
    found = effect(ENGLISH, one), gap(ENGLISH, one), booking(one)
    return [ENGLISH.sentence(sentence) for sentence in found if sentence]


@pytest.mark.parametrize(
    ("one", "sentences"),
    [
        (
            settled(),
            [
                "beside $24.90 that the provider states",
                "gap +$0.10, 0.4% (unexplained)",
                "not booked",
            ],
        ),
        (
            settled(is_booked=True),
            [
                "beside $24.90 that the provider states",
                "gap +$0.10, 0.4% (unexplained)",
                "booked as an adjustment",
            ],
        ),
        (
            settled(gap=Decimal(0), percent=Decimal("0.0"), reason=None),
            ["beside $24.90 that the provider states"],
        ),
        (
            settled(gap=Decimal("-0.004"), percent=None, reason="rounding"),
            ["beside $24.90 that the provider states", "gap -$0.004 (rounding)"],
        ),
        (
            settled(charged=None, gap=None, percent=None, reason="exchange rate", is_booked=True),
            ["beside charges in another currency, without a rate", "not booked"],
        ),
        (
            settled(is_booked=True, is_over=False),
            [
                "beside $24.90 that the provider states",
                "gap +$0.10, 0.4% (unexplained)",
                "booked, and added once its days are over",
            ],
        ),
        (
            settled(bills=(bill("-25.00"),), charged=Decimal(0), gap=Decimal(-25), percent=None),
            [
                "beside $0.00 of credits that the provider states",
                "gap -$25.00 (unexplained)",
                "not booked",
            ],
        ),
        (
            settled("add", gap=None, percent=None, reason=None),
            ["added to the charges: it is a credit note without an invoice"],
        ),
        (
            settled("replace"),
            ["in place of $24.90 of charges", "gap +$0.10, 0.4% (unexplained)"],
        ),
        (
            settled("replace", charged=None, gap=None, percent=None, reason=None),
            ["alone: there are no charges beside it"],
        ),
        (
            settled("replace", charged=None, gap=None, percent=None, reason="unpriced"),
            ["in place of charges without a price"],
        ),
        (
            settled("replace", charged=None, gap=None, percent=None, reason="exchange rate"),
            ["in place of charges in another currency, without a rate"],
        ),
    ],
)  # fmt: skip
def test_what_bills_come_to_is_said_in_words(one: Settlement, sentences: list[str]) -> None:
    assert told(one) == sentences


def test_one_rate_is_said_with_its_day_and_several_with_their_range() -> None:
    (one,) = facts([converted(ECB)], gaps=()).by_provider.converted
    (several,) = facts([converted(ECB), converted(LATER)], gaps=()).by_provider.converted
    assert ENGLISH.sentence(conversion(ENGLISH, one)) == (
        "€10.00 = $10.83 (ECB rate of January 5, 2026: 1 EUR = 1.0834 USD)"
    )
    between = "Jan 5\N{THIN SPACE}–\N{THIN SPACE}7, 2026"
    assert ENGLISH.sentence(conversion(ENGLISH, several)) == (
        f"€20.00 = $21.75 (ECB rate of {between}: 1 EUR = 1.0834 to 1.0912 USD)"
    )


def test_a_rate_to_the_euro_is_shown_as_the_ecb_publishes_it() -> None:
    inverse = Rate("USD", "EUR", Decimal("0.923020121838"), date(2026, 1, 5), "ecb")
    typed = Rate("USD", "EUR", Decimal("0.9"), date(2026, 1, 1), "typed")
    month = facts([converted(inverse)], gaps=(), currency="EUR")
    assert "1 EUR = 1,0834 USD" in french(month)
    (both,) = facts([converted(inverse), converted(typed)], currency="EUR").by_provider.converted
    assert "ECB rate + typed rate of" in ENGLISH.sentence(conversion(ENGLISH, both))


def with_bills(*bills: Settlement, figures: Any = None, **more: Any) -> MonthFacts:
    """The month, with bills."""
    month = facts(*([figures] if figures else []), **more)
    by_provider = type(month.by_provider)(
        **{name: getattr(month.by_provider, name) for name in month.by_provider.__struct_fields__}
        | {"bills": bills}
    )
    return type(month)(
        **{name: getattr(month, name) for name in month.__struct_fields__}
        | {"by_provider": by_provider}
    )


def test_the_page_has_a_section_for_bills_where_there_are_some() -> None:
    page = french(with_bills(settled()))
    assert "Factures" in page
    assert "OpenAI · labo · F-1" in page
    assert "face à 24,90 $US indiqués par le fournisseur" in page
    assert "écart +0,10 $US, 0,4 % (inexpliqué)" in page
    assert "non comptabilisé" in page
    assert "Gap" not in page
    assert 'id="bills"' not in rendered(facts())[INDEX]


def test_bills_about_the_same_charges_share_what_they_come_to() -> None:
    bills = (bill("20.00", "F-1"), bill("5.00", "F-2", tax=Decimal("1.00"), service="chat"))
    page = french(with_bills(settled(bills=bills, gap=Decimal(0), reason=None)))
    assert page.count("face à 24,90") == 1
    assert "avec la suivante" in page
    assert "aucun écart" in page
    assert "taxe 1,00 $US" in page
    assert "janvier 2026 · chat" in page


def test_what_was_replaced_is_struck_through_and_said_in_words() -> None:
    figures = [
        cost("openai/x", "5", "entered"),
        replaced(cost("openai/x", "4.50", "estimated")),
        replaced(cost("mistral/x", "3", "estimated")),
        usage("mistral/x", {"requests": 3}),
        replaced(cost("penpot/x", "2", currency="EUR")),
    ]
    html = rendered(facts(figures, gaps=()))[INDEX]
    assert html.count("<s>") == 2 + 2 + 1 + 1  # by provider, account, project, model
    own = {
        key: row(html.split('id="by-account"')[0], key) for key in ("OpenAI", "Mistral", "penpot")
    }
    assert "5,00" in own["OpenAI"]
    assert "4,50" in own["OpenAI"]
    for key in ("Mistral", "penpot"):
        assert "remplacé par une facture" in own[key]
        assert "inconnu" not in own[key]
    lines = {line.key: line for line in month_view(facts(figures, gaps=())).tables[0].lines}
    kinds = {
        key: (line.is_replaced, line.is_unknown, line.is_tax, line.amount)
        for key, line in lines.items()
    }
    assert kinds == {
        "openai": (False, False, False, Decimal("5.00")),
        "mistral": (True, False, False, None),
        "penpot": (True, False, False, None),
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_what_stands_in_a_bill_is_text(text: str) -> None:
    one = bill("1", text, note=text, service=text, sub_account_id=text, account=f"openai/{text}")
    page = Page(rendered(with_bills(settled(account=f"openai/{text}", bills=(one,))))[INDEX])
    plain = Page(rendered(with_bills(settled()))[INDEX])
    assert set(page.tags) <= set(plain.tags) | {"bdi"}
    assert {name for name, _ in page.attributes} == {name for name, _ in plain.attributes}
    assert [link for link in page.links if link not in plain.links] == []
