"""A file's charges are in the ledger once, exactly, and only where it is clear what is meant."""

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.errors import LedgerError, UnexpectedAnswer
from ecot.jobs.bills import say
from ecot.jobs.dump import write_dump
from ecot.jobs.query import By
from ecot.model.money import text
from ecot.model.period import Month
from ecot.store.evidence import read_evidence
from ecot.store.protocol import Place
from tests.bills import bill, entered
from tests.jobs.focus import NOW, REAL, file, imported, line, needs_real
from tests.jobs.world import Clock, World, dump, figures, totals

MAY = Month(2026, 5)


def in_may(place: Place, by: By = "account") -> dict[str | None, Decimal | None]:
    said = totals(place, by, MAY.first, MAY.after, NOW.date())
    return {group.key: group.billed_cost for group in said.groups}


# Real billing data


@needs_real
def test_real_sums_are_exact(place: Place) -> None:
    imported(place, REAL)
    said = totals(place, "provider", date(2024, 1, 1), date(2025, 1, 1), NOW.date())
    assert {group.name: text(group.billed_cost or Decimal(0)) for group in said.groups} == {
        "AWS": "18.00663861840",
        "Microsoft": "1.97651418586",
        "Oracle": "0.53707392473",
    }
    assert said.coverage.billed == 1


@needs_real
def test_a_second_import_of_real_data_changes_not_one_byte(place: Place) -> None:
    clock = Clock(NOW)
    first = imported(place, REAL, clock=clock)
    before = dump(place)
    clock.at(date(2026, 12, 24))
    second = imported(place, REAL, clock=clock)
    assert dump(place) == before
    assert [one.charges for one in second] == [one.charges for one in first]


# Where charges go


def test_each_billing_account_is_an_account(place: Place, tmp_path: Path) -> None:
    path = file(tmp_path, line("1"), line("2", billing="222"), line("4", provider="Vercel Inc."))
    for _ in range(2):  # again: the accounts of one file do not stand in each other's way
        assert [one.account for one in imported(place, path)] == [
            "aws/111", "aws/222", "vercel/111"
        ]  # fmt: skip
    assert in_may(place) == {"aws/111": 1, "aws/222": 2, "vercel/111": 4}


def test_everything_goes_where_the_person_says(place: Place, tmp_path: Path) -> None:
    path = file(tmp_path, line("1"), line("2", billing="222"))
    imported(place, path, account="aws/main")
    assert in_may(place) == {"aws/main": 3}


def test_a_file_that_names_no_account_asks_for_one(place: Place, tmp_path: Path) -> None:
    path = file(tmp_path, line(billing=""))
    with pytest.raises(LedgerError, match="does not say which provider") as refusal:
        imported(place, path)
    assert "--account PROVIDER/NAME" in refusal.value.remedy
    imported(place, path, account="aws/main")
    assert in_may(place) == {"aws/main": 1}


def test_two_files_of_one_command_are_one_answer(place: Place, tmp_path: Path) -> None:
    one, two = (file(tmp_path, line(cost), name=f"{cost}.csv") for cost in ("1", "2"))
    imported(place, one, two)
    assert in_may(place) == {"aws/111": 3}


def test_one_file_given_twice_does_not_count_twice(place: Place, tmp_path: Path) -> None:
    one, copy = (file(tmp_path, line(), name=name) for name in ("may.csv", "may (1).csv"))
    _refused(place, r"may \(1\).csv and may.csv are the same file", one, copy)


def test_a_file_with_one_wrong_line_leaves_nothing(place: Place, tmp_path: Path) -> None:
    good = file(tmp_path, line(), name="good.csv")
    wrong = file(tmp_path, line(), line("a lot"), name="wrong.csv")
    _refused(place, "wrong.csv, line 3: BilledCost is no amount: a lot", good, wrong)


# What is refused until somebody says what is meant


def test_another_account_of_the_provider_may_be_the_same_money(
    place: Place, tmp_path: Path
) -> None:
    imported(place, file(tmp_path, line("1")), account="aws/main")
    second = file(tmp_path, line("2"))
    _refused(place, "aws/111 of the file may be the same money as aws/main", second)
    imported(place, second, account="aws/111")
    assert in_may(place) == {"aws/main": 1, "aws/111": 2}


def test_another_account_in_another_month_is_no_question(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("1")), account="aws/main")
    imported(place, file(tmp_path, line("2", "2026-06-01", "2026-06-02")))
    assert in_may(place) == {"aws/main": 1}


def test_a_file_that_may_be_what_a_bill_of_another_account_is_about_is_refused(
    place: Place, tmp_path: Path
) -> None:
    """Else 90 of a bill, typed before there was a file, and the same 90 of the file are 180."""
    may = {"first": date(2026, 5, 1), "after": date(2026, 6, 1), "issued": date(2026, 6, 1)}
    typed = bill("90.00", "AWS-5", account="aws/main", **may)
    say(place, typed.account, [entered(typed)])
    costs = file(tmp_path, line("90.00"))
    _refused(place, "aws/111 of the file may be the same money as bill AWS-5 of aws/main", costs)
    imported(place, file(tmp_path, line("1", "2026-06-01", "2026-06-02"), name="june.csv"))
    imported(place, costs, account="aws/main")
    assert in_may(place) == {"aws/main": 90}


