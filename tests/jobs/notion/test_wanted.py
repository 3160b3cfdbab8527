"""The rows that ought to be in Notion: the same figures as the page, each of them once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.jobs.known import titles
from ecot.jobs.notion.wanted import Ledger, services, usages
from ecot.jobs.query import Totals, answer
from ecot.jobs.site.edition import Edition
from ecot.language import Language
from ecot.model.bill import Bill
from ecot.model.money import total
from ecot.model.outcome import Outcome
from ecot.model.period import Month, Period
from ecot.model.rates import TypedRate
from ecot.model.rows import AnyRow, Name
from ecot.model.sentence import Sentence
from ecot.sinks.notion.rows import UsageRow
from ecot.store.protocol import Place
from ecot.store.records import put_names, put_outcome
from tests.bills import JANUARY, bill, bookings, sets_of_bills, stated
from tests.jobs.shelf import NOW, Shelf, costs
from tests.ledger.book import in_memory
from tests.rows import ACCOUNT, activity, charge, charges, days, usage
from tests.rows import usages as drawn_usages

D = Decimal
FRENCH = Language("fr-FR")
MONTHS = [Month(2025, 12), *(Month(2026, number) for number in (1, 2, 3))]
EURO = TypedRate("EUR", "USD", D("1.25"), date(2020, 1, 1))


def edition(now: datetime = NOW, currency: str = "USD", **more: object) -> Edition:
    plain = Edition(
        today=now.date(), currency=currency, language=Language("en-US"), titles=titles()
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def wanted(
    place: Place,
    month: Month = JANUARY,
    shown: Edition | None = None,
    written: Sequence[str] = (),
) -> dict[str, UsageRow]:
    """The month's rows by key."""
    rows = usages(Ledger(place, shown or edition()), month, written)
    found = {row.key: row for row in rows}
    assert len(found) == len(rows)
    assert list(found) == sorted(found)
    return found


def the_only(place: Place, shown: Edition | None = None) -> UsageRow:
    (row,) = wanted(place, shown=shown).values()
    return row


def asked(place: Place, shown: Edition, month: Month, currency: str) -> Totals:
    """What `ecot totals --month M --currency C` says."""
    question = replace(shown, currency=currency).question(month.first, month.after)
    return answer(place.store, question, "provider", titles())


def check_sums(place: Place, shown: Edition, month: Month) -> None:
    rows = usages(Ledger(place, shown), month)
    dollars = [row.cost_usd for row in rows if row.cost_usd is not None]
    in_dollars = asked(place, shown, month, "USD").total
    assert (total(dollars) if dollars else None) == in_dollars
    shown_costs = [row.cost for row in rows if row.cost is not None]
    if shown.currency == "USD":
        assert shown_costs == []
        return
    assert {currency for _, currency in shown_costs} <= {shown.currency}
    on_page = asked(place, shown, month, shown.currency).total
    assert (total(one for one, _ in shown_costs) if shown_costs else None) == on_page


# --- sums ----------------------------------------------------------------------------------------


@given(
    st.lists(days().flatmap(lambda day: charges(day) | drawn_usages(day)), max_size=12) | stated(),
    sets_of_bills(),
    bookings(),
    st.sampled_from(["USD", "EUR"]),
    st.booleans(),
)
def test_the_rows_of_any_ledger_add_up_to_the_total_of_each_month(
    rows: list[AnyRow], bills: list[Bill], booked: set[int], currency: str, has_rate: bool
) -> None:
    place = in_memory()
    shelf = Shelf(place)
    for number, account in enumerate((ACCOUNT, "aws/main")):
        own: list[AnyRow] = [row for place_of, row in enumerate(rows) if place_of % 2 == number]
        shelf.put(account, own, Period.of_days(MONTHS[0].first, MONTHS[-1].after))
    shelf.enter(*bills)
    for one in bills:
        if int(one.number[-1]) in booked:
            shelf.book(one)
    shown = edition(currency=currency, typed=(EURO,) if has_rate else ())
    for month in MONTHS:
        check_sums(place, shown, month)
    place.store.close()


# --- cells ---------------------------------------------------------------------------------------


