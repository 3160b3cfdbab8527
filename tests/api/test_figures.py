"""What the routes answer is what `ecot totals` says, to the last digit; nothing is made zero."""

from decimal import Decimal
from typing import Any

import pytest

from ecot.cli.app import run
from ecot.model.money import total
from tests.api.asking import NOW, Interface

OCTOBER = {"month": "2026-10"}


@pytest.fixture
def ecot(
    lumen: Interface, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Any:
    """The command line over the same ledger, and the document that it prints."""
    import json

    monkeypatch.chdir(lumen.home)
    monkeypatch.setenv("ECOT_HOME", str(lumen.home))
    monkeypatch.setattr("ecot.cli.session.utc_now", lambda: NOW)
    (lumen.home / "ecot.toml").write_text(lumen.settings, encoding="utf-8")

    def ran(*arguments: str) -> Any:
        capfd.readouterr()
        assert run([*arguments, "--json"]) == 0
        return json.loads(capfd.readouterr().out)

    return ran


def added(groups: list[dict[str, Any]], field: str = "billed_cost") -> Decimal:
    return total(Decimal(one[field]) for one in groups if one[field] is not None)


@pytest.mark.parametrize("by", ["provider", "account", "sub_account", "model", "user", "day"])
def test_costs_are_the_totals_of_the_command_line(lumen: Interface, ecot: Any, by: str) -> None:
    told = ecot("totals", "--month", "2026-10", "--by", by)
    found = lumen.get("/costs", {**OCTOBER, "by": by})
    beside = {"collected_at", "by", "next", "reason"}

    assert {name: found[name] for name in found if name not in beside} == told
    assert Decimal(found["total"]) > 0
    assert (found["by"], found["next"], found["reason"]) == ([by], None, None)


def test_costs_by_several_dimensions_and_filters(lumen: Interface, ecot: Any) -> None:
    span = {"from": "2026-10-05", "to": "2026-10-20", "account": "openai/studio"}
    options = [f"--{name}={value}" for name, value in span.items()]
    told = ecot("totals", *options, "--by", "sub_account,model")
    found = lumen.get("/costs", {**span, "by": "sub_account,model"})

    assert found["groups"] == told["groups"]
    assert found["total"] == told["total"]
    assert (found["from"], found["to"]) == ("2026-10-05", "2026-10-20")


def test_a_workspace_is_asked_for_by_its_id_and_by_its_name(lumen: Interface) -> None:
    parts = lumen.get("/workspaces", OCTOBER)
    one = next(part for part in parts["parts"] if part["name"] and part["billed_cost"])
    by_id = lumen.get("/costs", {**OCTOBER, "workspace": one["id"]})
    by_name = lumen.get("/costs", {**OCTOBER, "project": one["name"]})

    assert by_id["total"] == by_name["total"] == one["billed_cost"]
    none = lumen.get("/costs", {**OCTOBER, "project": "nothing of that name"})
    assert none["total"] is None
    assert none["reason"]
    assert none["groups"] == []


def test_workspaces_and_projects_say_what_they_are_at_each_provider(lumen: Interface) -> None:
    workspaces, projects = lumen.get("/workspaces", OCTOBER), lumen.get("/projects", OCTOBER)
    meanings = {one["provider"]: one["meaning"] for one in workspaces["providers"]}

    assert workspaces == projects
    assert meanings["openai"].startswith("Projects")
    assert meanings["anthropic"].startswith("Workspaces")
    assert {part["provider"] for part in workspaces["parts"]} <= meanings.keys()
    assert all(part["reason"] for part in workspaces["parts"] if part["billed_cost"] is None)


def test_a_month_is_told_as_its_page_tells_it(lumen: Interface, ecot: Any) -> None:
    told = ecot("totals", "--month", "2026-10")
    found = lumen.get("/report", OCTOBER)

    assert found["totals"]["total"] == told["total"]
    assert found["by_provider"] == told["groups"]
    for table in ("by_provider", "by_account", "by_sub_account", "by_model", "by_category"):
        assert added(found[table]) == Decimal(told["total"])
    assert found["months"] == ["2026-10", "2026-11"]
    assert found["state"] in ("provisional", "closed")


def test_the_last_days_are_the_totals_of_those_days(lumen: Interface, ecot: Any) -> None:
    told = ecot("totals", "--from", "2026-10-24", "--to", "2026-11-23")
    before = ecot("totals", "--from", "2026-09-24", "--to", "2026-10-24")
    found = lumen.get("/dashboard", {"days": "30"})

    assert found["totals"]["total"] == told["total"]
    assert found["previous"]["total"] == before["total"]
    assert added(found["by_day"]) == added(found["by_model"]) == Decimal(told["total"])
    assert [one["key"] for one in found["by_day"]] == sorted(one["key"] for one in found["by_day"])
    assert lumen.get("/dashboard")["days"] == 90


def test_the_cost_of_ai_is_all_somebody_s_or_nobody_s(lumen: Interface, ecot: Any) -> None:
    categories = ecot("totals", "--month", "2026-10", "--by", "category")["groups"]
    ai = next(one["billed_cost"] for one in categories if one["key"] == "ai")
    found = lumen.get("/metrics/cost-by-user", OCTOBER)

    assert Decimal(found["total"]) == Decimal(ai) == added(found["users"], "cost")
    assert found["coverage"]["missing"] is not None
    assert all(one["name"] is None for one in found["users"])  # pseudonyms


def test_tokens_of_a_model_are_those_of_the_totals(lumen: Interface, ecot: Any) -> None:
    groups = {
        one["key"]: one for one in ecot("totals", "--month", "2026-10", "--by", "model")["groups"]
    }
    found = lumen.get("/metrics/token-ratios", OCTOBER)["models"]

    assert found
    for one in found:
        if (output := groups[one["model"]]["quantities"].get("output_tokens")) is not None:
            assert Decimal(one["output_tokens"]) <= Decimal(output)
        figures = {name: one[name] for name in one if name not in ("provider", "model", "reasons")}
        assert {name for name, value in figures.items() if value is None} == one["reasons"].keys()
        if one["ratio"] and one["input_tokens"]:
            quotient = Decimal(one["input_tokens"]) / Decimal(one["output_tokens"])
            assert abs(Decimal(one["ratio"]) - quotient) < Decimal("0.001") * quotient


def test_where_nobody_tells_of_errors_there_is_a_reason_and_no_zero(lumen: Interface) -> None:
    found = lumen.get("/metrics/error-rates", OCTOBER)
    assert found["accounts"] == []
    assert found["reason"] == "No account tells of errors in this month."


def test_months_are_summed_up_with_why_a_margin_is_not_known(lumen: Interface, ecot: Any) -> None:
    found = lumen.get("/metrics/monthly-summary", {"months": "3"})
    november, october = found["months"]

    assert october["cost"] == ecot("totals", "--month", "2026-10")["total"]
    assert november["cost"] == ecot("totals", "--month", "2026-11")["total"]
    assert total(map(Decimal, october["categories"].values())) == Decimal(october["cost"])
    assert november["net_margin"] is None
    assert november["reasons"]["net_margin"] == "The month is not over."
    for month in (november, october):
        figures = (name for name in month if name not in ("reasons", "mrr_day"))
        assert {name for name in figures if month[name] is None} == month["reasons"].keys()
    assert Decimal(october["earned"]) > 0


def test_infrastructure_is_its_category_in_the_totals(lumen: Interface, ecot: Any) -> None:
    groups = ecot("totals", "--month", "2026-10", "--by", "category")["groups"]
    cost = next(one["billed_cost"] for one in groups if one["key"] == "infrastructure")
    found = lumen.get("/metrics/infrastructure-costs", OCTOBER)

    assert found["totals"]["total"] == cost
    for table in ("by_provider", "by_service", "by_sub_account"):
        assert added(found[table]) == Decimal(cost)


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/costs", ()),
        ("/report", ("totals",)),
        ("/dashboard", ("totals",)),
        ("/metrics/cost-by-user", ()),
        ("/metrics/infrastructure-costs", ("totals",)),
    ],
)
def test_of_an_empty_ledger_nothing_is_known_and_nothing_is_zero(
    empty: Interface, path: str, where: tuple[str, ...]
) -> None:
    found = empty.get(path)
    assert found["collected_at"] is None
    for name in where:
        found = found[name]
    assert found["total"] is None
    assert found["reason"]


