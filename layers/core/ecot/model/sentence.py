"""A sentence for a person, kept with its blanks apart so that it can be shown in any language."""

from collections.abc import Mapping

import msgspec


class Sentence(msgspec.Struct, frozen=True, omit_defaults=True):
    """English text with named places, and what fills them.

    The text is the key under which a translation is found, so it never holds a value itself.
    """

    text: str
    values: Mapping[str, str] = {}

    def filled(self, text: str) -> str:
        """A translation of `text` (or the text itself) with the values in their places."""
        return text.format_map(self.values) if self.values else text

    def __str__(self) -> str:
        return self.filled(self.text)