def test_a_row_is_an_accounts_sub_account_and_none_is_a_sum(place: Place) -> None:
    shelf = Shelf(place)
    rows: list[AnyRow] = [
        charge("1.00", JANUARY.first, sub_account_id="proj_a", model="gpt-5.2"),
        charge("4.00", JANUARY.first, sub_account_id="proj_a", model="gpt-5.2-mini"),
        charge("2.00", JANUARY.first),
        usage(
            {"requests": "3", "input_uncached_tokens": "5", "input_cached_tokens": "7"},
            JANUARY.first,
            sub_account_id="proj_a",
            model="gpt-5.2",
        ),
        usage({"output_tokens": "2", "images": "4"}, JANUARY.first, sub_account_id="proj_a"),
    ]
    shelf.put(ACCOUNT, rows, JANUARY.period)
    put_names(place.store, ACCOUNT, [Name("sub_account_id", "proj_a", "Atelier")])
    found = wanted(place)
    assert list(found) == ["openai:edugami:proj_a:2026-01", "openai:edugami:—:2026-01"]
    named, bare = found.values()
    assert (named.provider, named.account, named.sub_account) == ("openai", "edugami", "proj_a")
    assert (named.sub_account_name, bare.sub_account_name) == ("Atelier", None)
    assert (named.cost_usd, bare.cost_usd) == (D("5.00"), D("2.00"))
    assert named.native == (D("5.00"), "USD")
    assert named.models == ("gpt-5.2-mini", "gpt-5.2")
    assert (named.requests, named.input_tokens, named.output_tokens) == (D(3), D(12), D(2))
    assert named.quantity == (D(4), "images")
    assert (bare.requests, bare.input_tokens, bare.quantity) == (None, None, None)
    assert (named.origin, named.status, named.log) == ("billed", "ok", "")


def test_a_cost_that_nobody_knows_is_empty_and_never_zero(place: Place) -> None:
    Shelf(place).put(ACCOUNT, [charge(None, JANUARY.first)], JANUARY.period)
    row = the_only(place)
    assert (row.cost_usd, row.native, row.origin, row.status) == (None, None, "unknown", "partial")
    assert row.log == "Not in the cost: 1 charge of unknown cost."


def test_use_without_any_charge_says_that_its_cost_is_not_stated(place: Place) -> None:
    Shelf(place).put(ACCOUNT, [usage({"requests": "9"}, JANUARY.first)], JANUARY.period)
    row = the_only(place)
    assert (row.cost_usd, row.origin) == (None, "unknown")
    assert row.log == "The supplier states no cost for this use."


def test_zero_is_a_cost_that_somebody_stated(place: Place) -> None:
    Shelf(place).put(ACCOUNT, costs(["0.00"], JANUARY.first), JANUARY.period)
    assert the_only(place).cost_usd == D("0.00")


def test_of_several_origins_the_weakest_is_named_and_the_log_has_the_shares(place: Place) -> None:
    rows = [
        charge("9.00", JANUARY.first),
        charge("1.00", JANUARY.first, basis="estimated", price_list="genai-prices 2026-01-01"),
    ]
    Shelf(place).put(ACCOUNT, rows, JANUARY.period)
    row = the_only(place)
    assert (row.cost_usd, row.origin) == (D("10.00"), "estimated")
    assert row.log == "Origin of the cost: billed $9.00, estimated $1.00."


def test_a_currency_without_a_rate_leaves_the_dollars_empty_and_says_so(place: Place) -> None:
    Shelf(place).put(ACCOUNT, [charge("8.00", JANUARY.first, currency="EUR")], JANUARY.period)
    row = the_only(place)
    assert (row.cost_usd, row.native, row.status) == (None, (D("8.00"), "EUR"), "partial")
    assert row.log == "No exchange rate for €8.00."


def test_dollars_stay_dollars_beside_the_currency_of_the_report(place: Place) -> None:
    Shelf(place).put(ACCOUNT, [charge("8.00", JANUARY.first, currency="EUR")], JANUARY.period)
    row = the_only(place, edition(currency="EUR", typed=(EURO,)))
    assert (row.cost_usd, row.cost) == (D("10.0000"), (D("8.00"), "EUR"))
    assert row.native == (D("8.00"), "EUR")


def test_details_of_others_charges_and_list_costs_are_in_no_cost(place: Place) -> None:
    detail = charge("3.00", JANUARY.first, role="breakdown", parent="anthropic", list_cost=D("5"))
    tokens = usage({"input_tokens": "6"}, JANUARY.first, role="breakdown", parent="anthropic")
    Shelf(place).put("claude-code/team", [detail, tokens], JANUARY.period)
    row = wanted(place)["claude-code:team:—:2026-01"]
    assert (row.cost_usd, row.origin, row.input_tokens) == (None, "unknown", D(6))
    assert row.log == "Details of charges of Anthropic, in no total: $3.00."
    assert wanted(place)["anthropic:anthropic:—:2026-01"].status == "not_configured"


