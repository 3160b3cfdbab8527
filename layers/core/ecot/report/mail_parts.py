"""Two parts of the mail that not everybody has: what was earned, and developer tools."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from ecot.analysis.activity import Done
from ecot.analysis.margin import BusinessMonth
from ecot.language import rounded
from ecot.model.money import quotient
from ecot.model.rows import provider_of
from ecot.report.labels import account_name
from ecot.report.mail_view import MailView
from ecot.report.tables import Line, table
from ecot.report.tools_facts import Seats


class ToolLine(msgspec.Struct, frozen=True, kw_only=True):
    """A developer tool in the month. `cost` is as shown (None: not known, or nothing is charged for
    it: not `is_charged`), `unconverted` what has no exchange rate; `each` is the cost of one of the
    `people` who used it, None where a part of it is not known or nobody did. `seats` are of all its
    accounts, as they last stood."""

    name: str
    cost: Decimal | None
    is_charged: bool
    unconverted: Mapping[str, Decimal]
    is_part: bool
    people: int | None
    each: Decimal | None
    seats: tuple[Seats, ...]


def earned(view: MailView) -> BusinessMonth | None:
    """The month's revenue; None where nothing of it was read."""
    of_month = view.facts.business
    is_told = of_month is not None and (
        of_month.earned is not None or of_month.recurring is not None
    )
    return of_month if is_told else None


def tool_lines(view: MailView) -> list[ToolLine]:
    """The month's tools, the dearest first; one that cost nothing and that nobody used is none."""
    of_month, titles = view.facts.tools, view.facts.of_month.titles
    if of_month is None:
        return []
    seats = _by_tool(of_month.seats)
    costs = {one.key: one for one in table(of_month.costs, "provider", titles).lines if one.key}
    tools = [*costs, *sorted({*of_month.done, *seats} - costs.keys())]
    currency = of_month.costs.currency
    found = (
        _line(
            account_name(one, titles),
            costs.get(one),
            of_month.done.get(one),
            seats.get(one, ()),
            currency,
        )
        for one in tools
    )
    return [one for one in found if one.is_charged or one.unconverted or one.people or one.seats]


def _line(
    name: str, cost: Line | None, sums: Done | None, seats: tuple[Seats, ...], currency: str
) -> ToolLine:
    people = len(sums.people) if sums and sums.people else None
    lacks = cost is not None and bool(cost.lacks_cost or cost.missing_days or cost.unconverted)
    exact = cost.exact if cost is not None and not lacks else None
    return ToolLine(
        name=name,
        cost=cost.amount if cost else None,
        is_charged=cost is not None and (cost.amount is not None or cost.is_unknown),
        unconverted=cost.unconverted if cost else {},
        is_part=lacks and cost is not None and cost.amount is not None,
        people=people,
        each=rounded(quotient(exact, Decimal(people)), currency)
        if exact is not None and people
        else None,
        seats=seats,
    )


def _by_tool(seats: tuple[Seats, ...]) -> Mapping[str, tuple[Seats, ...]]:
    found: dict[str, tuple[Seats, ...]] = {}
    for one in seats:
        tool = provider_of(one.account)
        found[tool] = (*found.get(tool, ()), one)
    return found
