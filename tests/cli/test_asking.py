"""`ecot totals`, `charges`, `usage`: the JSON that scripts rely on, and tables that people read."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ecot.analysis.totals import totals
from ecot.cli.balances import line_of as balance_line
from ecot.cli.dimensions import ALL
from ecot.cli.tables import print_totals
from ecot.jobs.query import By
from ecot.language import Language, LocaleName
from ecot.model.period import Period
from ecot.model.rows import Charge, Usage
from tests.cli.conftest import DAYS, Ecot
from tests.report.sample import MONTH, TITLES, cost

DAY = date(2026, 3, 2)
ROWS = {
    "provider",
    "account",
    "feed",
    "sub_account_name",
    "api_key_name",
    "user_name",
    "first_read",
    "evidence",
}

MARKED = {"converted_cost", "rate", "rate_day", "rate_origin", "replaced_by"}


def amount(text: Any) -> Decimal:
    """Money and quantities are JSON strings, so that no reader rounds them."""
    assert isinstance(text, str)
    assert "E" not in text
    return Decimal(text)


def test_totals_json_has_every_field_of_the_design(ecot: Ecot, collected: Path) -> None:
    done = ecot("totals", "--month", "2026-03", "--by", "model", "--json")

    found = done.document
    assert done.code == 0
    assert set(found) == {
        *("from", "to", "currency", "total", "tax", "unconverted", "unconverted_tax"),
        *("converted", "bills", "coverage", "groups"),
    }
    assert (found["from"], found["to"], found["currency"]) == ("2026-03-01", "2026-03-05", "USD")
    assert amount(found["total"]) > 0
    assert found["tax"] is None, "nobody stated one"
    assert found["unconverted"] == {}
    coverage = found["coverage"]
    assert set(coverage) == {
        "billed",
        "estimated",
        "entered",
        "unknown",
        "unknown_of",
        "without_cost",
        "breakdowns",
        "missing",
    }
    assert amount(coverage["billed"]) == 1
    assert amount(coverage["estimated"]) == amount(coverage["entered"]) == 0
    assert coverage["unknown"] == 0
    for group in found["groups"]:
        assert {"key", "billed_cost", "basis", "quantities"} <= set(group)
        assert set(group["basis"]) <= {"billed", "estimated", "entered", "unknown"}
    costs = [amount(group["billed_cost"]) for group in found["groups"] if group["billed_cost"]]
    assert sum(costs) == amount(found["total"])


@pytest.mark.parametrize("by", ALL)
def test_every_dimension_adds_up_to_the_same_total(ecot: Ecot, collected: Path, by: By) -> None:
    whole = ecot("totals", *DAYS, "--json").document
    found = ecot("totals", *DAYS, "--by", by, "--json").document

    assert found["total"] == whole["total"]
    assert ecot("totals", *DAYS, "--by", by).code == 0


BY = ("--by", "sub_account,model,day")


def test_cost_and_usage_are_joined_by_project_model_and_day(ecot: Ecot, collected: Path) -> None:
    """Held against the rows: what the providers state, added up by hand."""
    charges, usages = (ecot(kind, *DAYS, "--json").document for kind in ("charges", "usage"))
    found = ecot("totals", *DAYS, *BY, "--json").document

    groups = {
        (*group["keys"].values(), group["join"], group["service"]): group
        for group in found["groups"]
    }
    assert len(groups) == len(found["groups"])
    for join in ("joined", "no cost", "cost without model", "usage without model"):
        assert any(join in key for key in groups), join
    costs, used = added_up(charges, "billed_cost"), added_up(usages, "quantities")
    for key, group in groups.items():
        if group["join"] == "joined":
            place = (group["keys"]["sub_account"], group["keys"]["model"], group["keys"]["day"])
            assert amount(group["billed_cost"]) == costs[place]["billed_cost"], key
            assert {name: amount(one) for name, one in group["quantities"].items()} == used[place]
    shown = [group["billed_cost"] for group in found["groups"] if group["billed_cost"]]
    assert sum(map(amount, shown)) == amount(found["total"])
    assert found["total"] == ecot("totals", *DAYS, "--json").document["total"]


def added_up(rows: Any, field: str) -> dict[tuple[Any, ...], dict[str, Decimal]]:
    """The rows' amounts by project, model and day, for those that name a model."""
    found: dict[tuple[Any, ...], dict[str, Decimal]] = {}
    for row in rows:
        day = row["charge_period"]["start"][:10]
        place = found.setdefault((row["sub_account_id"], row["model"], day), {})
        stated = row[field] if isinstance(row[field], dict) else {field: row[field]}
        for name, text in stated.items():
            place[name] = place.get(name, Decimal(0)) + amount(text)
    return {place: one for place, one in found.items() if place[1] is not None}


