"""Importing FOCUS files: charges that a person exported from a supplier (ledger rule 14).

All files of one command are one answer. It goes to `--account`, else to the account that each row
names, `<provider>/<billing account id>`, and replaces every day from its first charge to its last.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from ecot.errors import LedgerError
from ecot.jobs.commit import Commit, commit_month, writing_of
from ecot.jobs.focus_files import FocusFiles, Part
from ecot.jobs.round import Round
from ecot.ledger.bills import standing
from ecot.ledger.plans import is_plan
from ecot.ledger.reading import Reading
from ecot.model.bill import Bill
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.providers import focus
from ecot.providers.people import People
from ecot.store.bills import all_books
from ecot.store.documents import read_document
from ecot.store.heads import Held, query_heads, read_heads
from ecot.store.people import people_key
from ecot.store.protocol import Place, Store
from ecot.store.records import latest_outcomes, put_names, put_outcome, read_standing


def import_focus(
    place: Place,
    paths: Sequence[Path],
    round_: Round,
    *,
    account: str | None = None,
    is_replacing: bool = False,
) -> list[Outcome]:
    """Imports the files and returns an outcome for each account that they concern.

    Raises UnexpectedAnswer for a file that is not understood, and LedgerError where the ledger
    already has other charges of the same provider in the same months and `account` does not say
    what is meant, nor, for those of the same account, `is_replacing`. Nothing is then imported.
    """
    files = FocusFiles(round_, account, People(partial(people_key, place.files)))
    for path in paths:
        files.add(path)
    parts = [files.part(target) for target in files.targets]
    for part in parts:
        _refuse_collected(place, part)
        if account is None:
            _refuse_other_accounts(place, part, files.targets)
        if account is None and not is_replacing:
            _refuse_other_charges(place, part)
    return [_import(place, part, files, round_) for part in parts]


def _refuse_collected(place: Place, part: Part) -> None:
    """A file beside what a key has read would count the same money twice, whatever was said."""
    for month, held in read_heads(place.store, part.account, part.readings).items():
        others = {feed for feed in held.head.feeds if not is_plan(feed)} - {focus.FEED}
        if others and held.head.cells:
            raise LedgerError(
                "{account} is collected with its key and has charges in {month} already",
                remedy="Say --account PROVIDER/NAME with another name if the file is about other "
                "charges. Nothing was imported.",
                account=part.account,
                month=month,
            )


def _refuse_other_accounts(place: Place, part: Part, targets: Sequence[str]) -> None:
    """`targets` are all accounts of the files, which themselves tell these apart."""
    first, last = min(part.readings), max(part.readings)
    for head in query_heads(place.store, first, last):
        is_same_provider = provider_of(head.account) == provider_of(part.account)
        if is_same_provider and head.account not in targets and head.cells:
            raise LedgerError(
                "{account} of the file may be the same money as {other}, which has charges in "
                "{month}",
                remedy="Say --account {account} to count both, or --account {other} to put the "
                "file in its place. Nothing was imported.",
                account=part.account,
                other=head.account,
                month=head.month,
            )
    for bill in _bills_between(place.store, first, last):
        is_same_provider = provider_of(bill.account) == provider_of(part.account)
        if is_same_provider and bill.account not in targets:
            raise LedgerError(
                "{account} of the file may be the same money as bill {number} of {other}",
                remedy="Say --account {account} to count both, or --account {other} to put the "
                "file beside the bill. Nothing was imported.",
                account=part.account,
                other=bill.account,
                number=bill.number,
            )


def _bills_between(store: Store, first: Month, last: Month) -> Iterator[Bill]:
    """The invoices that stand and are about a day of these months, both inside."""
    for _, book in all_books(store):
        for bill in (one.bill for one in standing(book)):
            is_inside = bill.first < last.after and first.first < bill.after
            if bill.kind == "invoice" and is_inside:
                yield bill


def _refuse_other_charges(place: Place, part: Part) -> None:
    heads = read_heads(place.store, part.account, part.readings)
    for month, reading in part.readings.items():
        for day in reading.days:
            if _differs(place, heads[month], reading, day):
                raise LedgerError(
                    "{account} already has other charges on {day} than the file",
                    remedy="Say --replace to put the file in their place, or --account NAME to "
                    "keep both. Nothing was imported.",
                    account=part.account,
                    day=day,
                )


def _differs(place: Place, held: Held, reading: Reading, day: date) -> bool:
    name = held.head.pointer(day).document
    if name is None:
        return False
    document = read_document(place.store, held.head.account, day, name)
    return document.feeds.get(reading.feed, ()) not in ((), reading.rows.get(day, ()))


def _import(place: Place, part: Part, files: FocusFiles, round_: Round) -> Outcome:
    standing = read_standing(place.store, part.account)
    writing = writing_of(place.store, part.account, round_)
    commits = [
        commit_month(place, month, [reading], files.evidence, writing)
        for month, reading in part.readings.items()
    ]
    names = standing.names | part.names
    if names != standing.names:
        put_names(place.store, part.account, names)
    outcome = _outcome(part, commits, round_)
    if any(commit.days for commit in commits) or not _is_told(place.store, part.account):
        put_outcome(place.store, outcome)
    return outcome


def _is_told(store: Store, account: str) -> bool:
    """Whether the account has an outcome: an import that was cut off may have left rows alone."""
    return any(outcome.account == account for outcome in latest_outcomes(store))


def _outcome(part: Part, commits: Sequence[Commit], round_: Round) -> Outcome:
    return Outcome(
        provider=provider_of(part.account),
        account=part.account,
        run=round_.run,
        at=round_.now(),
        state="ok",
        charges=sum(
            len(rows) for reading in part.readings.values() for rows in reading.rows.values()
        ),
        restatements=tuple(one for commit in commits for one in commit.restatements),
    )
