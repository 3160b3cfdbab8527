"""`ecot bill`, through the real program: typed, refused, listed, booked, voided, imported."""

from pathlib import Path

import pytest

from ecot.cli import session
from ecot.model.period import Month
from ecot.report.bill_book import MissingBill
from tests.cli.conftest import Ecot

ACCOUNT = "openai/maison"
TYPED = ("--number", "F-1", "--issued", "2026-03-03", "--from", "2026-03-01", "--to", "2026-03-04")
BILL = (ACCOUNT, *TYPED, "--net", "25,10", "--currency", "eur")


def replaced(option: str, value: str) -> tuple[str, ...]:
    """The bill with another value for one option."""
    words = [ACCOUNT, *BILL[1:]]
    words[words.index(option) + 1] = value
    return tuple(words)


def test_a_bill_is_typed_and_its_effect_is_said(ecot: Ecot, collected: Path) -> None:
    before = ecot("totals", "--json").document["total"]
    done = ecot("bill", "add", *replaced("--currency", "USD"), "--tax", "5.02")
    assert (done.code, done.out) == (0, "")
    first, second = done.err.splitlines()
    assert first.startswith("✓ openai/maison  F-1  $25.10  Mar 1")
    assert second.startswith("  beside $")
    assert second.endswith("(figures that may still come) · not booked")
    found = ecot("totals", "--json").document
    assert found["total"] == before
    assert found["tax"] == "5.02"
    assert [one["numbers"] for one in found["bills"]] == [["F-1"]]


def test_the_json_of_a_bill_that_takes_an_earlier_ones_place(ecot: Ecot, collected: Path) -> None:
    first = ecot("bill", "add", *BILL, "--json").document
    again = ecot("bill", "add", *BILL, "--json").document
    second = ecot("bill", "add", *replaced("--net", "26"), "--note", "corrected", "--json").document
    assert set(first) == {"bill", "changed", "supersedes", "settlement"}
    assert set(first["bill"]) == {
        *("account", "number", "kind", "issued", "from", "to", "net", "tax", "currency"),
        *("category", "service", "sub_account", "note"),
    }
    assert (first["bill"]["net"], first["bill"]["currency"]) == ("25.10", "EUR")
    assert (first["bill"]["category"], first["bill"]["to"]) == ("ai", "2026-03-04")
    assert set(first["settlement"]) == {
        *("account", "numbers", "how", "booked", "currency", "billed", "charged", "gap"),
        *("percent", "reason"),
    }
    assert (first["settlement"]["how"], first["settlement"]["reason"]) == (
        "reconcile",
        "exchange rate",
    )
    assert [one["changed"] for one in (first, again, second)] == [True, False, True]
    assert (first["supersedes"], again["supersedes"]) == (None, None)
    assert second["supersedes"]["net"] == "25.10"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (replaced("--net", "1,234"), "1,234 is not an amount, or could be two"),
        (replaced("--net", "9" * 400), f"{'9' * 60}… is larger or finer than any amount"),
        (replaced("--issued", "3.3.2026"), "3.3.2026 is not a day"),
        (replaced("--issued", "2027-01-01"), "2027-01-01 is in the future"),
        (replaced("--currency", "euros"), "euros is not a currency"),
        (replaced("--to", "2026-03-01"), "the first day, 2026-03-01, is not before the end"),
        ((*BILL, "--month", "2026-01"), "the bill names a month and days besides"),
        ((*BILL, "--category", "AI"), "AI is none of ai, infrastructure"),
        ((*BILL, "--kind", "avoir"), "'avoir' is not one of"),
        ((ACCOUNT, *TYPED, "--net", "25"), "Missing option '--currency'"),
        (("openai/masion", *BILL[1:]), "No account is called openai/masion"),
        (("maison", *BILL[1:]), "maison names no provider and account"),
    ],
)
def test_what_is_typed_wrong_is_refused_with_its_remedy(
    ecot: Ecot, collected: Path, words: tuple[str, ...], message: str
) -> None:
    done = ecot("bill", "add", *words)
    assert done.code == 2
    assert message in done.err
    assert "  → " in done.err
    error = ecot("bill", "add", *words, "--json").document["error"]
    assert message in error["message"]
    assert error["remedy"]
    assert ecot("bill", "list", "--json").document["bills"] == []


def test_a_new_account_is_asked_for_by_name(ecot: Ecot, collected: Path) -> None:
    done = ecot("bill", "add", "openai/masion", *BILL[1:])
    assert "Did you mean openai/maison? If openai/masion is a new one, say --new." in done.err
    assert ecot("bill", "add", "penpot/penpot", *BILL[1:]).code == 2
    new = ecot("bill", "add", "penpot/penpot", *BILL[1:], "--new")
    assert new.code == 0
    assert new.err.endswith("alone: there are no charges beside it\n")
    assert ecot("bill", "add", "penpot/penpot", *BILL[1:]).code == 0


