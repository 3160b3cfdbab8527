"""A mail as a file: a mail program reads what was meant, and nothing can be slipped in."""

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ecot.errors import SinkRefused
from ecot.sinks.mail.eml import eml_of
from ecot.sinks.mail.message import Message, Part
from ecot.sinks.mail.outbox import OutboxPost, file_name
from ecot.store.folder import Folder
from tests.sinks.mail.mailing import CSV, MESSAGE, NOE, OWN, PNG, Clock, office

DATE = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)
ID = "<0123456789abcdef@lumen.example>"


def read(body: bytes) -> EmailMessage:
    """The mail, as Python's own reader understands it."""
    found = email.message_from_bytes(body, policy=default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    for part in found.walk():
        assert not part.defects
    return found


def assert_same(found: EmailMessage, message: Message) -> None:
    """Both bodies, the picture beside the HTML that shows it, and the attachments, to the byte."""
    html, text = found.get_body(("html",)), found.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert _lines(html.get_content()) == _lines(message.html)
    assert _lines(text.get_content()) == _lines(message.text)
    assert html.get_content_type() == "text/html"
    cids = {part["Content-ID"]: part.get_content() for part in found.walk() if part["Content-ID"]}
    assert cids == {
        f"<{part.content_id}>": part.content for part in message.parts if part.content_id
    }
    attached = [(part.get_filename(), part.get_payload(decode=True)) for part in attachments(found)]
    assert attached == [(part.name, part.content) for part in message.parts if not part.content_id]
    assert [str(one) for one in found["From"].addresses] == [message.sender]
    assert [str(one) for one in found["To"].addresses] == list(message.to)
    assert found["Subject"] == message.subject


def attachments(found: EmailMessage) -> list[EmailMessage]:
    return [part for part in found.walk() if part.get_content_disposition() == "attachment"]


def _lines(text: str) -> list[str]:
    return text.rstrip("\n").splitlines()


def test_the_file_holds_both_bodies_the_picture_and_the_attachments() -> None:
    message = replace(MESSAGE, to=(OWN, NOE))
    found = read(eml_of(message, DATE, ID))

    assert_same(found, message)
    assert found["Reply-To"] == "compta@lumen.example"
    assert found["Message-ID"] == ID
    assert found["Date"].datetime == DATE
    assert found["X-Unsent"] is None
    shape = [part.get_content_type() for part in found.walk()]
    assert shape == [
        *("multipart/mixed", "multipart/alternative", "text/plain"),
        *("multipart/related", "text/html", "image/png", "text/csv"),
    ]
    (csv,) = attachments(found)
    assert csv.get_param("charset") == "utf-8"
    assert csv.get_payload(decode=True) == CSV
    assert MESSAGE.parts[0].content == PNG


def test_the_same_mail_is_the_same_bytes() -> None:
    assert eml_of(MESSAGE, DATE, ID) == eml_of(MESSAGE, DATE, ID)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Coûts\r\nBcc: all@lumen.example"},
        {"subject": "Coûts\nX: y"},
        {"subject": "  "},
        {"sender": "Écot\r\nBcc: a@b.example <ecot@lumen.example>"},
        {"sender": "nobody"},
        {"to": ("a@b.example\nBcc: c@d.example",)},
        {"to": ()},
        {"to": ("",)},
        {"to": tuple(f"{number}@b.example" for number in range(51))},
        {"reply_to": "a@b.example\r\nX: y"},
        {"tags": (("month", "octobre 2026"),)},
        {"tags": (("été", "1"),)},
        {"html": '<img src="cid:nowhere">'},
        {"parts": (Part(name="a\r\nX: y", media_type="text/csv", content=b""),)},
        {"parts": (Part(name="../a", media_type="text/csv", content=b""),)},
        {"parts": (Part(name="a", media_type="image/png", content=b"", content_id="a b"),)},
    ],
)
def test_what_could_not_be_sent_is_refused_and_so_is_another_header(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(SinkRefused):
        eml_of(replace(MESSAGE, **changes), DATE, ID)
    with office() as one, pytest.raises(SinkRefused):
        one.post().deliver(replace(MESSAGE, **changes), "key")
    assert one.server.requests == ()


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_text_makes_a_header(subject: str, name: str, sender: str) -> None:
    part = Part(name=name, media_type="text/csv", content=b"1")
    message = replace(MESSAGE, subject=subject, parts=(part,), sender=f"{sender} <a@b.example>")
    message = replace(message, html="<p>")
    try:
        found = read(eml_of(message, DATE, ID))
    except SinkRefused:
        return
    assert {name.lower() for name in found} <= {
        *("from", "to", "reply-to", "subject", "date", "message-id", "mime-version"),
        "content-type",
    }
    assert [one.addr_spec for one in found["To"].addresses] == [OWN]
    assert [one.addr_spec for one in found["From"].addresses] == ["a@b.example"]


def test_the_outbox_writes_one_file_a_key_that_opens_as_a_draft(tmp_path: Path) -> None:
    clock = Clock()
    post = OutboxPost(Folder(tmp_path, mode=0o600), clock)
    first = post.deliver(MESSAGE, "report/2026-10/0123-1")
    body = (tmp_path / first.id).read_bytes()
    clock.sleep(60)
    again = post.deliver(MESSAGE, "report/2026-10/0123-1")

    assert first.id == again.id == "report-2026-10-0123-1.eml"
    assert (tmp_path / first.id).read_bytes() == body
    assert (tmp_path / first.id).stat().st_mode & 0o777 == 0o600
    found = read(body)
    assert_same(found, MESSAGE)
    assert found["X-Unsent"] == "1"
    assert post.state(first.id) is None
    assert [path.name for path in tmp_path.iterdir()] == [first.id]


def test_a_file_stays_in_its_folder() -> None:
    assert file_name("../../etc/passwd") == "etc-passwd.eml"


def test_resend_delivers_what_the_outbox_would_hold(tmp_path: Path) -> None:
    with office(tmp_path) as one:
        one.post().deliver(replace(MESSAGE, to=(OWN, NOE)), "key")
    (path,) = tmp_path.iterdir()

    assert_same(read(path.read_bytes()), replace(MESSAGE, to=(OWN, NOE)))
