"""`ecot run` and `ecot collect`: what is printed where, what is left out, and the exit codes."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ecot.jobs.round import Source
from ecot.model.outcome import Outcome
from ecot.sandbox import troubles
from tests.cli.conftest import (
    CANARY,
    DAYS,
    DEVELOPERS_KEY,
    NOW,
    Ecot,
    House,
    settings_text,
    settle,
)
from tests.store.servers import nobody


@pytest.mark.usefixtures("short_demo")
def test_nothing_configured_shows_the_demo_and_the_next_step(ecot: Ecot, here: Path) -> None:
    done = ecot("run")

    assert done.code == 0
    assert done.out == f"{here}/.ecot/demo/site/index.html\n"
    assert "DEMO" in done.err
    assert done.err.endswith("Next: `ecot init` sets up your own accounts.\n")
    assert b"DEMO" in Path(done.out.strip()).read_bytes()
    assert not (here / ".ecot" / "site").exists()
    assert "✓ Notion: 2 databases, " in done.err
    assert "Once more: 4 calls, 0 rows written." in done.err
    (mail,) = (here / ".ecot" / "demo" / "outbox").iterdir()
    assert f"✓ Mail: .ecot/demo/outbox/{mail.name}. Once more: nothing to send." in done.err


@pytest.mark.usefixtures("short_demo")
def test_a_developers_key_leaves_the_demo_running_with_one_remedy(
    ecot: Ecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", DEVELOPERS_KEY)

    done = ecot("run")

    assert done.code == 0
    assert done.out.endswith("/demo/site/index.html\n")
    assert done.err.partition("DEMO")[0].count("→") == 1
    assert "OPENAI_API_KEY is not of the kind" in done.err
    assert DEVELOPERS_KEY not in done.out + done.err


def test_a_developers_key_beside_a_real_account_is_left_out(
    ecot: Ecot, here: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(house, here)
    monkeypatch.setenv("OPENAI_API_KEY", DEVELOPERS_KEY)

    done = ecot("collect", *DAYS, "--json", "--verbose")

    assert done.code == 0
    assert [one["account"] for one in done.document["outcomes"]] == ["openai/maison"]
    assert "openai/openai: left out" in done.err
    assert DEVELOPERS_KEY not in done.out + done.err


@pytest.mark.parametrize("asked", [(), ("--provider", "openai"), ("--account", "openai/maison")])
def test_each_account_knows_which_others_are_collected_whatever_was_asked_for(
    ecot: Ecot, here: Path, house: House, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    settle(house, here)
    with (here / "ecot.toml").open("a", encoding="utf-8") as settings:
        settings.writelines(f'\n[[account]]\nprovider = "{one}"\n' for one in MORE)
    monkeypatch.setenv("VERCEL_ADMIN_KEY", "vcp_canary0123456789abcdef")
    monkeypatch.setenv("DEEPGRAM_API_KEY", "happens-to-be-there-0123456789abcdef")
    beside: dict[str, frozenset[str]] = {}

    async def run(_: object, sources: Sequence[Source], *__: object, **___: object) -> list[object]:
        beside.update((source.account, source.beside) for source in sources)
        return []

    monkeypatch.setattr("ecot.cli.collecting.run_job.run", run)
    monkeypatch.setattr("ecot.cli.accounts._checked", lambda *_: [_refused("deepgram/deepgram")])
    ecot("collect", *asked, *DAYS)

    assert beside["openai/maison"] == {"openai", "vercel"}  # Anthropic has no key


MORE = ("vercel", "anthropic")


def _refused(account: str) -> Outcome:
    provider, _, _ = account.partition("/")
    return Outcome(provider=provider, account=account, run="", at=NOW, state="failed")


def test_a_developers_key_fails_where_it_is_asked_for(
    ecot: Ecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", DEVELOPERS_KEY)

    done = ecot("collect", "--provider", "openai", "--json")

    assert done.code == 1
    assert [one["state"] for one in done.document["outcomes"]] == ["failed"]


def test_a_project_key_under_an_older_name_fails_with_the_remedy_and_without_a_request(
    ecot: Ecot, here: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = settings_text(house.server.url).replace('"maison"', '"edugami"')
    (here / "ecot.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY_EDUGAMI", DEVELOPERS_KEY)
    before = house.server.requests

    done = ecot("collect", *DAYS, "--json")

    (outcome,) = done.document["outcomes"]
    assert done.code == 1
    assert (outcome["account"], outcome["state"]) == ("openai/edugami", "failed")
    assert "the key in OPENAI_API_KEY_EDUGAMI is not of the kind" in outcome["message"]
    assert outcome["remedy"].startswith("This is a project key; costs need an admin key: ")
    assert house.server.requests == before
    assert DEVELOPERS_KEY not in done.out + done.err


def test_an_account_of_the_environment_that_the_ledger_knows_is_missed(
    ecot: Ecot, collected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (collected / "ecot.toml").unlink()
    (collected / ".env").unlink()
    monkeypatch.setenv("OPENAI_ADMIN_KEY_MAISON", DEVELOPERS_KEY)

    done = ecot("collect", "--json")

    assert done.code == 1
    assert [one["account"] for one in done.document["outcomes"]] == ["openai/maison"]


def test_settings_without_an_account_say_what_to_do_and_render_an_empty_page(
    ecot: Ecot, here: Path
) -> None:
    (here / "ecot.toml").write_text('[report]\nlocale = "en-US"\n', encoding="utf-8")

    done = ecot("run")

    assert done.code == 0
    assert done.out == f"{here}/.ecot/site/index.html\n"
    assert "No account is configured." in done.err
    assert "add an [[account]] to ecot.toml" in done.err
    assert Path(done.out.strip()).exists()


def test_collect_without_an_account_is_done(ecot: Ecot) -> None:
    done = ecot("collect", "--json")

    assert done.code == 0
    assert done.document["outcomes"] == []
    assert done.document["run"] == "20260304T103000.000000Z"
    assert "`ecot init`" in done.err


def test_run_collects_renders_and_prints_the_path(ecot: Ecot, collected: Path) -> None:
    done = ecot("run", "--month", "2026-03")

    assert done.code == 0
    assert done.out == f"{collected}/.ecot/site/index.html\n"
    assert "✓ openai/maison  up to date" in done.err
    page = (collected / ".ecot" / "site" / "index.html").read_text(encoding="utf-8")
    assert "March 2026" in page
    assert "DEMO" not in page


def test_collect_json_has_every_field_of_the_design(ecot: Ecot, collected: Path) -> None:
    done = ecot("collect", "--provider", "openai", *DAYS, "--json")

    assert done.code == 0
    assert set(done.document) == {"run", "outcomes"}
    (outcome,) = done.document["outcomes"]
    kinds = {name: type(value) for name, value in outcome.items()}
    assert kinds == {
        "provider": str,
        "account": str,
        "state": str,
        "charges": int,
        "usages": int,
        "revenues": int,
        "restatements": list,
        "unread": list,
        "seconds": float,
        "message": type(None),
        "remedy": type(None),
    }
    assert (outcome["provider"], outcome["account"]) == ("openai", "openai/maison")
    assert (outcome["state"], outcome["restatements"]) == ("ok", [])
    assert outcome["charges"] > 0 < outcome["usages"]


def test_a_wrong_key_fails_with_a_remedy_and_never_shows(
    ecot: Ecot, here: Path, house: House
) -> None:
    settle(house, here)
    (here / ".env").write_text(f"OPENAI_ADMIN_KEY_MAISON={CANARY}\n", encoding="utf-8")

    done = ecot("collect", *DAYS, "--json", "--verbose")

    (outcome,) = done.document["outcomes"]
    assert done.code == 1
    assert outcome["state"] == "failed"
    assert isinstance(outcome["message"], str)
    assert "admin key" in outcome["remedy"]
    assert f"✗ {outcome['message']}\n  → {outcome['remedy']}\n" in done.err
    assert CANARY not in done.out + done.err
    assert all(CANARY.encode() not in file.read_bytes() for file in kept(here))


def test_an_account_without_its_key_is_a_state_and_no_failure(ecot: Ecot, here: Path) -> None:
    with nobody() as url:
        (here / "ecot.toml").write_text(settings_text(url), encoding="utf-8")
        done = ecot("collect", "--json")

    (outcome,) = done.document["outcomes"]
    assert (done.code, outcome["state"]) == (0, "not_configured")
    assert outcome["remedy"].startswith("Put OPENAI_ADMIN_KEY_MAISON=… into")


def test_a_provider_in_trouble_fails_its_account(ecot: Ecot, collected: Path, house: House) -> None:
    house.server.faults.add(troubles.refused(400, {"error": None}).repeated(None))
    try:
        done = ecot("collect", "--from", "2026-03-03", "--json")
    finally:
        house.server.faults.clear()

    assert done.code == 1
    assert done.document["outcomes"][0]["state"] == "failed"


def test_verbose_says_why_accounts_were_skipped(ecot: Ecot, here: Path, house: House) -> None:
    settle(house, here)
    switched_off = '\n[[account]]\nprovider = "openai"\nname = "old"\nactive = false\n'
    (here / "ecot.toml").write_text(house.settings + switched_off, encoding="utf-8")

    quiet = ecot("collect", *DAYS)
    verbose = ecot("collect", *DAYS, "--verbose")
    other = ecot("collect", "--account", "openai/maison", *DAYS, "--verbose")

    assert "openai/old" not in quiet.err
    assert "· openai/old: switched off in ecot.toml\n" in verbose.err
    assert "· openai/old: not asked for\n" in other.err
    assert "HTTP" not in verbose.err


def test_an_unknown_account_is_wrong_usage(ecot: Ecot, collected: Path) -> None:
    done = ecot("collect", "--account", "openai/maisn")

    assert done.code == 2
    assert "No active account is called openai/maisn" in done.err


def kept(here: Path) -> list[Path]:
    """Every file that the program wrote."""
    return [path for path in (here / ".ecot").rglob("*") if path.is_file()]