def test_a_part_of_an_account_that_has_no_charges_is_asked_about(
    ecot: Ecot, collected: Path
) -> None:
    by_project = ecot("totals", "--by", "sub_account", "--json").document["groups"]
    project = next(one for one in by_project if one["key"])
    done = ecot("bill", "add", *BILL, "--sub-account", project["name"])
    assert done.code == 2
    assert f"Did you mean {project['key']}? If not, say --new." in done.err
    assert ecot("bill", "add", *BILL, "--service", "zzz").code == 2
    assert ecot("bill", "list", "--json").document["bills"] == []
    assert ecot("bill", "add", *BILL, "--sub-account", project["key"]).code == 0
    assert ecot("bill", "add", *BILL, "--service", "zzz", "--new").code == 0
    file = collected / "bills.csv"
    file.write_text(
        "account,number,issued,from,to,net,currency,service\n"
        f"{ACCOUNT},F-9,2026-03-03,2026-03-01,2026-03-04,1,EUR,zzz\n"
    )
    assert "no charges of zzz" in ecot("bill", "import", str(file)).err
    assert ecot("bill", "import", str(file), "--new").code == 0


def test_a_gap_is_booked_and_the_booking_taken_back(ecot: Ecot, collected: Path) -> None:
    ecot("bill", "add", *replaced("--currency", "USD"))
    charged = ecot("totals", "--json").document["total"]
    booked = ecot("bill", "book", ACCOUNT, "F-1", "--json").document
    assert booked["settlement"]["booked"] is True
    march = ("--from", "2026-03-01", "--to", "2026-03-04", "--json")
    assert ecot("totals", *march).document["total"].rstrip("0") == "25.1"
    assert ecot("bill", "book", ACCOUNT, "F-1").err.endswith("booked as an adjustment\n")
    assert "not booked" in ecot("bill", "book", ACCOUNT, "F-1", "--undo").err
    assert ecot("totals", "--json").document["total"] == charged


def test_a_gap_is_not_booked_while_charges_are_still_to_come(ecot: Ecot, collected: Path) -> None:
    ecot("bill", "add", *replaced("--to", "2026-04-01"))
    done = ecot("bill", "book", ACCOUNT, "F-1")
    assert done.code == 2
    assert "its charges are still to come" in done.err
    assert "on 2026-04-01 or later" in done.err
    assert ecot("bill", "list", "--json").document["bills"][0]["booked"] is False


def test_a_gap_is_not_booked_while_a_bill_beside_it_is_not_over(
    ecot: Ecot, collected: Path
) -> None:
    ecot("bill", "add", *BILL)
    later = replaced("--to", "2026-04-01")
    ecot("bill", "add", ACCOUNT, "--number", "F-2", *later[3:])
    done = ecot("bill", "book", ACCOUNT, "F-1")
    assert (done.code, "F-2 is about days that are not over" in done.err) == (2, True)


def test_a_voided_bill_stays_in_the_history(ecot: Ecot, collected: Path) -> None:
    ecot("bill", "add", *BILL)
    done = ecot("bill", "void", ACCOUNT, "F-1", "--reason", "entered twice")
    assert (done.code, done.err) == (0, "F-1 of openai/maison no longer stands\n")
    assert ecot("bill", "list", "--json").document["bills"] == []
    first, second = ecot("bill", "history", "--json").document["entries"]
    assert set(first) == {"account", "number", "action", "at", "by", "reason", "bill"}
    assert (first["action"], first["bill"]["net"], first["at"]) == (
        "entered",
        "25.10",
        "2026-03-04T10:30:00Z",
    )
    assert (second["action"], second["reason"]) == ("voided", "entered twice")
    lines = ecot("bill", "history", ACCOUNT, "F-1").out.splitlines()
    assert lines[1].startswith("March 4, 2026, 10:30")
    assert lines[2].endswith("bill voided · entered twice")
    assert ecot("bill", "void", ACCOUNT, "F-1", "--reason", "two\nlines").code == 2
    empty = ecot("bill", "void", ACCOUNT, "F-1", "--reason", " ")
    assert (empty.code, empty.err.splitlines()[0]) == (2, "✗ the reason is missing")
    assert ecot("bill", "history", ACCOUNT, "F-2").err == "There is no such bill.\n"
    assert ecot("bill", "add", *BILL).code == 0
    assert len(ecot("bill", "list", "--json").document["bills"]) == 1


@pytest.mark.parametrize("words", [("void", "--reason", "x"), ("book",), ("book", "--undo")])
def test_a_bill_that_is_not_there_is_exit_code_1(
    ecot: Ecot, collected: Path, words: tuple[str, ...]
) -> None:
    done = ecot("bill", words[0], ACCOUNT, "F-9", *words[1:], "--json")
    assert done.code == 1
    assert done.document["error"]["message"] == "There is no bill F-9 that stands"
    assert ecot("bill", "history", "--json").document == {"entries": []}


