"""Suppliers as a person sets them up, and the line or item that states a figure of theirs."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from ecot.sandbox.github import Access as GitHubAccess
from ecot.sandbox.github import GitHubSite
from ecot.sandbox.github.truth import ORGANIZATION, GitHubTruth
from ecot.sandbox.messages import Site
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.vercel import Access as VercelAccess
from ecot.sandbox.vercel import VercelSite
from ecot.sandbox.vercel.truth import VercelTruth
from tests.cli.conftest import Ecot

NOW = datetime(2026, 10, 8, 14, 30, tzinfo=UTC)
DAYS = ("--from", "2026-10-01", "--to", "2026-10-03")
TOKEN = "Can4ryBirdTw33tTweet9Zk3QwLmNo7Hs2PxYb5Vd8Rf1GjKe6"


@pytest.fixture(autouse=True)
def october(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecot.cli.session.utc_now", lambda: NOW)


def settle(here: Path, provider: str, url: str, further: str, env: str) -> None:
    (here / "ecot.toml").write_text(
        '[report]\nlocale = "en-US"\n\n[[account]]\n'
        f'provider = "{provider}"\nbase_url = "{url}"\nsince = 2026-10-01\n{further}',
        encoding="utf-8",
    )
    (here / ".env").write_text(env, encoding="utf-8")


def test_a_charge_of_vercel_leads_to_its_line(ecot: Ecot, here: Path) -> None:
    site: Site = VercelSite(VercelTruth(lambda: NOW), {TOKEN: VercelAccess()})
    with LoopbackServer(site) as server:
        settle(here, "vercel", server.url, 'slug = "lumen"\n', f"VERCEL_TOKEN={TOKEN}\n")
        assert ecot("collect", *DAYS).code == 0

    charges = ecot("charges", *DAYS, "--raw", "--json").document
    assert charges
    for row in charges:
        (trace,) = row["traces"]
        assert trace["place"].startswith("line ")
        assert Decimal(trace["raw"]["BilledCost"]) == Decimal(str(row["billed_cost"]))
        assert trace["raw"]["ServiceName"] == row["service"]
    assert {row["sub_account_name"] for row in charges} == {"web", "docs", None}

    place, _, raw = ecot("charges", *DAYS, "--raw").out.splitlines()[1:4]
    assert place.startswith("  GET /v1/billing/charges?from=2026-10-01")
    assert "  line " in place
    assert msgspec.json.decode(raw)["ServiceProviderName"] == "Vercel"


def test_github_needs_the_name_of_the_organization_beside_the_token(ecot: Ecot, here: Path) -> None:
    site: Site = GitHubSite(GitHubTruth(lambda: NOW), {TOKEN: GitHubAccess()})
    token = f"GITHUB_ADMIN_KEY={TOKEN}\n"
    with LoopbackServer(site) as server:
        settle(here, "github", server.url, "", token)
        lacking = ecot("collect", *DAYS)
        assert "GITHUB_ORGANIZATION is not set" in lacking.out + lacking.err
        assert not server.requests

        settle(here, "github", server.url, "", f"{token}GITHUB_ORGANIZATION={ORGANIZATION}\n")
        assert ecot("collect", *DAYS).code == 0

        settle(here, "github", server.url, 'user = "mona"\n', token)
        assert ecot("doctor").code == 0
        assert server.requests[-1].path == "/users/mona/settings/billing/usage"

    charges = ecot("charges", *DAYS, "--raw", "--json").document
    assert {row["traces"][0]["raw"]["organizationName"] for row in charges} == {ORGANIZATION}
