"""What a person typed into a form, and what is wrong with it: nothing that was typed is lost."""

from collections.abc import Mapping

import msgspec

from ecot.model.sentence import Sentence


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong, and what to do about it."""

    problem: Sentence
    remedy: Sentence | None = None


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """The form as it was sent: `typed` by field, `wrong` by field, and in `refused` why it was not
    taken although no single field is wrong."""

    typed: Mapping[str, str] = {}
    wrong: Mapping[str, Wrong] = {}
    refused: Wrong | None = None

    def value(self, field: str) -> str:
        """What stands in the field."""
        return self.typed.get(field, "")
