"""FOCUS files gathered into one answer, account by account and month by month."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from ecot.errors import LedgerError
from ecot.jobs.round import Round
from ecot.ledger.reading import Reading, by_day, by_month, reading
from ecot.model.answer import Evidence, Parsed
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Name
from ecot.providers import focus
from ecot.providers.focus.lines import without_people
from ecot.providers.people import People
from ecot.store.evidence import evidence_name

BY_BILLING_ACCOUNT = "focus"  # owns the evidence of a file whose rows say themselves whose they are


class Part(msgspec.Struct, frozen=True):
    """What the files say about one account."""

    account: str
    readings: Mapping[Month, Reading]
    names: frozenset[Name]


class FocusFiles:
    """The files of one command. `account` is where everything goes, if the person said so; `people`
    hides who is named in a file."""

    def __init__(self, round_: Round, account: str | None, people: People) -> None:
        self._round = round_
        self._account = account
        self._people = people
        self._read_at = round_.now()
        self._rows: dict[str, dict[str, list[Parsed]]] = {}
        self._names: dict[str, set[Name]] = {}
        self.evidence: dict[str, Evidence] = {}

    @property
    def targets(self) -> list[str]:
        """The accounts that the files concern."""
        return sorted(self._rows)

    def add(self, path: Path) -> None:
        """Reads one file whole. Raises UnexpectedAnswer at the first row that is not understood."""
        self._round.told(path.name, "reading")
        answer = without_people(focus.read(path), self._people)
        owner = self._account or BY_BILLING_ACCOUNT
        name = evidence_name(owner, self._read_at, answer.body)
        if name in self.evidence:
            raise _twice(path, self.evidence[name].answer.endpoint)
        self.evidence[name] = Evidence(
            account=owner, answer=answer, read_at=self._read_at, run=self._round.run
        )
        for row in focus.rows(answer):
            account = self._account or row.account
            if account is None:
                raise _nobody(path)
            self._rows.setdefault(account, {}).setdefault(name, []).append(row.parsed)
            self._note_names(account, row)

    def part(self, account: str) -> Part:
        """The account's readings: every day from its first charge to its last."""
        parsed = self._rows[account]
        rows = (one.row for of_file in parsed.values() for one in of_file)
        days = [part.day for row in rows if not isinstance(row, Name) for part in by_day(row)]
        span = Period.of_days(min(days), max(days) + DAY).days()
        whole = reading(focus.FEED, span, parsed, read_at=self._read_at, is_certain=True)
        return Part(account, by_month(whole), frozenset(self._names.get(account, ())))

    def _note_names(self, account: str, row: focus.FocusRow) -> None:
        names = self._names.setdefault(account, set())
        if row.name is not None and isinstance(row.name.row, Name):
            names.add(row.name.row)
        if row.provider is not None and row.provider_title is not None:
            names.add(Name("provider", row.provider, row.provider_title))


def _twice(path: Path, other: str) -> LedgerError:
    return LedgerError(
        "{file} and {other} are the same file",
        remedy="Give it once: its charges would count twice. Nothing was imported.",
        file=path.name,
        other=other,
    )


def _nobody(path: Path) -> LedgerError:
    return LedgerError(
        "{file} does not say which provider and billing account its charges belong to",
        remedy="Say it with --account PROVIDER/NAME. Nothing was imported.",
        file=path.name,
    )
