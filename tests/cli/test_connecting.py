"""`ecot connect`: a key that works is kept, and no other; and no key is ever seen."""

import io
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE

import pytest

from ecot.edge.signing_key import has_key
from ecot.jobs.known import provider
from ecot.jobs.stacks import parameters_of, texts_of
from ecot.providers.suppliers import PROVIDERS
from ecot.sandbox.notion import NotionSite
from ecot.sandbox.resend import SENDING, ResendSite
from ecot.sandbox.server import LoopbackServer
from tests.cli.conftest import CANARY, DEVELOPERS_KEY, NOW, Done, Ecot, House
from tests.cli.stacks import Cloud, cloud, functions, moved_once
from tests.cli.test_terminal import at_a_terminal
from tests.cli.whole_company import TWIN, suppliers
from tests.jobs.world import Clock

__all__ = ["cloud", "functions", "moved_once"]

EVENING = datetime(2026, 10, 31, 22, tzinfo=UTC)
Piped = Callable[..., Done]


@pytest.fixture
def piped(ecot: Ecot, monkeypatch: pytest.MonkeyPatch) -> Piped:
    """The program in a pipe, whose first line is the key."""

    def ran(key: str, *arguments: str) -> Done:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{key}\n"))
        done = ecot(*arguments)
        assert not key.strip() or key.strip() not in done.out + done.err
        return done

    return ran


def of(house: House) -> tuple[str, ...]:
    """The command that connects the company's account."""
    return ("connect", "openai", "--name", "maison", "--option", f"base_url={house.server.url}/v1")


def kept(folder: Path) -> dict[str, str]:
    """All files of the folder, as text."""
    return {one.name: one.read_text() for one in folder.iterdir() if one.is_file()}


def test_a_key_that_works_is_kept_and_its_account_collected(
    piped: Piped, here: Path, house: House
) -> None:
    (here / "ecot.toml").write_text('# mine\n[report]\nlocale = "en-US"\n')
    (here / ".env").write_text("# keys\nA=1\n")
    done = piped(house.key, *of(house))
    assert done.code == 0
    assert "openai/maison  up to date" in done.err
    assert (here / "ecot.toml").read_text() == (
        '# mine\n[report]\nlocale = "en-US"\n\n[[account]]\nprovider = "openai"\nname = "maison"\n'
        f'secret = "OPENAI_ADMIN_KEY_MAISON"\nbase_url = "{house.server.url}/v1"\n'
    )
    assert (here / ".env").read_text() == f"# keys\nA=1\nOPENAI_ADMIN_KEY_MAISON={house.key}\n"
    assert S_IMODE((here / ".env").stat().st_mode) == 0o600
    assert (here / ".ecot" / "ledger.sqlite").exists()


def test_later_collects_nothing(piped: Piped, here: Path, house: House) -> None:
    asked = len(house.server.requests)
    done = piped(house.key, *of(house), "--later")
    assert done.code == 0
    assert len(house.server.requests) == asked + 1
    assert not (here / ".ecot").exists()
    assert 'locale = "en-US"' in (here / "ecot.toml").read_text()


@pytest.mark.parametrize(
    ("key", "code", "text"),
    [
        (CANARY, 1, "Nothing was kept."),
        (DEVELOPERS_KEY, 2, "not of the kind that is needed"),
        ("sk-admin-canary with a space", 2, "copy the key again"),
        ("", 2, "No key was given"),
    ],
)
def test_a_key_that_does_not_work_is_not_kept(
    piped: Piped, here: Path, house: House, key: str, code: int, text: str
) -> None:
    done = piped(key, *of(house))
    assert done.code == code
    assert text in done.err
    assert kept(here) == {}


