"""The first month of an earlier system, told again without what it made up.

In January 2026 a founder's page said: OpenAI 3.02 (28 requests), ElevenLabs 9.89 (32,960
characters), OpenRouter 1.91, Deepgram 0.01 (4 requests), Anthropic 0.00, total 14.82. The lines add
up to 14.83. The 9.89 were 32,960 times a price of 0.30 for a thousand that nobody had agreed on,
and looked like a bill; the 0.00 was a key that may not read costs.

Here the same suppliers answer on a socket, with figures that round to those, and January is read on
2 February. What is expected is written as arithmetic.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.analysis.totals import Totals
from ecot.cli.tables import print_totals
from ecot.jobs.known import titles
from ecot.jobs.rows import rows
from ecot.ledger.plans import Plan
from ecot.model.period import Month
from ecot.model.prices import OwnPrice
from ecot.model.rows import Charge
from ecot.report.tables import Table, table
from tests.jobs.first_month import (
    DEEPGRAM,
    ELEVENLABS,
    JANUARY,
    OPENAI,
    OPENROUTER,
    READ_ON,
    FirstMonth,
    first_month,
)
from tests.jobs.world import ENGLISH
from tests.plans import plan

D = Decimal
BILLED = D("3.0168") + D("1.9072") + D("0.0123")
ESTIMATED = 32_960 * D("0.30") / 1000  # 9.888

OWN_PRICE = OwnPrice(
    provider="elevenlabs",
    model="*",
    unit="credits",
    per=D(1000),
    price=D("0.30"),
    currency="USD",
    since=JANUARY.first,
    source="what the earlier system reckoned with",
)


@pytest.fixture
def month(tmp_path: Path) -> Iterator[FirstMonth]:
    with first_month(tmp_path) as around:
        yield around


def starter(**more: Month) -> Plan:
    own = {"account": "elevenlabs/elevenlabs", "name": "starter", "category": "ai"}
    return plan("5.00", **own, **more)


def lines(found: Totals) -> dict[str | None, Decimal | None]:
    """The amounts as the page and `ecot totals` show them, rounding included where there is one."""
    shown = table(found, "provider", titles())
    by_name = {line.name: line.amount for line in shown.lines}
    return by_name | ({"rounding": shown.rounding} if shown.rounding else {})


def adds_up(shown: Table) -> bool:
    parts = [line.amount for line in shown.lines if line.amount is not None]
    return sum(parts) + shown.rounding == shown.total


def quantities(found: Totals) -> dict[str | None, dict[str, Decimal]]:
    counted = ("requests", "credits")
    return {
        group.key: {name: group.quantities[name] for name in counted if name in group.quantities}
        for group in found.groups
    }


def shares(found: Totals) -> tuple[Decimal, Decimal, Decimal]:
    return found.coverage.billed, found.coverage.estimated, found.coverage.entered


def of(part: Decimal, whole: Decimal) -> Decimal:
    """A share as coverage states it, to a hundredth of a percent."""
    return (part / whole).quantize(D("0.0001"))


def elevenlabs_charges(month: FirstMonth) -> list[Charge]:
    found = rows(month.place, month.question(), Charge)
    return [one.row for one in found if one.account == "elevenlabs/elevenlabs"]


def test_the_site_states_what_the_earlier_system_showed() -> None:
    assert sum(cost for cost, _ in OPENAI.values()) == D("3.0168")
    assert sum(requests for _, requests in OPENAI.values()) == 28
    assert sum(OPENROUTER.values()) == D("1.9072")
    assert sum(dollars for dollars, _ in DEEPGRAM.values()) == D("0.0123")
    assert sum(requests for _, requests in DEEPGRAM.values()) == 4
    assert sum(ELEVENLABS.values()) == 32_960
    assert D("3.02") + D("9.89") + D("1.91") + D("0.01") == D("14.83") != D("14.82")


def test_with_nothing_but_keys_the_total_is_what_is_billed(month: FirstMonth) -> None:
    """ElevenLabs tells credits and no money: its line is unknown. Anthropic tells nothing: its days
    are missing. Neither is zero, and neither is in the total.
    """
    month.collect()
    found = month.totals()

    assert found.total == BILLED == D("4.9363")
    assert shares(found) == (D(1), D(0), D(0))
    assert quantities(found) == {
        "openai": {"requests": 28},
        "openrouter": {"requests": 9},
        "deepgram": {"requests": 4},
        "elevenlabs": {"credits": 32_960},
    }
    assert lines(found) == {
        "OpenAI": D("3.02"),
        "OpenRouter": D("1.91"),
        "Deepgram": D("0.01"),
        "ElevenLabs": None,
    }
    shown = table(found, "provider", titles())
    assert (shown.total, adds_up(shown)) == (D("4.94"), True)
    (unknown,) = (line for line in shown.lines if line.name == "ElevenLabs")
    assert unknown.is_unknown

    (gap,) = found.coverage.missing
    assert (gap.account, gap.days, gap.reason) == ("anthropic/anthropic", 31, "failed")
    assert found.coverage.without_cost == ("elevenlabs/elevenlabs",)


def test_a_plan_that_was_seen_is_a_cost_that_nobody_knows(
    month: FirstMonth, capsys: pytest.CaptureFixture[str]
) -> None:
    """Read on the evening of 31 January too: that there is a plan is known of that day, and what it
    costs is not. A cost that is not known is counted, and adds nothing.
    """
    month.clock.at(date(2026, 1, 31), hour=22)
    month.collect()
    month.clock.at(READ_ON)
    month.collect()
    found = month.totals()

    (seen,) = elevenlabs_charges(month)
    assert (seen.service, seen.basis, seen.billed_cost) == ("plan starter", "unknown", None)
    assert found.coverage.unknown == 1
    assert found.total == BILLED
    assert lines(found)["ElevenLabs"] is None
    page = month.page()
    assert "Total HT 4,94 $US + inconnu" in page
    assert "facturé 100 % 1 ligne de coût inconnu manquant : Anthropic" in page
    assert "Hors du total : ElevenLabs , 1 ligne de coût inconnu" in page

    print_totals(ENGLISH, found, ["provider"], titles())
    printed = capsys.readouterr().out
    assert re.search(r"ElevenLabs +32,960 credits +1 charge of unknown cost +unknown\n", printed)
    assert "Not in the total: ElevenLabs, 1 charge of unknown cost\n" in printed


def test_a_key_that_may_not_read_costs_is_refused_with_what_to_do(month: FirstMonth) -> None:
    """An individual account of Anthropic has no Admin key: nothing is asked with an ordinary one,
    and no figure is made of it."""
    month.collect()

    outcome = month.outcomes["anthropic"]
    assert "the key in ANTHROPIC_API_KEY" in str(outcome.message)
    assert "costs need an Admin key" in str(outcome.remedy)
    assert (outcome.charges, outcome.usages) == (0, 0)
    assert not any(asked.path.startswith("/anthropic") for asked in month.server.requests)


def test_a_price_of_ones_own_is_an_estimate_that_names_its_source(month: FirstMonth) -> None:
    """0.30 for a thousand credits, as the earlier system reckoned: 9.888, and it says "estimated".
    The lines are the earlier system's; with the rounding they add up to the total.
    """
    month.collect(own=(OWN_PRICE,))
    found = month.totals()

    whole = BILLED + ESTIMATED
    assert found.total == whole == D("3.0168") + D("9.888") + D("1.9072") + D("0.0123")
    assert shares(found) == (of(BILLED, whole), of(ESTIMATED, whole), D(0))
    assert {gap.account for gap in found.coverage.missing} == {"anthropic/anthropic"}
    assert found.coverage.unknown == 0
    assert lines(found) == {
        "ElevenLabs": D("9.89"),
        "OpenAI": D("3.02"),
        "OpenRouter": D("1.91"),
        "Deepgram": D("0.01"),
        "rounding": D("-0.01"),
    }
    for by in ("provider", "account", "sub_account", "model"):
        shown = table(month.totals(by), by, titles())
        assert (shown.total, adds_up(shown)) == (D("14.82"), True), by

    charges = elevenlabs_charges(month)
    assert {row.basis for row in charges} == {"estimated"}
    source = "prices.toml: what the earlier system reckoned with, from 2026-01-01"
    assert {row.price_list for row in charges} == {source}
    by_day = {row.day: row.billed_cost for row in charges}
    assert by_day == {day: used * D("0.0003") for day, used in ELEVENLABS.items()}


def test_a_plan_of_the_settings_is_entered_and_nothing_is_estimated(month: FirstMonth) -> None:
    """Starter, 5 dollars a month. What the plan pays for is not paid for again, though there is a
    price of credits beside it."""
    month.collect(plans=(starter(),), own=(OWN_PRICE,))
    found = month.totals()

    whole = BILLED + D("5.00")
    assert found.total == whole == D("9.9363")
    assert shares(found) == (of(BILLED, whole), D(0), of(D("5.00"), whole))
    assert {row.basis for row in elevenlabs_charges(month)} == {"entered"}
    assert lines(found) == {
        "ElevenLabs": D("5.00"),
        "OpenAI": D("3.02"),
        "OpenRouter": D("1.91"),
        "Deepgram": D("0.01"),
    }
    assert adds_up(table(found, "provider", titles()))
    assert quantities(found)["elevenlabs"] == {"credits": 32_960}


def test_a_plan_pays_for_its_own_months_only(month: FirstMonth) -> None:
    """Read in February: a plan that ended with January pays for January, and one that begins in
    February does not. January is paid once, in one way."""
    ended = starter(until=JANUARY)
    month.collect(plans=(ended,), own=(OWN_PRICE,))
    assert month.totals().total == BILLED + D("5.00")

    month.clock.at(date(2026, 2, 3))
    month.collect(plans=(starter(since=Month(2026, 2)),), own=(OWN_PRICE,))
    assert month.totals().total == BILLED + ESTIMATED

    month.clock.at(date(2026, 2, 4))
    month.collect(plans=(starter(),), own=(OWN_PRICE,))
    assert month.totals().total == BILLED + D("5.00")


def test_a_second_night_changes_nothing(month: FirstMonth) -> None:
    """The earlier system doubled a month that it collected twice."""
    month.collect(own=(OWN_PRICE,))
    before = month.totals()
    month.clock.at(date(2026, 2, 3))
    month.collect(own=(OWN_PRICE,))

    assert month.totals() == before


def test_a_founder_reads_what_is_billed_and_what_is_not_known(month: FirstMonth) -> None:
    month.collect()
    page = month.page()

    assert "janvier 2026 provisoire Total HT 4,94 $US" in page
    assert "Origine des chiffres : facturé 100 % manquant : Anthropic (31 jours)" in page
    assert "Anthropic · janvier 2026 · la dernière lecture a échoué" in page
    assert "À faire : C’est une clé API ordinaire ; les coûts demandent une clé Admin" in page
    by_provider = page.split("Par fournisseur")[1].split("Par compte")[0]
    assert "OpenAI 28 requêtes · 28 000 tokens en entrée facturé 3,02 $US" in by_provider
    assert "OpenRouter 9 requêtes facturé 1,91 $US" in by_provider
    assert "Deepgram 4 requêtes facturé 0,01 $US" in by_provider
    assert "ElevenLabs 32 960 crédits inconnu inconnu Total 4,94 $US" in by_provider
    assert "Anthropic" not in by_provider
    assert "0,00" not in page


def test_a_founder_reads_what_is_only_estimated(month: FirstMonth) -> None:
    month.collect(own=(OWN_PRICE,))
    page = month.page()

    assert "Total HT 14,82 $US" in page
    assert "facturé 33 % estimé 67 % manquant : Anthropic (31 jours)" in page
    assert "ElevenLabs 32 960 crédits estimé 9,89 $US" in page
    assert "arrondi -0,01 $US Total 14,82 $US" in page
    assert "14,83" not in page
    assert "0,00" not in page
