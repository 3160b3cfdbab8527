"""The accounts that bills may be for: those of the settings, and those of the ledger."""

from typing import NoReturn

from ecot.edge.setup import Setup
from ecot.errors import SettingsError
from ecot.jobs.accounts import known_accounts
from ecot.jobs.bill_scopes import stray
from ecot.model.bill import Bill
from ecot.model.sentence import Sentence


def known(setup: Setup) -> set[str]:
    """The accounts of the settings and of the ledger."""
    named = {one.key for one in setup.settings.accounts}
    planned = {one.account for one in setup.settings.plans}
    return known_accounts(setup.place.store) | named | planned


def refuse_stray(setup: Setup, bill: Bill) -> None:
    """Raises SettingsError for a service or a project that has no charges on the bill's days."""
    if why := stray(setup.place.store, bill):
        refuse(*why)


def refuse(problem: Sentence, remedy: Sentence) -> NoReturn:
    """Raises SettingsError with the problem and its remedy."""
    values = dict(problem.values) | dict(remedy.values)
    raise SettingsError(problem.text, remedy=remedy.text, **values)