def test_of_an_empty_ledger_lists_are_empty(empty: Interface) -> None:
    assert empty.get("/metrics/monthly-summary")["months"] == []
    assert empty.get("/metrics/token-ratios")["reason"]
    assert empty.get("/workspaces")["parts"] == []
    assert empty.get("/adjustments")["bills"] == []
    assert empty.get("/runs")["runs"] == []


def test_suppliers_are_listed_with_how_their_accounts_were_read(lumen: Interface) -> None:
    found = {one["provider"]: one for one in lumen.get("/providers")["providers"]}
    studio, lumen_ = found["openai"]["accounts"][0], found["anthropic"]["accounts"][0]

    assert (studio["account"], studio["state"], studio["active"]) == ("openai/studio", "ok", True)
    assert lumen_["account"] == "anthropic/lumen"
    assert found["stripe"]["cannot_tell"]


def test_health_says_little_to_strangers_and_all_to_readers(lumen: Interface) -> None:
    public = lumen.ask("GET", "/health")
    found = lumen.get("/health")
    states = {one["account"]: one["state"] for one in found["accounts"]}

    assert public.document == {"ok": False}  # the demo has an account whose key is revoked
    assert states["openai/studio"] == "ok"
    assert states["vercel/lumen"] == "failed"
    assert found["hours"] == "0.0"
    vercel = next(one for one in found["accounts"] if one["state"] == "failed")
    assert vercel["message"]
    assert vercel["remedy"]
