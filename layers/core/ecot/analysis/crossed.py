"""Groups by several dimensions at once; by model among them, cost and usage are joined first."""

from collections.abc import Collection, Iterator, Mapping
from itertools import repeat
from typing import NamedTuple

from msgspec.structs import asdict

from ecot.analysis.groups import (
    NOBODY,
    OF_PROVIDERS,
    By,
    Group,
    Owner,
    group_of,
    key_of,
    name_of,
    owner_of,
)
from ecot.analysis.joined import Join, joins
from ecot.model.figure import Figure


class Crossed(Group, frozen=True, kw_only=True):
    """A line of a table by several dimensions: `keys` by each of them, `names` where people call
    one otherwise; `key` and `name` are those of the first.

    Where model is one of them, `join` says whether the line has cost and usage of the same, or why
    it has one only; lines without a model are told apart by `service`. Else both are None.
    """

    keys: Mapping[By, str | None]
    names: Mapping[By, str] = {}
    join: Join | None = None
    service: str | None = None

    @property
    def rank(self) -> list[str]:
        """Lines of the same cost stand in this order."""
        keys = [key or "" for key in self.keys.values()]
        return [*keys, self.provider or "", self.account or "", self.join or "", self.service or ""]


class _Line(NamedTuple):
    owner: Owner
    keys: tuple[str | None, ...]
    join: Join | None
    service: str | None


def crossed(
    figures: Collection[Figure],
    dimensions: tuple[By, ...],
    currency: str,
    names: Mapping[str, str],
    shared: Collection[str] = (),
) -> Iterator[Crossed]:
    """The figures by all of `dimensions`; every figure is in exactly one line. `shared` as in
    groups.py."""
    lines: dict[_Line, list[Figure]] = {}
    joined = joins(figures, dimensions) if "model" in dimensions else zip(figures, repeat(None))
    for figure, join in joined:
        lines.setdefault(_line(figure, join, dimensions, shared), []).append(figure)
    for line, members in lines.items():
        yield _crossed(line, dimensions, members, currency, names)


def _line(
    figure: Figure, join: Join | None, dimensions: tuple[By, ...], shared: Collection[str]
) -> _Line:
    is_bare = join is not None and figure.cell.model is None
    return _Line(
        owner=max((owner_of(figure, by, shared) for by in dimensions), key=_exactness),
        keys=tuple(key_of(figure, by) for by in dimensions),
        join=join,
        service=figure.cell.service if is_bare else None,
    )


def _exactness(owner: Owner) -> int:
    return sum(part is not None for part in owner)


def _crossed(
    line: _Line,
    dimensions: tuple[By, ...],
    figures: list[Figure],
    currency: str,
    names: Mapping[str, str],
) -> Crossed:
    keys = dict(zip(dimensions, line.keys, strict=True))
    called = {
        by: name
        for by, key in keys.items()
        if (name := name_of(line.owner if by in OF_PROVIDERS else NOBODY, key, names)) is not None
    }
    sums = asdict(group_of(line.owner, line.keys[0], figures, currency, names))
    return Crossed(
        **sums | {"name": called.get(dimensions[0])},
        keys=keys,
        names=called,
        join=line.join,
        service=line.service,
    )
