"""What routes answer with: JSON whose amounts are text, and of what is read also how old it is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import Response

from ecot import __version__
from ecot.api.asked import Asked, asked
from ecot.api.problems import Failed
from ecot.jobs.plain_json import plain_json
from ecot.jobs.query import collected_at
from ecot.jobs.site.whole import whole_of
from ecot.model.sentence import Sentence

JSON = "application/json"
FRESH = 300  # seconds for which whoever asked may keep an answer: S1.17
_T = TypeVar("_T")
_CURSOR = 24  # digits: where the page before ended, and a mark of what it was cut from
_OTHER_PAGE = Sentence("What is listed has changed since the first page")
_OTHER_PAGE_REMEDY = Sentence("Begin again, without `cursor`.")


def json_answer(
    document: object, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """The document. Nobody keeps it, unless `headers` say so."""
    return Response(status, JSON, plain_json(document).decode(), dict(headers or {}))


def read(make: Callable[[Asked], Mapping[str, Any]]) -> Response[str]:
    """What `make` reads of the ledger, with when that was collected; nothing is read where whoever
    asks has the same answer already."""
    one = asked()
    headers = kept(one)
    if is_known(one, headers["ETag"]):
        return Response(HTTPStatus.NOT_MODIFIED, None, "", headers)
    return json_answer({"collected_at": newest(one), **make(one)}, headers=headers)


def kept(one: Asked) -> dict[str, str]:
    """The headers of an answer that may be kept for a while by whoever asked, and by nobody else:
    its tag is of all that the ledger and the settings hold, of the day, and of what was asked."""
    role = one.grant.role if one.grant else ""
    parts = (state_of(one), role, one.request.path, one.request.raw_query)
    return {"ETag": f'"{_digest(*parts)}"', "Cache-Control": f"private, max-age={FRESH}"}


def dated(one: Asked) -> dict[str, str]:
    """The header that says of a file, which has no place for it, when an account was last read."""
    read_at = newest(one)
    return {} if read_at is None else {"Last-Modified": format_datetime(read_at, usegmt=True)}


def state_of(one: Asked) -> str:
    """A digest of all that the ledger and the settings hold, and of the day."""
    accounts = [f"{each.key} {each.active}" for each in one.setup.settings.accounts]
    whole = whole_of(one.place.store, one.setup.edition(), None)
    return _digest(__version__, whole, *accounts)


def _digest(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=16).hexdigest()


def is_known(one: Asked, tag: str) -> bool:
    """Whether whoever asks names the tag of what they have."""
    stated = one.request.headers.get("if-none-match", "")
    named = [part.strip().removeprefix("W/") for part in stated.split(",")]
    return tag in named or named == ["*"]


def newest(one: Asked) -> datetime | None:
    """When an account was last read: None where none ever was."""
    return collected_at(one.place.store)


def page(
    found: Sequence[_T], limit: int, cursor: str | None, tag: str
) -> tuple[list[_T], str | None]:
    """At most `limit` of what was found, from where the `cursor` of the page before ended, and the
    next one's cursor (None: that was all). A cursor holds for one `tag`: once the ledger has
    changed nobody could say what would be left out, or come twice."""
    start = _start(cursor, tag)
    after = start + limit
    return list(found[start:after]), f"{after:08x}{_mark(tag)}" if after < len(found) else None


def _start(cursor: str | None, tag: str) -> int:
    if cursor is None:
        return 0
    if len(cursor) != _CURSOR or cursor[8:] != _mark(tag):
        raise Failed(HTTPStatus.CONFLICT, _OTHER_PAGE, _OTHER_PAGE_REMEDY)
    return int(cursor[:8], 16)


def _mark(tag: str) -> str:
    return blake2b(tag.encode(), digest_size=8).hexdigest()
