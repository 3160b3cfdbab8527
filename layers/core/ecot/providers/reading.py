"""Reading a provider's JSON with care: exact numbers, and an error that names the place.

A `Node` is a part of an answer that knows where it stands. What it is asked for and does not hold
is an UnexpectedAnswer that quotes it, never a default: a missing amount is not zero.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.money import currency, exact
from ecot.providers.redaction import quotable


@dataclass(frozen=True)
class Node:
    """A part of a decoded answer; `place` is its JSON pointer, `source` says whose answer it is,
    `row` is the object that it is a field of."""

    value: Any
    source: str
    place: str = ""
    row: Any = None

    def __getitem__(self, name: str) -> "Node":
        """The field of this name, which must be there; null counts as absent."""
        if (found := self.get(name)) is None:
            self.refuse("{source}: {place} has no {field}: {part}", field=name)
        return found

    def get(self, name: str) -> "Node | None":
        """The field of this name, None where it is absent or null."""
        if not isinstance(self.value, dict):
            self.refuse("{source}: {place} is not an object: {part}")
        value = self.value.get(name)
        step = name.replace("~", "~0").replace("/", "~1")  # RFC 6901: a model's name may hold both
        return (
            None if value is None else Node(value, self.source, f"{self.place}/{step}", self.value)
        )

    def __iter__(self) -> Iterator["Node"]:
        """The entries of a list."""
        if not isinstance(self.value, list):
            self.refuse("{source}: {place} is not a list: {part}")
        for at, value in enumerate(self.value):
            yield Node(value, self.source, f"{self.place}/{at}")

    def text(self) -> str:
        """A text; a yes or no as "true" or "false"."""
        if isinstance(self.value, bool):
            return str(self.value).lower()
        if not isinstance(self.value, str):
            self.refuse("{source}: {place} is not a text: {part}")
        return self.value

    def optional(self, name: str) -> str | None:
        """The text of a field, None where it is absent, null or empty."""
        field = self.get(name)
        return (field.text() or None) if field else None

    def whole(self) -> int:
        """A whole number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.refuse("{source}: {place} is not a whole number: {part}")
        return self.value

    def flag(self) -> bool:
        """A yes or no."""
        if not isinstance(self.value, bool):
            self.refuse("{source}: {place} is neither true nor false: {part}")
        return self.value

    def amount(self) -> Decimal:
        """An exact number, written as a JSON number or as a text."""
        try:
            return exact(self.value)
        except ValueError as error:
            why = str(error)
        text = "{source}: {place} is no amount ({why}): {part}"
        return self._within_its_row().refuse(text, why=quotable(why))

    def currency(self) -> str:
        """An ISO 4217 code, in capitals."""
        try:
            return currency(self.text())
        except ValueError as error:
            why = str(error)
        text = "{source}: {place} is no currency ({why}): {part}"
        return self._within_its_row().refuse(text, why=quotable(why))

    def _within_its_row(self) -> "Node":
        """The same place, quoted with its whole row: a strange amount alone says little."""
        return self if self.row is None else Node(self.row, self.source, self.place)

    def expect(self, name: str, text: str) -> None:
        """Refuse a part whose field says something else: it may hold money that nobody reads."""
        if self[name].text() != text:
            self.refuse("{source}: {place} is not what was expected, {text}: {part}", text=text)

    def refuse(self, text: str, /, **values: str) -> NoReturn:
        """Raise an UnexpectedAnswer; `text` has places for {source}, {place} and {part}."""
        part = quotable(json.dumps(self.value, ensure_ascii=False, default=str))
        place = self.place or "the answer"
        raise UnexpectedAnswer(text, source=self.source, place=place, part=part, **values)


def opened(answer: Answer, source: str | None = None) -> Node:
    """The whole of an answer, decoded; `source` (default: its feed) begins every complaint."""
    source = source or answer.feed
    return Node(decoded(answer.body, source), source)


def decoded(body: bytes, source: str = "the answer") -> Any:
    """JSON with every fraction as Decimal; UnexpectedAnswer for anything else."""
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        start = quotable(body[:1000].decode("utf-8", "replace")) or "nothing"
    raise UnexpectedAnswer("{source}: this is not JSON: {start}", source=source, start=start)
