"""`ecot config`: settings to a stack without a deploy, nobody's change lost, and no key shown."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from ecot.edge import pushing
from ecot.edge.signing_key import has_key, key_of
from ecot.jobs.stacks import Text, parameters_of, texts_of
from ecot.sandbox.notion import NotionSite
from ecot.sandbox.server import LoopbackServer
from tests.cli.conftest import CANARY, NOW, Ecot, House
from tests.cli.stacks import Cloud, cloud, functions, moved_once

__all__ = ["cloud", "functions", "moved_once"]

PRICES = """\
[[price]]
provider = "elevenlabs"
model = "eleven_v3"
unit = "characters"
price = "0.0001"
currency = "USD"
from = 2026-01-01
source = "contract"
"""


def there(cloud: Cloud, name: str = "ecot.toml") -> str | None:
    """A file of the stack."""
    with texts_of(cloud.stack.table) as texts:
        found = texts.get(name)
    return None if found is None else found.body.decode()


def secrets(cloud: Cloud) -> dict[str, str]:
    """What SSM holds for the stack."""
    with parameters_of(cloud.name) as parameters:
        found = parameters.under("secrets")
    return {name.removeprefix("secrets/"): one.get_secret_value() for name, one in found.items()}


def test_settings_prices_and_the_signing_key_go_to_the_stack(
    ecot: Ecot, collected: Path, cloud: Cloud, house: House
) -> None:
    (collected / "prices.toml").write_text(PRICES)
    done = ecot("config", "push", "--stack", cloud.name)
    assert (done.code, done.out) == (0, "")
    assert there(cloud) == house.settings
    assert there(cloud, "prices.toml") == PRICES
    assert "+ [[account]] openai/maison" in done.err
    assert "+ report.locale" in done.err
    assert "+ [[price]] elevenlabs/eleven_v3/characters/2026-01-01" in done.err
    assert "OPENAI_ADMIN_KEY_MAISON is not set" in done.err
    assert secrets(cloud) == {}
    key = key_of(cloud.stack.deployed)
    again = ecot("config", "push", "--stack", cloud.name)
    assert again.code == 0
    assert "has these settings already" in again.err
    assert key_of(cloud.stack.deployed) == key


def test_secrets_go_when_somebody_agrees_to_their_names(
    ecot: Ecot, collected: Path, cloud: Cloud, house: House
) -> None:
    with (collected / ".env").open("a") as file:
        file.write(f"NOTION_API_KEY={CANARY}\nNOT_OURS=precious\nCOLLECT_SECRET_TOKEN=token-1\n")
    with parameters_of(cloud.name) as parameters:
        parameters.put("secrets/NOTION_API_KEY", SecretStr("another key is none of the account"))
    without = ecot("config", "push", "--stack", cloud.name)
    assert "OPENAI_ADMIN_KEY_MAISON is not set" in without.err
    with parameters_of(cloud.name) as parameters:
        parameters.delete("secrets/NOTION_API_KEY")
    asked = ecot("config", "push", "--stack", cloud.name, "--secrets")
    assert asked.code == 2
    assert "nobody said yes" in asked.err
    assert secrets(cloud) == {}
    done = ecot("config", "push", "--stack", cloud.name, "--secrets", "--yes")
    assert done.code == 0
    assert "3 keys are in SSM." in done.err
    assert secrets(cloud) == {
        "OPENAI_ADMIN_KEY_MAISON": house.key,
        "NOTION_API_KEY": CANARY,
        "COLLECT_SECRET_TOKEN": "token-1",
    }
    for text in (asked.err, done.err, there(cloud) or ""):
        assert house.key not in text
        assert CANARY not in text


def test_what_only_variables_say_here_is_written_down(
    ecot: Ecot, here: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "ecot.toml").write_text(
        '# mine\n[report]\nlocale = "en-US"\n\n[[account]]\nprovider = "twilio" # the first\n'
    )
    (here / ".env").write_text(
        f"TWILIO_ACCOUNT_SID=AC{'0' * 32}\nTWILIO_AUTH_TOKEN={'a' * 32}\n"
        f"OPENAI_ADMIN_KEY_LABO={CANARY}\nREPORT_EMAIL_TO=camille@lumen.example\n"
        f"NOTION_SERVICES_DB_ID={'0' * 32}\nNOTION_USAGES_DB_ID={'1' * 32}\n"
        "SUPABASE_MONTHLY_COST_USD=25.00\n"
    )
    monkeypatch.setenv("ANTHROPIC_ADMIN_KEY", "sk-ant-admin01-everyday")
    done = ecot("config", "push", "--stack", cloud.name)
    assert done.code == 0
    assert "anthropic/anthropic is left out" in done.err
    assert there(cloud) == (
        f'# mine\n[report]\nlocale = "en-US"\n\n[[account]]\naccount_sid = "AC{"0" * 32}"\n'
        'provider = "twilio" # the first\n\n'
        '[[account]]\nprovider = "openai"\nname = "labo"\nsecret = "OPENAI_ADMIN_KEY_LABO"\n\n'
        f'[notion]\nusages = "{"1" * 32}"\nservices = "{"0" * 32}"\n\n'
        '[mail]\nto = ["camille@lumen.example"]\n\n'
        '[[plan]]\nprovider = "supabase"\nname = "monthly"\namount = "25.00"\ncurrency = "USD"\n'
        'every = "month"\nsince = "2026-02"\n'
    )
    assert ecot("providers", "--stack", cloud.name).code == 0


def test_what_would_go_is_asked_about(ecot: Ecot, collected: Path, cloud: Cloud) -> None:
    assert ecot("config", "push", "--stack", cloud.name).code == 0
    before = there(cloud)
    (collected / "ecot.toml").write_text('[report]\nlocale = "fr-FR"\n')
    (collected / ".env").unlink()
    refused = ecot("config", "push", "--stack", cloud.name)
    assert refused.code == 2
    assert "- [[account]] openai/maison" in refused.err
    assert "~ report.locale" in refused.err
    assert there(cloud) == before
    assert ecot("config", "push", "--stack", cloud.name, "--yes").code == 0
    assert there(cloud) == '[report]\nlocale = "fr-FR"\n'


def test_what_is_private_from_now_on_is_soon_gone_from_the_site(
    ecot: Ecot, collected: Path, cloud: Cloud
) -> None:
    """A share page keeps the figures that it was published with, a report its names."""
    published = [(f"{cloud.name}-publish", {"run": None})]

    def pushed(public: str) -> str:
        (collected / "ecot.toml").write_text(
            f'[report]\nlocale = "en-US"\n\n[share]\npublic = [{public}]\n'
        )
        done = ecot("config", "push", "--stack", cloud.name, "--yes")
        assert done.code == 0
        return done.err

    pushed('"change", "total"')
    assert cloud.functions.taken == [], "nothing was shown by other settings"
    assert f"The site of {cloud.name} is made anew" in pushed('"change"')
    assert cloud.functions.taken == published
    pushed('"change"')
    assert cloud.functions.taken == published, "nothing has changed"
    cloud.functions.refusals.append((403, "AccessDeniedException"))
    assert "the site shows what it did until the next night's run" in pushed("")
    assert "public = []" in (there(cloud) or "")


def test_a_change_of_somebody_else_is_not_lost(
    ecot: Ecot, collected: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pushing.put

    def put(deployed: object, over: pushing.Before, settings: bytes, prices: bytes) -> None:
        with texts_of(cloud.stack.table) as texts:
            texts.put("ecot.toml", b"# theirs\n", over.settings)
        real(cloud.stack.deployed, over, settings, prices)

    monkeypatch.setattr(pushing, "put", put)
    done = ecot("config", "push", "--stack", cloud.name)
    assert done.code == 1
    assert "ecot.toml was changed by somebody else meanwhile" in done.err
    assert there(cloud) == "# theirs\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("ecot.toml", '[report]\ncurrency = "EURO"', "report.currency is no currency code"),
        ("ecot.toml", "[report", "is not TOML"),
        ("prices.toml", "[[price]]\nprovider = 1", "price[1]"),
    ],
)
def test_what_is_wrong_is_said_and_not_pushed(
    ecot: Ecot, here: Path, cloud: Cloud, name: str, text: str, said: str
) -> None:
    (here / name).write_text(text)
    done = ecot("config", "push", "--stack", cloud.name)
    assert done.code == 2
    assert said in done.err
    assert there(cloud) is None
    assert not has_key(cloud.stack.deployed)


def test_an_empty_folder_makes_the_signing_key_alone(ecot: Ecot, cloud: Cloud) -> None:
    done = ecot("config", "push", "--stack", cloud.name)
    assert done.code == 0
    assert there(cloud) is None
    assert has_key(cloud.stack.deployed)


def test_they_come_back_as_they_are(ecot: Ecot, collected: Path, cloud: Cloud) -> None:
    (collected / "prices.toml").write_text(PRICES)
    nothing = ecot("config", "show", "--stack", cloud.name)
    assert nothing.code == 2
    assert "has no settings yet" in nothing.err
    assert ecot("config", "push", "--stack", cloud.name).code == 0
    text = (collected / "ecot.toml").read_text()
    assert ecot("config", "show", "--stack", cloud.name).out == text
    (collected / "ecot.toml").write_text("# another")
    (collected / "prices.toml").unlink()
    refused = ecot("config", "pull", "--stack", cloud.name)
    assert refused.code == 2
    assert (collected / "ecot.toml").read_text() == "# another"
    assert ecot("config", "pull", "--stack", cloud.name, "--force").code == 0
    assert (collected / "ecot.toml").read_text() == text
    assert (collected / "prices.toml").read_text() == PRICES


@pytest.mark.parametrize("command", ["push", "show", "pull"])
def test_they_are_about_a_stack(ecot: Ecot, here: Path, command: str) -> None:
    done = ecot("config", command)
    assert done.code == 2
    assert "Say which one with --stack NAME" in done.err


def test_a_difference_names_keys_and_no_values() -> None:
    before = Text(b'[report]\ncurrency = "EUR"\n[[rate]]\nfrom = "EUR"\nto = "USD"\n', "")
    after = f'[report]\ncurrency = "USD"\n[share]\npublic = ["{CANARY}"]\n'.encode()
    found = pushing.differences(before, after)
    assert [f"{one.sign} {one.path}" for one in found] == [
        "- [[rate]] EUR/USD", "~ report.currency", "+ share.public"
    ]  # fmt: skip
    assert pushing.differences(Text(b"[broken", ""), b"") == []


def test_notions_databases_are_written_into_the_settings_of_the_stack(
    ecot: Ecot, here: Path, cloud: Cloud
) -> None:
    site = NotionSite(lambda: NOW, "ntn_canary_0123456789")
    page = site.world.add_page("Costs")
    with LoopbackServer(site) as server:
        (here / "ecot.toml").write_text(f'[notion]\nbase_url = "{server.url}"\n')
        (here / ".env").write_text("NOTION_API_KEY=ntn_canary_0123456789\n")
        push = ("config", "push", "--stack", cloud.name, "--secrets", "--yes")
        assert ecot(*push).code == 0
        done = ecot("notion", "setup", page, "--write", "--stack", cloud.name)
        assert done.code == 0
        assert ecot("notion", "check", "--stack", cloud.name).code == 0
    written = there(cloud) or ""
    assert all(line in written for line in done.out.splitlines())
    assert "services = " in written
    assert (here / ".env").read_text() == "NOTION_API_KEY=ntn_canary_0123456789\n"
