"""Who people are is hidden at the edge, like secrets: before anything is parsed, kept or shown.

An e-mail address in an answer, and a login in a field that its provider names, becomes a pseudonym:
`user-` and eight characters of a keyed hash. The same person is the same pseudonym at every
provider and in every run of a ledger. What stood there is kept as a name beside the pseudonym, and
shown only where `[people] show = "names"` says so.
"""

import hmac
import json
import re
from base64 import b32encode
from collections.abc import Callable, Collection
from functools import cached_property
from hashlib import sha256

from ecot.model.rows import Name

LENGTH = 8  # 40 bits: of 1,000 people two share a pseudonym once in two million ledgers
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_NOBODY = frozenset({"", "none", "null"})  # "None" is nobody to LiteLLM
_PSEUDONYM = re.compile(r"user-[a-z2-7]{8}")


class People:
    """The pseudonyms of one ledger. `key` is asked for when the first person is met; `met` are the
    people who were, by pseudonym."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._ask = key
        self.met: dict[str, str] = {}

    @cached_property
    def _key(self) -> bytes:
        return self._ask()

    def pseudonym(self, person: str) -> str:
        """What the person is called instead: however the name is written, in capitals or not."""
        if _PSEUDONYM.fullmatch(person):
            return person
        digest = hmac.new(self._key, person.strip().casefold().encode(), sha256).digest()
        pseudonym = "user-" + b32encode(digest).decode()[:LENGTH].lower()
        self.met.setdefault(pseudonym, person)
        return pseudonym

    def hidden(self, text: str, fields: Collection[str] = ()) -> str:
        """The text without e-mail addresses, and without what stands in these fields of JSON. Not a
        number is touched, and JSON stays JSON."""
        if fields:
            text = _in_fields(tuple(fields)).sub(self._in_field, text)
        return _EMAIL.sub(lambda found: self.pseudonym(found[0]), text) if "@" in text else text

    def names(self, of: Collection[str]) -> list[Name]:
        """Those of the pseudonyms whose person was met, with the person as their name."""
        return [Name("user", one, self.met[one]) for one in of if one in self.met]

    def _in_field(self, found: re.Match[str]) -> str:
        person = json.loads(found[2], strict=False)
        is_somebody = person.strip().casefold() not in _NOBODY
        return found[1] + (json.dumps(self.pseudonym(person)) if is_somebody else found[2])


def _in_fields(fields: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(fields)))
    return re.compile(rf'("(?:{names})"\s*:\s*)("(?:[^"\\]|\\.)*")')
