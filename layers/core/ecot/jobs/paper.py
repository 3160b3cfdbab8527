"""The month on paper: the same facts as its page, as PDF."""

from ecot.errors import LedgerError
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import History
from ecot.jobs.site.month import month_facts
from ecot.model.period import Month
from ecot.report.pdf import month_pdf, pdf_name
from ecot.report.views import month_view
from ecot.store.protocol import Files, Place


def print_month(place: Place, folder: Files, edition: Edition, month: Month) -> str:
    """Writes the month's PDF into the folder, in the reader's language, and returns its name.

    Raises LedgerError where the ledger holds nothing for the month, and EcotError where typst is
    not installed.
    """
    history = History(place, edition)
    if month not in history.months:
        raise LedgerError(
            "The ledger holds nothing for {days}",
            remedy="Ask for another month with --month, or collect it first.",
            days=edition.language.month(month),
        )
    view = month_view(month_facts(history, month))
    name, body = pdf_name(month, edition.language), month_pdf(view, edition.language)
    if folder.get(name) != body:
        folder.put(name, body)
    return name
