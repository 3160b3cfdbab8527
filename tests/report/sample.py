"""A made-up month for the report's tests: every basis, a gap, a failure, tax, another currency."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ecot.analysis.compare import change, same_days_before
from ecot.analysis.groups import By
from ecot.analysis.totals import Gap, totals
from ecot.model.cells import Cell
from ecot.model.figure import Figure
from ecot.model.outcome import Outcome, Restatement
from ecot.model.period import DAY, Month
from ecot.model.sentence import Sentence
from ecot.report.facts import MonthFacts

MONTH = Month(2026, 1)
READ_AT = datetime(2026, 2, 2, 4, 45, tzinfo=UTC)
TITLES = {"openai": "OpenAI", "mistral": "Mistral", "supabase": "Supabase", "aws": "AWS"}
NAMES = {
    "openai/proj_site": "Site vitrine",
    "openai/proj_a": "Assistant maison",
    "openai/proj_b": "Assistant maison",
}


def cost(account: str, amount: str | None, basis: str = "billed", **more: Any) -> Figure:
    """A day's charges of an account."""
    priced: dict[str, Any] = {"cost": Decimal(amount)} if amount else {"unpriced": 3}
    cell: dict[str, Any] = {
        "day": date(2026, 1, 5),
        "category": "ai",
        "currency": "USD",
        "basis": basis,
    }
    return Figure(account, Cell(**(cell | priced | more)))


def usage(account: str, quantities: dict[str, int], **more: Any) -> Figure:
    """A day's measured quantities of an account."""
    exact = {name: Decimal(amount) for name, amount in quantities.items()}
    return Figure(
        account, Cell(day=date(2026, 1, 5), category="ai", quantities=exact, **more)
    )  # fmt: skip


CHAT = {
    "requests": 41_812,
    "input_tokens": 48_213_544,
    "input_cached_tokens": 30_000_001,
    "output_tokens": 9_120_300,
}
FIGURES = (
    cost("openai/studio", "1204.334567", sub_account_id="proj_site", model="gpt-5.2-2025-12-11"),
    cost("openai/studio", "311.0049", sub_account_id="proj_a", model="gpt-5-mini-2025-08-07"),
    cost("openai/labo", "98.0000008", sub_account_id="proj_b", model="gpt-5.2-2025-12-11"),
    cost("openai/labo", "-20", service="credit"),
    usage("openai/studio", CHAT, sub_account_id="proj_site", model="gpt-5.2-2025-12-11"),
    usage("openai/labo", {"characters": 90_210}, sub_account_id="proj_b", model="tts-1-hd"),
    cost("mistral/mistral", "402.339", "estimated", model="mistral-large-2512"),
    cost("mistral/mistral", None, "unknown", model="mistral-new-2601"),
    cost("supabase/supabase", "25", "entered", category="infrastructure"),
    cost("aws/0123456789", "61.115", category="infrastructure", service="Amazon S3"),
    cost("aws/0123456789", "14.20", tax=True, category="infrastructure"),
    cost("aws/0123456789", "12.5", currency="EUR", category="infrastructure"),
)
GAPS = (
    Gap(
        provider="mistral",
        account="mistral/mistral",
        first=date(2026, 1, 29),
        last=date(2026, 1, 31),
        days=3,
        reason="failed",
    ),
)
OUTCOMES = (
    Outcome(
        provider="openai",
        account="openai/studio",
        run="r1",
        at=READ_AT,
        state="ok",
        charges=412,
        usages=1980,
    ),
    Outcome(provider="openai", account="openai/labo", run="r1", at=READ_AT, state="ok", charges=1),
    Outcome(
        provider="mistral",
        account="mistral/mistral",
        run="r1",
        at=READ_AT,
        state="failed",
        message=Sentence("{account}: no answer", {"account": "mistral/mistral"}),
        remedy=Sentence("Wait: it is asked again tonight."),
    ),
)
RESTATEMENTS = (
    Restatement(
        account="openai/studio",
        day=date(2026, 1, 12),
        feeds=("costs",),
        old="a",
        new="b",
        old_cost={"USD": Decimal("41.2049")},
        new_cost={"USD": Decimal("39.87")},
        seen_at=READ_AT,
        run="r1",
    ),
)


def facts(figures: Iterable[Figure] = FIGURES, **changes: Any) -> MonthFacts:
    """The month's facts; `changes` replaces some of them."""
    figures = list(figures)
    month, today = changes.get("month", MONTH), changes.get("today", date(2026, 2, 2))
    gaps = changes.pop("gaps", GAPS)
    before = changes.pop("before", Decimal("1873.40"))

    def by(dimension: By) -> Any:
        return totals(
            figures,
            by=dimension,
            first=month.first,
            after=min(month.after, today + DAY),
            currency=changes.get("currency", "USD"),
            missing=gaps,
            names=NAMES,
        )

    known: dict[str, Any] = {
        "month": month,
        "state": "provisional",
        "today": today,
        "collected_at": READ_AT,
        "demo": False,
        "currency": "USD",
        "by_provider": by("provider"),
        "by_account": by("account"),
        "by_sub_account": by("sub_account"),
        "by_model": by("model"),
        "change": change(
            by("provider").total, before, same_days_before(month, today), complete=not gaps
        ),
        "outcomes": OUTCOMES,
        "restatements": RESTATEMENTS,
        "titles": TITLES,
        "months": (month.previous(), month),
    }
    return MonthFacts(**(known | changes))
