"""Every recorded answer means what its expected file says."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ecot.providers.openai import OPENAI
from ecot.providers.suppliers import PROVIDERS
from tests.golden import FOLDER, Pair, complaint, main, pairs
from tests.specifications import OFFICIAL, examples, operations_of

READ_ELSEWHERE = {"focus"}  # files that people import: test_focus.py

COLLECTED = {
    "anthropic": {
        "GET /v1/organizations/cost_report": "cost_report",
        "GET /v1/organizations/usage_report/messages": "usage.messages",
        "GET /v1/organizations/workspaces": "workspaces",
        "GET /v1/organizations/api_keys": "api_keys",
    },
    "cursor": {
        "GET /teams/members": "members",
        "POST /teams/daily-usage-data": "daily",
        "POST /teams/spend": "spend",
        "POST /teams/filtered-usage-events": "events",
    },
    "deepgram": {
        "GET /v1/projects": "projects",
        "GET /v1/projects/{project_id}/billing/breakdown": "billing",
        "GET /v1/projects/{project_id}/usage/breakdown": "usage",
        "GET /v1/projects/{project_id}/balances": "balances",
    },
    "elevenlabs": {
        "POST /v1/workspace/analytics/query/usage-by-product-over-time": "usage.products",
        "GET /v1/user/subscription": "subscription",
    },
    "openai": {
        f"GET /organization/{stream.replace('.', '/')}": stream
        for stream in ("projects", "admin_api_keys", *OPENAI.feeds)
    }
    | {"GET /organization/projects/{project_id}/api_keys": "api_keys"},
    "openrouter": {
        f"GET /{stream}": stream for stream in ("activity", "credits", "keys", "workspaces")
    }
    | {"POST /analytics/query": "analytics"},  # its example states no money: it is refused
    "twilio": {
        "GET /2010-04-01/Accounts/{AccountSid}/Usage/Records/Daily.json": "usage",
        "GET /2010-04-01/Accounts/{AccountSid}/Balance.json": "balance",
    },
    "vercel": {"GET /v1/billing/charges": "charges"},
    "github": {
        "GET /organizations/{org}/settings/billing/usage": "billing",
        "GET /users/{username}/settings/billing/usage": "billing",
    },
    "digitalocean": {
        "GET /v2/customers/my/balance": "balance",
        "GET /v2/customers/my/invoices": "costs",
        "GET /v2/customers/my/invoices/{invoice_uuid}": "costs",
        "GET /v2/customers/my/invoices/{invoice_uuid}/summary": "costs",
        "GET /v2/billing/{account_urn}/insights/{start_date}/{end_date}": "costs",
        "GET /v2/account": "team",
    },
    "copilot": {  # the reports' own examples are lists of links, which are never kept
        "GET /organizations/{org}/settings/billing/ai_credit/usage": "credits",
        "GET /organizations/{org}/settings/billing/usage": "licences",
        "GET /orgs/{org}/copilot/billing": "seats",
        "GET /orgs/{org}/copilot/billing/seats": "seats",
    },
    "github-activity": {  # the search's examples are of no merged pull requests: refused
        "GET /search/issues": "pull_requests",
        "GET /repos/{owner}/{repo}/commits": "commits",
    },
    "weaviate": {"GET /nodes": "nodes"},
    "prometheus": {"GET /query": "query"},  # examples of another moment, or of other kinds
    "stripe": {
        # a snapshot is one answer of all of these; an example alone has nobody to be about
        **{
            f"GET /v1/{what}": "subscriptions"
            for what in ("subscriptions", "subscription_items", "prices/{price}", "coupons")
        },
        "GET /v1/balance_transactions": "balance",
    },
    "claude-code": {"GET /v1/organizations/usage_report/claude_code": "analytics"},
}
"""For each provider whose specification (`<provider>.openapi.json`) has examples that are official
or were observed: the operations that it collects, and the stream that each is read by."""

ALL_OFFICIAL = {"prometheus", "twilio"}  # whatever their examples are called
SPECIFICATIONS = {
    "copilot": "github-copilot.openapi.json",
    "github": "github-billing.openapi.json",
    "github-activity": "github-copilot.openapi.json",
    "vercel": "vercel-billing.openapi.json",
}
"""Specifications that do not bear the provider's name alone."""


