"""Forms that are not ours: nothing is done, and nothing that was typed is lost."""

from ecot.api.asked import Asked
from ecot.api.pages.forms import fields_of, is_ours


def fields(one: Asked) -> tuple[dict[str, str], bool]:
    """What was typed, and whether the form is one that this reader was given."""
    typed = fields_of(one.request)
    guard = typed.pop("guard", "")
    if one.grant is None:
        return typed, False
    return typed, is_ours(one.request, one.grant, guard, one.world.signing_key(), one.now)
