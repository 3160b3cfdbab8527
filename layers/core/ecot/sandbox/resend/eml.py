"""A mail that was accepted, as the file that its reader would get."""

from base64 import b64decode
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

Json = dict[str, Any]


def eml_of(body: Json, mail_id: str, at: datetime) -> bytes:
    """The mail: text and HTML as alternatives, pictures beside the HTML, other files attached."""
    mail = EmailMessage(policy=SMTP)
    to = body["to"]
    mail["From"] = body["from"]
    mail["To"] = to if isinstance(to, str) else ", ".join(to)
    if reply := body.get("reply_to"):
        mail["Reply-To"] = reply if isinstance(reply, str) else ", ".join(reply)
    mail["Subject"] = body["subject"]
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{mail_id}@eu-west-1.resend.example>"
    mail.set_content(body.get("text", ""))
    if body.get("html"):
        mail.add_alternative(body["html"], subtype="html")
    html = mail.get_body(("html",))
    files = body.get("attachments", [])
    for file in files:
        if file.get("content_id") and isinstance(html, MIMEPart):
            _add(html, file, is_inline=True)
    for file in files:
        if not (file.get("content_id") and isinstance(html, MIMEPart)):
            _add(mail, file, is_inline=False)
    return mail.as_bytes()


def _add(to: MIMEPart, file: Json, *, is_inline: bool) -> None:
    kind = str(file.get("content_type") or "application/octet-stream").partition(";")[0]
    maintype, _, subtype = kind.strip().partition("/")
    add = to.add_related if is_inline else to.add_attachment
    add(
        b64decode(file["content"]),
        maintype=maintype,
        subtype=subtype,
        disposition="inline" if is_inline else "attachment",
        filename=file["filename"],
        cid=f"<{file['content_id']}>" if is_inline else None,
    )
