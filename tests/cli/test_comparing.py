"""`ecot compare`: the page of comparisons in a terminal, and for scripts."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import DAYS, Ecot

FEBRUARY = ("--from", "2026-02-01", "--to", "2026-03-01")


@pytest.fixture
def plain(ecot: Ecot, here: Path) -> Ecot:
    """Two suppliers without a key: one whose price changed in March, one that began then."""
    plan = (
        '[[plan]]\nprovider = "{}"\nname = "pro"\namount = "{}"\ncurrency = "USD"\nsince = "{}"\n'
    )
    (here / "ecot.toml").write_text(
        '[report]\nlocale = "en-US"\n'
        + plan.format("figma", "28.00", "2026-02")
        + plan.format("figma", "31.00", "2026-03")
        + plan.format("penpot", "31.00", "2026-03"),
        encoding="utf-8",
    )
    assert ecot("collect", "--month", "2026-02").code == 0
    assert ecot("collect").code == 0
    return ecot


def cost(amount: str | None, *, is_nothing: bool = False) -> dict[str, Any]:
    return {"billed_cost": amount, "is_nothing": is_nothing, "lacks": False}


def test_two_months_stand_beside_each_other(plain: Ecot) -> None:
    found = plain("compare", "--month", "2026-03", "--json").document

    assert (found["by"], found["month"], found["with"]) == ("provider", "2026-03", "2026-02")
    assert [(one["provider"], one["cost"], one["cost_before"]) for one in found["lines"]] == [
        ("figma", cost("4.00"), cost("28.00")),
        ("penpot", cost("4.00"), cost(None, is_nothing=True)),
        (None, cost("8.00"), cost("28.00")),
    ]
    assert [one["difference"] for one in found["lines"]] == ["-24.00", "4.00", "-20.00"]
    assert {one["percent"] for one in found["lines"]} == {None}  # four days beside twenty-eight


def test_what_was_nothing_is_a_dash_and_no_zero(plain: Ecot) -> None:
    lines = plain("compare", "--month", "2026-03", "--with", "2026-02").out.splitlines()

    assert lines[0].split("  ")[0] == "Provider"
    assert "February 2026" in lines[0]
    assert "March 2026 · running" in lines[0]
    assert lines[2].split() == ["penpot", "—", "$4.00", "+$4.00"]
    assert lines[3].split() == ["Total", "$28.00", "$8.00", "-$20.00"]


def test_suppliers_month_by_month(plain: Ecot) -> None:
    found = plain("compare", "--by", "month", "--json").document
    assert found["months"] == ["2026-03", "2026-02"]
    rows = {
        one["provider"]: [each["billed_cost"] for each in one["costs"]] for one in found["rows"]
    }
    assert rows == {"figma": ["4.00", "28.00"], "penpot": ["4.00", None], None: ["8.00", "28.00"]}
    for first, months in ((FEBRUARY, ["2026-02"]), (("--month", "2026-03"), ["2026-03"])):
        assert plain("compare", "--by", "month", *first, "--json").document["months"] == months
    table = plain("compare", "--by", "month").out
    assert table.splitlines()[0].split() == [
        "Provider",
        "Mar",
        "2026",
        "·",
        "running",
        "Feb",
        "2026",
    ]


def test_projects_are_told_with_their_model_and_the_cost_of_a_request(
    ecot: Ecot, collected: Path
) -> None:
    found = ecot("compare", "--by", "workspace", *DAYS, "--json").document
    [one] = found["workspaces"]
    totals = ecot("totals", *DAYS, "--by", "model", "--json").document

    assert (found["from"], found["to"]) == (DAYS[1], DAYS[3])
    assert one["billed_cost"] == totals["total"]
    known = [each for each in one["models"] if each["model"] is not None]
    assert one["dominant_model"] == known[0]["model"]
    requests = sum(Decimal(each["quantities"].get("requests", 0)) for each in totals["groups"])
    assert Decimal(one["requests"]) == requests
    mean = Decimal(one["cost_per_request"])
    assert abs(mean * requests - Decimal(totals["total"])) < Decimal("0.000001")
    line = ecot("compare", "--by", "workspace", *DAYS).out.splitlines()[1]
    assert line.startswith("OpenAI · maison")
    assert one["dominant_model"] in line


def test_where_no_project_used_ai_that_is_said(plain: Ecot) -> None:
    done = plain("compare", "--by", "workspace")
    assert (done.code, done.out) == (0, "")
    assert done.err == "No project used AI on these days (February 2026).\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--by", "user"), "'user' is not one of 'provider', 'workspace', 'month'"),
        (("--by", "month", "--with", "2026-02"), "--with goes with --by provider only"),
        (FEBRUARY, "By provider two months are compared"),
        (("--with", "2025-01"), "The ledger holds nothing to compare for 2025-01"),
        (("--month", "2026-07"), "2026-07"),
    ],
)
def test_what_cannot_be_compared_is_a_sentence(
    plain: Ecot, options: tuple[str, ...], said: str
) -> None:
    done = plain("compare", *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
