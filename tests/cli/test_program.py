"""The program as a whole: help, errors, exit codes, languages, and nothing but JSON on stdout."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from ecot import __version__
from ecot.cli import main
from ecot.cli.log import start
from ecot.cli.show import print_json_list
from ecot.errors import LedgerError
from tests.cli.conftest import Ecot

JSON_COMMANDS = ["collect", "totals", "charges", "usage", "doctor", "providers"]


def test_help_and_version(ecot: Ecot) -> None:
    assert ecot("--version").out == f"ecot {__version__}\n"
    assert "What is not known is never shown as zero" in " ".join(ecot("--help").out.split())
    assert "ecot collect --provider openai" in ecot("collect", "-h").out
    assert ecot().code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["total"], "Did you mean 'totals'?"),
        (["totals", "--by", "colour"], "'colour' is not one of 'provider'"),
        (["totals", "--by", "day,colour"], "'colour' is not one of 'provider'"),
        (["totals", "--by", "day,"], "'' is not one of 'provider'"),
        (["totals", "extra"], "unexpected extra argument"),
        (["totals", "--mont", "2026-01"], "No such option: --mont"),
        (["totals", "--month", "2026-13"], "2026-13 is not a month"),
        (["totals", "--month", "0001-01"], "0001-01 is not a month"),
        (["totals", "--month", "2026-04"], "2026-04-01 is in the future"),
        (["run", "--month", "2030-01"], "2030-01-01 is in the future"),
        (["report", "--month", "2030-01"], "2030-01-01 is in the future"),
        (["collect", "--from", "2026-03-05"], "2026-03-05 is in the future"),
        (["collect", "--from", "0001-01-01"], "0001-01-01 is not a day"),
        (["charges", "--from", "yesterday"], "yesterday is not a day"),
        (["usage", "--to", "2026-01-01"], "--to needs --from"),
        (["totals", "--from", "2026-02-01", "--to", "2026-01-01"], "is not before"),
        (["totals", "--month", "2026-01", "--to", "2026-01-01"], "Say either --month"),
        (["totals", "--currency", "XX"], "XX is not a currency"),
        (["totals", "--config", "nowhere.toml"], "nowhere.toml cannot be read"),
        (["collect", "--provider", "opnai"], "No active account is called opnai"),
        (["export"], "Missing option '--format'"),
        (["export", "--format", "csv", "--out", "no/where.csv"], "no/where.csv: No such file"),
        (["import", "focus", "nowhere.csv"], "'nowhere.csv' does not exist"),
        (["import", "focus", "."], "is a directory"),
        (["reset"], "Nothing was done"),
    ],
)
def test_wrong_usage_is_a_sentence_and_exit_code_2(
    ecot: Ecot, here: Path, arguments: list[str], said: str
) -> None:
    done = ecot(*arguments)

    assert done.code == 2
    assert done.out == ""
    assert said in done.err
    assert "Traceback" not in done.err
    assert not (here / ".ecot" / "site").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["total"], "commande «\u00a0total\u00a0». Vouliez-vous dire 'totals'\u202f?"),
        (
            ["totals", "--by", "x"],
            "Valeur incorrecte pour --by\u00a0: «\u00a0x\u00a0» n’est pas parmi",
        ),
        (["totals", "x"], "Il y a des mots de trop (x)"),
        (["totals", "--zzz"], "Il n’y a pas d’option --zzz"),
        (["totals", "--mont", "1"], "(options possibles\u00a0: "),
        (["totals", "--month"], "L’option --month demande une valeur."),
        (["export"], "L’option --format manque."),
        (["import", "json"], "L’argument FILE manque."),
        (["import", "json", "no"], "le fichier «\u00a0no\u00a0» n’existe pas."),
        (["import", "json", "."], "«\u00a0.\u00a0» est un dossier."),
    ],
)
def test_wrong_usage_is_said_in_french(
    ecot: Ecot, here: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    done = ecot(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (b"[report]\ncurency = 'USD'\n", "report.curency is not a setting"),
        (b"[report\n", "is not TOML"),
        (b"\xff\xfe", "is not text in UTF-8"),
        (b"[[account]]\nprovider = 'openia'\n", "account[1].provider is no provider"),
    ],
)
def test_unusable_settings_stop_every_command(
    ecot: Ecot, here: Path, settings: bytes, said: str
) -> None:
    (here / "ecot.toml").write_bytes(settings)

    for command in ("run", "collect", "totals", "report", "doctor"):
        done = ecot(command)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
    assert not (here / ".ecot").exists()


@pytest.mark.parametrize("command", JSON_COMMANDS)
def test_an_error_is_one_json_document_too(ecot: Ecot, here: Path, command: str) -> None:
    (here / "ecot.toml").write_text("x = 1\n", encoding="utf-8")

    of_settings = ecot(command, "--json")
    of_usage = ecot(command, "--json", "--nonsense")

    assert of_settings.code == of_usage.code == 2
    assert of_settings.document["error"]["message"] == "ecot.toml: x is not a setting"
    assert of_settings.document["error"]["remedy"].startswith("known are:")
    assert "No such option: --nonsense" in of_usage.document["error"]["message"]
    assert "ecot.toml: x is not a setting" in of_settings.err


@pytest.mark.parametrize("command", JSON_COMMANDS)
def test_json_is_the_only_thing_on_stdout(ecot: Ecot, collected: Path, command: str) -> None:
    assert json.loads(ecot(command, "--json").out) is not None


@pytest.mark.parametrize("command", ["run", "collect", "totals", "charges", "report", "doctor"])
def test_a_damaged_ledger_is_a_sentence_and_exit_code_1(
    ecot: Ecot, here: Path, command: str
) -> None:
    (here / ".ecot").mkdir()
    (here / ".ecot" / "ledger.sqlite").write_text("not a database", encoding="utf-8")

    done = ecot(command)

    assert done.code == 1
    assert "ledger.sqlite cannot be used as a ledger" in done.err
    assert "Traceback" not in done.err
    assert (here / ".ecot" / "ledger.sqlite").read_text(encoding="utf-8") == "not a database"


def test_a_folder_that_cannot_be_made_is_a_sentence(
    ecot: Ecot, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "taken").write_text("", encoding="utf-8")
    monkeypatch.setenv("ECOT_HOME", "taken/home")

    for command in (["totals"], ["run"], ["demo"]):
        done = ecot(*command)
        assert done.code == 1
        assert "taken/home" in done.err
        assert "Traceback" not in done.err


def test_a_disk_without_room_is_a_sentence(
    ecot: Ecot, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails at a pipe or a device has no name."""

    class Full(StringIO):
        def write(self, _: str, /) -> int:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", Full())
        done = ecot("tokens", "list", "--json")

    assert done.code == 1
    assert "What is read or written here cannot be: No space left on device" in done.err