def test_one_dimension_keeps_its_json(ecot: Ecot, collected: Path) -> None:
    (group, *_) = ecot("totals", *DAYS, "--by", "model", "--json").document["groups"]

    assert set(group) == {
        *("key", "provider", "account", "name", "billed_cost", "basis", "origins"),
        *("unconverted", "replaced", "only", "unpriced", "quantities"),
    }
    (joined, *_) = ecot("totals", *DAYS, *BY, "--json").document["groups"]
    assert set(joined) == {*group, "keys", "names", "join", "service"}
    assert joined["key"] == joined["keys"]["sub_account"]


def test_the_joined_table_has_a_column_for_each_dimension(ecot: Ecot, collected: Path) -> None:
    lines = ecot("totals", *DAYS, *BY).out.splitlines()

    assert lines[0].split() == ["Project", "Model", "Day", "Quantities", "Origin", "Cost"]
    joined = next(line for line in lines if "gpt" in line and "input tokens" in line)
    assert "Projet 001" in joined
    assert "2026-03-0" in joined
    assert joined.rsplit("$", 1)[0].split()[-1] == "billed"
    (tool, *_) = (line for line in lines if "(none) · web search tool calls" in line)
    assert "billed, the cost names no model" in tool
    (sessions, *_) = (line for line in lines if "(none) · code_interpreter_sessions" in line)
    assert "the usage names no model" in sessions
    assert sessions.endswith("unknown")
    assert any(line.startswith("Total, net of tax") for line in lines)


def test_persons_are_named_only_where_the_settings_say_so(ecot: Ecot, collected: Path) -> None:
    asked = ("totals", "--month", "2026-03", "--by", "user")
    hidden, document = ecot(*asked), ecot(*asked, "--json")
    assert "Personne" not in hidden.out + document.out
    assert '[people] show = "names" names them' in hidden.err
    assert not document.err
    assert "[people]" not in ecot("totals", "--month", "2026-03").err

    settings = collected / "ecot.toml"
    shown = settings.read_text(encoding="utf-8") + '\n[people]\nshow = "names"\n'
    settings.write_text(shown, encoding="utf-8")
    named = ecot(*asked)
    assert "Personne 001" in named.out
    assert "[people]" not in named.err


def test_models_and_persons_are_not_told_apart_together(ecot: Ecot, collected: Path) -> None:
    done = ecot("totals", *DAYS, "--by", "model,user")

    assert done.code == 2
    assert "not kept by model and by user at the same time" in done.err
    assert "`ecot usage` has both" in done.err
    assert ecot("totals", *DAYS, "--by", "sub_account,user,api_key").code == 0


def test_usage_keeps_batch_and_service_tier(ecot: Ecot, collected: Path) -> None:
    rows = ecot("usage", *DAYS, "--json").document

    chats = [row["tags"] for row in rows if row["service"] == "completions"]
    assert all(set(tags) == {"batch", "service_tier"} for tags in chats)
    assert {tags["batch"] for tags in chats} == {"true", "false"}
    assert {"default", "flex"} <= {tags["service_tier"] for tags in chats}


def test_charges_json_has_every_field_of_the_model(ecot: Ecot, collected: Path) -> None:
    done = ecot("charges", *DAYS, "--json")
    total = ecot("totals", *DAYS, "--json").document["total"]

    assert done.code == 0
    for row in done.document:
        assert set(row) == {*Charge.__struct_fields__, *ROWS, *MARKED}
        assert row["account"] == "openai/maison"
        assert set(row["charge_period"]) == {"start", "end"}
        assert datetime.fromisoformat(row["charge_period"]["start"]).tzinfo is not None
        assert row["evidence"]
    assert sum(amount(row["billed_cost"]) for row in done.document) == Decimal(total)


def test_usage_json_has_every_field_of_the_model(ecot: Ecot, collected: Path) -> None:
    done = ecot("usage", *DAYS, "--provider", "openai", "--json")

    assert done.code == 0
    assert done.document
    for row in done.document:
        assert set(row) == {*Usage.__struct_fields__, *ROWS}
        assert all(amount(quantity) >= 0 for quantity in row["quantities"].values())


def test_raw_walks_each_charge_back_to_what_the_provider_said(ecot: Ecot, collected: Path) -> None:
    rows = ecot("charges", *DAYS, "--raw", "--json").document

    for row in rows:
        (trace,) = row["traces"]
        assert trace["endpoint"].startswith("GET /organization/costs?")
        assert Decimal(str(trace["raw"]["amount"]["value"])) == amount(row["billed_cost"])
        assert set(trace) == {"evidence", "endpoint", "read_at", "run", "place", "raw"}


def test_raw_is_readable_for_a_person(ecot: Ecot, collected: Path) -> None:
    row, place, read, raw = ecot("charges", *DAYS, "--raw").out.splitlines()[:4]

    assert row.startswith("2026-03-01  openai/maison  ")
    assert row.endswith(" USD")
    assert place.startswith("  GET /organization/costs?")
    assert "  /data/0/results/" in place
    assert read == "  read March 4, 2026, 10:30\N{NARROW NO-BREAK SPACE}AM (UTC)"
    assert msgspec.json.decode(raw)["object"] == "organization.costs.result"


