"""FOCUS files: real ones to the last digit, made-up ones beside their meaning, every refusal."""

import gzip
import json
import tracemalloc
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.errors import SettingsError, UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.money import total
from ecot.model.period import Period
from ecot.model.rows import Charge, Name, merged
from ecot.providers import focus
from ecot.providers.focus.columns import category_of, slug
from ecot.providers.focus.lines import LONGEST
from tests.providers.focus_golden import expected_path, meaning, recorded

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "focus-1.0-sample.csv"
HEADER = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd"
ROW = "1.50,USD,Usage,2026-01-05 10:00:00,2026-01-05 11:00:00"


def answer(body: str | bytes) -> Answer:
    stored = body.encode() if isinstance(body, str) else body
    return Answer(feed="focus", endpoint="bill.csv", body=stored)


def charges_of(file: Answer) -> list[Charge]:
    return [row.row for row in focus.parse(file) if isinstance(row.row, Charge)]


def charge(columns: str = "", values: str = "", row: str = ROW) -> Charge:
    """The one charge of a file with some columns more than those that are required."""
    more = [f",{columns}", f",{values}"] if columns else ["", ""]
    [parsed] = focus.rows(answer(f"{HEADER}{more[0]}\n{row}{more[1]}\n"))
    assert isinstance(parsed.parsed.row, Charge)
    return parsed.parsed.row


def refusal(body: str | bytes) -> UnexpectedAnswer:
    with pytest.raises(UnexpectedAnswer) as caught:
        list(focus.rows(answer(body)))
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("path", recorded(), ids=lambda path: path.name)
def test_a_recorded_file_means_what_lies_beside_it(path: Path) -> None:
    expected = expected_path(path)
    assert expected.exists(), "no expected file: run python -m tests.providers.focus_golden"

    assert meaning(path) == json.loads(expected.read_text(encoding="utf-8"))


@pytest.fixture
def sample() -> Answer:
    if not SAMPLE.exists():
        pytest.skip(f"{SAMPLE.name} lies beside the checkout of the project's own machines only")
    return focus.read(SAMPLE)


def test_real_bills_add_up_to_the_last_digit(sample: Answer) -> None:
    costs: dict[str | None, list[Decimal]] = defaultdict(list)
    for row in focus.rows(sample):
        assert isinstance(row.parsed.row, Charge)
        assert row.parsed.row.billed_cost is not None
        costs[row.provider].append(row.parsed.row.billed_cost)

    assert {provider: total(amounts) for provider, amounts in costs.items()} == {
        "aws": Decimal("18.00663861840"),
        "microsoft": Decimal("1.97651418586"),
        "oracle": Decimal("0.53707392473"),
    }


def test_real_rows_with_colliding_short_keys_stay_apart(sample: Answer) -> None:
    charges = charges_of(sample)

    assert len(merged(charges)) == len(charges) == 1000


def test_a_real_row_is_found_again_by_its_place(sample: Answer) -> None:
    found = next(focus.rows(sample)).parsed

    assert found.place == "line 2"
    assert isinstance(found.row, Charge)
    assert found.row.billed_cost == Decimal("0.0000008")
    assert found.row.tags["column:Id"] == "11472"


def test_equal_rows_are_summed_later_and_lose_nothing() -> None:
    [row] = merged(charges_of(answer(f"{HEADER}\n{ROW}\n{ROW}\n")))

    assert isinstance(row, Charge)
    assert row.billed_cost == Decimal("3.00")


