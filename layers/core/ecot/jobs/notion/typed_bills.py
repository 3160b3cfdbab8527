"""From a row that a person typed in Notion to the bill that it states, or to what is missing."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ecot.jobs.accounts import meant
from ecot.jobs.bill_forms import NONE_KNOWN, read_bill
from ecot.jobs.notion.kept import Notice, Seen
from ecot.model.bill import Bill
from ecot.model.money import text
from ecot.model.period import DAY, Month
from ecot.model.rows import Category, Name, provider_of
from ecot.model.sentence import Sentence
from ecot.sinks.notion.rows import NOBODY, TypedRow

PREFIX = "notion-"
_LONGEST = 500  # characters of a note, as on the command line
_NEAR = Decimal("0.0000005")  # what a JavaScript number may be off by, of an amount


class Around(NamedTuple):
    """What is known beside the row: `today` (UTC), the accounts of the ledger and of the settings,
    what suppliers call their sub accounts, the categories of accounts that have a plan, and the ids
    of the `columns` that rows are read in."""

    today: date
    accounts: Collection[str] = ()
    names: Mapping[str, Collection[Name]] = {}
    categories: Mapping[str, Category] = NONE_KNOWN
    columns: tuple[str, ...] = ()

    def has_others(self, seen: Seen) -> bool:
        """Whether a column was deleted since, and perhaps made anew: nobody emptied its cells."""
        return bool(seen.columns) and seen.columns != self.columns


def number_of(page_id: str) -> str:
    """The number of the bill of a page: the page's own id, so that a correction supersedes."""
    return f"{PREFIX}{page_id.replace('-', '')}"


def bill_of(row: TypedRow, seen: Seen | None, around: Around) -> tuple[Bill | None, list[Notice]]:
    """The bill that the row states; else all that keeps it from being one."""
    amount = amount_of(row, seen)
    account = _account_of(row, seen, around)
    found = [one for one in (account, amount) if isinstance(one, Notice)]
    if row.month is None:
        found.append(_notice(row, Sentence("The row says no month"), _MONTH))
    if found or row.month is None or isinstance(amount, Notice) or isinstance(account, Notice):
        return None, found
    net, currency = amount
    written = {
        "account": account,
        "number": number_of(row.page_id),
        "issued": str(_issued(row.month, seen, around.today)),
        "month": str(row.month),
        "net": text(net),
        "currency": currency,
        "sub_account": _sub_account_of(row, account, seen, around) or "",
        "note": _one_line(row.note or row.title),
    }
    bill, faults = read_bill(written, around.today, categories=around.categories)
    return bill, [_notice(row, fault.problem, fault.remedy) for fault in faults]


def amount_of(row: TypedRow, seen: Seen | None) -> tuple[Decimal, str] | Notice:
    """What the person states: the amount in its own currency, where there is one, else the dollars.
    Of a row that is a bill already it is the one of the two that was changed, if one was: the sync
    keeps the bill's amount in the one, and what counts of it in the other."""
    if seen is None:
        return _first_stated(row)
    if seen.is_void:
        return _stated_anew(row, seen)
    bill = (seen.bill.net, seen.bill.currency)
    is_new_native = row.native is not None and not any(
        _is_same(row.native, one) for one in (seen.native, bill)
    )
    ours = [seen.usd, seen.wrote, seen.bill.net if seen.bill.currency == "USD" else None]
    is_new_usd = row.cost_usd is not None and not any(
        near(row.cost_usd, one) for one in ours if one is not None
    )
    if is_new_native and is_new_usd:
        return _first_stated(row)
    if is_new_usd and seen.bill.currency != "USD":
        problem = Sentence("The dollars of the row were changed, and its own amount was not")
        remedy = Sentence("Change the amount in {currency}.", {"currency": seen.bill.currency})
        return _notice(row, problem, remedy)
    stated = row.native if is_new_native else None
    if stated is None and is_new_usd and row.cost_usd is not None:
        stated = row.cost_usd, "USD"
    if stated is None and row.native is None and _is_emptied(row.cost_usd, seen):
        return _notice(row, NO_AMOUNT, _AMOUNT)
    return stated or bill


def _is_emptied(dollars: Decimal | None, seen: Seen) -> bool:
    """Whether a row without an amount of its own states none any more: the dollars that stand there
    are the sync's."""
    if dollars is None or seen.native is not None:
        return True
    is_bills = seen.bill.currency == "USD" and near(dollars, seen.bill.net)
    return not is_bills and seen.wrote is not None and near(dollars, seen.wrote)