def test_a_top_up_has_a_balance_and_no_gap(ecot: Ecot, collected: Path) -> None:
    paid = ("--number", "T", "--issued", "2026-03-01", "--net", "1000", "--currency", "USD")
    done = ecot("bill", "add", ACCOUNT, *paid, "--kind", "top-up")
    assert done.err.endswith("  A top-up: it moves a balance, and no total.\n")
    found = ecot("bill", "list", "--json").document
    assert set(found) == {"currency", "bills", "balances"}
    (balance,) = found["balances"]
    spent = ecot("totals", "--json").document["total"]
    assert balance["spent"] == spent
    assert "Paid in advance for openai/maison since March 1, 2026: $1,000.00; spent $" in (
        ecot("bill", "list").out
    )
    refused = ecot("bill", "book", ACCOUNT, "T")
    assert refused.code == 1
    assert "is a top-up" in refused.err


def test_the_list_says_what_each_bill_does_in_any_currency(ecot: Ecot, collected: Path) -> None:
    settings = (collected / "ecot.toml").read_text(encoding="utf-8")
    rate = '\n[[rate]]\nfrom = "EUR"\nto = "USD"\nrate = "1.10"\nsince = "2026-01-01"\n'
    (collected / "ecot.toml").write_text(settings + rate, encoding="utf-8")
    ecot("bill", "add", *BILL, "--tax", "5.02")
    ecot("bill", "add", ACCOUNT, *replaced("--number", "F-2")[1:], "--service", "nothing", "--new")
    one, other = ecot("bill", "list", "--provider", "openai", "--json").document["bills"]
    assert (one["converted"], one["rate"]["rate"], one["rate"]["origin"]) == (
        "27.6100",
        "1.10",
        "typed",
    )
    assert (one["booked"], one["versions"], other["service"]) == (False, 1, "nothing")
    assert one["settlement"]["numbers"] == ["F-1", "F-2"]
    lines = ecot("bill", "list").out.splitlines()
    assert lines[0].split()[:3] == ["Account", "Bill", "Days"]
    assert "€25.10 ($27.61)  €5.02  with F-2 · beside €" in lines[1]
    assert ecot("bill", "list", "--currency", "EUR", "--json").document["currency"] == "EUR"
    assert ecot("bill", "list", "--account", "openai/other").err == "There is no such bill.\n"
    notes = ecot("totals", "--currency", "EUR").out
    assert "(typed rate of January 1, 2026: 1 EUR = 1.1 USD)" in notes
    assert "Bill F-1, F-2 of OpenAI · maison: beside €" in notes


def test_charges_say_which_bill_replaces_them_and_what_they_are_in_euros(
    ecot: Ecot, here: Path
) -> None:
    (here / "ecot.toml").write_text(
        '[[plan]]\nprovider = "penpot"\nname = "pro"\namount = "31.00"\ncurrency = "EUR"\n'
        'since = "2026-02"\n[[rate]]\nfrom = "EUR"\nto = "USD"\nrate = "1.10"\n'
        'since = "2026-01-01"\n[report]\nlocale = "en-US"\n',
        encoding="utf-8",
    )
    assert ecot("run").code == 0
    february = ("--from", "2026-02-01", "--to", "2026-02-02")
    (row,) = ecot("charges", *february, "--json").document
    assert (row["converted_cost"], row["rate"], row["rate_day"], row["rate_origin"]) == (
        str(row["converted_cost"]),
        "1.10",
        "2026-01-01",
        "typed",
    )
    assert row["replaced_by"] == []
    paid = ("--number", "P-1", "--issued", "2026-03-01", "--month", "2026-02", "--net", "29")
    done = ecot("bill", "add", "penpot/penpot", *paid, "--currency", "EUR")
    assert "in place of €31.00 of charges · gap -€2.00, -6.9%" in done.err
    (row,) = ecot("charges", *february, "--currency", "EUR", "--json").document
    assert (row["converted_cost"], row["rate"]) == (row["billed_cost"], None)
    assert row["replaced_by"] == ["P-1"]
    assert "entered, replaced by P-1" in ecot("charges", *february).out
    table = ecot("totals", "--month", "2026-02").out
    assert "entered, $34.10 replaced by a bill  $31.90" in table
    assert "€29.00 = $31.90 (typed rate of January 1, 2026: 1 EUR = 1.1 USD)" in table
    assert ecot("bill", "book", "penpot/penpot", "P-1").err.endswith(
        "There is no gap to book as long as the bill replaces its charges.\n"
    )
    (group,) = ecot("totals", "--month", "2026-02", "--by", "service", "--json").document["groups"][
        1:
    ]
    assert (group["key"], group["billed_cost"], group["only"]) == ("pro", None, "replaced")


