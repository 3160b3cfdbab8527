"""Rows for people: one a line, or each with the answer that states it below."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ecot.jobs.plain_json import plain_json
from ecot.language import Language
from ecot.model.money import text
from ecot.model.rows import Charge, Revenue, Usage
from ecot.model.sentence import Sentence
from ecot.report.words import BASES

Kind = type[Charge] | type[Usage] | type[Revenue]

_COMMON = (Sentence("Day"), Sentence("Account"), Sentence("What"), Sentence("Project"))
_OF_CHARGES = (*_COMMON, Sentence("Origin"), Sentence("Cost"))
_OF_USAGE = (*_COMMON, Sentence("Quantities"))


def headings_of(language: Language, kind: Kind) -> list[str]:
    """The headings above `line_of`."""
    return [language.sentence(one) for one in (_OF_CHARGES if kind is Charge else _OF_USAGE)]


def line_of(language: Language, one: Mapping[str, Any], kind: Kind) -> list[str]:
    """A row as a line of the table, its amounts with all their digits and a dot."""
    if kind is Revenue:
        amount = "?" if one["amount"] is None else f"{text(one['amount'])} {one['currency']}"
        day = str(one["charge_period"].start.date())
        return [day, one["account"], one["name"], one["service"] or "—", amount]
    what = one.get("charge_description") or one["model"] or one["service"] or "—"
    project = one["sub_account_name"] or one["sub_account_id"] or "—"
    line = [str(one["charge_period"].start.date()), one["account"], what, project]
    if kind is Usage:
        return [*line, ", ".join(f"{name} {text(n)}" for name, n in one["quantities"].items())]
    cost = one["billed_cost"]
    basis = language.sentence(BASES[one["basis"]])
    if one["replaced_by"]:
        numbers = ", ".join(one["replaced_by"])
        basis = language.say("{basis}, replaced by {numbers}", basis=basis, numbers=numbers)
    return [*line, basis, "?" if cost is None else f"{text(cost)} {one['currency']}"]


def print_traced(language: Language, objects: Iterable[Mapping[str, Any]], kind: Kind) -> None:
    """Each row, and below it where it comes from and what stands there."""
    for one in objects:
        _print([*line_of(language, one, kind)])
        for line in _origin(language, one["traces"]):
            _print(["", line])


def _origin(language: Language, traces: Sequence[Any]) -> Iterator[str]:
    for trace in traces:
        yield f"{trace.endpoint}  {trace.place}"
        yield language.say("read {moment}", moment=language.moment(trace.read_at))
        yield json.dumps(json.loads(plain_json(trace.raw)), ensure_ascii=False)
    if not traces:
        yield language.say("No answer states it: it was entered, or its answer is no longer kept.")


def _print(parts: Sequence[str]) -> None:
    sys.stdout.write("  ".join(parts) + "\n")
