"""`ecot send`: one mail a month, by Resend or into the outbox; and what is said without one."""

import email
import gzip
import re
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest

from ecot.sandbox.resend import FULL, ResendSite
from ecot.sandbox.resend.refusals import DAILY
from ecot.sandbox.resend.troubles import said
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.troubles import connection_reset
from ecot.sinks.mail.resend import URL, ResendPost
from tests.cli.conftest import NOW, Ecot

KEY = "re_canary0123456789abcdefgh"
OWN = "camille@lumen.example"
MARCH = ("--month", "2026-03")


@pytest.fixture
def resend(collected: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    """A Resend that the settings name, with the key of its team; nobody waits for it."""
    with LoopbackServer(ResendSite(lambda: NOW, {KEY: FULL})) as server:
        configure(
            collected, f'from = "Écot <ecot@lumen.example>"\nbase_url = "{server.url}"\n', KEY
        )
        monkeypatch.setattr("ecot.sinks.mail.resend.ResendPost", _hasty)
        yield server


def _hasty(*arguments: object, **named: object) -> ResendPost:
    return ResendPost(*arguments, **named, seconds=0.0)  # type: ignore[arg-type]


def configure(folder: Path, mail: str, key: str | None = None, to: str = OWN) -> None:
    """Adds `[mail]` to the settings, and its key to `.env`."""
    with (folder / "ecot.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[mail]\nto = ["{to}"]\n{mail}')
    if key is not None:
        with (folder / ".env").open("a", encoding="utf-8") as file:
            file.write(f"RESEND_API_KEY={key}\n")


def site_of(server: LoopbackServer) -> ResendSite:
    assert isinstance(server.site, ResendSite)
    return server.site


def test_without_resend_the_mail_is_a_file_that_opens(collected: Path, ecot: Ecot) -> None:
    configure(collected, "")
    done = ecot("send", *MARCH)

    assert done.code == 0
    path = Path(done.out.strip())
    assert path.parent == collected / ".ecot" / "outbox"
    mail = email.message_from_bytes(path.read_bytes(), policy=default)
    assert mail["To"] == OWN
    assert "2026" in mail["Subject"]
    assert mail["X-Unsent"] == "1"
    assert {"text/plain", "text/html"} <= {part.get_content_type() for part in mail.walk()}
    assert "is in the outbox" in done.err


def test_in_french_the_mail_and_what_is_said_are_french(collected: Path, ecot: Ecot) -> None:
    settings = collected / "ecot.toml"
    settings.write_text(settings.read_text("utf-8").replace("en-US", "fr-FR"), "utf-8")
    configure(collected, "", to="Camille Aubert <camille@lumen.example>")
    done = ecot("send", *MARCH)

    assert (done.code, done.err.count("boîte d’envoi")) == (0, 1)
    mail = email.message_from_bytes(Path(done.out.strip()).read_bytes(), policy=default)
    assert "mars 2026" in mail["Subject"]
    assert mail["To"] == "Camille Aubert <camille@lumen.example>"
    shown = {part["Content-ID"] for part in mail.walk() if part["Content-ID"]}
    html = next(part for part in mail.walk() if part.get_content_type() == "text/html")
    assert {f"<{name}>" for name in re.findall(r"cid:([^\"]+)", html.get_content())} == shown
    assert "déjà envoyé" in ecot("send", *MARCH).err


def test_sent_twice_it_says_when_and_sends_nothing(collected: Path, ecot: Ecot) -> None:
    configure(collected, "")
    first = ecot("send", *MARCH)
    second = ecot("send", *MARCH)

    assert (second.code, second.out) == (0, first.out)
    assert "was sent on 4 March 2026" in second.err or "was sent on March 4, 2026" in second.err
    assert "--again" in second.err
    third = ecot("send", *MARCH, "--again")
    assert third.code == 0
    assert third.out != first.out
    assert len(list((collected / ".ecot" / "outbox").iterdir())) == 2


def test_by_resend_it_is_one_mail_with_a_key(resend: LoopbackServer, ecot: Ecot) -> None:
    done = ecot("send", *MARCH, "--json")
    again = ecot("send", *MARCH, "--json")

    (mail,) = site_of(resend).mails
    assert done.code == again.code == 0
    assert done.document["state"] == "sent"
    assert again.document["state"] == "already"
    assert done.document["month"] == "2026-03"
    assert done.document["id"] == again.document["id"] == mail.id
    assert done.document["file"] is None
    assert done.document["by"] == "resend"
    assert mail.key is not None
    assert mail.key.startswith("sofar/2026-03-04/")  # March is not over
    assert mail.recipients == [OWN]
    assert KEY not in done.out + done.err


def test_others_than_those_of_the_settings(resend: LoopbackServer, ecot: Ecot) -> None:
    ecot("send", *MARCH)
    done = ecot("send", *MARCH, "--to", "noe@lumen.example", "--to", OWN)

    assert done.code == 0
    assert [mail.recipients for mail in site_of(resend).mails] == [[OWN], ["noe@lumen.example"]]


@pytest.mark.parametrize("to", ["nobody", "a@b", "a@b.example\nBcc: c@d.example", ""])
def test_a_wrong_address_is_said(collected: Path, ecot: Ecot, to: str) -> None:
    configure(collected, "")
    done = ecot("send", *MARCH, "--to", to)

    assert done.code == 2
    assert "--to takes addresses of mail" in done.err


def test_without_recipients_nothing_is_sent(collected: Path, ecot: Ecot) -> None:
    done = ecot("send", *MARCH)

    assert done.code == 2
    assert "nobody to send" in done.err
    assert "[mail] to" in done.err
    assert not (collected / ".ecot" / "outbox").exists()


def test_a_month_of_which_nothing_is_known_has_no_mail(collected: Path, ecot: Ecot) -> None:
    configure(collected, "")
    done = ecot("send", "--month", "2025-01", "--json")

    assert done.code == 1
    assert "holds nothing" in done.document["error"]["message"]


def test_a_wrong_key_is_said_and_not_shown(resend: LoopbackServer, ecot: Ecot) -> None:
    site_of(resend).keys.clear()
    done = ecot("send", *MARCH)

    assert done.code == 1
    assert "does not know the key" in done.err
    assert "resend.com/api-keys" in done.err
    assert KEY not in done.out + done.err


def test_no_network_is_said_and_the_next_time_it_goes(resend: LoopbackServer, ecot: Ecot) -> None:
    resend.faults.add(connection_reset().repeated(None))
    done = ecot("send", *MARCH, "--json")
    assert done.code == 1
    assert done.document["state"] == "unknown"
    assert done.document["id"] is None
    assert "nobody knows" in done.document["problem"]
    resend.faults.clear()

    assert ecot("send", *MARCH).code == 0
    assert len(site_of(resend).mails) == 1


def test_a_quota_is_said(resend: LoopbackServer, ecot: Ecot) -> None:
    resend.faults.add(said(DAILY))
    done = ecot("send", *MARCH)

    assert done.code == 1
    assert "quota of mails a day" in done.err
    assert done.out == ""


def test_no_key_is_in_any_file_of_the_ledger(
    resend: LoopbackServer, collected: Path, ecot: Ecot
) -> None:
    ecot("send", *MARCH)
    ecot("send", *MARCH, "--again")
    files = [path for path in (collected / ".ecot").rglob("*") if path.is_file()]

    assert len(site_of(resend).mails) == 2
    assert any(path.parent.parent.name == "mail" for path in files)
    packed = [gzip.decompress(path.read_bytes()) for path in files if path.suffix == ".gz"]
    bodies = [*packed, *(path.read_bytes() for path in files)]
    assert [body for body in bodies if KEY.encode() in body] == []
    assert resend.url not in URL


def test_a_key_with_a_space_in_it_is_said(collected: Path, ecot: Ecot) -> None:
    configure(collected, "", "re_ab cd")
    done = ecot("send", *MARCH)

    assert done.code == 2
    assert "RESEND_API_KEY" in done.err
    assert "re_ab" not in done.err