def test_a_site_that_cannot_be_written_is_a_sentence(ecot: Ecot, here: Path) -> None:
    (here / "taken").write_text("", encoding="utf-8")

    done = ecot("report", "--out", "taken/site")

    assert done.code == 1
    assert "taken/site" in done.err
    assert "cannot be used" in done.err


def test_the_terminals_language_is_spoken_until_the_settings_say_another(
    ecot: Ecot, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    before = ecot("totals", "--month", "2026-13")
    (here / "ecot.toml").write_text('[report]\nlocale = "en-GB"\n', encoding="utf-8")
    after = ecot("totals", "--month", "2026-13")

    assert "n’est pas un mois" in before.err
    assert "2026-13 is not a month" in after.err


def test_french_tables_have_french_headings(
    ecot: Ecot, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")

    heading, total = ecot("totals").out.splitlines()

    assert heading.split()[:2] == ["Fournisseur", "Quantités"]
    assert total.split()[-1] == "inconnu"


def test_a_list_that_fails_half_way_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def rows() -> Iterator[int]:
        yield 1
        raise LedgerError("damaged")

    with pytest.raises(LedgerError):
        print_json_list(rows())
    assert capsys.readouterr().out == ""

    print_json_list(iter([1, "é"]))
    assert json.loads(capsys.readouterr().out) == [1, "é"]


def test_the_log_never_shows_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    start(["canary"], verbose=True)
    try:
        raise ValueError("header holds canary")
    except ValueError:
        logging.getLogger("ecot.anything").exception("with canary")
    start([], verbose=False)
    logging.getLogger("ecot.anything").error("silent")

    said = capsys.readouterr().err
    assert "ValueError: header holds [secret]" in said
    assert "canary" not in said
    assert "silent" not in said


class _Stopping:
    """An import system in which a person presses Ctrl-C while the program is loaded."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "ecot.cli.app":
            raise KeyboardInterrupt


def test_whoever_stops_it_while_it_is_loaded_sees_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "ecot.cli.app")
    monkeypatch.setattr(sys, "meta_path", [_Stopping(), *sys.meta_path])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 130
