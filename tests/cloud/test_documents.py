"""The pages about the cloud against the template, the rules and the code: what is not explained
fails, and what is explained exists."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.api.rules import RULES
from ecot.jobs.runs.asking import MONTHS_BACK, RUNS_AN_HOUR
from ecot.jobs.runs.check import STILL, TRIES
from ecot.jobs.runs.events import read_event
from ecot.jobs.runs.publish import LOOKED_BACK
from ecot.store.evidence import KEPT as EVIDENCE_KEPT
from ecot.store.runs import KEPT as RUNS_KEPT
from tests.cloud.template import ROOT, STACK, STEPS, functions, properties, source
from tests.test_docs import FENCE, section, text_of
from tests.test_house import MAY_IMPORT

DOCS = ROOT / "docs"
DEPLOY = [DOCS / "deploy.md", DOCS / "deploy.fr.md"]


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every row of every table, without headings' rules."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def first_codes(text: str) -> list[str]:
    """What stands between backticks at the beginning of a row."""
    return [found[1] for one in rows(text) if (found := re.match(r"`([^`]+)`", one[0]))]


@pytest.mark.parametrize("page", DEPLOY, ids=lambda page: page.name)
def test_every_parameter_is_explained_with_its_default(page: Path) -> None:
    declared = source()["Parameters"]
    told = {one[0].strip("`"): one[1] for one in rows(text_of(page)) if len(one) == 3}
    found = {name: told[name] for name in declared}

    for name, words in found.items():
        default = str(declared[name].get("Default", ""))
        assert words == (f"`{default}`" if default else words), name
        assert default or words in ("empty", "vide"), name
    names = [one for one in first_codes(text_of(page)) if one[0].isupper()]
    assert names == list(declared), "explained in the order in which SAM asks"


@pytest.mark.parametrize("page", DEPLOY, ids=lambda page: page.name)
def test_allowed_values_are_all_named(page: Path) -> None:
    told = {one[0].strip("`"): one[2] for one in rows(text_of(page)) if len(one) == 3}
    days = source()["Parameters"]["LogRetentionDays"]["AllowedValues"]
    shown = source()["Parameters"]["Cdn"]["AllowedValues"]

    assert re.findall(r"\d+", told["LogRetentionDays"]) == [str(one) for one in days]
    assert [one for one in shown if f"`{one}`" not in told["Cdn"]] == []


def test_every_alarm_is_explained_and_no_other() -> None:
    alarms = properties("AWS::CloudWatch::Alarm").values()
    names = [one["AlarmName"].removeprefix(f"{STACK}-") for one in alarms]

    assert first_codes(section(text_of(DOCS / "operate.md"), "## Alarms")) == names


def test_every_schedule_is_explained() -> None:
    schedules = [one["Name"] for one in properties("AWS::Scheduler::Schedule").values()]

    assert sorted(first_codes(section(text_of(DOCS / "operate.md"), "## What runs when"))) == (
        sorted(schedules)
    )


def test_every_function_has_its_row_of_rights() -> None:
    assert first_codes(section(text_of(DOCS / "security.md"), "## What each function may")) == (
        list(functions())
    )


@pytest.mark.parametrize("page", DEPLOY, ids=lambda page: page.name)
def test_the_workflows_and_all_that_they_are_told_are_explained(page: Path) -> None:
    text = text_of(page)
    for name in ("deploy", "run"):
        workflow = text_of(ROOT / ".github" / "workflows" / f"{name}.yml")
        wanted = set(re.findall(r"\b(?:vars|secrets)\.(\w+)", workflow))

        assert f"`.github/workflows/{name}.yml`" in text
        assert [one for one in sorted(wanted) if f"`{one}`" not in text] == []


def test_the_role_trusts_whom_the_workflow_shows() -> None:
    """With an environment GitHub says that one in the place of the branch
    (docs.github.com, "OpenID Connect reference", as known in 2026-11)."""
    workflow = text_of(ROOT / ".github" / "workflows" / "deploy.yml")
    environment = re.search(r"^    environment: (\w+)$", workflow, re.MULTILINE)
    shown = f"environment:{environment[1]}" if environment else "ref:refs/heads/main"

    assert f':sub": "repo:lumen/ecot:{shown}"' in text_of(DOCS / "deploy.md")


@pytest.mark.parametrize("page", ["deploy.md", "deploy.fr.md", "security.md"])
def test_policies_are_policies(page: str) -> None:
    found = [body for kind, body in FENCE.findall(text_of(DOCS / page)) if kind == "json"]
    for body in found:
        policy = json.loads(body)

        assert policy["Version"] == "2012-10-17"
        sids = [one["Sid"] for one in policy["Statement"] if "Sid" in one]
        assert len(sids) == len(set(sids))
        for statement in policy["Statement"]:
            assert statement["Effect"] == "Allow"
            assert ("Resource" in statement) != ("Principal" in statement)
    assert len(found) == (2 if page == "deploy.md" else 0)


def test_the_rights_to_deploy_name_every_service_of_the_template() -> None:
    services = {
        "AWS::DynamoDB": "dynamodb",
        "AWS::S3": "s3",
        "AWS::Serverless": "lambda",
        "AWS::IAM": "iam",
        "AWS::Logs": "logs",
        "AWS::SQS": "sqs",
        "AWS::SNS": "sns",
        "AWS::Scheduler": "scheduler",
        "AWS::CloudWatch": "cloudwatch",
        "AWS::CloudFront": "cloudfront",
    }
    used = {one["Type"].rpartition("::")[0] for one in source()["Resources"].values()}
    rights = section(text_of(DOCS / "deploy.md"), "## The rights to deploy")

    assert used == set(services)
    assert [one for one in (*services.values(), "apigateway") if f'"{one}:' not in rights] == []


def test_the_table_of_rooms_is_the_one_that_is_held() -> None:
    told = {
        one[0].strip("`"): set(re.findall(r"`([\w.]+)`", one[2]))
        for one in rows(section(text_of(DOCS / "architecture.md"), "## The rooms"))
        if one[0].startswith("`")
    }
    held = {name: set(may) for name, may in MAY_IMPORT.items() if not name.startswith("__")}
    held.setdefault("errors", set())
    told["jobs.demo"] = told["jobs.demo"] - {"jobs"} | told["jobs"]

    assert told == held


def test_the_bill_adds_up() -> None:
    text = section(text_of(DOCS / "operate.md"), "## What it costs")
    table = [one for one in rows(text) if len(one) == 4][1:]
    amounts = [(what, Decimal(dollars.strip("*"))) for what, *_, dollars in table]
    whole = next(n for n, (what, _) in enumerate(amounts) if what == "*all of that*")
    alarms = len(properties("AWS::CloudWatch::Alarm"))

    parts = sum((one for _, one in amounts[:whole]), Decimal(0))

    assert parts.quantize(Decimal("0.01")) == amounts[whole][1]
    assert sum(one for _, one in amounts[whole:-1]) == amounts[-1][1]
    assert dict(amounts)["alarms"] == alarms * Decimal("0.10")
    assert f"{alarms} alarms" in text
    assert f"{amounts[whole][1]} USD a month" in text


def test_the_memory_in_the_bill_is_that_of_the_functions() -> None:
    text = section(text_of(DOCS / "operate.md"), "## What it costs")
    told = dict(re.findall(r"(\w+) [\d,]+ × [\d.]+ s × ([\d.]+) GB = ", text))

    assert {name: Decimal(one) for name, one in told.items()} == {
        name: Decimal(str(one["MemorySize"])) / 1024 for name, one in functions().items()
    }
    for calls, seconds, memory, product in re.findall(
        r"([\d,]+) × ([\d.]+) s × ([\d.]+) GB = ([\d,]+)", text
    ):
        exact = Decimal(calls.replace(",", "")) * Decimal(seconds) * Decimal(memory)
        assert round(exact) == int(product.replace(",", "")), product


def test_spans_and_limits_are_those_of_the_code() -> None:
    operate, architecture = text_of(DOCS / "operate.md"), text_of(DOCS / "architecture.md")
    security = text_of(DOCS / "security.md")

    assert (STILL.total_seconds() / 60, TRIES, LOOKED_BACK.days) == (16, 3, 3)
    assert (RUNS_AN_HOUR, MONTHS_BACK) == (6, 24)
    assert "for 16 minutes, an account three times in all" in operate
    assert "at most six an hour, and 24 months back" in architecture
    assert f"kept for {RUNS_KEPT.days} days" in operate
    assert f"| {EVIDENCE_KEPT.days} days" in security


def test_events_that_are_handed_over_by_hand_are_events() -> None:
    page = text_of(DOCS / "operate.md")
    shown = re.findall(
        r"--function-name ecot-(\w+) .*?--payload (['\"])(.*?)(?<!\\)\2 /dev/null", page, re.DOTALL
    )
    for step, quote, payload in shown:
        text = payload.replace('\\"', '"') if quote == '"' else payload
        raw = json.loads(re.sub(r"\$\(date [^)]*\)", "2026-11-22T10:15:00Z", text))

        assert isinstance(read_event(STEPS[step], raw), STEPS[step])
    assert [step for step, *_ in shown] == ["collect", "dispatch"]


def test_what_is_open_without_a_token_is_told() -> None:
    told = section(text_of(DOCS / "security.md"), "## Tokens, cookies, links")

    assert [one.path for one in RULES if one.open != "never" and one.path not in told] == []
