"""What Resend asks of a mail before it takes it, and what it knows of the team that sends."""

import json
import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ecot.sandbox.messages import Request
from ecot.sandbox.resend.refusals import BAD_KEY, Refused, not_own, not_verified, refusal, wrong

OWN_SENDER = "onboarding@resend.dev"
TEST_ADDRESSES = ("delivered", "bounced", "complained", "suppressed")
REFUSED_DOMAINS = ("example.com", "example.org", "example.net", "test.com")
MOST_RECIPIENTS, MOST_TAG = 50, 256
FORMAT = "The email address needs to follow the `email@example.com` or `Name <email@example.com>` "
FORMAT += "format."
_ADDRESS = re.compile(r"[^\s@<>,;]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_TAG = re.compile(r"[A-Za-z0-9_-]+")
_SHOWN = re.compile(r"cid:([^\"'\s)>]+)")
Json = dict[str, Any]


@dataclass
class Team:
    """Whose the account is, and the domains from which it sends."""

    own: str = "camille@lumen.example"
    domains: tuple[str, ...] = ("lumen.example",)

    def listed(self) -> list[Json]:
        """The domains, as `GET /domains` has them."""
        return [
            {
                "id": str(uuid5(NAMESPACE_URL, name)),
                "name": name,
                "status": "verified",
                "created_at": "2026-01-05 08:00:00.000000+00",
                "region": "eu-west-1",
            }
            for name in self.domains
        ]


def idempotency_key(request: Request) -> str | None:
    """The request's key. Raises Refused for one that is none."""
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= 256:
        raise Refused(refusal(BAD_KEY))
    return key


def checked(request: Request, team: Team) -> Json:
    """The mail that is asked for. Raises Refused where Resend would not take it."""
    body = _body(request)
    for name in ("from", "to", "subject"):
        if not body.get(name):
            raise wrong(f"Missing `{name}` field.", "missing_required_field")
    if not body.get("html") and not body.get("text"):
        raise wrong("Missing `html` or `text` field.", "missing_required_field")
    to = [body["to"]] if isinstance(body["to"], str) else body["to"]
    if not isinstance(to, list) or len(to) > MOST_RECIPIENTS:
        raise wrong("The `to` field must not have more than 50 items.")
    reply = body.get("reply_to", [])
    for name, addresses in {
        "to": to,
        "reply_to": [reply] if isinstance(reply, str) else reply,
    }.items():
        _check_addresses(name, addresses)
    _check_sender(body["from"], [parseaddr(one)[1] for one in to], team)
    _check_tags(body.get("tags", []))
    _check_files(body.get("attachments", []), str(body.get("html", "")))
    return body


def _body(request: Request) -> Json:
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise wrong("The request body is not valid JSON.", status=400)
    return body


def _check_addresses(name: str, addresses: Any) -> None:
    for one in addresses:
        if not isinstance(one, str) or not _ADDRESS.fullmatch(spec := parseaddr(one)[1]):
            raise wrong(f"Invalid `{name}` field. {FORMAT}")
        if name == "to" and spec.rpartition("@")[2].lower() in REFUSED_DOMAINS:
            raise wrong(
                "Invalid `to` field. Please use our testing email address instead of domains like "
                "`example.com`."
            )


def _check_sender(sender: Any, to: list[str], team: Team) -> None:
    spec = parseaddr(str(sender))[1].lower()
    if not _ADDRESS.fullmatch(spec):
        raise wrong(f"Invalid `from` field. {FORMAT}", "invalid_from_address")
    domain = spec.rpartition("@")[2]
    if spec == OWN_SENDER:
        if any(not _is_own(one, team) for one in to):
            raise not_own(team.own)
    elif domain not in team.domains:
        raise not_verified(domain)


def _is_own(address: str, team: Team) -> bool:
    local, _, domain = address.lower().partition("@")
    is_test = domain == "resend.dev" and local.partition("+")[0] in TEST_ADDRESSES
    return is_test or address.lower() == team.own.lower()


def _check_tags(tags: Any) -> None:
    for tag in tags:
        for word in (tag.get("name"), tag.get("value")):
            if not isinstance(word, str) or not _TAG.fullmatch(word) or len(word) > MOST_TAG:
                raise wrong(
                    "Tags should only contain ASCII letters, numbers, underscores, or dashes."
                )


def _check_files(files: Any, html: str) -> None:
    """The files are base64, and the HTML shows no picture that is not among them. (The last is what
    a mail program would show as a hole; Resend itself says nothing.)"""
    known = set()
    for file in files:
        content = file.get("content")
        try:
            b64decode(content if isinstance(content, str) else "?", validate=True)
        except NotBase64:
            raise wrong("Invalid `attachments` field.", "invalid_attachment") from None
        if not file.get("filename"):
            raise wrong("Attachment must have a `filename`.", "invalid_attachment")
        known.add(file.get("content_id"))
    for name in _SHOWN.findall(html):
        if name not in known:
            raise wrong(
                f"The content id {name} is not among the attachments.", "invalid_attachment"
            )