def test_tables_in_a_pipe_are_never_folded(ecot: Ecot, collected: Path) -> None:
    rows = ecot("charges", *DAYS, "--json").document
    table = ecot("charges", *DAYS).out.splitlines()

    assert len(table) == len(rows) + 1
    assert all(line == line.rstrip() for line in table)
    for row, line in zip(rows, table[1:], strict=True):
        assert str(row["charge_description"]) in line
        assert line.endswith(f"{row['billed_cost']} USD")


def test_the_totals_table_says_where_figures_come_from(ecot: Ecot, collected: Path) -> None:
    done = ecot("totals", *DAYS)

    lines = done.out.splitlines()
    assert lines[0].split() == ["Provider", "Quantities", "Origin", "Cost"]
    assert lines[1].startswith("OpenAI · maison" if "·" in lines[1] else "OpenAI")
    assert lines[-1] == "Origin of the figures: billed 100%"
    assert any(line.startswith("Total, net of tax") for line in lines)


@pytest.mark.parametrize(
    ("locale", "openai", "total", "note"),
    [
        (
            "en-US",
            "billed, 3 charges of unknown cost $7.00 + unknown",
            "Total, net of tax $7.00 + unknown",
            "Not in the total: OpenAI · labo, 3 charges of unknown cost",
        ),
        (
            "fr-FR",
            "facturé, 3 lignes de coût inconnu 7,00 $US + inconnu",
            "Total HT 7,00 $US + inconnu",
            "Hors du total : OpenAI · labo, 3 lignes de coût inconnu",
        ),
    ],
)
def test_a_total_that_lacks_an_unknown_cost_says_so_and_of_whom(
    locale: LocaleName,
    openai: str,
    total: str,
    note: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    figures = [cost("openai/studio", "7"), cost("openai/labo", None, "unknown")]
    found = totals(
        figures, by="provider", first=MONTH.first, after=MONTH.after, currency="USD", names=TITLES
    )

    print_totals(Language(locale), found, ["provider"], TITLES)

    _, first, last, _, whose = (" ".join(line.split()) for line in shown(capsys))
    assert (first, last, whose) == (f"OpenAI {openai}", total, note)


def test_balances_are_said_in_the_readers_language_with_words_for_what_is_counted() -> None:
    shared = {
        "provider": "elevenlabs",
        "account": "elevenlabs/a",
        "charge_period": Period.of_day(DAY),
    }
    keys, people = ("api_key_name", "api_key_id"), ("user_name", "user")
    ids = dict.fromkeys((*keys, *people, "sub_account_name", "sub_account_id", "resource_id"))
    stands = {"remaining": Decimal("0.00"), "used": Decimal("1814.7664180999995228"), "limit": None}
    owed = shared | ids | stands | {"name": "overage", "unit": "EUR"}
    credits_left = (
        shared
        | ids
        | {
            "name": "credits",
            "unit": "credits",
            "remaining": Decimal(1),
            "used": Decimal(41772),
            "limit": Decimal("120.5"),
        }
    )

    def said(one: dict[str, Any]) -> str:
        return re.sub(r"\s", " ", " | ".join(balance_line(Language("fr-FR"), one)))

    assert said(owed) == (
        "2026-03-02 | elevenlabs/a | dû au-delà de l’abonnement | — | 0,00 € | 1 814,77 € | —"
    )
    assert said(credits_left) == (
        "2026-03-02 | elevenlabs/a | crédits de l’abonnement | — "
        "| 1 crédit | 41 772 crédits | 120,5 crédits"
    )
    assert "requests" in said(owed | {"name": "quota", "unit": "own requests"})


def shown(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines on stdout."""
    return capsys.readouterr().out.splitlines()


def test_what_the_ledger_does_not_have_is_unknown_and_said(ecot: Ecot, here: Path) -> None:
    done = ecot("totals", "--month", "2026-02")
    found = ecot("totals", "--month", "2026-02", "--json")

    assert done.code == 0
    assert done.out.splitlines()[-1].split() == ["Total,", "net", "of", "tax", "unknown"]
    assert done.err == "The ledger holds nothing for February 2026.\n"
    assert found.document["total"] is None
    assert ecot("charges", "--json").document == []


def test_a_misspelt_account_is_said(ecot: Ecot, collected: Path) -> None:
    done = ecot("totals", *DAYS, "--account", "openai/masion")

    assert done.code == 0
    assert done.err.startswith("The ledger holds nothing of openai/masion for Mar 1")
    months = ecot("months", "--account", "openai/masion")
    assert months.err.startswith("The ledger holds nothing of openai/masion for ")


def test_days_without_an_end_go_up_to_today(ecot: Ecot, collected: Path) -> None:
    found = ecot("totals", "--from", "2026-03-02", "--json").document

    assert (found["from"], found["to"]) == ("2026-03-02", "2026-03-05")