def test_one_that_is_switched_off_is_on_again_with_another_key(
    piped: Piped, here: Path, house: House
) -> None:
    settings = house.settings.replace("since =", "active = false # for now\nsince =")
    (here / "ecot.toml").write_text(settings)
    (here / ".env").write_text(f"OPENAI_ADMIN_KEY_MAISON={CANARY}\n")
    done = piped(house.key, "connect", "openai", "--name", "maison", "--later")
    assert done.code == 0
    assert (here / "ecot.toml").read_text() == settings.replace(
        "active = false # for now", "active = true"
    )
    assert (here / ".env").read_text() == f"OPENAI_ADMIN_KEY_MAISON={house.key}\n"


def test_a_variable_of_the_environment_is_not_hidden_by_another(
    piped: Piped, here: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY_MAISON", CANARY)
    done = piped(house.key, *of(house))
    assert done.code == 2
    assert "is set in the environment, which wins over .env" in done.err
    assert CANARY not in done.err
    assert kept(here) == {}


def test_into_a_stack_goes_the_key_the_account_and_the_first_collection(
    piped: Piped, here: Path, house: House, cloud: Cloud
) -> None:
    done = piped(house.key, *of(house), "--stack", cloud.name)
    assert done.code == 0
    with texts_of(cloud.stack.table) as texts, parameters_of(cloud.name) as parameters:
        settings, secrets = texts.get("ecot.toml"), parameters.under("secrets")
    assert settings is not None
    assert b'name = "maison"' in settings.body
    assert house.key.encode() not in settings.body
    found = {name: one.get_secret_value() for name, one in secrets.items()}
    assert found == {"secrets/OPENAI_ADMIN_KEY_MAISON": house.key}
    assert has_key(cloud.stack.deployed)
    ((function, event),) = cloud.functions.taken
    assert function == f"{cloud.name}-dispatch"
    assert event["kind"] == "asked"
    assert f"{cloud.stack.deployed.url}/runs/{event['run']}" in done.err
    assert kept(here) == {}
    again = piped(house.key, *of(house)[:4], "--stack", cloud.name)
    assert again.code == 0
    assert len(cloud.functions.taken) == 1  # the first one is not done yet


def test_into_a_stack_goes_no_key_that_does_not_work(
    piped: Piped, house: House, cloud: Cloud
) -> None:
    assert piped(CANARY, *of(house), "--stack", cloud.name).code == 1
    with texts_of(cloud.stack.table) as texts, parameters_of(cloud.name) as parameters:
        assert texts.get("ecot.toml") is None
        assert parameters.under("secrets") == {}
    assert not has_key(cloud.stack.deployed)
    assert cloud.functions.taken == []


def test_a_settings_file_that_changed_meanwhile_is_not_written_over(
    piped: Piped, house: House, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ecot.edge import keeping

    real = keeping.There.keep

    def keep(self: keeping.There, *arguments: object) -> None:
        with texts_of(cloud.stack.table) as texts:
            texts.put("ecot.toml", b"# theirs\n", None)
        real(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping.There, "keep", keep)
    done = piped(house.key, *of(house), "--stack", cloud.name)
    assert done.code == 1
    assert "changed by somebody else meanwhile" in done.err
    with texts_of(cloud.stack.table) as texts:
        found = texts.get("ecot.toml")
    assert found is not None
    assert found.body == b"# theirs\n"


def test_every_supplier_is_connected(
    piped: Piped, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecot.cli.session.utc_now", lambda: EVENING)
    (here / "ecot.toml").write_text('[report]\nlocale = "en-US"\n')
    done = set()
    with ExitStack() as around:
        for one in suppliers(Clock(EVENING)):
            if one.account == TWIN or one.key is None:
                continue
            server = around.enter_context(LoopbackServer(one.site))
            needs = {"base_url": server.url + one.below, **one.options}
            stated = [f"{key}={''.join(value) if isinstance(value, list) else value}"
                      for key, value in needs.items()]  # fmt: skip
            options = [part for pair in stated for part in ("--option", pair)]
            found = piped(one.key, "connect", one.provider, "--name", one.name, *options, "--later")
            assert found.code == 0, (one.account, found.err)
            done.add(one.provider)
    assert done == {one.name for one in PROVIDERS}
    for name in done:
        assert f'provider = "{name}"' in (here / "ecot.toml").read_text()


@pytest.mark.parametrize("name", [one.name for one in PROVIDERS if one.needs])
def test_what_is_needed_beside_the_key_is_asked_for(piped: Piped, here: Path, name: str) -> None:
    needed = next(iter(provider(name).needs))
    done = piped("canary-0123456789", "connect", name)
    assert done.code == 2
    assert f"needs {needed} beside its key" in done.err
    assert kept(here) == {}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("opanai",), "is no supplier that Ecot knows"),
        (("openai", "--name", "a b"), "is no name of an account"),
        (("openai", "--option", "since"), "--option since has no value"),
        (("openai", "--option", "sicne=1"), "ecot.toml: account[1].sicne is not a setting"),
    ],
)
def test_what_cannot_be_meant_keeps_nothing(
    piped: Piped, here: Path, arguments: tuple[str, ...], text: str
) -> None:
    done = piped(CANARY, "connect", *arguments)
    assert done.code == 2
    assert text in done.err
    assert kept(here) == {}


