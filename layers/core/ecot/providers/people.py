"""Who people are is hidden at the edge, like secrets: before anything is parsed, kept or shown.

An e-mail address in an answer, a login in a field that its provider names, and the login in the
name of a key that Claude Code has made for somebody become a pseudonym: `user-` and eight
characters of a keyed hash. The same person is the same pseudonym at every
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
from urllib.parse import unquote

from ecot.model.rows import Name

LENGTH = 8  # 40 bits: of 1,000 people two share a pseudonym once in two million ledgers
_EMAIL = re.compile(
    r"(?<![\w.%+-])[\w.%+-]{1,64}(?:'[\w.%+-]{1,64})?(?:@|%40)"
    r"(?:[\w-]{1,63}\.){1,8}(?:xn--[\w-]{2,59}|[^\W\d_]{2,24})(?![\w-])"
)
# Who signs in to Claude Code by the console gets a key, and nobody chooses its name:
# claude_code_key_<login>_<four letters> (others' lists of keys, 2025 and 2026).
_KEY_OF = "claude_code_key_"
_OWNER = re.compile(
    rf"(?<![\w.-])({_KEY_OF})(?!user-[a-z2-7]{{8}}_)([\w.-]{{1,64}})(_[a-z]{{4}})(?![\w.-])"
)
_ESCAPED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)+(?:"|\Z)', re.DOTALL)  # text of JSON with escapes
_SIGNS = ("@", "%40", "\\u0040", _KEY_OF)
_NOBODY = frozenset({"", "none", "null"})  # "None" is nobody to LiteLLM


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
        if person in self.met:
            return person
        digest = hmac.new(self._key, person.strip().casefold().encode(), sha256).digest()
        pseudonym = "user-" + b32encode(digest).decode()[:LENGTH].lower()
        self.met.setdefault(pseudonym, person)
        return pseudonym

    def hidden(self, text: str, fields: Collection[str] = ()) -> str:
        """The text without e-mail addresses and owners of keys, and without what stands in these
        fields of JSON. Not a number is touched, and JSON stays JSON."""
        if fields:
            text = _in_fields(tuple(fields)).sub(self._in_field, text)
        if not any(sign in text for sign in _SIGNS):
            return text
        parts, end = [], 0
        for found in _ESCAPED.finditer(text):
            parts += [self._plain(text[end : found.start()]), self._escaped(found[0])]
            end = found.end()
        return "".join([*parts, self._plain(text[end:])])

    def names(self, of: Collection[str]) -> list[Name]:
        """Those of the pseudonyms whose person was met, with the person as their name."""
        return [Name("user", one, self.met[one]) for one in of if one in self.met]

    def _plain(self, text: str) -> str:
        text = _EMAIL.sub(lambda found: self.pseudonym(_address(found[0])), text)
        if _KEY_OF not in text:
            return text
        return _OWNER.sub(lambda found: found[1] + self.pseudonym(found[2]) + found[3], text)

    def _escaped(self, text: str) -> str:
        """An escape is part of no address, and may hide one: "\\nana@…" begins with a line break,
        and "\\u0040" is the sign itself. What is no JSON is searched as it stands."""
        try:
            meant = json.loads(text, strict=False)
        except ValueError:
            return self._plain(text)
        hidden = self.hidden(meant)
        return text if hidden == meant else json.dumps(hidden)

    def _in_field(self, found: re.Match[str]) -> str:
        person = json.loads(found[2], strict=False)
        is_somebody = person.strip().casefold() not in _NOBODY
        return found[1] + (json.dumps(self.pseudonym(person)) if is_somebody else found[2])


def _address(text: str) -> str:
    return text if "@" in text else unquote(text)


def _in_fields(fields: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(fields)))
    return re.compile(rf'("(?:{names})"\s*:\s*)("(?:[^"\\]|\\.)*")')