def test_a_file_is_imported_whole_once_or_not_at_all(ecot: Ecot, collected: Path) -> None:
    file = collected / "bills.csv"
    header = "number;issued;month;net;currency"
    file.write_text(f"{header}\nA;2026-02-02;2026-01;25,10;EUR\nB;x;2026-01;1;EUR\n")
    done = ecot("bill", "import", str(file), "--account", ACCOUNT)
    assert done.code == 1
    assert done.err.splitlines() == [
        "✗ bills.csv is not imported: nothing of it is in the ledger",
        "  line 3, issued: x is not a day",
        "  → Write it as 2026-01-31.",
    ]
    file.write_text(f"{header}\n" + "A;x;2026-01;1;EUR\n" * 30 + "A;x\n")
    told = ecot("bill", "import", str(file), "--account", ACCOUNT).err.splitlines()
    assert told[1:3] == ["  line 2, issued: x is not a day", "  line 3, issued: x is not a day"]
    assert told[-2:] == [
        "  → Write it as 2026-01-31.",
        "More than 20 mistakes are not told at once.",
    ]
    file.write_text(f"{header}\nA;x\nB;x;2026-01;1;EUR\n")
    uneven = ecot("bill", "import", str(file), "--account", ACCOUNT).err
    assert "  line 2: 2 cells under 5 columns\n" in uneven
    file.write_text(f"{header}\nA;2026-02-02;2026-01;25,10;EUR\nB;x;2026-01;1;EUR\n")
    found = ecot("bill", "import", str(file), "--account", ACCOUNT, "--json")
    (problem,) = found.document["error"]["problems"]
    assert (found.code, problem["line"], problem["column"]) == (1, 3, "issued")
    assert ecot("bill", "list", "--json").document["bills"] == []
    file.write_text(f"{header}\nA;2026-02-02;2026-01;25,10;EUR\nB;2026-02-02;2026-01;1;EUR\n")
    into = ("bill", "import", str(file), "--account", ACCOUNT)
    assert ecot(*into).err == "2 bills in the file, 2 of them new or corrected\n"
    assert ecot(*into).err == "2 bills in the file, nothing changed\n"
    assert ecot(*into, "--json").document == {"bills": 2, "changed": 0}


def test_a_file_for_an_unknown_account_needs_new(ecot: Ecot, collected: Path) -> None:
    file = collected / "bills.csv"
    file.write_text("number,issued,month,net,currency\nA,2026-02-02,2026-01,25.10,EUR\n")
    into = ("bill", "import", str(file), "--account", "openai/maisn")
    assert "Did you mean openai/maison?" in ecot(*into).err
    assert ecot("bill", "import", str(file)).code == 1
    assert ecot(*into, "--new").code == 0
    assert ecot("bill", "import", "nowhere.csv").code == 2
    file.write_text("number,total\n")
    assert "a column total that is unknown" in ecot("bill", "import", str(file)).err


def test_what_stands_in_a_bill_is_text_in_every_table(ecot: Ecot, collected: Path) -> None:
    evil = "=HYPERLINK(1) [red]<b>"
    ecot("bill", "add", *replaced("--number", evil), "--note", "[/]")
    assert f"  {evil}  " in ecot("bill", "list").out
    assert "· [/]" in ecot("bill", "history").out
    assert evil in ecot("totals").out
    exported = ecot("export", "--format", "csv").out
    assert f",'{evil}," in exported
    assert ecot("bill", "add", *replaced("--number", "a\nb")).code == 2


def test_whoever_has_no_name_is_called_ecot(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert session.author() == "ecot"


def test_french_is_spoken(ecot: Ecot, collected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = (collected / "ecot.toml").read_text(encoding="utf-8")
    (collected / "ecot.toml").write_text(settings.replace("en-US", "fr-FR"), encoding="utf-8")
    done = ecot("bill", "add", *replaced("--currency", "USD"))
    assert "écart" in done.err
    assert "non comptabilisé" in done.err
    assert ecot("months").out.splitlines()[0].split()[:2] == ["Mois", "Compte"]


def test_what_the_page_says_to_type_is_understood(collected: Path, ecot: Ecot) -> None:
    """With what is on the bill in the place of the words in capitals."""
    missing = MissingBill(account=ACCOUNT, month=Month(2026, 2), lacks=("unknown",))
    words = {"NUMBER": "F-2", "DAY": "2026-03-01", "AMOUNT": "40.00", "CODE": "USD"}
    typed = [words.get(word, word) for word in missing.command.split()]

    assert ecot(*typed[1:]).code == 0
    assert ecot("bill", "list", "--json").document["bills"][0]["number"] == "F-2"
    assert ecot("bill", "void", ACCOUNT, "F-2", "--reason", "a test").code == 0