def test_a_person_types_the_key_and_nobody_sees_it(tmp_path: Path, house: House) -> None:
    (tmp_path / "ecot.toml").write_text('[report]\nlocale = "en-US"\n')
    code, seen = at_a_terminal(
        tmp_path, [*of(house), "--later"], [("OPENAI_ADMIN_KEY_MAISON", house.key)]
    )
    assert code == 0
    assert house.key not in seen
    assert f"OPENAI_ADMIN_KEY_MAISON={house.key}\n" in (tmp_path / ".env").read_text()


def test_a_person_is_asked_what_the_supplier_needs(tmp_path: Path) -> None:
    (tmp_path / "ecot.toml").write_text('[report]\nlocale = "en-US"\n')
    answers = [("organization of your GitHub", ""), ("user of your GitHub", "lumen")]
    code, seen = at_a_terminal(tmp_path, ["connect", "github"], [*answers, ("ADMIN_KEY", "")])
    assert code == 2
    assert "No key was given" in seen


def test_resends_key_is_tried_and_kept(piped: Piped, here: Path) -> None:
    keys = {"re_canary_0123456789": SENDING}
    with LoopbackServer(ResendSite(lambda: NOW, keys)) as server:
        (here / "ecot.toml").write_text(
            f'[report]\nlocale = "en-US"\n[mail]\nbase_url = "{server.url}"\n'
        )
        wrong = piped("re_canary_wrong_one", "connect", "resend")
        assert wrong.code == 1
        assert not (here / ".env").exists()
        done = piped("re_canary_0123456789", "connect", "resend")
    gone = piped("re_canary_0123456789", "connect", "resend")
    assert (gone.code, "the key was not tried, and is not kept" in gone.err) == (1, True)
    assert "mail" not in gone.err, "there is none"
    assert done.code == 0
    assert "RESEND_API_KEY=re_canary_0123456789\n" in (here / ".env").read_text()


def test_notions_key_is_tried_and_kept(piped: Piped, here: Path) -> None:
    site = NotionSite(lambda: NOW, "ntn_canary_0123456789")
    with LoopbackServer(site) as server:
        (here / "ecot.toml").write_text(
            f'[report]\nlocale = "en-US"\n[notion]\nbase_url = "{server.url}"\n'
        )
        wrong = piped("ntn_canary_wrong_one", "connect", "notion")
        assert wrong.code == 1
        assert not (here / ".env").exists()
        done = piped("ntn_canary_0123456789", "connect", "notion")
    assert done.code == 0
    assert "ecot notion setup PAGE" in done.err
    assert "NOTION_API_KEY=ntn_canary_0123456789\n" in (here / ".env").read_text()
