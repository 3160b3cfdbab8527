"""What Resend's refusals mean for a mail: surely not sent, or perhaps sent; for a person, or for
later. Names and words are those of resend.com/docs, api-reference/errors, read 2026-11."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import httpx
from pydantic import SecretStr

from ecot.errors import EcotError, SinkError, SinkRefused, SinkUnavailable
from ecot.sinks.mail.post import KeyTaken, MayNotRead, NotNow, NotVerified

NO_DOMAIN = "Ecot <onboarding@resend.dev>"
"""From whom Resend sends without a verified domain, and then to one's own address only."""
WAIT_SECONDS = 1.0
_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout)  # before a byte of the mail is sent
_UNREACHED = "unreached"
_OWN = re.compile(r"\(([^()\s@]+@[^()\s@]+)\)")
_MOST_SHOWN = 200


class Refusal(NamedTuple):
    """What to raise, whether the mail may have gone out nevertheless, and after how many seconds
    it is worth another try (None: not in this run)."""

    error: SinkError
    is_unsure: bool = False
    wait: float | None = None


class Told(NamedTuple):
    """What the SDK's error holds."""

    status: int
    kind: str
    message: str
    headers: Mapping[str, str]


def told(error: Exception) -> Told:
    """The error's fields, read with care: its classes differ from release to release. What our
    transport raised is the SDK's error's context."""
    is_unreached = isinstance(error.__context__, _NOT_CONNECTED)
    status = str(getattr(error, "code", ""))
    return Told(
        status=int(status) if status.isdigit() else 500,
        kind=_UNREACHED if is_unreached else str(getattr(error, "error_type", "")),
        message=str(getattr(error, "message", "")),
        headers={str(k).lower(): str(v) for k, v in getattr(error, "headers", {}).items()},
    )


def refusal(said: Told, secret: SecretStr) -> Refusal:
    """What Resend's refusal means."""
    if said.kind == _UNREACHED:
        return Refusal(_unreached(), wait=WAIT_SECONDS)
    if said.kind == "HttpClientError" or said.status >= 500 or said.status == 408:
        return Refusal(_silent(said), is_unsure=True, wait=_stated_wait(said))
    if said.kind == "concurrent_idempotent_requests":
        return Refusal(_busy(), is_unsure=True, wait=2 * WAIT_SECONDS)
    if said.kind == "invalid_idempotent_request":
        return Refusal(_taken(), is_unsure=True)
    if said.status == 429:
        return _limited(said)
    return Refusal(_refused(said, secret))


def unsure(error: EcotError) -> SinkUnavailable:
    """A refusal, after an earlier try that may have gone through."""
    return SinkUnavailable(error.text, remedy=error.remedy, **error.values)


def _unreached() -> NotNow:
    return NotNow(
        "Resend cannot be reached from here; the mail did not go out",
        remedy="Look at the network of this machine. The next run tries again.",
    )


def _silent(said: Told) -> SinkUnavailable:
    remedy = "It is tried again, under the same key and so never twice."
    if said.kind == "HttpClientError":
        return SinkUnavailable(
            "Resend gave no answer; nobody knows whether the mail went out", remedy=remedy
        )
    return SinkUnavailable(
        "Resend answered with {status}; nobody knows whether the mail went out",
        remedy=remedy,
        status=said.status,
    )


def _busy() -> SinkUnavailable:
    return SinkUnavailable(
        "Resend is still at work on an earlier try of this mail",
        remedy="It is tried again, under the same key and so never twice.",
    )


def _taken() -> KeyTaken:
    return KeyTaken(
        "Resend has had another mail under this mail's key, which may have gone out",
        remedy="Look at resend.com/emails; `ecot send --again` sends it where it is not there.",
    )


def _limited(said: Told) -> Refusal:
    remedy = "The next run tries again; a larger plan is at resend.com/settings/billing."
    if said.kind == "daily_quota_exceeded":
        return Refusal(NotNow("Resend's quota of mails a day is used up", remedy=remedy))
    if said.kind == "monthly_quota_exceeded":
        return Refusal(NotNow("Resend's quota of mails a month is used up", remedy=remedy))
    error = NotNow("Resend takes no more requests for now", remedy="The next run tries again.")
    return Refusal(error, wait=_stated_wait(said))


def _stated_wait(said: Told) -> float:
    """`Retry-After` is a number of seconds there. Resend's pages name it for limits alone; of a
    server that is down it is HTTP's own word (RFC 9110, 10.2.3)."""
    text = said.headers.get("retry-after", "")
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d+)?", text) else WAIT_SECONDS


def _refused(said: Told, secret: SecretStr) -> SinkRefused:
    if said.kind in ("invalid_api_key", "missing_api_key") or "API key is invalid" in said.message:
        return SinkRefused(
            "Resend does not know the key of the mail",
            remedy="Make another one at resend.com/api-keys and put it into RESEND_API_KEY.",
        )
    if said.kind == "restricted_api_key":
        return MayNotRead(
            "The key of the mail may only send: Resend does not tell it what became of a mail",
            remedy="That is enough to send. A key with full access also shows what bounced.",
        )
    if said.status == 403 and "domain is not verified" in said.message:
        return _not_verified()
    if said.status == 403 and "your own email address" in said.message:
        return _not_own(said)
    return SinkRefused(
        "Resend refused the mail: {why}",
        remedy="Correct it in the settings, [mail], and send again.",
        why=_shown(said, secret),
    )


def _not_verified() -> NotVerified:
    error = NotVerified(
        "Resend does not send from this address: its domain is not verified there",
        remedy="Verify the domain at resend.com/domains, or set [mail] from to an address of one "
        "that is.",
    )
    error.instead = NO_DOMAIN
    return error


def _not_own(said: Told) -> SinkRefused:
    own = _OWN.search(said.message)
    return SinkRefused(
        "Without a domain of yours, Resend sends to your own address only: {own}",
        remedy="Verify a domain at resend.com/domains and set [mail] from to an address of it, or "
        "send to your own address alone.",
        own=own[1][:_MOST_SHOWN] if own else "—",
    )


def _shown(said: Told, secret: SecretStr) -> str:
    """Resend's own words, short, and without the key, should it ever repeat it."""
    words = "".join(sign if sign.isprintable() else " " for sign in said.message)
    shown = words.replace(secret.get_secret_value(), "…").strip()[:_MOST_SHOWN]
    return f"{said.kind[:60]} ({said.status}): {shown}"
