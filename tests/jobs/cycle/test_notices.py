"""A mail about trouble says who, since when, and what to do, in the reader's language."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ecot.alerts.facts import Bounce, Failing, Notice, Recovered, Silent
from ecot.jobs.cycle.notices import Writer
from ecot.language import Language
from ecot.model.budget import Budget, Spent
from ecot.model.outcome import Outcome, Restatement
from ecot.model.period import DAY, Month
from ecot.model.sentence import Sentence
from ecot.report.mail_text import MailText
from ecot.report.notice import notice_of

ON = date(2026, 3, 5)
NOW = datetime(2026, 3, 5, 5, tzinfo=UTC)
ENGLISH, FRENCH = Language("en-US", "Europe/Zurich"), Language("fr-FR", "Europe/Zurich")
TITLES = {"openai": "OpenAI", "twilio": "Twilio"}
DENIED = Sentence("{account}: the key is refused", {"account": "openai/studio"})
REMEDY = Sentence("Make another key.")


def failing(account: str = "openai/studio", **more: Any) -> Failing:
    stated: dict[str, Any] = {
        "account": account,
        "since": NOW - DAY,
        "outcome": Outcome(
            provider="openai",
            account=account,
            run="r",
            at=NOW,
            state="failed",
            message=DENIED,
            remedy=REMEDY,
        ),
        "is_new": True,
    }
    return Failing(**stated | more)


def change(day: date, old: str, new: str, **more: Any) -> Restatement:
    stated: dict[str, Any] = {
        "account": "openai/studio",
        "day": day,
        "feeds": ("costs",),
        "old": "a",
        "new": "b",
        "old_cost": {"USD": Decimal(old)},
        "new_cost": {"USD": Decimal(new)},
        "seen_at": NOW,
        "run": "r",
    }
    return Restatement(**stated | more)


def mail(language: Language = ENGLISH, *, people: bool = False, **told: Any) -> MailText:
    writer = Writer(language, TITLES, people=people, demo=False)
    notice = writer.notice(Notice(on=ON, **told))
    return notice_of(notice, language, "https://costs.example")


RECOVERED = Recovered(account="twilio/voice", since=NOW - 3 * DAY, well_at=NOW)
BOUNCE = Bounce(
    id="k",
    month=Month(2026, 1),
    to=("Ana <ana@example.org>",),
    state="bounced",
    at=NOW,
)


def used(cost: str, provider: str | None = None, *, is_part: bool = False) -> Spent:
    budget = Budget(amount=Decimal(2500), currency="USD", provider=provider)
    return Spent(budget=budget, month=Month(2026, 3), cost=Decimal(cost), is_part=is_part)


TOLD: dict[str, tuple[dict[str, Any], str, str]] = {
    "one": ({"failing": (failing(),)}, "OpenAI · studio cannot be read", "OpenAI · studio"),
    "two": (
        {"failing": (failing(), failing("twilio/voice"))},
        "2 accounts cannot be read",
        "2 comptes",
    ),
    "silence": (
        {"failing": (failing(),), "silent": Silent(since=NOW - 2 * DAY, is_new=True)},
        "Nothing was read for 2 days",
        "Rien n’a été lu depuis 2 jours",
    ),
    "a bounce": ({"bounced": (BOUNCE,)}, "A monthly mail did not arrive", "n’est pas arrivé"),
    "a change": (
        {"restated": (change(date(2026, 1, 15), "1", "2"),)},
        "A closed month was revised",
        "Un mois clôturé",
    ),
    "most of it": (
        {"spent": (used("2100"),)},
        "All costs: 80% of the budget of March 2026 is used",
        "du budget utilisés, mars 2026",
    ),
    "all of it": (
        {"spent": (used("2100"), used("2500", "openai"))},
        "OpenAI: the budget of March 2026 is used up",
        "budget épuisé, mars 2026",
    ),
    "one is well": ({"recovered": (RECOVERED,)}, "Twilio · voice is read again", "de nouveau"),
    "all are well": ({"silence_over": NOW - 2 * DAY}, "Accounts are read again", "de nouveau"),
}


@pytest.mark.parametrize("name", TOLD)
def test_the_subject_says_the_worst_and_the_day(name: str) -> None:
    told, english, french = TOLD[name]
    assert mail(**told).subject == f"{english} (March 5, 2026)"
    assert french in mail(FRENCH, **told).subject


def test_who_fails_is_told_with_the_reason_and_the_remedy_the_new_ones_first() -> None:
    text = mail(failing=(failing("twilio/voice", is_new=False), failing())).text

    assert text.index("OpenAI · studio") < text.index("Twilio · voice")
    assert "since March 4, 2026" in text
    assert "the key is refused" in text
    assert "Make another key." in text


def test_a_failure_without_a_remedy_leads_to_the_doctor() -> None:
    outcome = Outcome(provider="openai", account="openai/studio", run="r", at=NOW, state="failed")
    assert "`ecot doctor`" in mail(failing=(failing(outcome=outcome),)).text


def test_days_of_a_month_are_told_together_from_the_first_figure_to_the_last() -> None:
    changes = (
        change(date(2026, 1, 15), "1.00", "2.00"),
        change(date(2026, 1, 15), "2.00", "4.00", seen_at=NOW + DAY, run="s"),
        change(date(2026, 1, 16), "1.00", "0.50"),
        change(date(2025, 12, 1), "7", "7"),
    )
    text = " ".join(mail(restated=changes).text.split())

    assert "January 2026 is closed, and was revised on 2 days: $2.00, now $4.50." in text
    assert "December 2025 is closed, and quantities were revised on 1 day." in text


def test_a_day_that_had_nothing_or_has_nothing_any_more_is_said() -> None:
    gone = change(date(2026, 1, 15), "1.00", "0", new_cost={})
    text = " ".join(mail(restated=(gone,)).text.split())
    assert "revised on 1 day: $1.00, now nothing." in text


def test_addresses_are_in_clear_only_where_people_are_named() -> None:
    assert "a***@example.org" in mail(bounced=(BOUNCE,)).text
    assert "ana@" not in mail(bounced=(BOUNCE,)).text
    assert "ana@example.org" in mail(bounced=(BOUNCE,), people=True).text


def test_who_is_well_again_is_told_beside_who_is_not() -> None:
    text = " ".join(mail(failing=(failing(),), recovered=(RECOVERED,)).text.split())
    assert "Not read from March 2, 2026 on; read again since March 5, 2026, 6:00" in text
    assert "the key is refused" in text


def test_a_budget_is_told_with_its_figures_and_leads_to_the_month() -> None:
    whole, part = mail(spent=(used("2100.5"),)), mail(spent=(used("2100.5", is_part=True),))

    assert "March 2026: $2,100.50 of $2,500.00, net of tax." in " ".join(whole.text.split())
    assert "at least $2,100.50 of $2,500.00" in " ".join(part.text.split())
    assert "https://costs.example/2026-03.en.html" in whole.text
    beside = mail(spent=(used("2500"),), failing=(failing(),))
    assert beside.subject.startswith("OpenAI · studio cannot be read")
    assert "of $2,500.00" in beside.text
    assert "https://costs.example/health.en.html" in beside.text
