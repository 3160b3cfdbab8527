"""Names of product users on the command line: settings, collection, rows, and the doctor."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.sandbox.prometheus import PrometheusSite
from ecot.sandbox.prometheus.truth import PrometheusTruth, Series
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.supabase_auth import SupabaseAuthSite
from tests.cli.conftest import DAYS, NOW, Ecot

KEY = "sb_secret_Can4ryBird-Tw33tTweet_9Zk3QwLmNo"
ANA, NOBODY = "7f3c0b1e-52a4-4c1d-9e0f-0a1b2c3d4e5f", "deadbeef-0000-4000-8000-000000000000"
ADDRESS = "ana@lumen.example"


@dataclass
class Product:
    """A gateway and a project on loopback, and the folder of their settings."""

    gateway: LoopbackServer
    project: LoopbackServer
    folder: Path

    def settle(self, locale: str = "en-US", show: str = "names", key: str = KEY) -> None:
        (self.folder / "ecot.toml").write_text(
            f'[report]\nlocale = "{locale}"\n\n[people]\nshow = "{show}"\n\n'
            f'[people.supabase]\nurl = "{self.project.url}"\n\n'
            f'[[account]]\nprovider = "prometheus"\nbase_url = "{self.gateway.url}"\n'
            'set = ["litellm"]\n',
            encoding="utf-8",
        )
        (self.folder / ".env").write_text(f"SUPABASE_SECRET_KEY={key}\n", encoding="utf-8")


@pytest.fixture
def product(here: Path) -> Iterator[Product]:
    labels = {"model": "gpt-5.2", "api_provider": "openai", "team_alias": "web"}
    series = [
        Series("litellm_spend_metric_total", {**labels, "user": user}, Decimal("0.0000001"))
        for user in (ANA, NOBODY)
    ]
    truth = PrometheusTruth(lambda: NOW, series=series)
    with ExitStack() as stack:
        gateway = stack.enter_context(LoopbackServer(PrometheusSite(truth)))
        site = SupabaseAuthSite({ANA: ADDRESS}, {KEY: True})
        found = Product(gateway, stack.enter_context(LoopbackServer(site)), here)
        found.settle()
        yield found


def shown(ecot: Ecot) -> set[str]:
    """Everybody in the charges, by name, else by pseudonym."""
    rows = ecot("charges", *DAYS, "--json").document
    return {row.get("user_name") or row["user"] for row in rows}


def test_a_user_is_called_by_the_address_that_the_project_has(ecot: Ecot, product: Product) -> None:
    done = ecot("collect", *DAYS)
    assert (done.code, "~" in done.err) == (0, False)

    found = shown(ecot)
    assert ADDRESS in found
    assert {name[:5] for name in found - {ADDRESS}} == {"user-"}
    assert len(found) == 2

    product.settle(show="pseudonyms")
    asked = len(product.project.requests)
    ecot("collect", *DAYS)
    assert ADDRESS not in shown(ecot)
    assert len(product.project.requests) == asked


def test_a_run_says_what_is_wrong_with_its_own_remedy(ecot: Ecot, product: Product) -> None:
    product.settle(key=f"{KEY}-of-another-project")
    done = ecot("collect", *DAYS)

    assert done.code == 0
    assert "~ supabase-auth: Supabase Auth refused the key for" in done.err
    assert "→ Until it answers, people keep their pseudonym" in done.err
    assert "a [[rate]] in ecot.toml" not in done.err
    assert {name[:5] for name in shown(ecot)} == {"user-"}
    assert KEY not in done.err + done.out


def test_the_doctor_tries_the_project(ecot: Ecot, product: Product) -> None:
    well = ecot("doctor", "--json")
    assert well.document["people"] == {"state": "ok", "message": None, "remedy": None}
    assert (well.code, "✓ supabase-auth  up to date" in well.err) == (0, True)

    product.settle("fr-FR", key="sbp_0123456789abcdef0123456789abcdef01234567")
    ill = ecot("doctor", "--json")
    assert ill.code == 1
    assert ill.document["people"]["state"] == "failed"
    assert "n’est pas" in ill.document["people"]["message"]
    assert "[people.supabase]" in ill.err

    product.settle(show="pseudonyms", key="")
    none = ecot("doctor", "--json")
    assert (none.code, none.document["people"]["state"]) == (0, "none")