@pytest.mark.parametrize("account", ["claude-code/team", "github-activity/team", "stripe/shop"])
def test_a_bill_counts_also_where_the_supplier_tells_of_no_cost(place: Place, account: str) -> None:
    shelf = Shelf(place)
    detail = charge("3.00", JANUARY.first, role="breakdown", parent="anthropic")
    shelf.put(account, [detail] if "claude" in account else [], JANUARY.period)
    shelf.enter(
        bill("100.00", account=account), bill("5.00", "B", account=account, sub_account_id="p")
    )
    check_sums(place, edition(), JANUARY)
    provider, _, name = account.partition("/")
    found = wanted(place)
    assert found[f"{provider}:{name}:—:2026-01"].cost_usd == D("100.00")
    assert found[f"{provider}:{name}:p:2026-01"].cost_usd == D("5.00")


def test_what_people_did_and_what_was_earned_is_no_row(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put("github-activity/team", [activity({"commits": "3"}, JANUARY.first)], JANUARY.period)
    shelf.put("stripe/shop", [], JANUARY.period)
    assert wanted(place) == {}


def test_tax_is_beside_the_cost(place: Place) -> None:
    rows = [charge("5.00", JANUARY.first), charge("1.00", JANUARY.first, charge_category="Tax")]
    Shelf(place).put(ACCOUNT, rows, JANUARY.period)
    row = the_only(place)
    assert (row.cost_usd, row.native) == (D("5.00"), (D("5.00"), "USD"))
    assert row.log == "Tax, not in the cost: $1.00."


# --- bills ---------------------------------------------------------------------------------------


def test_a_bill_in_place_of_the_parts_leaves_them_without_a_cost(place: Place) -> None:
    shelf = Shelf(place)
    estimated = [charge("7.00", JANUARY.first, basis="estimated", sub_account_id="proj_a")]
    shelf.put(ACCOUNT, estimated, JANUARY.period)
    shelf.enter(bill("10.00"))
    part, whole = wanted(place).values()
    assert (part.cost_usd, part.log) == (None, "A bill stands in place of charges of $7.00.")
    assert (whole.cost_usd, whole.origin) == (D("10.00"), "entered")
    assert whole.log == "Bill INV-1: it counts."


def test_a_bill_beside_what_is_billed_says_the_gap_and_moves_nothing(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["9.00"], JANUARY.first), JANUARY.period)
    shelf.enter(bill("10.00"))
    row = the_only(place)
    assert (row.cost_usd, row.origin) == (D("9.00"), "billed")
    assert row.log == "Bill INV-1: $10.00 beside charges of $9.00, which count; gap: $1.00."
    shelf.book(bill("10.00"))
    row = the_only(place)
    assert (row.cost_usd, row.origin) == (D("10.00"), "entered")
    assert row.log.endswith(
        "Bill INV-1: $10.00 beside charges of $9.00; the gap of $1.00 is booked."
    )


# --- states --------------------------------------------------------------------------------------


def failed(place: Place, now: datetime = NOW) -> None:
    outcome = Outcome(
        provider="openai",
        account=ACCOUNT,
        run="run-9",
        at=now,
        state="failed",
        message=Sentence("openai: the key is revoked"),
        remedy=Sentence("Make another one."),
    )
    put_outcome(place.store, outcome)


MISSING = "Missing: 31 days, January 2026 (the last reading failed). "
WHY = "openai: the key is revoked. Make another one."


def test_a_failed_account_of_which_nothing_is_known_is_a_row_without_a_cost(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, [], Period.of_days(date(2025, 12, 1), date(2026, 1, 1)))
    failed(place)
    row = the_only(place)
    assert (row.key, row.cost_usd) == ("openai:edugami:—:2026-01", None)
    assert (row.origin, row.status) == ("unknown", "failed")
    assert row.log == MISSING + WHY
    assert (row.run, row.collected_at) == ("run-9", NOW)


def test_a_failed_account_keeps_the_cost_that_is_known(place: Place) -> None:
    shelf = Shelf(place)
    days_read = Period.of_days(JANUARY.first, date(2026, 1, 30))
    shelf.put(ACCOUNT, costs(["5.00"], JANUARY.first), days_read)
    failed(place)
    row = the_only(place)
    assert (row.cost_usd, row.origin, row.status) == (D("5.00"), "billed", "failed")
    assert row.log.startswith(
        "Missing: 2 days, Jan 30\u2009–\u200931, 2026 (the last reading failed)."
    )


def test_a_later_failure_says_nothing_of_a_month_that_was_read(place: Place) -> None:
    Shelf(place).put(ACCOUNT, costs(["5.00"], JANUARY.first), JANUARY.period)
    failed(place)
    assert (the_only(place).status, the_only(place).log) == ("ok", "")


