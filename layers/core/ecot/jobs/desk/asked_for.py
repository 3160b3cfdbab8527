"""What somebody asks for in the form of collections: an account, a provider or all, and a month."""

from collections.abc import Collection, Mapping
from datetime import date

from ecot.errors import SettingsError
from ecot.jobs.runs.asking import MONTHS_BACK
from ecot.jobs.written import month_of
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.model.run import Wanted
from ecot.model.sentence import Sentence
from ecot.report.desk.form import Wrong

_NO_SCOPE = Sentence("The settings have no such account that is active")
_CHOOSE = Sentence("Choose one of the list.")


def months_to_ask(today: date) -> tuple[Month, ...]:
    """The months that may be asked for, the running one first."""
    now = Month.of(today)
    return tuple(now.shifted(-back) for back in range(MONTHS_BACK + 1))


def wanted_of(
    typed: Mapping[str, str], accounts: Collection[str], today: date
) -> tuple[Wanted | None, dict[str, Wrong]]:
    """What is asked for, or what is wrong by field."""
    scope, wrong = typed.get("scope", "").strip(), {}
    if scope not in {"", *accounts, *map(provider_of, accounts)}:
        wrong["scope"] = Wrong(_NO_SCOPE, _CHOOSE)
    month: Month | None = None
    if text := typed.get("month", "").strip():
        try:
            month = month_of(text)
        except SettingsError:
            month = None
        if month not in months_to_ask(today):
            problem = Sentence("This month cannot be asked for here")
            wrong["month"] = Wrong(problem, _CHOOSE)
    if wrong:
        return None, wrong
    is_account = "/" in scope
    wanted = Wanted(
        provider=None if is_account else scope or None,
        account=scope if is_account else None,
        month=month,
        send_email=bool(typed.get("mail")),
    )
    return wanted, {}
