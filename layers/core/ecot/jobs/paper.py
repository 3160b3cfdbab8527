"""The month on paper: the same facts as its page, as PDF."""

from ecot.errors import LedgerError
from ecot.jobs.figures import Books
from ecot.jobs.publish import Edition, month_facts
from ecot.model.period import Month
from ecot.report.pdf import month_pdf, pdf_name
from ecot.report.views import month_view
from ecot.store.protocol import Files, Store


def print_month(store: Store, folder: Files, edition: Edition, month: Month) -> str:
    """Writes the month's PDF into the folder, in the reader's language, and returns its name.

    Raises LedgerError where the ledger holds nothing for the month, and EcotError where typst is
    not installed.
    """
    books = Books(store, month.previous(), month, edition.today, edition.typed)
    view = month_view(month_facts(store, month, edition, (month,), books))
    if not (view.totals.groups or view.missing or view.bills):
        raise LedgerError(
            "The ledger holds nothing for {days}",
            remedy="Ask for another month with --month, or collect it first.",
            days=edition.language.month(month),
        )
    name, body = pdf_name(month, edition.language), month_pdf(view, edition.language)
    if folder.get(name) != body:
        folder.put(name, body)
    return name
