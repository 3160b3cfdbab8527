"""Accounts that left the settings are no longer expected, and those that came back are again."""

from collections.abc import Collection
from datetime import date

import msgspec

from ecot.ledger.months import returned
from ecot.store.protocol import Store
from ecot.store.records import all_progress, forget_outcome, latest_outcomes, put_progress


def retire(store: Store, accounts: Collection[str], today: date) -> None:
    """Notes of each account whether it is still among `accounts`, all that the settings have.

    A retired account keeps its figures, and the days that it missed until today stay missing. One
    that was never configured in the end is forgotten: nothing of it is missing.
    """
    for progress in list(all_progress(store)):
        if progress.account in accounts:
            after = returned(progress)
        else:
            after = msgspec.structs.replace(progress, until=progress.until or today)
        if after != progress:
            put_progress(store, after)
    for outcome in list(latest_outcomes(store)):
        if outcome.state == "not_configured" and outcome.account not in accounts:
            forget_outcome(store, outcome.account)
