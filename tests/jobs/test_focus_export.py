"""The FOCUS file adds up to the totals, and comes back as the same figures to the last digit."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ecot.errors import UnexpectedAnswer
from ecot.jobs.focus_export import unpriced, write_focus
from ecot.jobs.query import By, Question, Totals, answer
from ecot.jobs.rows import rows as rows_of
from ecot.model.bill import Bill
from ecot.model.money import total
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import AnyRow, Charge
from ecot.providers.focus.writing import COLUMNS
from ecot.store.protocol import Place
from tests.bills import bill, bookings, sets_of_bills, stated
from tests.jobs.focus import NOW, file, imported, line
from tests.jobs.shelf import Shelf, costs
from tests.ledger.book import in_memory
from tests.rows import ACCOUNT, charge, days, rows

FIRST, AFTER = date(2025, 12, 1), date(2026, 4, 1)
WINTER = Period.of_days(FIRST, AFTER)
MAY = Month(2026, 5)
HOSTILE = (
    *("=1+2", "+1", "-1", "@A1", "＝1", "a;=1", "a,=1", "\t=1", "x\n=1", "x\r\n-1", "'=1", "''=1"),
    *("", " ", "null", "NULL", "'null", "'", "\t", "\n\n", '"', '"=1', "a\"b,c'd", "</script>"),
    *(
        "é\u202eabc",
        "🦊",
        "x" * 300,
        "column:Tags",
        "tag:x",
        "{}",
        "[]",
        "\\",
        "\x00",
        "\x1f",
        "a;",
    ),
)
FIELDS = (
    *("service", "sub_account_id", "model", "api_key_id", "user", "resource_id", "region_id"),
    *("charge_description", "charge_class", "invoice_id", "sku_id", "sku_price_id"),
    *("consumed_unit", "pricing_unit", "price_list"),
)
TEXTS = st.none() | st.sampled_from(HOSTILE) | st.text(max_size=12)


def question(first: date = FIRST, after: date = AFTER) -> Question:
    return Question(first=first, after=after, today=NOW.date(), currency="USD")


def written(place: Place, asked: Question) -> bytes:
    return b"".join(write_focus(place, asked))


def table(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


def summed(lines: Iterable[Mapping[str, str]], currency: str, *, tax: bool) -> Decimal:
    return total(
        Decimal(one["BilledCost"])
        for one in lines
        if one["BillingCurrency"] == currency and (one["ChargeCategory"] == "Tax") is tax
    )


def said(place: Place, by: By, asked: Question) -> Totals:
    return answer(place.store, asked, by, {})


def figures(found: Totals) -> dict[object, object]:
    """What a group costs, by its key: its own currency, others, and where they come from."""
    return {
        (one.key, one.provider): (one.billed_cost, one.unconverted, one.basis)
        for one in found.groups
        if one.billed_cost is not None or one.unconverted
    }


def again(text: bytes) -> Place:
    """A new ledger, and the file in it."""
    place = in_memory()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ecot.focus.csv"
        path.write_bytes(text)
        if len(table(text)):
            imported(place, path)
    return place


def charges(place: Place) -> list[Charge]:
    return [one.row for one in rows_of(place, question(), Charge)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(days(), max_size=4).flatmap(lambda some: st.tuples(*(rows(day, 3) for day in some)))
    | stated().map(lambda some: (some,)),
    sets_of_bills() | sets_of_bills(currency="USD"),
    bookings(),
    st.dates(date(2025, 12, 1), date(2026, 1, 31)),
    st.integers(1, 70),
)
def test_it_adds_up_to_the_totals_and_comes_back_as_the_same_figures(
    drawn: tuple[list[AnyRow], ...],
    bills: list[Bill],
    booked: set[int],
    first: date,
    length: int,
) -> None:
    place = in_memory()
    shelf = Shelf(place)
    shelf.put(ACCOUNT, [row for some in drawn for row in some], WINTER)
    shelf.enter(*bills, bill("9.99", "TOP", kind="top-up"))
    for one in bills:
        if int(one.number[-1]) in booked:
            shelf.book(one)
    asked = question(first, first + length * DAY)
    text = written(place, asked)
    lines, whole = table(text), said(place, "account", asked)
    assert summed(lines, "USD", tax=False) == (whole.total or 0)
    assert summed(lines, "EUR", tax=False) == whole.unconverted.get("EUR", 0)
    assert summed(lines, "USD", tax=True) == (whole.tax or 0)
    assert summed(lines, "EUR", tax=True) == whole.unconverted_tax.get("EUR", 0)
    assert unpriced(place.store, asked) == whole.coverage.unknown

    back = again(text)
    dimensions: tuple[By, ...] = ("provider", "account", "sub_account", "service", "model", "day")
    for by in (*dimensions, "category", "user", "api_key"):
        before, after = said(place, by, asked), said(back, by, asked)
        assert figures(after) == figures(before), by
        assert (after.tax, after.unconverted_tax) == (before.tax, before.unconverted_tax)
    place.store.close()
    back.store.close()


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXTS)),
    st.dictionaries(
        TEXTS.map(str) | st.sampled_from(["column:ListUnitPrice", "column:RegionName"]),
        TEXTS.map(str),
        max_size=3,
    ),
    st.sampled_from(["billed", "estimated", "entered"]),
    st.sampled_from(["ai", "infrastructure", "developer tools", "other"]),
)
def test_every_field_comes_back_whatever_stands_in_it(
    texts: dict[str, str | None], tags: dict[str, str], basis: str, category: str
) -> None:
    place = in_memory()
    one = charge("-0.00000080", FIRST, basis=basis, category=category, tags=tags)
    more = {name: Decimal("1.50") for name in ("list_cost", "consumed_quantity")}
    rich = replace(
        one, **texts, **more, billing_period=Month(2026, 1).period, charge_category="Credit"
    )
    month = charge("31.01", charge_period=Month(2026, 1).period, tags=tags)
    month = replace(month, **texts)
    Shelf(place).put(ACCOUNT, [one, rich, month], WINTER)
    text = written(place, question())
    back = again(text)
    assert charges(back) == charges(place)
    place.store.close()
    back.store.close()


def test_no_cell_is_a_formula_and_none_is_not_a_number(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, [charge("-1.50", service=text) for text in HOSTILE], WINTER)
    lines = table(written(place, question()))
    numbers = {"BilledCost", "ListCost", "EffectiveCost", "ContractedCost"}
    assert {one[name] for one in lines for name in numbers} == {"-1.50"}
    texts = [text for one in lines for name, text in one.items() if name not in numbers]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "＝", "\t", "\n"))]
    assert not [text for text in texts if ";=" in text or "\n=" in text or "\n-" in text]


def test_a_line_says_what_focus_asks_and_names_what_it_filled_in(place: Place) -> None:
    rows_ = [
        charge(
            "1.25", service="chat", model="gpt", sub_account_id="p", user="user-1", category="ai"
        ),
        charge("2.50", list_cost=Decimal("3.00"), category="infrastructure", basis="estimated"),
    ]
    Shelf(place).put(ACCOUNT, rows_, Period.of_days(date(2026, 1, 5), date(2026, 1, 6)))
    lines = table(written(place, question()))
    plain, chat = sorted(lines, key=lambda one: one["ServiceName"] == "chat")
    assert tuple(chat) == COLUMNS
    assert (chat["ServiceName"], chat["ServiceCategory"]) == ("chat", "AI and Machine Learning")
    assert (chat["x_Model"], chat["x_User"], chat["SubAccountId"]) == ("gpt", "user-1", "p")
    assert (chat["ChargePeriodStart"], chat["ChargePeriodEnd"]) == (
        "2026-01-05T00:00:00Z",
        "2026-01-06T00:00:00Z",
    )
    assert (chat["BillingPeriodStart"], chat["BillingPeriodEnd"]) == (
        "2026-01-01T00:00:00Z",
        "2026-02-01T00:00:00Z",
    )
    assert (plain["ListCost"], plain["EffectiveCost"]) == ("3.00", "2.50")
    assert (plain["x_Basis"], plain["ServiceCategory"]) == ("estimated", "Other")
    assert plain["ServiceName"] == plain["ProviderName"] == plain["ServiceProviderName"] == "OpenAI"
    assert plain["x_Filled"].split() == [
        *("BillingPeriodEnd", "BillingPeriodStart", "ChargeFrequency", "ContractedCost"),
        *("EffectiveCost", "HostProviderName", "InvoiceIssuerName", "PublisherName"),
        *("ServiceCategory", "ServiceName"),
    ]
    assert "ListCost" in chat["x_Filled"]


def test_what_is_unknown_or_told_of_others_is_left_out_and_counted(place: Place) -> None:
    rows_ = [
        charge(None, service="a"),
        charge(None, service="b"),
        charge("5", role="breakdown", parent="anthropic"),
    ]
    Shelf(place).put(ACCOUNT, rows_, WINTER)
    assert table(written(place, question())) == []
    assert unpriced(place.store, question()) == 2


def test_a_bill_stands_in_place_of_what_it_replaces_under_its_number(place: Place) -> None:
    shelf, may = Shelf(place), MAY.first
    shelf.put(
        ACCOUNT, costs(["1.00"] * 2, may, basis="estimated"), Period.of_days(may, may + 9 * DAY)
    )
    shelf.enter(bill("3.00", "=F", first=may, after=may + 2 * DAY, tax=Decimal("0.60"), note="@x"))
    shelf.enter(bill("-1.00", "N", first=may + 5 * DAY, after=may + 6 * DAY))
    shelf.enter(bill("50", "T", kind="top-up", first=may, after=may + DAY))
    lines = table(written(place, question(may, MAY.after)))
    told = [(one["ChargeCategory"], one["BilledCost"], one["x_BillNumber"]) for one in lines]
    assert told == [("Usage", "3.00", "'=F"), ("Tax", "0.60", "'=F"), ("Credit", "-1.00", "N")]
    assert lines[0]["ChargeDescription"] == "'@x"
    assert lines[0]["ChargePeriodEnd"] == "2026-05-03T00:00:00Z"
    assert {one["x_Basis"] for one in lines} == {"entered"}

    back = again(written(place, question(may, MAY.after)))
    days_of = table(written(back, question(may, MAY.after)))
    numbers = [one["x_BillNumber"] for one in days_of]
    assert numbers.count("'=F") == 2 * 2  # what is longer than a day comes back by day
    assert numbers.count("N") == 1
    back.store.close()


def test_a_file_of_a_supplier_gives_back_its_own_columns(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text(
        "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ProviderName,"
        "BillingAccountId,ServiceName,ServiceCategory,RegionName,ListUnitPrice,ListCost,"
        "PricingQuantity,x_Shop,Tags\n"
        '6,USD,Usage,2026-05-01,2026-05-02,AWS,111,S3,Storage,Paris,2,6,3,q,"{""team"":""a""}"\n'
        "7,USD,Usage,2026-05-01,2026-05-04,AWS,111,EC2,Compute,Paris,2,7,3.5,q,\n"
    )
    imported(place, path)
    asked = question(MAY.first, MAY.after)
    text = written(place, asked)
    s3 = next(one for one in table(text) if one["ServiceName"] == "S3")
    assert (s3["ServiceCategory"], s3["RegionName"], s3["ListUnitPrice"]) == (
        "Storage",
        "Paris",
        "2",
    )
    assert s3["Tags"] == '{"column:x_Shop":"q","team":"a"}'
    # The parts of a spread charge are not quantity times price to the last digit.
    for one in table(text):
        if one["ListUnitPrice"]:
            product = Decimal(one["ListUnitPrice"]) * Decimal(one["PricingQuantity"])
            assert product == Decimal(one["ListCost"])
    back = again(text)
    before = [one.row for one in rows_of(place, asked, Charge)]
    assert [one.row for one in rows_of(back, asked, Charge)] == before
    assert [one.account for one in rows_of(back, asked, Charge)] == ["aws/111"] * len(before)
    back.store.close()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("x_EcotFormat", "2"),
        ("x_Account", "no slash"),
        ("x_Account", ""),
        ("x_Basis", "unknown"),
        ("x_Basis", ""),
        ("x_Category", "=1"),
    ],
)
def test_a_line_of_ours_that_was_changed_is_refused(
    place: Place, tmp_path: Path, column: str, value: str
) -> None:
    Shelf(place).put(ACCOUNT, [charge()], WINTER)
    lines = table(written(place, question()))
    path = tmp_path / "changed.csv"
    with path.open("w", newline="") as changed:
        writer = csv.DictWriter(changed, COLUMNS)
        writer.writeheader()
        writer.writerows(one | {column: value} for one in lines)
    other = in_memory()
    with pytest.raises(UnexpectedAnswer, match=f"line 2: {column} is nothing") as refusal:
        imported(other, path)
    assert refusal.value.remedy
    other.store.close()


def test_columns_of_ours_in_a_file_of_somebody_else_are_tags(place: Place, tmp_path: Path) -> None:
    path = file(tmp_path, line())
    text = path.read_text().replace("ServiceName", "x_User").replace("S3", "ana")
    path.write_text(text)
    imported(place, path)
    (one,) = [one.row for one in rows_of(place, question(MAY.first, MAY.after), Charge)]
    assert (one.user, one.basis, one.tags) == (None, "billed", {"column:x_User": "ana"})
