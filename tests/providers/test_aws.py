"""AWS: the questions, the refusals and their remedies, the credentials, and Bedrock's names."""

import builtins
import json
import re
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from ecot.errors import UnexpectedAnswer
from ecot.jobs.known import providers
from ecot.jobs.query import Question
from ecot.jobs.rows import rows
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.model.rows import Charge
from ecot.providers.aws import AWS, given_back, parse, recognise, spending
from ecot.providers.aws.asking import AwsOptions
from ecot.providers.aws.rows import category, model
from ecot.sandbox import troubles
from ecot.sandbox.aws import aws_response
from ecot.sandbox.aws.signature import Access
from ecot.sandbox.faults import Fault
from ecot.sandbox.messages import Request
from ecot.settings.environment import accounts_of_environment
from ecot.store.protocol import Place
from tests.providers.around import OCTOBER, collected, examined, source
from tests.providers.aws_around import KEY, KEY_ID, NOW, SECRET, Around, an_aws
from tests.providers.remedies import told
from tests.specifications import specification_file
from tests.store import servers

DAY = Period.of_day(date(2026, 10, 1))
GOLDEN = Path(__file__).parent / "golden" / "aws"


@pytest.fixture
def around() -> Iterator[Around]:
    with an_aws() as site:
        yield site


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine that has no AWS settings; the file that may hold some."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    credentials = tmp_path / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return credentials


def answer(content: Any) -> Answer:
    return Answer(feed="costs", endpoint="a test", body=json.dumps(content).encode())


