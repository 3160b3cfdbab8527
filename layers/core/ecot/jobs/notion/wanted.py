"""What the ledger wants in the two databases: a service a supplier, a row an account, sub account
and month.

The figures are those of the month's page, in dollars and in the report's currency; they add up to
its total exactly, because every counted figure is in one row and no row is a sum of others.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from ecot.jobs.known import counts, titles
from ecot.jobs.notion.lines import Line, Whose, lines_of
from ecot.jobs.notion.states import AccountState, states_of
from ecot.jobs.notion.told import log_of
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import History
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.model.settlement import Settlement
from ecot.sinks.notion.rows import ServiceRow, UsageRow, parts_of
from ecot.store.protocol import Place

DOLLARS = "USD"


class Ledger:
    """The ledger as an edition shows it: in dollars, and in the report's currency where that is
    another one."""

    def __init__(self, place: Place, edition: Edition) -> None:
        self.edition = edition
        self.dollars = History(place, replace(edition, currency=DOLLARS))
        self.shown = None if edition.currency == DOLLARS else History(place, edition)

    def lines(self, month: Month) -> dict[Whose, Line]:
        """The month's lines, in dollars."""
        return lines_of(self.dollars.month(month, "service").figures, DOLLARS)

    def costs(self, month: Month) -> Mapping[Whose, Decimal | None] | None:
        """What the page shows for each; None where the report is in dollars."""
        if self.shown is None:
            return None
        lines = lines_of(self.shown.month(month, "service").figures, self.edition.currency)
        return {whose: line.cost for whose, line in lines.items()}


class _Month(NamedTuple):
    """What all rows of a month have in common."""

    month: Month
    ledger: Ledger
    costs: Mapping[Whose, Decimal | None] | None
    states: Mapping[str, AccountState]


def services(rows: Iterable[UsageRow], edition: Edition) -> list[ServiceRow]:
    """The suppliers of the rows and of the settings' accounts, by name; those that tell of no cost
    of their own have none but where a row is theirs."""
    configured = {provider_of(account) for account in edition.accounts}
    wanted = {row.provider for row in rows} | {name for name in configured if counts(name)}
    known = dict(titles()) | dict(edition.titles)
    return [ServiceRow(key=name, title=known.get(name, name)) for name in sorted(wanted)]


def usages(
    ledger: Ledger, month: Month, written: Collection[str] = (), typed: Collection[str] = ()
) -> list[UsageRow]:
    """The rows of the month, by key. An account that is expected and gave nothing has one, without
    a cost; so have the keys of rows that somebody `typed`. Of the keys that were `written` before,
    those that the ledger has nothing for any more are wanted empty: what was there would be added
    up for good."""
    lines = ledger.lines(month)
    states = states_of(ledger.dollars, month)
    of_month = _Month(month, ledger, ledger.costs(month), states)
    told = {whose.account for whose in lines}
    bare = (one for one in states if one not in told and counts(provider_of(one)))
    whole = {*lines, *(Whose(account, None) for account in bare), *_typed(typed, month)}
    rows = [_row(of_month, whose, lines.get(whose)) for whose in whole]
    rows += _emptied(of_month, written, rows)
    return sorted(rows, key=lambda row: row.key)


def _typed(keys: Iterable[str], month: Month) -> Iterator[Whose]:
    for provider, account, sub_account, of in map(parts_of, keys):
        if of == month:
            yield Whose(f"{provider}/{account}", sub_account)


def _row(of_month: _Month, whose: Whose, line: Line | None) -> UsageRow:
    edition = of_month.ledger.edition
    state = of_month.states.get(whose.account)
    shown = of_month.costs.get(whose) if of_month.costs is not None else None
    bills = _bills_about(of_month.ledger.dollars.bills(of_month.month), whose)
    measured = _measured(line) if line is not None else {}
    lacks = line is not None and line.lacks
    return UsageRow(
        **_identity(of_month, whose),
        cost_usd=line.cost if line is not None else None,
        cost=(shown, edition.currency) if shown is not None else None,
        native=line.native if line is not None else None,
        origin=line.origin if line is not None else "unknown",
        models=line.models if line is not None else (),
        **measured,
        status=state.status(is_known=line is not None, lacks=lacks) if state else "provisional",
        log=log_of(edition.language, state, line, bills),
    )


def _identity(of_month: _Month, whose: Whose) -> dict[str, Any]:
    provider, _, name = whose.account.partition("/")
    state = of_month.states.get(whose.account)
    outcome = state.outcome if state is not None else None
    names = of_month.ledger.dollars.names
    return {
        "provider": provider,
        "account": name or provider,
        "sub_account": whose.sub_account,
        "sub_account_name": names.get(f"{provider}/{whose.sub_account}"),
        "month": of_month.month,
        "collected_at": outcome.at if outcome is not None else None,
        "run": outcome.run if outcome is not None else None,
        "page_url": of_month.ledger.edition.page_url(of_month.month),
    }


def _measured(line: Line) -> dict[str, Any]:
    return {
        "requests": line.requests,
        "input_tokens": line.tokens("input"),
        "output_tokens": line.tokens("output"),
        "quantity": line.quantity,
    }


def _bills_about(bills: Iterable[Settlement], whose: Whose) -> Iterator[Settlement]:
    """The settlements that a row tells of: those about its sub account, or about all of them in the
    row of none."""
    for one in bills:
        scopes = {bill.sub_account_id for bill in one.bills}
        if one.account == whose.account and whose.sub_account in scopes:
            yield one


def _emptied(
    of_month: _Month, written: Iterable[str], rows: Collection[UsageRow]
) -> Iterator[UsageRow]:
    keys = {row.key for row in rows}
    accounts = {(row.provider, row.account) for row in rows}
    language = of_month.ledger.edition.language
    for key in sorted(set(written) - keys):
        provider, account, sub_account, month = parts_of(key)
        if month != of_month.month:
            continue
        is_elsewhere = (provider, account) in accounts
        yield UsageRow(
            **_identity(of_month, Whose(f"{provider}/{account}", sub_account)),
            cost_usd=None,
            origin="unknown",
            status="provisional" if of_month.ledger.edition.today < month.after else "ok",
            log=language.say(
                "The figures of this account are in its other rows."
                if is_elsewhere
                else "The ledger has no figures for this row any more."
            ),
        )
