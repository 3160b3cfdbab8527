"""Seats of developer tools as they last stood, and what one of them costs a month."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ecot.jobs.balances import latest_balances
from ecot.jobs.known import providers, snapshots_of
from ecot.jobs.query import Question
from ecot.jobs.rows import Found, rows
from ecot.jobs.site.edition import Edition
from ecot.model.figure import Figure
from ecot.model.money import quotient, times, total
from ecot.model.period import DAY, Month
from ecot.model.rows import Balance, Basis, Charge
from ecot.providers.copilot.licences import OF_SEATS
from ecot.providers.copilot.seats import SEAT_DAYS, SEATS, WITHOUT_USE
from ecot.report.tools_facts import Seats
from ecot.store.protocol import Place

_MONTHLY = "month"  # in the unit of a billed seat: "user-months", "UserMonths"


class Price(NamedTuple):
    """What a seat costs a month, and how that is known."""

    amount: Decimal
    currency: str
    basis: Basis


def seats_of(place: Place, edition: Edition, figures: Sequence[Figure]) -> Iterator[Seats]:
    """Each account's seats, by account. `figures` are of the latest days, by person: seats that no
    balance tells are counted in them, and so is what they cost by the day."""
    question = edition.question(Month.of(edition.today).previous().first, edition.today + DAY)
    told = _told(latest_balances(place, question, _snapshots))
    counted = {account: found for account, found in _counted(figures) if account not in told}
    for account in sorted({*told, *counted}):
        seats = told[account] if account in told else counted[account]
        by_day = _estimated(figures, account)
        price = by_day or _billed(place, edition, account)
        yield _priced(seats, price) if price else seats


def known_tools() -> frozenset[str]:
    """The providers of developer tools."""
    return frozenset(one.name for one in providers() if one.category == "developer tools")


def _snapshots(provider: str) -> tuple[str, ...]:
    return snapshots_of(provider) if provider in known_tools() else ()


def _priced(seats: Seats, price: Price) -> Seats:
    return Seats(
        account=seats.account,
        day=seats.day,
        seats=seats.seats,
        used=seats.used,
        idle=seats.idle,
        price=price.amount,
        currency=price.currency,
        basis=price.basis,
    )


def _told(balances: Iterable[Found[Balance]]) -> dict[str, Seats]:
    """What balances say: how many seats there are, used and not."""
    found: dict[str, list[Balance]] = {}
    for account, _, balance, _ in ((*one,) for one in balances):
        if balance.name in (SEATS, WITHOUT_USE):
            found.setdefault(account, []).append(balance)
    return {account: seats for account, of in found.items() if (seats := _stand(account, of))}


def _stand(account: str, balances: Sequence[Balance]) -> Seats | None:
    counts = [one for one in balances if one.name == SEATS]
    if not counts or any(one.limit is None for one in counts):
        return None
    used = [one.used for one in counts if one.used is not None]
    return Seats(
        account=account,
        day=counts[0].day,
        seats=total(one.limit for one in counts if one.limit is not None),
        used=total(used) if len(used) == len(counts) else None,
        idle=total(one.limit or Decimal(0) for one in balances if one.name == WITHOUT_USE),
    )


def _seat_days(figures: Iterable[Figure]) -> dict[tuple[str, date], Decimal]:
    """How many seats there were, by account and day."""
    found: dict[tuple[str, date], list[Decimal]] = {}
    for figure in figures:
        if SEAT_DAYS in figure.cell.quantities and not figure.cell.activity:
            of_day = found.setdefault((figure.account, figure.cell.day), [])
            of_day.append(figure.cell.quantities[SEAT_DAYS])
    return {key: total(amounts) for key, amounts in found.items()}


def _counted(figures: Iterable[Figure]) -> Iterator[tuple[str, Seats]]:
    """Seats as their latest day has them."""
    for (account, day), seats in sorted(_seat_days(figures).items()):
        yield account, Seats(account=account, day=day, seats=seats)


def _estimated(figures: Sequence[Figure], account: str) -> Price | None:
    """The price of the latest day whose seats have one: the user's own, or a list's."""
    days = {day: seats for (of, day), seats in _seat_days(figures).items() if of == account}
    services = {
        one.cell.service for one in figures
        if one.account == account and SEAT_DAYS in one.cell.quantities
    }  # fmt: skip
    for day in sorted(days, reverse=True):
        costs = [
            one.cell for one in figures
            if (one.account, one.cell.day) == (account, day)
            if one.cell.service in services and one.cell.basis == "estimated"
        ]  # fmt: skip
        known = [one.cost for one in costs if one.cost is not None]
        if days[day] and known and len({one.currency for one in costs}) == 1:
            monthly = times(total(known), Decimal(len(Month.of(day).days())))
            return Price(quotient(monthly, days[day]), str(costs[0].currency), "estimated")
    return None


def _billed(place: Place, edition: Edition, account: str) -> Price | None:
    """The price of the latest seats that were billed, counted in months of a user: of this month,
    else of the one before."""
    month = Month.of(edition.today)
    for each in (month, month.previous()):
        question = Question(
            first=each.first, after=each.after, today=edition.today,
            currency=edition.currency, account=account,
        )  # fmt: skip
        charges = [one.row for one in rows(place, question, Charge) if _is_of_seats(one.row)]
        costs = [one.billed_cost for one in charges if one.billed_cost is not None]
        months = total(one.consumed_quantity or Decimal(0) for one in charges)
        if costs and months and len({one.currency for one in charges}) == 1:
            return Price(quotient(total(costs), months), charges[0].currency, charges[0].basis)
    return None


def _is_of_seats(charge: Charge) -> bool:
    unit = (charge.consumed_unit or "").lower()
    return bool(OF_SEATS.search(unit)) and _MONTHLY in unit
