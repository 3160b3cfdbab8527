"""What the page of bills asks of the ledger: books, settlements, and months without a bill."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby

from ecot.analysis.sums import counted, standing
from ecot.jobs.bills import Listed, balances, histories, listed
from ecot.jobs.known import counts
from ecot.jobs.month_states import AccountMonth, month_states
from ecot.jobs.site.history import History
from ecot.model.bill import Entry
from ecot.model.figure import Figure
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.model.settlement import Settlement
from ecot.report.bill_book import (
    BillFacts,
    Lack,
    MissingBill,
    Purse,
    TypedBill,
    bill_book_view,
    ends,
    remedy,
    starts,
)
from ecot.report.frame import in_both
from ecot.report.shell import Shell


def pages(history: History, shell: Shell) -> Iterator[tuple[str, bytes]]:
    """The page in both languages."""
    view = bill_book_view(bill_facts(history), shell.titles)
    styles = ("charts.css", "bill_book.css")
    yield from in_both(
        shell,
        "bills",
        "bill_book.html",
        styles,
        view=view,
        starts=starts,
        ends=ends,
        remedy=remedy,
    )


def bill_facts(history: History) -> BillFacts:
    """Everything that the page may show; figures are those that the history has read."""
    edition, store = history.edition, history.store
    now = Month.of(edition.today)
    question = edition.question(now.first, now.after)
    stand = listed(store, question, history.books)
    return BillFacts(
        today=edition.today,
        currency=edition.currency,
        bills=tuple(typed_bills(histories(store), _converted(stand))),
        settlements=_settlements(stand),
        missing=tuple(_missing(history)),
        purses=tuple(
            Purse(**{name: getattr(one, name) for name in Purse.__struct_fields__})
            for one in balances(store, question)
        ),
    )


def typed_bills(
    told: Iterable[tuple[str, Entry]], standing: Mapping[tuple[str, str], Decimal | None]
) -> Iterator[TypedBill]:
    """Every bill that was ever entered, by account and number. `standing` are those that stand, by
    account and number, each with its net in the report's currency."""
    by_bill: dict[tuple[str, str], list[Entry]] = {}
    for account, entry in told:
        by_bill.setdefault((account, entry.number), []).append(entry)
    for key, entries in by_bill.items():
        last = [entry.bill for entry in entries if entry.bill is not None][-1]
        yield TypedBill(
            bill=last,
            stands=key in standing,
            history=tuple(entries),
            converted=standing.get(key),
        )


def _converted(stand: Iterable[Listed]) -> dict[tuple[str, str], Decimal | None]:
    return {(one.standing.bill.account, one.standing.bill.number): one.converted for one in stand}


def _settlements(stand: Iterable[Listed]) -> tuple[Settlement, ...]:
    return tuple(dict.fromkeys(one.settlement for one in stand if one.settlement is not None))


def _missing(history: History) -> Iterator[MissingBill]:
    """Months that are over, of accounts without bill or plan, whose cost nobody has stated."""
    if not history.months:
        return
    question = history.edition.question(history.months[0].first, history.months[-1].after)
    figures = counted(standing(history.by_service))
    states = month_states(history.store, question, history.books, history.by_service)
    estimated, currencies = _estimated(figures), _currencies(figures)
    for one in states:
        if one.month.after <= history.edition.today and not one.plans and not _is_billed(one):
            lacks = tuple(_lacks(one, (one.account, one.month) in estimated))
            if lacks and counts(provider_of(one.account)):
                yield MissingBill(
                    account=one.account,
                    month=one.month,
                    lacks=lacks,
                    days=len(one.unread),
                    currency=currencies.get(one.account),
                )


def _is_billed(one: AccountMonth) -> bool:
    return any(each.standing.bill.kind == "invoice" for each in one.bills)


def _lacks(one: AccountMonth, is_estimated: bool) -> Iterator[Lack]:
    if one.lacks_cost:
        yield "unknown"
    if is_estimated:
        yield "estimated"
    if one.unread:
        yield "unread"


def _estimated(figures: Iterable[Figure]) -> set[tuple[str, Month]]:
    """The accounts' months with a cost that was worked out."""
    return {
        (one.account, Month.of(one.cell.day)) for one in figures if one.cell.basis == "estimated"
    }


def _currencies(figures: Iterable[Figure]) -> Mapping[str, str]:
    """The currency of each account that is charged in one only."""
    found = sorted({(one.account, one.cell.currency) for one in figures if one.cell.currency})
    by_account = ((account, [code for _, code in own]) for account, own in
                  groupby(found, lambda one: one[0]))  # fmt: skip
    return {account: codes[0] for account, codes in by_account if len(codes) == 1}
