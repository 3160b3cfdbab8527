"""The share card: what of the month on which the site opens its owner shows to everybody."""

from collections.abc import Iterable, Iterator

from ecot.analysis.totals import totals
from ecot.jobs.site.history import History
from ecot.jobs.site.shelf import Page, Stamped, stamp_of
from ecot.report.facts import MonthFacts
from ecot.report.share import share_files
from ecot.report.share_facts import Shared, share_facts, shared
from ecot.report.shell import Shell
from ecot.report.views import month_view


def shared_of(history: History, facts: MonthFacts) -> Shared | None:
    """The public figures of the month; None where nothing is public, or nothing of it is known."""
    edition = history.edition
    if not edition.public:
        return None
    by_category = totals(
        history.month(facts.month, "service").figures,
        by="category",
        first=facts.by_provider.first,
        after=facts.by_provider.after,
        currency=facts.currency,
    )
    known = share_facts(month_view(facts), by_category)
    return shared(known, edition.public, edition.public_url)


def pages(_history: History, shell: Shell) -> Iterator[Stamped]:
    """The card and its page, drawn again only where a public figure has changed."""
    public = shell.shared
    if public is None:
        return

    def make() -> Iterable[Page]:
        return share_files(public, shell.language).items()

    yield Stamped("share", stamp_of(public, shell.language), make)
