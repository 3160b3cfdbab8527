"""Notion's identifiers: pages with and without dashes, properties in four odd characters."""

import random
import re
from urllib.parse import quote
from uuid import UUID, uuid5

TITLE_ID = "title"
"""The id of every table's title property, whatever it is called."""

PROPERTY_SIGNS = [chr(code) for code in range(ord(":"), ord("~") + 1)]
UNESCAPED = "-_.!~*'()"  # what JavaScript's encodeURIComponent leaves as it is
WITHOUT_DASHES = re.compile(r"[0-9a-fA-F]{32}")
PEOPLE = UUID("7f3a2a06-6f0e-4f5c-9c76-54b1c3f0a7d1")


class Identifiers:
    """Draws identifiers from a seed, never the same one twice."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._given: set[str] = set()

    def unique(self) -> str:
        """The id of a page, a database, an option, a request: a UUID with dashes."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def of_property(self) -> str:
        """The id of a property, as it is; answers bear it encoded."""
        while True:
            drawn = "".join(self._random.choices(PROPERTY_SIGNS, k=4))
            if drawn not in self._given:
                self._given.add(drawn)
                return drawn


def encoded(property_id: str) -> str:
    """`[=yq` as it stands in answers: `%5B%3Dyq`."""
    return quote(property_id, safe=UNESCAPED)


def dashed(identifier: str) -> str | None:
    """An id as Notion writes it, given it with or without dashes; None for anything else."""
    bare = identifier.replace("-", "")
    return str(UUID(bare)) if WITHOUT_DASHES.fullmatch(bare) else None


def bare(identifier: str) -> str:
    """An id as web addresses have it: without dashes."""
    return identifier.replace("-", "")


def person(name: str) -> str:
    """The user id of a made-up person."""
    return str(uuid5(PEOPLE, name))
