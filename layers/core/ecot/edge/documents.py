"""The JSON that scripts rely on: totals and outcomes, field by field."""

from collections.abc import Sequence
from typing import Any

import msgspec

from ecot.edge.bill_documents import converted_fields, settlement_fields
from ecot.jobs.query import Totals
from ecot.language import Language
from ecot.model.outcome import Outcome
from ecot.model.sentence import Sentence

_SHARES = ("billed", "estimated", "entered")


def totals_document(found: Totals) -> dict[str, Any]:
    """`ecot totals --json`"""
    return {
        "from": found.first,
        "to": found.after,
        "currency": found.currency,
        "total": found.total,
        "tax": found.tax,
        "unconverted": found.unconverted,
        "unconverted_tax": found.unconverted_tax,
        "converted": [converted_fields(one) for one in found.converted],
        "bills": [settlement_fields(one) for one in found.bills],
        "coverage": coverage_fields(found),
        "groups": found.groups,
    }


def coverage_fields(found: Totals) -> dict[str, Any]:
    """Where the total comes from. Nothing has no shares: they are None then, and not 0."""
    fields = msgspec.structs.asdict(found.coverage)
    has_shares = any(fields[basis] for basis in _SHARES)
    return fields if has_shares else fields | dict.fromkeys(_SHARES)


def collect_document(run: str, outcomes: Sequence[Outcome], language: Language) -> dict[str, Any]:
    """`ecot collect --json`"""
    return {"run": run, "outcomes": [_collected(one, language) for one in outcomes]}


def import_document(outcomes: Sequence[Outcome], language: Language) -> dict[str, Any]:
    """`ecot import focus --json`"""
    return {"outcomes": [_collected(one, language) for one in outcomes]}


def checked_fields(one: Outcome, language: Language) -> dict[str, Any]:
    """An account as `ecot doctor --json` has it; sentences in the reader's language."""
    return {
        "provider": one.provider,
        "account": one.account,
        "state": one.state,
        "message": said(one.message, language),
        "remedy": said(one.remedy, language),
    }


def said(sentence: Sentence | None, language: Language) -> str | None:
    """The sentence, if there is one."""
    return language.sentence(sentence) if sentence else None


def _collected(one: Outcome, language: Language) -> dict[str, Any]:
    return checked_fields(one, language) | {
        "charges": one.charges,
        "usages": one.usages,
        "revenues": one.revenues,
        "restatements": one.restatements,
        "unread": one.unread,
        "seconds": one.seconds,
    }