def recorded(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.costs.answer.json").read_bytes())


def charges(content: Any) -> list[Charge]:
    return [row for _, row in parse(answer(content)) if isinstance(row, Charge)]


# What an answer means


def test_a_field_that_nobody_knows_changes_nothing() -> None:
    content = recorded("spending")
    expected = charges(content)

    def extended(part: Any) -> Any:
        if isinstance(part, dict):
            return {**{key: extended(one) for key, one in part.items()}, "CarbonGrams": "7"}
        return [extended(one) for one in part] if isinstance(part, list) else part

    changed = extended(content)
    for result in changed["ResultsByTime"]:
        result["Total"] = {}
    assert charges(changed) == expected


@pytest.mark.parametrize(
    ("metrics", "problem"),
    [
        ({"UnblendedCost": {"Amount": "1.0", "Unit": "XYZ"}}, "is no currency"),
        ({"UnblendedCost": {"Amount": "NaN", "Unit": "USD"}}, "is no amount"),
        ({"UnblendedCost": {"Amount": "1,5", "Unit": "USD"}}, "is no amount"),
        ({"UnblendedCost": {"Amount": 1, "Unit": "USD"}}, "does not state its amounts as texts"),
        ({"UnblendedCost": {"Unit": "USD"}}, "has no Amount"),
        ({"UnblendedCost": {"Amount": "1"}}, "has no Unit"),
        ({"BlendedCost": {"Amount": "1", "Unit": "USD"}}, "has no UnblendedCost"),
        (
            {
                "UnblendedCost": {"Amount": "1", "Unit": "USD"},
                "UsageQuantity": {"Amount": 2.5, "Unit": "Hrs"},
            },
            "does not state its amounts as texts",
        ),
    ],
)
def test_money_that_is_not_understood_is_refused_with_its_row(metrics: Any, problem: str) -> None:
    content = recorded("yuan")
    content["ResultsByTime"][0]["Groups"][0]["Metrics"] = metrics

    with pytest.raises(UnexpectedAnswer, match=problem) as caught:
        charges(content)
    assert str(caught.value).startswith("costs: /ResultsByTime/0/Groups/0")


@pytest.mark.parametrize(
    "period", [("2026-10-01", "2026-10-03"), ("2026-10-01", "tomorrow"), ("20261001", "2026-10-02")]
)
def test_a_result_that_is_no_utc_day_is_refused(period: tuple[str, str]) -> None:
    content = recorded("yuan")
    content["ResultsByTime"][0]["TimePeriod"] = dict(zip(("Start", "End"), period, strict=True))

    with pytest.raises(UnexpectedAnswer, match="is not a UTC day"):
        charges(content)


def test_a_day_without_credits_may_have_a_total_of_zero() -> None:
    """Most days have none: refused, no account could ever be read."""
    content = recorded("empty")
    zero, none = {"Amount": "0", "Unit": "USD"}, {"Amount": "0", "Unit": "N/A"}
    content["ResultsByTime"][0]["Total"] = {"UnblendedCost": zero, "UsageQuantity": none}
    assert content["ResultsByTime"][0]["Groups"] == []
    assert charges(content) == []

    content["ResultsByTime"][0]["Total"]["UnblendedCost"] = {"Amount": "-0.01", "Unit": "USD"}
    with pytest.raises(UnexpectedAnswer, match="is money of no group"):
        charges(content)


@pytest.mark.parametrize("keys", [[], ["Amazon Bedrock"], ["a", "b", "c"]])
def test_a_group_with_other_keys_is_refused(keys: list[str]) -> None:
    content = recorded("yuan")
    content["ResultsByTime"][0]["Groups"][0]["Keys"] = keys

    with pytest.raises(UnexpectedAnswer, match="is not what was asked for"):
        charges(content)


@pytest.mark.parametrize(
    ("service", "usage_type", "expected"),
    [
        ("Amazon Bedrock", "USE1-Nova-lite-input-tokens", ("Nova-lite", "input")),
        ("Amazon Bedrock", "EU-TitanText-output-tokens-batch", ("TitanText", "output")),
        ("Amazon Bedrock", "Llama3-3-70B-input-tokens", ("Llama3-3-70B", "input")),
        (
            "Amazon Bedrock",
            "APN1-Claude4Sonnet-cache-write-input-token-count-cross-region-global",
            ("Claude4Sonnet", "cache_write"),
        ),
        (
            "Amazon Bedrock",
            "USW2-kimi-k2-mantle-output-tokens-standard",
            ("kimi-k2", "output"),
        ),
        ("Amazon Bedrock", "USE1-NovaCanvas-T2I-1024-Standard", (None, None)),
        ("Amazon Bedrock", "input-tokens", (None, "input")),
        (
            "Claude Haiku 4.5 (Amazon Bedrock Edition)",
            "USW2-MP:USW2_InputTokenCount_Global-Units",
            ("Claude Haiku 4.5", "input"),
        ),
        (
            "OpenAI GPT-5.6 Sol (Amazon Bedrock Edition)",
            "USE2_CacheReadInputTokenCount",
            ("OpenAI GPT-5.6 Sol", "cache_read"),
        ),
        ("AmazonBedrockService", "USE1-input-tokens", (None, "input")),
        ("Amazon SageMaker", "USE1-Llama-input-tokens", (None, None)),
    ],
)
def test_bedrocks_lines_name_the_model_and_the_kind_of_token(
    service: str, usage_type: str, expected: tuple[str | None, str | None]
) -> None:
    content = recorded("yuan")
    content["ResultsByTime"][0]["Groups"][0]["Keys"] = [service, usage_type]
    (charge,) = charges(content)

    assert (charge.model, charge.tags.get("token_type")) == expected
    assert charge.charge_description == charge.sku_id == usage_type
    assert charge.category == ("ai" if "Bedrock" in service else "infrastructure")


def test_a_credit_of_bedrock_is_ai_and_of_its_model() -> None:
    assert category("Claude 3 Haiku (Amazon Bedrock Edition)") == "ai"
    assert model("Claude 3 Haiku (Amazon Bedrock Edition)", None) == "Claude 3 Haiku"
    assert model("Amazon Bedrock", None) is None


# What is asked


def test_the_two_questions_hold_each_line_once() -> None:
    first, second = spending(OCTOBER), given_back(OCTOBER)

    assert first["Filter"] == {"Not": second["Filter"]}
    assert (
        first["TimePeriod"] == second["TimePeriod"] == {"Start": "2026-10-01", "End": "2026-11-01"}
    )
    assert [one["Key"] for one in first["GroupBy"]] == ["SERVICE", "USAGE_TYPE"]
    assert [one["Key"] for one in second["GroupBy"]] == ["RECORD_TYPE", "SERVICE"]


def schema(name: str) -> Any:
    document = json.loads(specification_file("aws-cost-explorer.openapi.json").read_bytes())
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def test_questions_and_answers_are_of_the_specification(around: Around, place: Place) -> None:
    for question in (spending(DAY), given_back(DAY)):
        jsonschema.validate(question, schema("GetCostAndUsageRequest"))
    seen: list[Any] = []

    def watch(request: Request, rest: Any) -> Any:
        jsonschema.validate(json.loads(request.body), schema("GetCostAndUsageRequest"))
        response = rest(request)
        seen.append(json.loads(response.body))
        return response

    around.site.page_size = 4
    around.server.faults.add(Fault("watch", watch))
    around.server.faults.add(Fault("watch", watch, times=None))
    around.collected(place, list(DAY.days()))
    assert "NextPageToken" in seen[0]
    for content in seen:
        jsonschema.validate(content, schema("GetCostAndUsageResponse"))


def test_the_signature_and_the_region_are_those_of_the_settings(around: Around) -> None:
    signed: list[str] = []

    def watch(request: Request, rest: Any) -> Any:
        signed.append(request.headers["authorization"])
        return rest(request)

    around.server.faults.add(Fault("watch", watch, times=None))
    around.options = {"region": "cn-northwest-1"}
    assert around.examined().state == "ok"
    around.options = {}
    assert around.examined().state == "ok"
    assert ["/cn-northwest-1/ce/" in one for one in signed] == [True, False]
    assert "/us-east-1/ce/" in signed[1]


# Refusals, in AWS's own words where they were seen, and what can be done


@pytest.mark.parametrize(
    ("code", "words", "state", "kind"),
    [
        ("AccessDeniedException", "User: … is not authorized", "failed", "access_denied"),
        (
            "AccessDeniedException",
            "User not enabled for cost explorer access",
            "not_configured",
            "not_offered",
        ),
        ("DataUnavailableException", "Data is not available", "not_configured", "not_offered"),
        ("LimitExceededException", "too many calls", "failed", "rate_limited"),
        ("ThrottlingException", "Rate exceeded", "failed", "rate_limited"),
        ("BillExpirationException", "The report expired", "failed", "unexpected_answer"),
        ("InvalidNextTokenException", "Try again", "failed", "unexpected_answer"),
        ("RequestChangedException", "Changed", "failed", "unexpected_answer"),
        ("ResourceNotFoundException", "No such ARN", "failed", "unexpected_answer"),
        ("BillingViewHealthStatusException", "Not ready", "failed", "unexpected_answer"),
        ("ValidationException", "Start time is invalid", "failed", "unexpected_answer"),
    ],
)
def test_each_documented_refusal_has_its_state_its_words_and_its_remedy(
    around: Around, code: str, words: str, state: str, kind: str
) -> None:
    response = aws_response({"__type": code, "message": words}, 400)
    around.server.faults.add(Fault(code, lambda _request, _rest: response, times=None))
    outcome = around.examined()

    assert outcome.state == state
    assert str(outcome.message).startswith("aws/lumen: AWS ")
    assert f"({code}): {words}" in str(outcome.message)
    assert str(outcome.remedy) == told(AWS)[kind]  # type: ignore[index]


def test_an_account_that_never_opened_cost_explorer_is_told_so(around: Around) -> None:
    around.site.enabled = False
    outcome = around.examined()

    assert outcome.state == "not_configured"
    assert "Open Cost Explorer once" in str(outcome.remedy)


def test_a_key_without_the_permission_is_told_which_one(around: Around) -> None:
    around.site.keys[KEY_ID] = Access(SECRET, may_read=False)
    outcome = around.examined()

    assert outcome.state == "failed"
    assert "is not authorized to perform: ce:GetCostAndUsage" in str(outcome.message)
    assert "ce:GetCostAndUsage" in str(outcome.remedy)


@pytest.mark.parametrize("key", [f"{KEY_ID}:wrong/{SECRET[6:]}", f"AKIANOBODYKNOWSTHIS1:{SECRET}"])
def test_a_wrong_key_is_said_and_never_shown(around: Around, key: str) -> None:
    """AWS quotes the signed request, and with it what was signed, where the signature is wrong."""
    around.key = key
    outcome = around.examined()
    said = f"{outcome.message} {outcome.remedy}"

    assert outcome.state == "failed"
    assert "AWS does not accept the credentials" in said
    assert "Canonical" not in said
    for part in key.split(":"):
        assert part[:12] not in said
        assert part[-8:] not in said


def test_a_refusal_that_quotes_the_key_loses_it(around: Around) -> None:
    body = {"__type": "ValidationException", "message": f"no {SECRET} of {KEY_ID} {SECRET[4:20]}"}
    echo = Fault("echo", lambda _request, _rest: aws_response(body, 400))
    around.server.faults.add(echo)
    said = str(around.examined().message)

    assert "[redacted]" in said
    assert SECRET[4:20] not in said
    assert KEY_ID not in said


def test_a_refusal_names_nobody(around: Around) -> None:
    said = "User: arn:aws:sts::1:assumed-role/Admin/ana@lumen.example is not authorized"
    response = aws_response({"__type": "AccessDeniedException", "message": said}, 400)
    around.server.faults.add(Fault("denied", lambda _request, _rest: response, times=None))
    assert re.search("assumed-role/Admin/user-[a-z2-7]{8} is not", str(around.examined().message))


def test_a_proxys_page_is_a_refusal_and_not_quoted(around: Around) -> None:
    around.server.faults.add(troubles.not_json(403))

    outcome = around.examined()
    assert str(outcome.message) == (
        "aws/lumen: AWS refused the question for costs (403): a web page instead of an answer"
    )
    assert str(outcome.remedy) == told(AWS)["access_denied"]


def test_nobody_there_is_no_answer() -> None:
    with servers.nobody() as url, an_aws() as site:
        outcome = examined(source(AWS, url, KEY), site.clock.round())

    assert outcome.state == "failed"
    assert "AWS gave no answer to the question for costs (EndpointConnectionError)" in str(
        outcome.message
    )


def test_waiting_ends_with_the_time_of_the_account(around: Around) -> None:
    response = aws_response({"__type": "ThrottlingException", "message": "Rate exceeded"}, 400)
    around.server.faults.add(Fault("limit", lambda _request, _rest: response, times=None))
    round_ = replace(around.clock.round(), budget_seconds=1.0)
    assert examined(around.source, round_).state == "failed"
    assert around.clock.slept == []

    gone = examined(around.source, replace(round_, budget_seconds=-1.0))
    assert str(gone.message) == "aws/lumen: the time for this account is used up"
    assert len(around.server.requests) == 1


# Credentials


def test_a_good_key_passes_its_check_with_one_page(around: Around) -> None:
    outcome = around.examined()

    assert outcome.state == "ok"
    assert str(outcome.message) == (
        "aws/lumen: pages of Cost Explorer asked for: 1, which cost 0.01 USD"
    )
    assert around.site.pages == 1


def test_without_a_key_the_profile_of_the_machine_is_used(
    around: Around, no_credentials: Path
) -> None:
    no_credentials.write_text(
        f"[billing]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n"
    )
    around.key, around.options = None, {"profile": "billing"}
    assert around.examined().state == "ok"

    around.options = {"profile": "nobody"}
    outcome = around.examined()
    assert "could not be asked with the settings of this machine (ProfileNotFound)" in str(
        outcome.message
    )
    assert "the profile" in str(outcome.remedy)


@pytest.mark.usefixtures("no_credentials")
def test_without_a_key_what_boto3_finds_by_itself_is_used(
    around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    around.key = None
    outcome = around.examined()
    said = "there is no access key, and this machine has no credentials of AWS"
    assert said in str(outcome.message), "nobody has refused any"
    assert "AWS_COST_EXPLORER_KEY" in str(outcome.remedy)
    assert around.server.requests == ()

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert around.examined().state == "ok"


def test_the_environment_of_aws_makes_no_account_and_our_own_variable_does() -> None:
    """Each page costs money: nobody is collected who did not ask for it."""
    ours = {"AWS_COST_EXPLORER_KEY_STUDIO": KEY}
    theirs = {
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": "x",
        "AWS_PROFILE": "billing",
        "AWS_DEFAULT_REGION": "eu-west-3",
    }

    assert list(accounts_of_environment(theirs, providers(), ())) == []
    (account,) = accounts_of_environment({**theirs, **ours}, providers(), ())
    assert (account.provider, account.name) == ("aws", "studio")


def test_without_boto3_the_remedy_is_to_install_it(
    around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "ecot.providers.aws.client":
            raise ModuleNotFoundError("No module named 'boto3'", name="boto3")
        return importing(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    outcome = around.examined()

    assert outcome.state == "failed"
    assert "aws/lumen: AWS is asked with boto3, which is not installed here" in str(outcome.message)
    assert str(outcome.remedy) == "Install it: pip install 'ecot[aws]'"


@pytest.mark.parametrize(
    ("secret", "remedy"),
    [
        (KEY, None),
        (KEY_ID, "This is not an access key with its secret"),
        (SECRET, "This is not an access key with its secret"),
        (f"{KEY}:token", "This is not an access key with its secret"),
        (f"sk-ant-admin01-xyz:{SECRET}", "This is not an access key with its secret"),
        (f"{SECRET}:{KEY_ID}", "This is not an access key with its secret"),
        (f"ASIACAN4RYB1RDTW33TX:{SECRET}", "of a session that ends"),
    ],
)
def test_what_is_no_access_key_is_recognised(
    around: Around, secret: str, remedy: str | None
) -> None:
    found = recognise(secret)

    assert (found is None) == (remedy is None)
    assert found is None or str(remedy) in found
    if found:
        around.key = secret
        assert str(around.examined().remedy) == found
        assert around.server.requests == ()


def test_a_cap_below_one_page_is_refused() -> None:
    with pytest.raises(ValidationError):
        AwsOptions(max_pages=0)


# By moto's queue of answers


def test_motos_cost_explorer_is_understood(around: Around, place: Place) -> None:
    url = servers.moto()
    queue = [recorded(name) for name in ("spending", "given_back")]
    queue[0].pop("NextPageToken")
    body = json.dumps({"results": queue}).encode()
    address = f"{url}/moto-api/static/ce/cost-and-usage-results"
    headers = {"content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as reply:
        assert reply.status == 201
    days = [date(2026, 10, 1), date(2026, 10, 2)]
    outcome = collected(source(AWS, url, KEY), around.clock.round(days), place)
    question = Question(first=days[0], after=date(2026, 10, 3), today=NOW.date(), currency="USD")

    assert outcome.state == "ok"
    assert str(outcome.message).endswith("asked for: 2, which cost 0.02 USD")
    found = [one.row for one in rows(place, question, Charge)]
    assert len(found) == 11
    spent = [one.billed_cost or Decimal(0) for one in found if not one.is_tax]
    assert sum(spent) == Decimal("0.4536") + Decimal("0.0000008") + Decimal("0.00000012") - Decimal(
        "0.015"
    ) - Decimal("26.53")


def test_the_record_is_complete() -> None:
    record: Mapping[str, Any] = {name: getattr(AWS, name) for name in ("feeds", "keyless")}

    assert record == {"feeds": ("costs",), "keyless": True}
    assert AWS.lateness == timedelta(days=1)
    assert (AWS.restatement_days, AWS.backfill_months, AWS.history_days) == (3, 3, 395)
    assert set(told(AWS)) == {
        *("access_denied", "not_offered", "rate_limited", "unavailable", "unexpected_answer"),
    }