def test_a_running_month_is_provisional_and_says_that_the_last_run_failed(place: Place) -> None:
    now = datetime.fromisoformat("2026-01-10T06:00:00+00:00")
    shelf = Shelf(place, now)
    until_today = Period.of_days(JANUARY.first, now.date())
    shelf.put(ACCOUNT, costs(["5.00"], JANUARY.first), until_today)
    assert the_only(place, edition(now)).status == "provisional"
    failed(place, now)
    row = the_only(place, edition(now))
    assert (row.status, row.log) == ("failed", WHY)


def test_a_month_is_provisional_until_it_is_closed(place: Place) -> None:
    now = datetime.fromisoformat("2026-02-05T06:00:00+00:00")
    shelf = Shelf(place, now)
    shelf.put(ACCOUNT, costs(["5.00"], JANUARY.first), JANUARY.period)
    assert the_only(place, edition(now)).status == "provisional"


def test_an_account_that_was_read_and_has_nothing_is_a_row_too(place: Place) -> None:
    Shelf(place).put(ACCOUNT, [], JANUARY.period)
    row = the_only(place)
    assert (row.cost_usd, row.origin, row.status, row.log) == (None, "unknown", "ok", "")


def test_an_account_without_a_key_is_not_configured(place: Place) -> None:
    now = datetime.fromisoformat("2026-01-10T06:00:00+00:00")
    put_outcome(
        place.store,
        Outcome(
            provider="openai", account=ACCOUNT, run="run-1", at=now, state="not_configured",
            message=Sentence("{name} is not set", {"name": "OPENAI_ADMIN_KEY"}),
        ),
    )  # fmt: skip
    row = the_only(place, edition(now))
    assert (row.cost_usd, row.status) == (None, "not_configured")
    assert row.log.endswith("OPENAI_ADMIN_KEY is not set.")


def test_no_log_is_longer_than_a_text_of_notion(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, [], Period.of_days(date(2025, 12, 1), date(2026, 1, 1)))
    put_outcome(
        place.store,
        Outcome(
            provider="openai", account=ACCOUNT, run="run-1", at=NOW, state="failed",
            message=Sentence("{body}", {"body": "é\n" * 3000}),
        ),
    )  # fmt: skip
    log = the_only(place).log
    assert (len(log), log[-1], "\n" in log) == (2000, "…", False)


# --- what was there before -----------------------------------------------------------------------


def test_what_the_ledger_no_longer_has_is_wanted_empty(place: Place) -> None:
    shelf = Shelf(place)
    shelf.enter(bill("10.00", account="figma/figma"))
    shelf.put(ACCOUNT, [charge("1.00", JANUARY.first, sub_account_id="p:1%")], JANUARY.period)
    written = [
        "figma:figma:—:2026-01",
        "openai:edugami:—:2026-01",
        "openai:edugami:gone%3A1%25:2026-01",
        "openai:edugami:—:2026-02",
    ]
    shelf.void(bill("10.00", account="figma/figma"))
    found = wanted(place, written=written)
    assert list(found) == [
        *written[:1],
        *written[2:3],
        "openai:edugami:p%3A1%25:2026-01",
        written[1],
    ]
    assert [found[key].cost_usd for key in written[:3]] == [None] * 3
    assert found[written[2]].sub_account == "gone:1%"
    assert found[written[0]].log == "The ledger has no figures for this row any more."
    assert found[written[1]].log == "The figures of this account are in its other rows."
    check_sums(place, edition(), JANUARY)


# --- where it is read ----------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["https://costs.example/site/", "https://costs.example/site"])
def test_a_row_links_to_its_page_of_the_report(place: Place, url: str) -> None:
    Shelf(place).put(ACCOUNT, costs(["5.00"], JANUARY.first), JANUARY.period)
    row = the_only(place, edition(report_url=url, language=FRENCH))
    assert row.page_url == "https://costs.example/site/2026-01.fr.html"
    assert the_only(place).page_url is None


def test_services_are_the_suppliers_of_rows_and_of_the_settings(place: Place) -> None:
    Shelf(place).put(ACCOUNT, costs(["5.00"], JANUARY.first), JANUARY.period)
    shown = edition(accounts=("deepgram/x", "stripe/shop", "made-up/y"))
    found = services(usages(Ledger(place, shown), JANUARY), shown)
    assert [(one.key, one.title) for one in found] == [
        ("deepgram", "Deepgram"),
        ("made-up", "made-up"),
        ("openai", "OpenAI"),
    ]