def test_a_top_up_of_another_account_is_no_money_of_the_file(place: Place, tmp_path: Path) -> None:
    """It is paid in advance and in no total, so that nothing can count twice."""
    may = {"first": date(2026, 5, 1), "after": date(2026, 5, 2), "issued": date(2026, 5, 1)}
    paid = bill("90.00", "TOP", account="aws/main", kind="top-up", **may)
    say(place, paid.account, [entered(paid)])
    imported(place, file(tmp_path, line("90.00")))
    assert in_may(place) == {"aws/111": 90}


def test_the_file_in_the_place_of_the_other_account(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("1")), account="aws/main")
    imported(place, file(tmp_path, line("2")), account="aws/main")
    assert in_may(place) == {"aws/main": 2}


def test_other_content_is_refused_until_it_is_to_replace(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("1"), line("1", "2026-05-02", "2026-05-03")))
    corrected = file(tmp_path, line("3"), line("1", "2026-05-02", "2026-05-03"))
    _refused(place, "aws/111 already has other charges on 2026-05-01 than the file", corrected)
    (outcome,) = imported(place, corrected, is_replacing=True)
    assert in_may(place, "day") == {"2026-05-01": 3, "2026-05-02": 1}
    (told,) = outcome.restatements
    assert (told.old_cost["USD"], told.new_cost["USD"]) == (Decimal(1), Decimal(3))


def test_days_that_the_file_spans_and_leaves_out_are_empty_afterwards(
    place: Place, tmp_path: Path
) -> None:
    first, third = line("1"), line("1", "2026-05-03", "2026-05-04")
    imported(place, file(tmp_path, first, line("5", "2026-05-02", "2026-05-03"), third))
    imported(place, file(tmp_path, first, third), is_replacing=True)
    assert in_may(place, "day") == {"2026-05-01": 1, "2026-05-03": 1}


@pytest.mark.parametrize("account", ["openai/studio", None])
def test_a_file_never_stands_beside_what_a_key_has_read(
    world: World, tmp_path: Path, account: str | None
) -> None:
    world.collect()
    path = file(tmp_path, line(start="2026-10-05", end="2026-10-06", provider="openai",
                               billing="studio"))  # fmt: skip
    before = figures(world.place)
    with pytest.raises(LedgerError, match="openai/studio is collected with its key"):
        imported(world.place, path, account=account, is_replacing=True)
    assert figures(world.place) == before


def _refused(place: Place, why: str, *paths: Path) -> None:
    before = dump(place)
    with pytest.raises((LedgerError, UnexpectedAnswer), match=why) as refusal:
        imported(place, *paths)
    assert "nothing was imported" in refusal.value.remedy.lower()
    assert dump(place) == before


# What charges mean


def test_a_monthly_charge_is_spread_over_its_days_exactly(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("100.00", "2026-05-01", "2026-06-01", category="Purchase")))
    by_day = in_may(place, "day")
    assert len(by_day) == 31
    assert sorted(set(by_day.values()), key=str) == [Decimal("3.22"), Decimal("3.23")]
    assert in_may(place) == {"aws/111": Decimal("100.00")}


def test_hours_of_a_day_are_one_day(place: Place, tmp_path: Path) -> None:
    hours = [line("0.1", f"2026-05-01T{hour:02}:00Z", f"2026-05-01T{hour:02}:59Z") for hour in
             range(24)]  # fmt: skip
    imported(place, file(tmp_path, *hours))
    assert in_may(place, "day") == {"2026-05-01": Decimal("2.4")}


def test_tax_is_outside_the_total_and_credits_are_inside(place: Place, tmp_path: Path) -> None:
    imported(
        place,
        file(
            tmp_path,
            line("10"),
            line("2", category="Tax"),
            line("-3", category="Credit"),
            line("5", currency="EUR"),
        ),
    )
    said = totals(place, "provider", MAY.first, MAY.after, NOW.date())
    assert (said.total, said.tax) == (Decimal(7), Decimal(2))
    assert said.unconverted == {"EUR": 5}


# Who is named


@pytest.mark.parametrize("is_packed", [True, False])
def test_nobody_is_named_in_rows_or_in_the_kept_file(
    place: Place, tmp_path: Path, *, is_packed: bool
) -> None:
    said = file(
        tmp_path, line("1.10", service="box of ana@lumen.example"), line("2.20")
    ).read_bytes()
    path = tmp_path / "costs of bo@lumen.example.csv"
    path.write_bytes(gzip.compress(said) if is_packed else said)
    for _ in range(2):
        imported(place, path)
    assert sum(filter(None, in_may(place).values())) == Decimal("3.30")

    kept = [read_evidence(place.files, name) for name in place.files.names("evidence/")]
    assert len(kept) == 1
    (answer,) = (one.answer for one in kept if one is not None)
    assert answer.body.startswith(b"\x1f\x8b") == is_packed
    body = gzip.decompress(answer.body) if is_packed else answer.body
    assert b"box of user-" in body
    told = b"".join([body, answer.endpoint.encode(), dump(place), *write_dump(place)])
    assert b"lumen.example" not in told


def test_a_file_that_names_nobody_is_kept_as_it_is(place: Place, tmp_path: Path) -> None:
    path = file(tmp_path, line("1", service="react@18.2.0"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    imported(place, path)
    (name,) = place.files.names("evidence/")
    kept = read_evidence(place.files, name)
    assert kept is not None
    assert kept.answer.body == path.read_bytes()
    assert not list(place.files.names("people/"))
