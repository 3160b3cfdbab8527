"""A cube: one account's month as cells, by service or by person, cut into days."""

from functools import cached_property
from hashlib import blake2b
from typing import Literal

import msgspec

from ecot.model.cells import PERSON_DIMENSIONS, SERVICE_DIMENSIONS, Cell
from ecot.model.period import Month

CubeKind = Literal["service", "person"]
DIMENSIONS: dict[CubeKind, tuple[str, ...]] = {
    "service": SERVICE_DIMENSIONS,
    "person": PERSON_DIMENSIONS,
}


class Cube(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All cells of an account's month over the dimensions of its kind."""

    account: str
    month: Month
    kind: CubeKind
    cells: tuple[Cell, ...]

    @cached_property
    def name(self) -> str:
        """The content's digest: 32 hex digits."""
        return blake2b(msgspec.json.encode(self, order="sorted"), digest_size=16).hexdigest()
