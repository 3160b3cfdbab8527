"""The CSV holds every row exactly, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecot.jobs.export import COLUMNS, csv_files, write_csv
from ecot.jobs.query import Question, answer
from ecot.model.bill import Bill
from ecot.model.money import total
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import AnyRow
from ecot.report.spreadsheet import FRENCH, ISO, Form
from ecot.store.protocol import Place
from tests.bench.counting import CountingStore
from tests.bills import bill, bookings, sets_of_bills, stated
from tests.jobs.focus import NOW, file, imported, line
from tests.jobs.shelf import Shelf, costs
from tests.jobs.world import World
from tests.ledger.book import in_memory
from tests.rows import ACCOUNT, charge, days, rows, usage

OCTOBER, MAY = Month(2026, 10), Month(2026, 5)
JANUARY = Month(2026, 1).period


def asked() -> Question:
    return Question(
        first=date(2026, 1, 1), after=date(2026, 2, 1), today=NOW.date(), currency="USD"
    )


def table(place: Place, month: Month) -> list[dict[str, str]]:
    question = Question(first=month.first, after=month.after, today=NOW.date(), currency="USD")
    lines = b"".join(write_csv(place, question)).decode()
    return list(csv.DictReader(io.StringIO(lines)))


def test_costs_and_quantities_are_those_of_the_month(world: World) -> None:
    world.collect(days=OCTOBER.days())
    lines = table(world.place, OCTOBER)
    said = world.totals("account", OCTOBER.first, OCTOBER.after)

    costs = [one for one in lines if one["kind"] == "charge"]
    assert total(Decimal(one["cost"]) for one in costs) == said.total
    requests = [one["quantity"] for one in lines if one["unit"] == "requests"]
    assert total(map(Decimal, requests)) == said.groups[0].quantities["requests"]
    assert {one["project"] for one in costs} == {
        project.name for project in world.first.projects if project.lives_on(OCTOBER.first)
    }
    assert {one["currency"] for one in costs} == {"USD"}
    assert {one["first_read"] for one in lines} == {world.clock.moment.isoformat()}


def test_numbers_have_dots_and_no_exponent_and_dates_are_iso(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("-0.00000080", category="Credit")))
    (one,) = table(place, MAY)
    assert list(one) == COLUMNS
    assert (one["cost"], one["charge_category"]) == ("-0.00000080", "Credit")
    assert (one["day"], one["start"]) == ("2026-05-01", "2026-05-01T00:00:00+00:00")


FORMULAS = ["=1+2", "+1", "-1", "@A1", "＝1", "＋1", "－1", "＠A1", "'=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_is_a_formula(place: Place, tmp_path: Path, formula: str) -> None:
    imported(place, file(tmp_path, line(service=formula)))
    (one,) = table(place, MAY)
    assert one["service"] == f"'{formula}"


def test_nor_is_it_where_a_spreadsheet_cuts_at_semicolons(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line(service="a;=1+2;b; -1")))
    (one,) = table(place, MAY)
    assert one["service"] == "a;'=1+2;b; -1"


@pytest.mark.parametrize("form", [ISO, FRENCH], ids=["iso", "fr"])
@pytest.mark.parametrize("cut", [";", ",", "\t", "\n", "\r", "\r\n"])
@pytest.mark.parametrize("formula", FORMULAS)
def test_nor_wherever_else_a_line_is_cut(form: Form, cut: str, formula: str) -> None:
    """Whichever country's spreadsheet opens it: its own separator is kept in quotes, the other's is
    not, nor is the end of a line where a quote does not open a cell."""
    place = in_memory()
    Shelf(place).put(
        ACCOUNT, [charge(service=f"a{cut}{formula}", model=f"{cut}{formula}")], JANUARY
    )
    text = b"".join(write_csv(place, asked(), form)).decode()
    for delimiter in ",;\t":
        file = io.StringIO(text, newline="")
        if delimiter == form.delimiter:
            cells = csv.reader(file, delimiter=delimiter)
        else:
            cells = csv.reader(file, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        found = [cell.strip('"\ufeff') for one in cells for cell in one]
        assert not [cell for cell in found if cell.lstrip("\t\r\n")[:1] in tuple("=+-@＝＋－＠")]
    place.store.close()


def test_a_french_excel_reads_its_own_form(place: Place) -> None:
    rows_: list[AnyRow] = [
        charge("-1234.50", service="Été; « é »"),
        usage({"tokens": "0.0000008"}),
    ]
    Shelf(place).put(ACCOUNT, rows_, JANUARY)
    text = b"".join(write_csv(place, asked(), FRENCH))
    assert text.startswith(b"\xef\xbb\xbfkind;provider;")
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
    assert list(lines[0]) == COLUMNS  # the same names: macros and the manual know them
    assert (lines[0]["cost"], lines[0]["service"]) == ("-1234,50", "Été; « é »")
    assert (lines[0]["day"], lines[0]["counts"]) == ("2026-01-05", "yes")
    assert lines[1]["quantity"] == "0,0000008"


def test_several_forms_are_one_reading_of_the_rows(place: Place) -> None:
    Shelf(place).put(ACCOUNT, [charge(service="a"), usage({"tokens": "8"})], JANUARY)
    counted = CountingStore(place.store)
    found = csv_files(Place(counted, place.files), asked(), (ISO, FRENCH))
    rows_read = counted.reads["document"]
    assert found == [b"".join(write_csv(place, asked(), form)) for form in (ISO, FRENCH)]
    assert [*write_csv(Place(counted, place.files), asked())]
    assert counted.reads["document"] == 2 * rows_read


@settings(max_examples=30, deadline=None)
@given(rows(date(2026, 1, 5), 6))
def test_both_forms_say_the_same(drawn: list[AnyRow]) -> None:
    place = in_memory()
    Shelf(place).put(ACCOUNT, drawn, JANUARY)
    iso, french = (b"".join(write_csv(place, asked(), form)).decode() for form in (ISO, FRENCH))
    lines = list(csv.reader(io.StringIO(iso)))
    others = list(csv.reader(io.StringIO(french.removeprefix("\ufeff")), delimiter=";"))
    numbers = [COLUMNS.index("cost"), COLUMNS.index("quantity")]
    for one in others[1:]:
        for place_of in numbers:
            one[place_of] = one[place_of].replace(",", ".")
    assert others == lines
    place.store.close()


def test_only_the_days_that_were_asked_for(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("31", "2026-05-01", "2026-06-01")))
    may = MAY.days()
    question = Question(first=may[3], after=may[5], today=NOW.date(), currency="USD")
    lines = b"".join(write_csv(place, question)).splitlines()
    assert len(lines) == 1 + 2


def counted(lines: list[dict[str, str]], currency: str) -> Decimal:
    """What a spreadsheet adds up where `counts` says yes."""
    return total(
        Decimal(one["cost"])
        for one in lines
        if one["counts"] == "yes" and one["currency"] == currency
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(days(), max_size=4).flatmap(lambda some: st.tuples(*(rows(day, 3) for day in some)))
    | stated().map(lambda some: (some,)),
    sets_of_bills() | sets_of_bills(currency="USD"),
    bookings(),
    st.dates(date(2025, 12, 1), date(2026, 1, 31)),
    st.integers(1, 70),
)
def test_with_its_bills_the_file_adds_up_to_the_totals_of_any_days(
    drawn: tuple[list[AnyRow], ...],
    bills: list[Bill],
    booked: set[int],
    first: date,
    length: int,
) -> None:
    place = in_memory()
    shelf = Shelf(place)
    whole = Period.of_days(date(2025, 12, 1), date(2026, 4, 1))
    shelf.put(ACCOUNT, [row for some in drawn for row in some], whole)
    shelf.enter(*bills, bill("9.99", "TOP", kind="top-up"))
    for one in bills:
        if int(one.number[-1]) in booked:
            shelf.book(one)
    question = Question(
        first=first, after=first + length * DAY, today=date(2026, 9, 1), currency="USD"
    )
    lines = list(csv.DictReader(io.StringIO(b"".join(write_csv(place, question)).decode())))
    found = answer(place.store, question, "account", {})
    assert counted(lines, "USD") == (found.total or 0)
    assert counted(lines, "EUR") == found.unconverted.get("EUR", 0)
    place.store.close()


def test_bills_are_lines_of_their_own_and_charges_name_theirs(place: Place) -> None:
    shelf = Shelf(place)
    may = MAY.first
    shelf.put(
        ACCOUNT, costs(["1.00"] * 2, may, basis="estimated"), Period.of_days(may, may + 9 * DAY)
    )
    invoice = bill("3.00", "=F", first=may, after=may + 2 * DAY, tax=Decimal("0.60"), note="@x")
    shelf.enter(invoice, bill("50", "T", kind="top-up", first=may, after=may + DAY))
    lines = table(place, MAY)
    assert [(one["kind"], one["cost"], one["counts"], one["replaced_by"]) for one in lines] == [
        ("charge", "1.00", "no", "'=F"),
        ("charge", "1.00", "no", "'=F"),
        ("bill", "3.00", "yes", ""),
        ("bill", "0.60", "no", ""),
        ("top-up", "50.00", "no", ""),
    ]
    assert (lines[2]["bill"], lines[2]["description"]) == ("'=F", "'@x")
    assert (lines[2]["start"][:10], lines[2]["end"][:10]) == ("2026-05-01", "2026-05-03")
    assert lines[3]["charge_category"] == "Tax"