def _stated_anew(row: TypedRow, seen: Seen) -> tuple[Decimal, str] | Notice:
    """What a row states whose bill was voided; dollars that the sync has left there say nothing."""
    left = row.cost_usd is not None and seen.wrote is not None and near(row.cost_usd, seen.wrote)
    if row.native is None and left:
        return _notice(row, NO_AMOUNT, _AMOUNT)
    return _first_stated(row)


def _first_stated(row: TypedRow) -> tuple[Decimal, str] | Notice:
    native, dollars = row.native, None if row.cost_usd is None else (row.cost_usd, "USD")
    if native is None or dollars is None:
        return native or dollars or _notice(row, NO_AMOUNT, _AMOUNT)
    if native[1] != "USD" or near(native[0], dollars[0]):
        return native
    problem = Sentence("The row states two amounts in dollars that differ")
    return _notice(row, problem, Sentence("Empty one of the two."))


def recalled(row: TypedRow, standing: Bill | None) -> Seen | None:
    """What can be told of a row without memory, where its bill stands: the amount beside the bill's
    own is what a sync has written there."""
    if standing is None:
        return None
    is_same = row.native is not None and _is_same(row.native, (standing.net, standing.currency))
    usd = row.cost_usd if is_same else None
    return Seen(page_id=row.page_id, key=row.key or "", bill=standing, usd=usd)


def _is_same(one: tuple[Decimal, str], other: tuple[Decimal, str] | None) -> bool:
    return other is not None and one[1] == other[1] and near(one[0], other[0])


def near(one: Decimal, other: Decimal) -> bool:
    """Whether both are the same to a JavaScript number."""
    return abs(one - other) <= _NEAR


NO_AMOUNT = Sentence("The row says no amount")
_AMOUNT = Sentence("Type it in the column of US dollars, or in its own currency.")
_MONTH = Sentence("Give the month that the bill is about.")
_SERVICE = Sentence(
    "Choose the supplier in the column of services; its name needs Latin letters or digits."
)


def _account_of(row: TypedRow, seen: Seen | None, around: Around) -> str | Notice:
    if row.provider is None:
        return _notice(row, Sentence("The row says no supplier"), _SERVICE)
    own = sorted(one for one in around.accounts if provider_of(one) == row.provider)
    if row.account is None:
        return _unnamed(row, row.provider, seen, own)
    name = row.account.strip().removeprefix(f"{row.provider}/")
    account = f"{row.provider}/{name}"
    is_known = account in own or (seen is not None and seen.bill.account == account)
    if not is_known and (other := meant(account, own)):
        problem = Sentence("No account is called {account}", {"account": account})
        return _notice(row, problem, Sentence("Did you mean {other}?", {"other": other}))
    return account


def _unnamed(row: TypedRow, provider: str, seen: Seen | None, own: list[str]) -> str | Notice:
    """The account of a row that names none."""
    if seen is not None and provider_of(seen.bill.account) == provider:
        return seen.bill.account
    if len(own) > 1:
        problem = Sentence("The row does not say which account of the supplier it is about")
        remedy = Sentence("Write one of them: {accounts}.", {"accounts": ", ".join(own)})
        return _notice(row, problem, remedy)
    return own[0] if own else f"{provider}/{provider}"


def _sub_account_of(row: TypedRow, account: str, seen: Seen | None, around: Around) -> str | None:
    """The supplier's id, also where the person wrote its name."""
    written = (row.sub_account or "").strip()
    if not written and seen is not None and around.has_others(seen):
        return seen.bill.sub_account_id if seen.bill.account == account else None
    if written in ("", NOBODY):
        return None
    own = [one for one in around.names.get(account, ()) if one.dimension == "sub_account_id"]
    named = [one.id for one in own if one.name == written]
    is_id = any(one.id == written for one in own)
    return named[0] if len(named) == 1 and not is_id else written


def _issued(month: Month, seen: Seen | None, today: date) -> date:
    """A row has no day of issue: it is the last of its month, or the one on which it was first
    seen. A correction does not move it, nor with it the rate at which the bill converts."""
    if seen is not None and seen.bill.first == month.first:
        return seen.bill.issued
    return min(month.after - DAY, today)


def _one_line(written: str) -> str:
    line = " ".join("".join(one if one.isprintable() else " " for one in written).split())
    return line[:_LONGEST]


def _notice(row: TypedRow, problem: Sentence, remedy: Sentence) -> Notice:
    return Notice(problem=problem, remedy=remedy, row=row.title, url=row.url)