@pytest.mark.parametrize("pair", list(pairs()), ids=str)
def test_an_answer_means_what_is_expected(pair: Pair) -> None:
    assert complaint(pair) is None


def test_every_answer_belongs_to_a_provider() -> None:
    known = {pair.provider.name for pair in pairs()} | READ_ELSEWHERE

    assert {path.name for path in FOLDER.iterdir()} == known


def test_every_expected_file_has_its_answer() -> None:
    for path in FOLDER.glob("*/*.expected.json"):
        if path.parent.name not in READ_ELSEWHERE:
            assert path.with_name(path.name.replace(".expected.", ".answer.")).exists(), path


def test_every_stream_has_a_recorded_answer() -> None:
    for provider in PROVIDERS:
        recorded = {pair.feed for pair in pairs(providers=[provider])}
        streams = set(provider.streams)
        assert streams - set(provider.aliases) <= recorded <= streams, provider.name


@pytest.mark.parametrize("provider", COLLECTED)
def test_every_example_that_is_official_or_was_observed_is_a_pair(provider: str) -> None:
    specification = SPECIFICATIONS.get(provider, f"{provider}.openapi.json")
    streams = COLLECTED[provider]
    wanted = [each for each in examples(specification) if _is_wanted(provider, each)]

    assert streams.keys() <= operations_of(specification)
    assert wanted, "there is no such example: COLLECTED says nothing about this provider"
    assert [
        (operation, name)
        for operation, name, value in wanted
        if value not in _recorded(provider, streams[operation])
    ] == []


def _is_wanted(provider: str, example: tuple[str, str, Any]) -> bool:
    operation, name, _ = example
    is_true = provider in ALL_OFFICIAL or name.startswith((OFFICIAL, "observed_", "default"))
    return operation in COLLECTED[provider] and is_true


def _recorded(provider: str, stream: str) -> list[Any]:
    wanted = (provider, stream)
    return [_content(pair) for pair in pairs() if (pair.provider.name, pair.feed) == wanted]


def _content(pair: Pair) -> Any:
    """The answer as a specification's example has it: JSON, or the text of JSON lines."""
    try:
        return json.loads(pair.answer.read_bytes(), parse_float=Decimal)
    except ValueError:
        return pair.answer.read_text(encoding="utf-8")


class Folder:
    """A folder of pairs of one's own."""

    def __init__(self, root: Path, feed: str = "costs", body: str = '{"data": []}') -> None:
        self.root = root
        (root / "openai").mkdir()
        self.answer = root / "openai" / f"mine.{feed}.answer.json"
        self.answer.write_text(body)
        self.pair = Pair(OPENAI, self.answer)

    def __call__(self, *arguments: str) -> int:
        return main(arguments, self.root)


def test_a_missing_expectation_is_said_and_written(tmp_path: Path) -> None:
    folder = Folder(tmp_path)

    assert "has no expected file" in str(complaint(folder.pair))
    assert folder() == 0
    assert complaint(folder.pair) is None


def test_a_different_meaning_is_said_and_only_overwritten_by_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Folder(tmp_path)
    folder.pair.expected.write_text('["something"]')

    assert "means something different from mine.costs.expected.json" in str(complaint(folder.pair))
    assert folder("openai") == 1
    assert "openai/mine.costs.answer.json means something different" in capsys.readouterr().err
    assert folder.pair.expected.read_text() == '["something"]'
    assert folder("--force") == 0
    assert complaint(folder.pair) is None


def test_an_answer_that_is_to_be_refused_has_its_refusal_beside_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path, body="[]")
    complained = str(complaint(folder.pair))
    refusal = complained.partition("is not recognised: ")[2]

    folder.pair.expected.write_text(json.dumps({"refused": refusal}))
    assert complaint(folder.pair) is None
    folder.pair.expected.write_text(json.dumps({"refused": "something else"}))
    assert complaint(folder.pair) == complained


@pytest.mark.parametrize(
    ("feed", "body"), [("coffee", '{"data": []}'), ("costs", "no JSON"), ("costs", "[]")]
)
def test_an_answer_that_nobody_knows_is_said_and_never_written(
    tmp_path: Path, feed: str, body: str
) -> None:
    folder = Folder(tmp_path, feed, body)

    assert "is not recognised" in str(complaint(folder.pair))
    assert folder("--force") == 1
    assert not folder.pair.expected.exists()
