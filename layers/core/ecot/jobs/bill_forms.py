"""From what a person wrote about a bill, column by column, to the bill, or to all that is wrong."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

from ecot.errors import SettingsError
from ecot.jobs.known import providers
from ecot.jobs.written import (
    DecimalSign,
    account_of,
    amount_of,
    currency_of,
    day_of,
    month_of,
    words_of,
)
from ecot.model.bill import Bill, BillKind
from ecot.model.period import DAY, Month
from ecot.model.rows import Category, provider_of
from ecot.model.sentence import Sentence

NEEDED = ("account", "number", "issued", "net", "currency")
NONE_KNOWN: Mapping[str, Category] = MappingProxyType({})
LONGEST = timedelta(days=3660)  # ten years: a longer bill is a year that was mistyped


class Fault(NamedTuple):
    """What is wrong with a column, and what to do."""

    column: str
    problem: Sentence
    remedy: Sentence


def read_bill(
    written: Mapping[str, str],
    today: date,
    *,
    decimal_sign: DecimalSign = "dot or comma",
    categories: Mapping[str, Category] = NONE_KNOWN,
) -> tuple[Bill | None, list[Fault]]:
    """The bill that the columns state, an empty one being the same as none; else every fault. A
    bill without a category has its account's of `categories`, else its provider's."""
    texts = {column: text.strip() for column, text in written.items() if text.strip()}
    values: dict[str, Any] = {}
    faults = [_lacking(column) for column in NEEDED if column not in texts]
    for column, text in texts.items():
        try:
            values[column] = _read(column, text, decimal_sign)
        except SettingsError as error:
            faults.append(_fault(column, error))
    if not faults:
        faults += _span_faults(values, today)
    return (None, faults) if faults else (_bill(values, categories), [])


def _read(column: str, text: str, decimal_sign: DecimalSign) -> Any:
    if column in ("net", "tax"):
        return amount_of(text, decimal_sign)
    return COLUMNS[column](text)


def _one_of(names: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in names:
            raise SettingsError(
                "{text} is none of {names}",
                remedy="Write one of them.",
                text=text,
                names=", ".join(names),
            )
        return text

    return read


COLUMNS: dict[str, Callable[[str], Any]] = {
    "account": account_of,
    "number": words_of,
    "issued": day_of,
    "month": month_of,
    "from": day_of,
    "to": day_of,
    "net": amount_of,
    "tax": amount_of,
    "currency": currency_of,
    "kind": _one_of(get_args(BillKind)),
    "service": words_of,
    "sub_account": words_of,
    "category": _one_of(get_args(Category)),
    "note": words_of,
}


def _span_faults(values: Mapping[str, Any], today: date) -> Iterator[Fault]:
    if values["issued"] > today + DAY:  # a day ahead of UTC, somewhere on Earth it has begun
        problem = Sentence("{first} is in the future", {"first": str(values["issued"])})
        yield Fault("issued", problem, Sentence("Give the day of issue that is on the bill."))
    named = {column for column in ("month", "from", "to") if column in values}
    if named not in ({"month"}, {"from", "to"}) and (named or not _is_top_up(values)):
        is_both = "month" in named and len(named) > 1
        problem = Sentence(
            "the bill names a month and days besides"
            if is_both
            else "the bill does not say which days it is about"
        )
        yield Fault("month", problem, Sentence("Give a month, or the first day and the day after."))
    if named == {"from", "to"}:
        yield from _order_faults(values["from"], values["to"])
    if ends := [str(values[name]) for name in ("to", "month") if _is_far(values.get(name), today)]:
        problem = Sentence("{after} is more than ten years from now", {"after": ends[0]})
        yield Fault("to" if "to" in named else "month", problem, Sentence("Check the year."))


def _is_far(end: date | Month | None, today: date) -> bool:
    last = end.first if isinstance(end, Month) else end
    return last is not None and last > today + LONGEST


def _order_faults(first: date, after: date) -> Iterator[Fault]:
    values = {"first": str(first), "after": str(after)}
    if first >= after:
        problem = Sentence("the first day, {first}, is not before the end, {after}", values)
        yield Fault("to", problem, Sentence("The end is the day after the last one."))
    elif after - first > LONGEST:
        problem = Sentence("from {first} to {after} is more than ten years", values)
        yield Fault("to", problem, Sentence("Check the year."))


def _is_top_up(values: Mapping[str, Any]) -> bool:
    return values.get("kind") == "top-up"


def _bill(values: Mapping[str, Any], categories: Mapping[str, Category]) -> Bill:
    if month := values.get("month"):
        first, after = month.first, month.after
    else:
        first = values.get("from", values["issued"])
        after = values.get("to", first + DAY)
    names = ("account", "number", "kind", "issued", "net", "tax", "currency", "service", "note")
    told = {name: values[name] for name in names if name in values}
    return Bill(
        **told,
        first=first,
        after=after,
        sub_account_id=values.get("sub_account"),
        category=values.get("category") or _category_of(values["account"], categories),
    )


def _category_of(account: str, categories: Mapping[str, Category]) -> Category:
    known = {one.name: one.category for one in providers()}
    return categories.get(account) or known.get(provider_of(account), "other")


def _lacking(column: str) -> Fault:
    problem = Sentence("{column} is missing", {"column": column})
    return Fault(column, problem, Sentence("Every bill needs it."))


def _fault(column: str, error: SettingsError) -> Fault:
    return Fault(column, Sentence(error.text, error.values), Sentence(error.remedy, error.values))
