"""A digest of all that a site is made of: while it is the same, nothing has to be made again."""

from ecot.jobs.mail.delivery import recent_mails
from ecot.jobs.notion.kept import last_sync
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.shelf import stamp_of
from ecot.model.period import Month
from ecot.report.health import RUNS
from ecot.store.bills import all_books
from ecot.store.heads import billed_elsewhere, digest_of_heads
from ecot.store.protocol import Store
from ecot.store.rates import all_rates
from ecot.store.records import (
    all_claims,
    all_names,
    all_progress,
    latest_outcomes,
    outcomes_of,
)


def whole_of(store: Store, edition: Edition, month: Month | None) -> str:
    """Of the site that opens on `month`. Heads name the rows, cubes and restatements below them by
    their content, so that none of those is read."""
    progress, latest = list(all_progress(store)), list(latest_outcomes(store))
    books = dict(all_books(store))
    accounts = {*edition.accounts, *books}
    accounts |= {one.account for one in progress} | {one.account for one in latest}
    return stamp_of(
        edition,
        month,
        digest_of_heads(store),
        progress,
        latest,
        [outcomes_of(store, account, RUNS) for account in sorted(accounts)],
        books,
        list(billed_elsewhere(store)),
        list(all_rates(store)),
        all_names(store),
        list(all_claims(store)),
        last_sync(store),
        recent_mails(store),
    )
