"""Takes secrets out of what providers say, before anything is kept, shown or logged.

A refusal often quotes the key it refuses, whole, cut or masked ("sk-ad****1234"). What goes into a
sentence loses everything that looks like a key; what is kept as evidence loses whole keys only, so
that no id or name that people gave is touched.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

REDACTED = "[redacted]"
FRAGMENT = 8  # so many characters in a row of a key's random part give some of it away
LONGEST_QUOTE, LONGEST_LOOK = 240, 4000
SHORTEST_KEY = 12  # what is shorter is a word (a mock server's "test"), and may stand in any name

_PUBLIC_PREFIX = re.compile(r"^(?:[A-Za-z]{2,8}\d{0,2}[-_]){1,3}")
_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?:sk|rk|pk|sess)[-_](?=[\w-]*[0-9])(?=[\w-]*[A-Z])[A-Za-z0-9_-]{20,}"
    r"|(?<![A-Za-z0-9])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"
)
_LIKE_A_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?:sk|rk|pk|sess)[-_][\w-]{16,}"
    r"|(?i:(?<![a-z0-9])(?:bearer|basic)\s+[\w.~+/=-]{12,})"
    r"|[\w-]*\*{3,}[\w*-]*"
    r"|(?<![A-Za-z0-9])[srp]k[-_][\w-]*(?:\.{3}|…)\w+"
)
# A signed link is as good as a key, and no two suppliers call the signature alike: what stands
# behind the question mark of any address is taken out.
_QUERY = re.compile(r"""(\bhttps?://[^\s"'<>?]+\?)[^\s"'<>]+""")


def quotable(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` on one short line, without the secrets, long parts of them or anything like a key."""
    return short(bare(text, secrets))


def bare(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` on one line, without the secrets, long parts of them or anything like a key."""
    text = text[:LONGEST_LOOK]
    for secret in secrets:
        text = _without_parts(_without_whole(text, secret), secret)
    text = _QUERY.sub(rf"\1{REDACTED}", text)
    return " ".join(_LIKE_A_KEY.sub(REDACTED, _KEY.sub(REDACTED, text)).split())


def short(text: str) -> str:
    """As much of it as fits into a sentence."""
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def keepable(body: bytes, secrets: Iterable[str] = ()) -> bytes:
    """The same bytes, but for whole keys: JSON stays JSON, and numbers are never touched."""
    text = body.decode("utf-8", "surrogateescape")
    for secret in secrets:
        if len(secret) >= SHORTEST_KEY:
            text = _without_whole(text, secret)
    return _KEY.sub(REDACTED, text).encode("utf-8", "surrogateescape")


def _without_whole(text: str, secret: str) -> str:
    for form in {secret, quote(secret, safe="")} - {""}:
        text = text.replace(form, REDACTED)
    return text


def _without_parts(text: str, secret: str) -> str:
    kept, end = [], 0
    for start, stop in _shared(text, _PUBLIC_PREFIX.sub("", secret)):
        kept += [text[end:start], REDACTED]
        end = stop
    return "".join([*kept, text[end:]])


def _shared(text: str, random_part: str) -> Iterator[tuple[int, int]]:
    """Where `text` holds runs of at least FRAGMENT characters that the random part holds too."""
    grams = {random_part[at : at + FRAGMENT] for at in range(len(random_part) - FRAGMENT + 1)}
    start = end = -1
    for at in range(len(text) - FRAGMENT + 1):
        if text[at : at + FRAGMENT] not in grams:
            continue
        if at > end:
            if end > start:
                yield start, end
            start = at
        end = at + FRAGMENT
    if end > start:
        yield start, end
