"""What is larger than Lambda can hand on: kept beside the ledger, and answered with the address at
which it is for a minute."""

import base64
import json
import re
from http import HTTPStatus

from ecot.api import problems
from ecot.api.asked import Asked
from ecot.api.sealed import Built, built_of
from ecot.model.sentence import Sentence

_TOO_MUCH = Sentence("That is more than an answer can hold")
_LESS = Sentence("Ask for fewer months, or use `ecot export`.")
_FILE = re.compile(r'filename="([A-Za-z0-9._-]+)"')
_PAGE = "text/html"  # its links and forms would lead to the bucket


def fitting(one: Asked, built: Built) -> Built:
    """The answer, or the way to it where it has more bytes than the world's answers may have."""
    most = one.world.most_bytes
    kind = built.headers.get("Content-Type", "").partition(";")[0]
    is_read = built.status == HTTPStatus.OK and one.rule.is_safe and kind != _PAGE
    if most is None or not is_read or _size(built) <= most:
        return built
    if one.world.lend is None:
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return built_of(problems.problem(status, one.language, _TOO_MUCH, _LESS))
    address = one.world.lend(one.setup, _name(one, built), _body(built), kind)
    return Built(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


def _size(built: Built) -> int:
    """Text is written once more as JSON on its way out, where quotes and accents take more."""
    return len(built.body) // 4 * 3 if built.is_base64 else len(json.dumps(built.body))


def _body(built: Built) -> bytes:
    return base64.b64decode(built.body) if built.is_base64 else built.body.encode()


def _name(one: Asked, built: Built) -> str:
    """The name of the file that it is, else the last part of the address."""
    if stated := _FILE.search(built.headers.get("Content-Disposition", "")):
        return stated[1]
    last = one.rule.path.rpartition("/")[2].strip("<>")
    return last if "." in last else f"{last}.json"
