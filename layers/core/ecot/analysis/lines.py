"""The lines in which a change is told: costs of a span by account and model, and what was measured
of them.

Cost and usage of a model may stand in different cells. They belong together where the account, the
sub account and the model are the same; usage of which there is no cost at all measures nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from ecot.analysis.sums import counted, standing
from ecot.model.figure import Figure
from ecot.model.money import minus, times, total
from ecot.model.rows import add_quantities

Kind = Literal["charge", "plan", "bill", "credits"]


class Key(NamedTuple):
    """What a line is of. Charges that name a model have no service: where the provider tells costs
    and usage apart, only the usage names one."""

    account: str
    kind: Kind = "charge"
    service: str | None = None
    model: str | None = None

    def in_order(self) -> list[str]:
        """Lines of the same size stand in this order."""
        return [part or "" for part in self]


class Side(NamedTuple):
    """A line in one of the two spans. `cost` None: it has none. `services` are those that the usage
    names; `is_part` says that there are charges whose cost nobody knows."""

    cost: Decimal | None = None
    quantities: Mapping[str, Decimal] = {}
    services: frozenset[str | None] = frozenset()
    is_part: bool = False


def lines(figures: Iterable[Figure], currency: str) -> dict[Key, Side]:
    """The lines of the figures that have a cost, or whose cost nobody knows."""
    still = list(standing(counted(figures)))
    costs: dict[Key, list[Decimal]] = {}
    partly: set[Key] = set()
    for figure in still:
        for key, cost in _costs(figure, currency):
            costs.setdefault(key, []).append(cost)
        if figure.cell.unpriced:
            partly.add(_key(figure))
    used = _used(still)
    return {key: _side(costs.get(key), used.get(key, ()), key in partly)
            for key in {*costs, *partly}}  # fmt: skip


def replaced_charges(figures: Iterable[Figure]) -> Iterator[Figure]:
    """The charges in whose place bills stand, net of tax."""
    for figure in counted(figures):
        if figure.is_replaced and figure.cell.basis and not figure.cell.tax:
            yield figure


def merged(
    one: Mapping[Key, Side], other: Mapping[Key, Side], replaced: Iterable[Figure] = ()
) -> tuple[dict[Key, Side], dict[Key, Side]]:
    """The lines of two spans, told as coarsely as both can be told. An account whose charges are in
    one of them only is one line; where a bill stands in place of charges, it is a line with them:
    with those of its service, or with the whole account where it is about more, or where charges
    name models. `replaced` are the charges in whose place bills stand.
    """
    names = _names(one, other, replaced)
    return _renamed(one, names), _renamed(other, names)


def _names(
    one: Mapping[Key, Side], other: Mapping[Key, Side], replaced: Iterable[Figure]
) -> dict[Key, Key]:
    known = {*one, *other}
    sides = ({key.account for key in side if key.kind == "charge"} for side in (one, other))
    in_both = set.intersection(*sides)
    bills = {key for key in known if key.kind == "bill"}
    billed = {key.account for key in bills}
    told = in_both - {
        figure.account
        for figure in replaced
        if figure.cell.model or Key(figure.account, "bill", figure.cell.service) not in bills
    }

    def name(key: Key) -> Key:
        if key.kind in ("plan", "credits"):
            return key
        if key.account not in told:
            return Key(key.account, "bill" if key.account in billed else "charge")
        of_service = Key(key.account, "bill", key.service)
        return of_service if key.service and of_service in bills else key

    return {key: name(key) for key in known}


def _renamed(sides: Mapping[Key, Side], names: Mapping[Key, Key]) -> dict[Key, Side]:
    found: dict[Key, list[Side]] = {}
    for key, side in sides.items():
        found.setdefault(names[key], []).append(side)
    return {key: _together(members) for key, members in found.items()}


def _costs(figure: Figure, currency: str) -> Iterator[tuple[Key, Decimal]]:
    cost = figure.cost(currency)
    if cost is None or figure.cell.tax:
        return
    if back := credits_of(figure):
        yield Key(figure.account, "credits"), back
    if (rest := minus(cost, back)) or not back:
        yield _key(figure), rest


def credits_of(figure: Figure) -> Decimal:
    """The part of the cost that gives money back, in the currency of the cost that is asked for.
    A bill is told as a bill whatever its sign."""
    back = figure.cell.credits or Decimal(0)
    return back if figure.rate is None else times(back, figure.rate.rate)


def _key(figure: Figure) -> Key:
    cell = figure.cell
    if cell.basis == "entered":
        kind: Kind = "plan" if figure.rated_on is None else "bill"
        return Key(figure.account, kind, cell.service)
    if cell.model is not None:
        return Key(figure.account, model=cell.model)
    return Key(figure.account, service=cell.service)


def _used(figures: Collection[Figure]) -> dict[Key, list[Figure]]:
    """What was measured of each line, in those sub accounts that it has a cost in."""
    paid = {(_key(one), one.cell.sub_account_id) for one in figures if one.cell.basis}
    used: dict[Key, list[Figure]] = {}
    for one in figures:
        is_usage = one.cell.basis is None and not one.cell.activity
        if is_usage and (_key(one), one.cell.sub_account_id) in paid:
            used.setdefault(_key(one), []).append(one)
    return used


def _side(costs: Collection[Decimal] | None, used: Collection[Figure], is_part: bool) -> Side:
    return Side(
        cost=None if costs is None else total(costs),
        quantities=add_quantities(one.cell.quantities for one in used),
        services=frozenset(one.cell.service for one in used),
        is_part=is_part,
    )


def _together(members: Collection[Side]) -> Side:
    if len(members) == 1:
        return next(iter(members))
    costs = [one.cost for one in members if one.cost is not None]
    return Side(cost=total(costs) if costs else None, is_part=any(one.is_part for one in members))
