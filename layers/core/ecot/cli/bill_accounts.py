"""The accounts that bills may be for: those of the settings, and those of the ledger."""

from ecot.cli.session import Session
from ecot.jobs.accounts import known_accounts
from ecot.model.rows import Category


def known(session: Session) -> set[str]:
    """The accounts of the settings and of the ledger."""
    named = {one.key for one in session.settings.accounts}
    planned = {one.account for one in session.settings.plans}
    return known_accounts(session.place.store) | named | planned


def categories(session: Session) -> dict[str, Category]:
    """Those of accounts that have a plan."""
    return {plan.account: plan.category for plan in session.settings.plans}
