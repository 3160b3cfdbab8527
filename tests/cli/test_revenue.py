"""`ecot revenue`: what is earned; and an account that earns is missing from no cost."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecot.sandbox import troubles
from ecot.sandbox.ecb import EcbSite
from ecot.sandbox.messages import Request, Response
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.stripe import StripeSite
from ecot.sandbox.stripe.query import ALL_RIGHTS
from ecot.sandbox.stripe.truth import StripeTruth, movement
from tests.cli.conftest import NOW, Ecot

KEY = "rk_live_51LumenCan4ryBirdTw33tTweet9Zk3Qw"
SPAN = ("--from", "2026-03-01", "--to", "2026-03-05")


def at(day: int, hour: int = 12) -> int:
    return int(datetime(2026, 3, day, hour, tzinfo=UTC).timestamp())


class Street:
    """Stripe, and the bank whose rates a report may need, at one address."""

    def __init__(self) -> None:
        self.truth = StripeTruth(lambda: NOW)
        self.stripe = StripeSite(self.truth, {KEY: ALL_RIGHTS})
        self.bank = EcbSite(lambda: NOW)

    def answer(self, request: Request, /) -> Response:
        """The answer of whoever the path belongs to."""
        site = self.bank if request.path.startswith("/stats") else self.stripe
        return site.answer(request)


@pytest.fixture
def street(here: Path) -> Iterator[LoopbackServer]:
    served = Street()
    earn(served.truth)
    with LoopbackServer(served) as server:
        (here / "ecot.toml").write_text(
            f'[report]\nlocale = "en-US"\ncurrency = "USD"\necb_url = "{server.url}"\n\n'
            f'[[account]]\nprovider = "stripe"\nbase_url = "{server.url}"\n',
            encoding="utf-8",
        )
        (here / ".env").write_text(f"STRIPE_SECRET_KEY={KEY}\n", encoding="utf-8")
        yield server


def earn(truth: StripeTruth) -> None:
    """20.00 + 8.33… dollars and 30 paused euros a month; a few movements of early March."""
    truth.subscribe(truth.item(truth.price("2000", product="prod_pro")), customer="cus_ada")
    truth.subscribe(
        truth.item(truth.price("10000", "year", product="prod_app")), customer="cus_ada"
    )
    truth.subscribe(
        truth.item(truth.price("3000", currency="eur", product="prod_pro")),
        pause_collection={"behavior": "void", "resumes_at": None},
    )
    truth.further += [
        movement("txn_1", at(1), "charge", 10000, 320, "usd"),
        movement("txn_2", at(1, 13), "charge", 2000, 88, "usd"),
        movement("txn_3", at(2), "refund", -2000, 0, "usd"),
        movement("txn_4", at(2), "payout", -9000, 0, "usd"),
        movement("txn_5", at(3), "charge", 1500, 54, "jpy"),
        movement("txn_6", at(3), "climate_order_purchase", -300, 0, "usd"),
    ]


@pytest.fixture
def collected(ecot: Ecot, street: LoopbackServer) -> LoopbackServer:
    """The account, collected up to this morning."""
    done = ecot("collect", *SPAN)
    assert done.code == 0, done.err
    return street


def test_collecting_says_what_came_and_not_that_nothing_did(
    ecot: Ecot, street: LoopbackServer
) -> None:
    done = ecot("collect", *SPAN)

    # 5 of MRR: two products in dollars, one in euros, the counts of each; 4 of net revenue
    assert "✓ stripe/stripe  up to date, 9 figures of revenue" in done.err
    assert street.requests
    (outcome,) = ecot("collect", *SPAN, "--json").document["outcomes"]
    assert (outcome["charges"], outcome["usages"], outcome["revenues"]) == (0, 0, 9)


def test_revenue_is_mrr_as_it_last_stood_and_net_revenue_by_day(
    ecot: Ecot, collected: LoopbackServer
) -> None:
    done = ecot("revenue")

    assert done.code == 0
    lines = [line.split("  ") for line in done.out.splitlines()]
    told = [[part.strip() for part in line if part.strip()] for line in lines]
    assert told == [
        ["Day", "Account", "Subscribers", "Paying", "Paused", "MRR"],
        ["2026-03-04", "stripe/stripe", "2", "2", "1", "€30.00 + $28.33"],
        ["Day", "Account", "Category", "Before fees", "Fees", "Net revenue"],
        ["2026-03-01", "stripe/stripe", "charge", "$120.00", "$4.08", "$115.92"],
        ["2026-03-02", "stripe/stripe", "refund", "-$20.00", "$0.00", "-$20.00"],
        ["2026-03-03", "stripe/stripe", "charge", "¥1,500", "¥54", "¥1,446"],
        ["2026-03-03", "stripe/stripe", "climate_order_purchase", "-$3.00", "$0.00", "—"],
        ["Total", "¥1,446"],
        ["Total", "$95.92"],
    ]
    assert done.err == "Where no net revenue stands, nobody knows whether that is revenue.\n"
    assert collected.requests


def test_the_document_has_every_digit(ecot: Ecot, collected: LoopbackServer) -> None:
    document = ecot("revenue", "--month", "2026-03", "--json").document

    assert (document["from"], document["to"], document["missing"]) == (
        "2026-03-01",
        "2026-03-05",
        [],
    )
    assert document["mrr"] == [
        {
            "account": "stripe/stripe",
            "day": "2026-03-04",
            "amounts": {"EUR": "30", "USD": "28.333333333333"},
            "paused": {"EUR": "30"},
            "products": {
                "EUR": {"prod_pro": "30"},
                "USD": {"prod_app": "8.333333333333", "prod_pro": "20"},
            },
            "counts": {
                "active_subscriptions": "3",
                "paused_collections": "1",
                "paying_subscribers": "2",
                "subscribers": "2",
            },
        }
    ]
    assert document["net_revenue"]["total"] == {"JPY": "1446", "USD": "95.92"}
    assert [one["category"] for one in document["net_revenue"]["days"]] == [
        *("charge", "refund", "charge")
    ]
    (unclear,) = document["net_revenue"]["unclear"]
    assert (unclear["category"], unclear["net"], unclear["gross"]) == (
        "climate_order_purchase",
        None,
        "-3.00",
    )
    assert collected.requests


def test_a_month_before_the_first_reading_has_no_mrr(ecot: Ecot, collected: LoopbackServer) -> None:
    done = ecot("revenue", "--month", "2026-02")

    assert done.out == ""
    assert "No MRR was read in these days: it is read for today, and only then." in done.err
    assert "No revenue was read in these days." in done.err
    assert collected.requests


def test_when_the_last_subscription_is_gone_so_is_the_mrr(
    ecot: Ecot, collected: LoopbackServer
) -> None:
    site = collected.site
    assert isinstance(site, Street)
    for row in site.truth.subscriptions.values():
        row["status"] = "canceled"
    ecot("collect", *SPAN)

    (stood,) = ecot("revenue", "--json").document["mrr"]
    assert (stood["day"], stood["amounts"], stood["counts"]) == ("2026-03-04", {}, {})


def test_what_is_earned_is_in_no_total_and_missing_from_none(
    ecot: Ecot, collected: LoopbackServer
) -> None:
    totals = ecot("totals", "--json").document
    (month,) = ecot("months", "--from", "2026-03-01", "--json").document["months"]

    assert (totals["total"], totals["groups"]) == (None, [])
    assert totals["coverage"]["missing"] == []
    assert totals["coverage"]["without_cost"] == []
    assert (month["account"], month["cost"], month["lacks_cost"]) == ("stripe/stripe", None, False)
    assert ecot("charges", "--json").document == []
    assert ecot("usage", "--json").document == []
    assert ecot("balances", "--json").document == {"balances": []}
    assert collected.requests


def test_a_key_that_is_missing_is_no_missing_cost_but_missing_revenue(
    ecot: Ecot, here: Path, street: LoopbackServer
) -> None:
    (here / ".env").unlink()
    done = ecot("collect")

    assert "STRIPE_ADMIN_KEY is not set" in done.err
    assert ecot("totals", "--json").document["coverage"]["missing"] == []
    (missing,) = ecot("revenue", "--json").document["missing"]
    assert (missing["account"], missing["reason"]) == ("stripe/stripe", "not_configured")
    assert "Missing: Stripe, Mar 1\u2009–\u20093, 2026 (not configured)" in ecot("revenue").err
    assert not street.requests


def test_days_that_could_not_be_read_are_said_to_be_missing(
    ecot: Ecot, street: LoopbackServer
) -> None:
    street.faults.add(troubles.not_json().on("balance").repeated(None))
    ecot("collect", *SPAN)

    document = ecot("revenue", "--json").document
    (missing,) = document["missing"]
    assert (missing["first"], missing["last"]) == ("2026-03-01", "2026-03-03")
    assert document["mrr"][0]["amounts"] == {"EUR": "30", "USD": "28.333333333333"}
    assert ecot("totals", "--json").document["coverage"]["missing"] == []


def test_an_exported_ledger_brings_its_revenue_back(
    ecot: Ecot, here: Path, collected: LoopbackServer
) -> None:
    before = ecot("revenue", "--json").document
    exported = ecot("export", "--format", "json", "--out", "ledger.json")
    assert exported.code == 0, exported.err
    first = (here / "ledger.json").read_bytes()
    assert ecot("reset", "--yes").code == 0
    assert ecot("revenue", "--json").document["mrr"] == []

    assert ecot("import", "json", "ledger.json").code == 0
    assert ecot("revenue", "--json").document == before
    ecot("export", "--format", "json", "--out", "again.json")
    assert (here / "again.json").read_bytes() == first
    assert collected.requests


def test_the_report_of_a_month_is_of_costs_alone_and_misses_nothing(
    ecot: Ecot, here: Path, collected: LoopbackServer
) -> None:
    assert ecot("report", "--out", "site").code == 0

    page = (here / "site" / "2026-03.en.html").read_text(encoding="utf-8")
    assert "The only account was read without trouble." in page
    assert "28.33" not in page
    assert "Missing" not in page
    health = (here / "site" / "health.en.html").read_text(encoding="utf-8")
    assert "9 figures of revenue" in health
    assert collected.requests


def test_every_figure_leads_back_to_what_states_it(ecot: Ecot, collected: LoopbackServer) -> None:
    lines = ecot("revenue", "--raw").out.splitlines()

    at = lines.index("2026-03-04  stripe/stripe  mrr  prod_app  8.333333333333 USD")
    assert lines[at + 1].endswith("/0/data/1/items/data/0")
    assert '"unit_amount_decimal":"10000"' in lines[at + 3].replace(" ", "")
    assert "2026-03-03  stripe/stripe  net revenue  climate_order_purchase  ?" in lines
    rows = ecot("revenue", "--raw", "--json").document
    assert len(rows) == 9
    assert all(row["traces"] for row in rows)
    assert collected.requests
