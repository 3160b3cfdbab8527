"""A month's figures by account and sub account: what a row of Usages is made of."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ecot.analysis.groups import NOBODY, Group, group_of
from ecot.analysis.sums import cost_of, counted, standing
from ecot.analysis.workspaces import tokens_of
from ecot.jobs.known import counts
from ecot.model.figure import Figure
from ecot.model.money import total
from ecot.model.rows import provider_of
from ecot.report.words import QUANTITIES
from ecot.sinks.notion.rows import Origin

MOST_MODELS = 25  # a row names so many: options of a column pile up in its schema, of 50 KB at most
_WEAKEST_FIRST: tuple[Origin, ...] = ("estimated", "entered", "billed")
_APART = ("requests", "input_tokens", "output_tokens")


class Whose(NamedTuple):
    """An account of the ledger ("openai/edugami") and a sub account of it (None: of none)."""

    account: str
    sub_account: str | None


class Line:
    """The figures of one account and sub account in a month, in one currency."""

    def __init__(self, whose: Whose, figures: Sequence[Figure], currency: str) -> None:
        self.whose, self.figures, self.currency = whose, figures, currency
        self.own = counted(figures)
        self.group: Group = group_of(NOBODY, None, self.own, currency, {})

    @property
    def cost(self) -> Decimal | None:
        """What enters the total, net of tax; None where no such cost is known."""
        return self.group.billed_cost

    @property
    def tax(self) -> Decimal | None:
        """The tax beside it."""
        return cost_of(self.own, self.currency, tax=True)

    @property
    def lacks(self) -> bool:
        """Whether a part of the cost is not known, or has no exchange rate."""
        return bool(self.group.unpriced or self.group.unconverted)

    @property
    def is_use_alone(self) -> bool:
        """Whether it is use of which nobody says a cost, here or as a detail of another's."""
        is_charged = any(one.cell.basis for one in self.figures)
        return not is_charged and bool(self._measuring)

    @property
    def origin(self) -> Origin:
        """Where the cost comes from. Of several origins the weakest: nobody is to take for billed
        what is so in part; unknown where there is no cost at all."""
        found = self.group.basis if self.cost is not None else {}
        return next((one for one in _WEAKEST_FIRST if one in found), "unknown")

    @property
    def native(self) -> tuple[Decimal, str] | None:
        """The cost as it was stated, where that was in one currency."""
        stated = [
            one.cell for one in standing(self.own) if one.cell.cost is not None and not one.cell.tax
        ]
        currencies = {cell.currency for cell in stated if cell.currency is not None}
        if len(currencies) != 1:
            return None
        return total(cell.cost for cell in stated if cell.cost is not None), currencies.pop()

    @property
    def details(self) -> Mapping[str, Decimal]:
        """What is told here of other providers' charges, by provider; in no total."""
        found: dict[str, list[Decimal]] = {}
        for one in self.figures:
            cost = one.cost(self.currency)
            if one.cell.role == "breakdown" and cost is not None:
                found.setdefault(one.cell.parent or one.provider, []).append(cost)
        return {parent: total(costs) for parent, costs in sorted(found.items())}

    @property
    def models(self) -> tuple[str, ...]:
        """The models, dear ones first."""
        costs: dict[str, list[Decimal]] = {}
        for one in standing(self._told):
            if one.cell.model is not None:
                cost = one.cost(self.currency)
                costs.setdefault(one.cell.model, []).extend([] if cost is None else [cost])
        ranked = sorted(costs, key=lambda name: (-total(costs[name]), name))
        return tuple(ranked[:MOST_MODELS])

    @property
    def requests(self) -> Decimal | None:
        """How often it was called; None where nobody counted."""
        return self._measured("requests")

    def tokens(self, side: str) -> Decimal | None:
        """All input, or all output; None where nobody counted."""
        return tokens_of(self._measuring, side)

    @property
    def quantity(self) -> tuple[Decimal, str] | None:
        """What else was measured, the most telling of it, under its name of the ledger."""
        names = (name for name in QUANTITIES if name not in _APART)
        found = ((self._measured(name), name) for name in names)
        return next(((amount, name) for amount, name in found if amount), None)

    @property
    def _told(self) -> Sequence[Figure]:
        """The figures that count; those that detail others' where none does."""
        return self.own or self.figures

    @property
    def _measuring(self) -> list[Figure]:
        """Activity is what people did, and no use that anybody pays for."""
        return [one for one in self._told if not one.cell.activity]

    def _measured(self, name: str) -> Decimal | None:
        stated = [
            one.cell.quantities[name] for one in self._measuring if name in one.cell.quantities
        ]
        return total(stated) if stated else None


def lines_of(figures: Iterable[Figure], currency: str) -> dict[Whose, Line]:
    """The lines of a month. Of what people did alone there is none, nor of accounts that tell of
    no cost at all: revenue, commits; but where a bill or a plan does."""
    found: dict[Whose, list[Figure]] = {}
    for one in figures:
        found.setdefault(Whose(one.account, one.cell.sub_account_id or None), []).append(one)
    lines = {whose: Line(whose, members, currency) for whose, members in sorted(
        found.items(), key=lambda one: (one[0].account, one[0].sub_account or ""))}  # fmt: skip
    return {whose: line for whose, line in lines.items() if _is_about_costs(line)}


def _is_about_costs(line: Line) -> bool:
    if all(one.cell.activity for one in line.figures):
        return False
    is_charged = any(one.cell.basis for one in line.own)
    return is_charged or counts(provider_of(line.whose.account)) or bool(line.details)