@pytest.mark.parametrize(
    ("stated", "instant"),
    [
        ("2024-09-18 22:00:00", datetime(2024, 9, 18, 22, tzinfo=UTC)),
        ("2024-09-18T22:00:00Z", datetime(2024, 9, 18, 22, tzinfo=UTC)),
        ("2024-09-19T00:00:00+02:00", datetime(2024, 9, 18, 22, tzinfo=UTC)),
        ("2024-09-18 22:00:00 UTC", datetime(2024, 9, 18, 22, tzinfo=UTC)),
        ("2024-09-18T22:00:00.000000000Z", datetime(2024, 9, 18, 22, tzinfo=UTC)),
        ("2024-09-18", datetime(2024, 9, 18, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_utc(stated: str, instant: datetime) -> None:
    row = f"1,USD,Usage,{stated},2024-10-01T00:00:00Z"

    assert charge(row=row).charge_period == Period(instant, datetime(2024, 10, 1, tzinfo=UTC))


@pytest.mark.parametrize("absent", ["", "NULL", "null", '""', '"NULL"', " "])
def test_an_absent_value_is_unknown_and_not_zero(absent: str) -> None:
    found = charge("ListCost,EffectiveCost,ServiceName,x_Colour", ",".join([absent] * 4))

    assert (found.list_cost, found.effective_cost, found.service) == (None, None, None)
    assert found.tags == {}


def test_the_four_costs_are_kept_apart() -> None:
    found = charge("ListCost,EffectiveCost,ContractedCost", "4,3,2")

    assert found.basis == "billed"
    assert found.billed_cost == Decimal("1.50")
    costs = (found.list_cost, found.effective_cost, found.contracted_cost)
    assert [str(cost) for cost in costs] == ["4", "3", "2"]


def test_tags_and_columns_without_a_place_are_part_of_the_key() -> None:
    first = charge("Tags,Id", '"{""env"": ""prod"", ""n"": 1.50, ""on"": true}",7')
    other = charge("Tags,Id", '"{""env"": ""prod"", ""n"": 1.50, ""on"": true}",8')

    assert first.tags == {"env": "prod", "n": "1.50", "on": "true", "column:Id": "7"}
    assert first.key() != other.key()


def test_a_tag_never_hides_a_column() -> None:
    found = charge("Tags,Id", '"{""column:Id"": ""mine"", ""tag:x"": ""y""}",7')

    assert found.tags == {"column:Id": "7", "tag:column:Id": "mine", "tag:tag:x": "y"}


def test_tags_that_are_no_json_object_are_kept_as_they_are() -> None:
    assert charge("Tags", '"[1, 2]"').tags == {"column:Tags": "[1, 2]"}


def test_tax_is_no_part_of_a_total_and_a_credit_is_negative() -> None:
    tax = charge(row="19,EUR,tax,2026-01-01,2026-02-01")
    credit = charge(row="-19,EUR,CREDIT,2026-01-01,2026-02-01")

    assert (tax.is_tax, tax.charge_category) == (True, "Tax")
    assert (credit.charge_category, credit.billed_cost) == ("Credit", Decimal(-19))


def test_warehouse_spellings_of_columns_are_understood() -> None:
    header = (
        "BILLED_COST,Billing Currency,chargecategory,CHARGE_PERIOD_START,ChargePeriodEnd,X_MODEL"
    )
    [row] = focus.rows(answer(f"{header}\n{ROW},gpt-5\n"))

    assert isinstance(row.parsed.row, Charge)
    assert row.parsed.row.model == "gpt-5"


@pytest.mark.parametrize(
    ("service_category", "category"),
    [
        ("AI and Machine Learning", "ai"),
        ("Developer Tools", "developer tools"),
        ("Developer tools", "developer tools"),
        ("Other", "other"),
        ("Compute", "infrastructure"),
        (None, "other"),
    ],
)
def test_service_categories(service_category: str | None, category: str) -> None:
    assert category_of(service_category) == category


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("AWS", "aws"),
        ("Amazon Web Services, Inc.", "aws"),
        ("Amazon Web Services EMEA SARL", "aws"),
        ("Microsoft", "microsoft"),
        ("Microsoft Azure", "microsoft"),
        ("Oracle", "oracle"),
        ("Google Cloud", "google-cloud"),
        ("Google", "google-cloud"),
        ("Databricks, Inc.", "databricks"),
        ("Grafana Labs", "grafana-labs"),
        ("OpenAI", "openai"),
        ("OpenAI, LLC", "openai"),
        ("Sage", "sage"),
        ("阿里云", "阿里云"),
        ("!", None),
    ],
)
def test_suppliers_have_one_name(title: str, name: str | None) -> None:
    assert slug(title) == name


@pytest.mark.parametrize(
    ("columns", "values", "provider"),
    [
        ("ProviderName,ServiceProviderName", "AWS,Vercel", "vercel"),
        ("ProviderName,InvoiceIssuerName", "AWS,Reseller", "aws"),
        ("HostProviderName,InvoiceIssuerName", "AWS,Neon", "neon"),
        ("HostProviderName,InvoiceIssuerName", "AWS,", "aws"),
        ("BillingAccountId", "1", None),
    ],
)
def test_the_provider_is_who_bills(columns: str, values: str, provider: str | None) -> None:
    [row] = focus.rows(answer(f"{HEADER},{columns}\n{ROW},{values}\n"))

    assert row.provider == provider


def test_a_row_that_does_not_say_whose_it_is_has_no_account() -> None:
    text = f"{HEADER},ProviderName,BillingAccountId\n{ROW},AWS,12\n{ROW},AWS,\n{ROW},NULL,12\n"

    assert [row.account for row in focus.rows(answer(text))] == ["aws/12", None, None]


def test_a_sub_account_is_named_once_before_its_first_charge() -> None:
    text = (
        f"{HEADER},SubAccountId,SubAccountName\n{ROW},1,one\n{ROW},1,one\n{ROW},1,uno\n{ROW},2,\n"
    )
    found = [parsed.row for parsed in focus.parse(answer(text))]

    assert [row for row in found if isinstance(row, Name)] == [
        Name("sub_account_id", "1", "one"),
        Name("sub_account_id", "1", "uno"),
    ]
    assert [type(row) for row in found[:3]] == [Name, Charge, Charge]


def test_a_place_is_the_line_on_which_the_row_starts() -> None:
    first = ROW.replace("1.50", '"1.50"')
    text = f'{HEADER},ChargeDescription\n\n{first},"two\nlines"\r\n{ROW},next\n'

    assert [row.parsed.place for row in focus.rows(answer(text))] == ["line 3", "line 5"]


def test_a_huge_field_is_read() -> None:
    text = "x" * 1_000_000

    assert charge("ChargeDescription", f'"{text}"').charge_description == text


def test_jsonl_numbers_never_become_floats() -> None:
    line = json.dumps(dict(zip(HEADER.split(","), ROW.split(","), strict=True)))
    line = line.replace('"1.50"', "0.12345678901234567890123456789")
    [row] = focus.rows(answer(f"\ufeff{line}\n\n"))

    assert isinstance(row.parsed.row, Charge)
    assert str(row.parsed.row.billed_cost) == "0.12345678901234567890123456789"


def test_a_compressed_file_means_the_same() -> None:
    text = f"{HEADER}\n{ROW}\n".encode()

    assert list(focus.rows(answer(gzip.compress(text)))) == list(focus.rows(answer(text)))


def test_memory_stays_flat() -> None:
    packed = answer(gzip.compress(f"{HEADER}\n{(ROW + chr(10)) * 50_000}".encode()))
    tracemalloc.start()
    count = sum(1 for _ in focus.parse(packed))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 50_000
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",USD,Usage,2026-01-01,2026-01-02", "bill.csv, line 3: BilledCost is empty"),
        ("NULL,USD,Usage,2026-01-01,2026-01-02", "bill.csv, line 3: BilledCost is empty"),
        ('"1,5",USD,Usage,2026-01-01,2026-01-02', "line 3: BilledCost is no amount: 1,5"),
        ("NaN,USD,Usage,2026-01-01,2026-01-02", "BilledCost is no amount: NaN"),
        ("1e99,USD,Usage,2026-01-01,2026-01-02", "BilledCost is no amount: 1e99"),
        ("1,BTC,Usage,2026-01-01,2026-01-02", "BillingCurrency is no ISO 4217 currency code: BTC"),
        ("1,USD,Refund,2026-01-01,2026-01-02", "none of Usage, Purchase, Tax, Credit, Adjustment"),
        ("1,USD,Usage,18/09/2026,2026-01-02", "ChargePeriodStart is no date and time of ISO 8601"),
        ("1,USD,Usage,0001-01-01T00:00:00+09:00,2026-01-02", "ChargePeriodStart is no date"),
        ("1,USD,Usage,1900-01-01,2026-01-02", "ChargePeriodStart is no date"),
        ("1,USD,Usage,2026-01-02,2026-01-02", "ChargePeriodEnd is not after the period's start"),
        ("1,USD,Usage,2026-01-01", "line 3: 4 values for 5 columns"),
        ('"1"0,USD,Usage,2026-01-01,2026-01-02', "line 3: not CSV"),
        ('"1,USD,Usage,2026-01-01,2026-01-02', "not CSV"),
    ],
)
def test_a_row_that_is_not_understood_is_named(row: str, sentence: str) -> None:
    problem = refusal(f"{HEADER}\n{ROW}\n{row}\n")

    assert sentence in str(problem)
    assert "nothing was imported" in problem.remedy


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "bill.csv has no column BilledCost"),
        (HEADER.replace(",", ";"), "bill.csv has no column BilledCost"),
        (HEADER.replace("BillingCurrency", "Currency"), "bill.csv has no column BillingCurrency"),
        (f"{HEADER},billed_cost\n", "line 1: the column BilledCost is there twice"),
        ('{"BilledCost": 1}', "line 1: BillingCurrency is empty"),
        ('{"BilledCost": 1, "billedcost": 2}', "line 1: the column BilledCost is there twice"),
        ('{"BilledCost": 1', "bill.csv, line 1: not a JSON object"),
        (f'{{"a": {"[" * 100_000}', "bill.csv, line 1: not a JSON object"),
        ("é".encode("latin-1"), "bill.csv is not text in UTF-8"),
        (HEADER.encode("utf-16"), "bill.csv is not text in UTF-8"),
        (gzip.compress(HEADER.encode(), mtime=0)[:-9], "bill.csv is damaged"),
        (b"\x1f\x8b not gzip", "bill.csv is damaged"),
        ("x" * LONGEST, f"bill.csv, line 1: longer than {LONGEST} characters"),
    ],
)
def test_a_file_that_is_no_focus_file_is_refused(body: str | bytes, sentence: str) -> None:
    assert sentence in str(refusal(body))


def test_a_long_value_is_not_repeated_in_full() -> None:
    assert len(str(refusal(f"{HEADER}\n{'9' * 5000}x{ROW}\n"))) < 200


def test_a_path_that_cannot_be_read_is_a_wrong_argument(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no\.csv cannot be read: No such file"):
        focus.read(tmp_path / "no.csv")
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        focus.read(tmp_path)
