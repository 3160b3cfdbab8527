"""FOCUS files: what any supplier bills, in the FinOps Foundation's open format, 1.0 to 1.4.

A file needs no key: a person exports it from AWS, Azure, Google Cloud, Oracle, Vercel, Databricks…
and imports it. It states money (`BilledCost`), so every charge is `billed`. It does not say whether
it is complete, and it has no tokens: the model of an AI charge is known only where the file carries
the extension column `x_Model`. docs/providers/focus.md says what becomes of every column.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ecot.errors import SettingsError
from ecot.model.answer import Answer, Parsed
from ecot.providers.focus import own
from ecot.providers.focus.charges import charge, sub_account_name
from ecot.providers.focus.columns import PROVIDER_COLUMNS, slug
from ecot.providers.focus.lines import lines

FEED = "focus"


class FocusRow(NamedTuple):
    """A charge of a file, and whose it is. None: the file does not say.

    `provider` is the supplier as the ledger writes it (aws), `provider_title` as the file does.
    `name` is what the file calls the charge's sub account.
    """

    provider: str | None
    provider_title: str | None
    billing_account_id: str | None
    billing_account_name: str | None
    parsed: Parsed
    name: Parsed | None

    @property
    def account(self) -> str | None:
        """The ledger account that the row belongs to where nobody says otherwise."""
        if self.provider is None or self.billing_account_id is None:
            return None
        return f"{self.provider}/{self.billing_account_id}"


def read(path: Path) -> Answer:
    """The file as an answer: its bytes as they are on disk, under its name."""
    try:
        return Answer(feed=FEED, endpoint=path.name, body=path.read_bytes())
    except OSError as error:
        raise SettingsError(
            "{file} cannot be read: {problem}",
            remedy="check the path and the file's permissions",
            file=path,
            problem=error.strerror,
        ) from None


def parse(answer: Answer) -> Iterator[Parsed]:
    """The charges of the file, each sub account's name before its first charge."""
    seen: set[object] = set()
    for row in rows(answer):
        if row.name is not None and row.name.row not in seen:
            seen.add(row.name.row)
            yield row.name
        yield row.parsed


def rows(answer: Answer) -> Iterator[FocusRow]:
    """The charges of the file with the provider and the billing account of each, in its order.

    Raises UnexpectedAnswer at the first row that is not understood: what came before it is then
    no whole file and must not be kept.
    """
    for line in map(own.restored, lines(answer)):
        place = f"line {line.number}"
        cells = line.cells
        charged = charge(line)
        title = next((cells[name] for name in PROVIDER_COLUMNS if name in cells), None)
        provider, number = None if title is None else slug(title), cells.get("BillingAccountId")
        if own.FORMAT in cells:
            provider, _, number = cells[own.ACCOUNT].partition("/")
        yield FocusRow(
            provider=provider,
            provider_title=title,
            billing_account_id=number,
            billing_account_name=cells.get("BillingAccountName"),
            parsed=Parsed(place, charged),
            name=sub_account_name(line, place),
        )
