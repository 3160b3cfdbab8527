"""What routes answer with: JSON whose amounts are text, and of what is read also how old it is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
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
        return Response(HTTPStatus.NOT_MODIFIED, None, None, headers)
    return json_answer({"collected_at": newest(one), **make(one)}, headers=headers)


def kept(one: Asked) -> dict[str, str]:
    """The headers of an answer that may be kept for a while by whoever asked, and by nobody else:
    its tag is of all that the ledger and the settings hold, of the day, and of what was asked."""
    whole = whole_of(one.place.store, one.setup.edition(), None)
    parts = (__version__, whole, one.request.path, one.request.raw_query)
    digest = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16)
    return {"ETag": f'"{digest.hexdigest()}"', "Cache-Control": f"private, max-age={FRESH}"}


def is_known(one: Asked, tag: str) -> bool:
    """Whether whoever asks names the tag of what they have."""
    stated = one.request.headers.get("if-none-match", "")
    named = [part.strip().removeprefix("W/") for part in stated.split(",")]
    return tag in named or named == ["*"]


def newest(one: Asked) -> datetime | None:
    """When an account was last read: None where none ever was."""
    return collected_at(one.place.store)


def page(
    found: Sequence[_T], name: Callable[[_T], str], limit: int, cursor: str | None
) -> tuple[list[_T], str | None]:
    """At most `limit` of what was found, after the one that `cursor` names, and the cursor of the
    next page. `name` is another one for each, and they come in its order, so that a list that
    grows meanwhile shows nothing twice and leaves nothing out that was there before."""
    ordered = sorted(found, key=name)
    rest = [one for one in ordered if cursor is None or name(one) > cursor]
    shown = rest[:limit]
    return shown, name(shown[-1]) if len(rest) > limit else None


def one_of(value: str, known: Iterable[str], text: Sentence, remedy: Sentence) -> str:
    """The value. Raises Failed where it is none of those that are known."""
    if value not in set(known):
        raise Failed(HTTPStatus.BAD_REQUEST, text, remedy)
    return value
