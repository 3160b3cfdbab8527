"""`ecot run` with Notion and mails: what is owed is said, and sent once where that is asked for.
What goes wrong there fails neither the ledger nor the site."""

import email
from collections.abc import Callable
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path

import pytest

from ecot.sandbox.notion.faults import unavailable
from ecot.sandbox.resend import ResendSite
from ecot.sandbox.resend.refusals import DOWN
from ecot.sandbox.resend.troubles import said
from ecot.sandbox.server import LoopbackServer
from tests.cli.conftest import Ecot
from tests.cli.test_notion import Office, office, set_up
from tests.cli.test_sending import OWN, configure, resend

__all__ = ["office", "resend"]  # fixtures, found by their names

APRIL = datetime(2026, 4, 3, 5, tzinfo=UTC)
At = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Moves the edge's clock."""
    return lambda moment: monkeypatch.setattr("ecot.cli.session.utc_now", lambda: moment)


def subjects(folder: Path) -> list[str]:
    """Of the mails in the outbox."""
    found = (folder / ".ecot" / "outbox").glob("*.eml")
    return sorted(
        email.message_from_bytes(path.read_bytes(), policy=default)["Subject"] for path in found
    )


def test_without_mail_and_notion_a_run_says_nothing_of_them(collected: Path, ecot: Ecot) -> None:
    done = ecot("run")

    assert done.code == 0
    assert done.out == f"{collected}/.ecot/site/index.html\n"
    assert "mail" not in done.err
    assert "Notion" not in done.err


def test_to_send_there_must_be_somebody_to_send_to(collected: Path, ecot: Ecot) -> None:
    done = ecot("run", "--send")

    assert done.code == 2
    assert "There is nobody to send the mail to" in done.err
    assert "up to date" not in done.err


def test_a_laptop_mails_only_when_it_is_told_to(collected: Path, ecot: Ecot, at: At) -> None:
    configure(collected, "")
    first = ecot("run", "--send")
    assert first.code == 0
    assert "The next monthly mail: March 2026, from April 2, 2026 on." in first.err
    assert subjects(collected) == []

    at(APRIL)
    owing = ecot("run")
    assert owing.code == 0
    assert "The mail about March 2026 is owed." in owing.err
    assert "`ecot run --send` sends it" in owing.err
    assert subjects(collected) == []

    sent = ecot("run", "--send")
    assert sent.code == 0
    assert "is in the outbox" in sent.err
    assert sent.out == f"{collected}/.ecot/site/index.html\n"
    again = ecot("run", "--send")
    assert again.code == 0
    assert "outbox" not in again.err
    assert "The next monthly mail: April 2026" in again.err
    assert "is owed" not in ecot("run").err
    assert [one.partition(":")[0] for one in subjects(collected)] == ["Costs, March 2026"]


def test_a_look_at_the_running_month_is_not_its_mail(collected: Path, ecot: Ecot, at: At) -> None:
    configure(collected, "")
    assert ecot("send", "--month", "2026-03").code == 0
    ecot("run")
    at(APRIL)
    assert "is in the outbox" in ecot("run", "--send").err
    assert len(subjects(collected)) == 2


def test_a_run_for_another_month_leaves_the_mail_for_later(
    collected: Path, ecot: Ecot, at: At
) -> None:
    configure(collected, "")
    ecot("run")
    at(APRIL)
    waiting = ecot("run", "--send", "--month", "2026-04")
    assert waiting.code == 0
    assert "leave out --month" in waiting.err
    assert subjects(collected) == []
    assert "is in the outbox" in ecot("run", "--send", "--month", "2026-03").err


def test_resend_down_fails_the_command_and_neither_ledger_nor_site(
    collected: Path, resend: LoopbackServer, ecot: Ecot, at: At
) -> None:
    ecot("run")
    at(APRIL)
    resend.faults.add(said(DOWN).repeated(None))
    failed = ecot("run", "--send")
    assert failed.code == 1
    assert failed.out == f"{collected}/.ecot/site/index.html\n"
    assert "up to date" in failed.err
    assert "✗" in failed.err

    resend.faults.clear()
    assert ecot("run", "--send").code == 0
    assert isinstance(resend.site, ResendSite)
    assert len(resend.site.mails) == 1


def test_a_mail_that_came_back_is_said_once(
    collected: Path, resend: LoopbackServer, ecot: Ecot, at: At
) -> None:
    ecot("run")
    at(APRIL)
    assert ecot("run", "--send").code == 0
    assert isinstance(resend.site, ResendSite)
    resend.site.later[resend.site.mails[0].id] = "bounced"
    told = ecot("run", "--send")
    assert told.code == 0
    assert "! A mail to c***@lumen.example: came back" in told.err
    assert f"! A mail about trouble went to {OWN}." in told.err
    assert len(resend.site.mails) == 2
    health = (collected / ".ecot" / "site" / "health.en.html").read_text("utf-8")
    assert "c***@lumen.example" in health
    assert OWN not in health
    assert "came back" not in ecot("run", "--send").err


def test_notion_is_brought_up_to_date_before_the_site_is_made(
    ecot: Ecot, office: Office, here: Path
) -> None:
    set_up(ecot, office)
    done = ecot("run")
    assert done.code == 0
    assert done.err.index("Notion, ") < done.err.index("The report is here")
    assert "Last sync:" in (here / ".ecot" / "site" / "health.en.html").read_text("utf-8")
    before = len(office.server.requests)
    ecot("run")
    assert len(office.server.requests) - before <= 4


def test_notion_down_fails_the_command_and_neither_ledger_nor_site(
    ecot: Ecot, office: Office, here: Path
) -> None:
    set_up(ecot, office)
    office.server.faults.add(unavailable().repeated(None))
    done = ecot("run")
    assert done.code == 1
    assert done.out == f"{here}/.ecot/site/index.html\n"
    health = (here / ".ecot" / "site" / "health.en.html").read_text("utf-8")
    assert "It stopped before its end" in health


def test_half_of_what_notion_needs_is_said_and_fails_nothing(ecot: Ecot, office: Office) -> None:
    done = ecot("run")
    assert done.code == 0
    assert "· The settings name no databases of Notion" in done.err
