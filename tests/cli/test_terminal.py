"""What only a real process shows: pipes that close, terminals, a person's Ctrl-C."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

import pytest

from ecot.providers.suppliers import PROVIDERS
from ecot.sandbox import troubles
from tests.cli.conftest import CANARY, DEVELOPERS_KEY, House, settle

ECOT = [sys.executable, "-m", "ecot"]
# The same as a person's shell starts it: with a terminal of its own, and not deaf to Ctrl-C, as a
# build may be.
AT_A_SHELL = """
import fcntl, signal, sys, termios
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.stdin.isatty() and fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from ecot.cli import main
main()
"""
PATIENCE_SECONDS = 60


def environment(**more: str) -> dict[str, str]:
    """A person's, with nothing of Ecot in it."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TERM": "xterm-256color"} | more


@pytest.mark.parametrize(
    "arguments",
    [["totals"], ["charges", "--month", "2026-03"], ["usage", "--month", "2026-03", "--json"],
     ["export", "--format", "json"], ["--help"]],
)  # fmt: skip
def test_a_reader_who_leaves_sees_no_traceback(house: House, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # nobody reads: already the first byte fails
    done = subprocess.run(
        [*ECOT, *arguments],
        cwd=house.folder,
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)

    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode == 141


def test_a_pipe_gets_no_colour_and_no_progress(house: House) -> None:
    done = subprocess.run(
        [*ECOT, "collect", "--from", "2026-03-01", "--to", "2026-03-02"],
        cwd=house.folder,
        env=environment(COLUMNS="20"),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_ctrl_c_stops_with_a_sentence(house: House, tmp_path: Path) -> None:
    settle(house, tmp_path)
    house.server.faults.add(troubles.hang(PATIENCE_SECONDS).repeated(None))
    asked = len(house.server.requests)
    program = subprocess.Popen(
        [sys.executable, "-c", AT_A_SHELL, "collect"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while len(house.server.requests) == asked and program.poll() is None:
            select.select([], [], [], 0.01)
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=PATIENCE_SECONDS)
    finally:
        house.server.release()
        house.server.faults.clear()

    assert program.returncode == 130
    assert said == "Stopped. What was finished is kept.\n"


def test_a_terminal_folds_tables_and_stays_in_its_width(house: House) -> None:
    code, seen = at_a_terminal(house.folder, ["totals", "--month", "2026-03"], columns=40)

    assert code == 0
    table = plain(seen).partition("Origin of")[0].splitlines()
    assert "Provider" in table[0] or "Provider" in table[1]
    assert max(map(len, table)) <= 40


def test_init_asks_until_answers_can_be_used(tmp_path: Path) -> None:
    titles = [provider.title for provider in PROVIDERS]
    before, after = titles[: titles.index("OpenAI")], titles[titles.index("OpenAI") + 1 :]
    code, seen = at_a_terminal(
        tmp_path,
        ["init"],
        [
            ("Language", "klingon"),
            ("Language", "fr-ch"),
            ("Currency", "chf"),
            ("Time zone", "Europe/Zurich"),
            ("Anthropic account (empty", "my company"),
            *((f"{title} account (empty", "") for title in before),
            ("OpenAI account (empty", "edugami"),
            ("OPENAI_ADMIN_KEY_EDUGAMI", DEVELOPERS_KEY),
            ("OPENAI_ADMIN_KEY_EDUGAMI", CANARY),
            ("another OpenAI account", "Edugami"),
            ("another OpenAI account", "labo"),
            ("OPENAI_ADMIN_KEY_LABO", ""),
            ("another OpenAI account", ""),
            *((f"{title} account (empty", "") for title in after),
        ],
    )

    assert code == 0
    for said in ("klingon is not one of the languages", "my company is no name of an account",
                 "made by an owner", "not of the kind",
                 "Edugami is already an account", "Written:"):  # fmt: skip
        assert said in seen
    assert CANARY not in seen
    assert DEVELOPERS_KEY not in seen
    settings = (tmp_path / "ecot.toml").read_text(encoding="utf-8")
    for written in ('"fr-CH"', '"CHF"', '"Europe/Zurich"', 'name = "edugami"', 'name = "labo"'):
        assert written in settings
    secrets = (tmp_path / ".env").read_text(encoding="utf-8")
    assert f"OPENAI_ADMIN_KEY_EDUGAMI={CANARY}\n" in secrets
    assert "OPENAI_ADMIN_KEY_LABO=\n" in secrets
    assert CANARY not in settings


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_init_that_is_broken_off_writes_nothing(tmp_path: Path, key: str) -> None:
    code, seen = at_a_terminal(tmp_path, ["init"], [("Language", key)])

    assert code == 130
    assert "Traceback" not in seen
    assert list(tmp_path.iterdir()) == []


def at_a_terminal(
    folder: Path,
    arguments: Sequence[str],
    answers: Sequence[tuple[str, str]] = (),
    columns: int = 100,
) -> tuple[int, str]:
    """Runs the program on a terminal, answers its questions in order, and returns its exit code
    and everything that the person saw."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    program = subprocess.Popen(
        [sys.executable, "-c", AT_A_SHELL, *arguments],
        cwd=folder,
        env=environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen, left, again = "", list(answers), b""
    try:
        while part := _read(ours, again):
            seen += part
            question = seen.rpartition("\n")[2]
            if left and left[0][0] in question and question.rstrip().endswith(":"):
                _, answer = left.pop(0)
                # A person presses it again: Python may lose one just before it waits for a line.
                again = b"\x03" if answer == "\x03" else b""
                _answer(ours, answer, is_hidden="not shown" in question)
                seen += "\n"
        return program.wait(PATIENCE_SECONDS), seen  # before its terminal goes, or it is hung up on
    finally:
        program.kill()
        os.close(ours)


def _answer(terminal: int, answer: str, *, is_hidden: bool) -> None:
    """Types it, for a hidden question not before the terminal stopped to echo."""
    while is_hidden and termios.tcgetattr(terminal)[3] & termios.ECHO:
        select.select([], [], [], 0.01)
    os.write(terminal, (answer if answer in ("\x03", "\x04") else f"{answer}\n").encode())


def _read(terminal: int, again: bytes) -> str:
    """What comes next; nothing where the program has ended, or says nothing for too long."""
    ready: list[int] = []
    try:
        for _ in range(int(PATIENCE_SECONDS)):
            ready, _, _ = select.select([terminal], [], [], 1.0)
            if ready:
                break
            os.write(terminal, again)
        return os.read(terminal, 4096).decode(errors="replace") if ready else ""
    except OSError:  # Linux says so when the last process has left the terminal
        return ""


def plain(text: str) -> str:
    """What is read when the colours are taken away."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
