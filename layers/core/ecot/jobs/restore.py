"""Putting an exported ledger back, and emptying one. Nothing that differs is ever overwritten."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain

from ecot.errors import LedgerError
from ecot.jobs.dump import BookOf, Dump
from ecot.ledger.commit import cut_anew
from ecot.ledger.months import unread
from ecot.model.document import Document
from ecot.model.head import Head
from ecot.model.mail import Mails
from ecot.model.outcome import Progress
from ecot.store.bills import put_book, read_book
from ecot.store.documents import cube_writes, document_writes
from ecot.store.evidence import put_evidence
from ecot.store.heads import put_head, read_heads
from ecot.store.made_up import mark_made_up
from ecot.store.mails import FOLDER as MAILS
from ecot.store.mails import put_mails, read_mails
from ecot.store.protocol import Place, Write
from ecot.store.rates import add_rates, read_month
from ecot.store.records import (
    all_claims,
    all_names,
    all_progress,
    latest_outcomes,
    outcome_writes,
    put_claims,
    put_names,
    put_progress,
    restatement_write,
)
from ecot.store.whole import partitions
from ecot.store.writes import put_stream

_Documents = Mapping[tuple[str, date, str], Document]


def restore(place: Place, dump: Dump, file: str) -> int:
    """Writes the dump into the ledger and returns how many account months were new. What is there
    already, and equal, is left as it is. Raises LedgerError, and writes nothing, where an account's
    month or an exchange rate is there and differs, or where the file does not agree with itself."""
    documents = {(one.account, one.day, one.name): one for one in dump.documents}
    claims = _agreed_claims(place, dump, file)
    progress = _new_progress(place, dump)
    new = [head for head in dump.heads if _is_new(place, head, file)]
    books = [book for book in dump.bills if _is_new_book(place, book, file)]
    _check_rates(place, dump, file)
    for head in new:
        _check(head, documents, file)
    if dump.demo:
        mark_made_up(place.store)
    for kept in dump.evidence:
        put_evidence(place.files, kept.name, kept.evidence)
    put_stream(place.store, (write for head in new for write in _month(head, documents)))
    put_stream(place.store, map(restatement_write, dump.restatements))
    for rates in dump.rates:
        add_rates(place.store, rates.month, rates.rates)
    for one in progress:
        put_progress(place.store, unread(one))
    _write_records(place, dump, claims)
    for book in books:
        put_book(place.store, book.account, book.entries, 0)
    for mails in dump.mails:
        _add_mails(place, mails)
    for head in new:
        put_head(place.store, head, 0)
    for one in progress:
        put_progress(place.store, one)
    return len(new)


def reset(place: Place) -> None:
    """Empties the ledger: every item, every kept answer and every mail. The site stays. Heads go
    first: cut off in the middle, it leaves no head that names what is gone, and says what is
    missing."""
    for progress in list(all_progress(place.store)):
        put_progress(place.store, unread(progress))
    for partition in partitions(place.store):
        for item in list(place.store.query(partition)):
            place.store.delete(item.key)
    for folder in ("evidence/", MAILS):
        for name in list(place.files.names(folder)):
            place.files.delete(name)


def _is_new(place: Place, head: Head, file: str) -> bool:
    held = read_heads(place.store, head.account, [head.month])[head.month]
    if held.version and held.head != head:
        raise LedgerError(
            "The ledger already has other figures for {account} in {month} than {file}",
            remedy="Import into an empty ledger: set ECOT_HOME to a new folder, "
            "or run `ecot reset` first. Nothing was imported.",
            account=head.account,
            month=head.month,
            file=file,
        )
    return not held.version


def _is_new_book(place: Place, book: BookOf, file: str) -> bool:
    here, version = read_book(place.store, book.account)
    if version and here != book.entries:
        raise LedgerError(
            "The ledger already has other bills of {account} than {file}",
            remedy="Import into an empty ledger: set ECOT_HOME to a new folder, "
            "or run `ecot reset` first. Nothing was imported.",
            account=book.account,
            file=file,
        )
    return not version


def _check(head: Head, documents: _Documents, file: str) -> None:
    for day, name in head.documents():
        if (head.account, day, name) not in documents:
            raise LedgerError(
                "{file} is damaged: the rows of {account} on {day} are missing or were changed",
                remedy="Export the ledger again. Nothing was imported.",
                file=file,
                account=head.account,
                day=day,
            )


def _check_rates(place: Place, dump: Dump, file: str) -> None:
    for one in dump.rates:
        here, _ = read_month(place.store, one.month)
        if (day := here.differs_on(one.rates)) is not None:
            raise LedgerError(
                "The ledger already has other exchange rates for {day} than {file}",
                remedy="Import into an empty ledger: set ECOT_HOME to a new folder, "
                "or run `ecot reset` first. Nothing was imported.",
                day=day,
                file=file,
            )


def _month(head: Head, documents: _Documents) -> Iterator[Write]:
    """Everything that the head points to: its documents, and its cubes cut anew."""
    found = [documents[head.account, day, name] for day, name in head.documents()]
    for document in found:
        yield from document_writes(document)
    for cube in cut_anew(head, found).cubes:
        yield from cube_writes(cube)


def _agreed_claims(place: Place, dump: Dump, file: str) -> Mapping[str, Mapping[str, str]]:
    """The claims of the ledger and of the dump together. Raises LedgerError where they disagree."""
    here = dict(all_claims(place.store))
    for provider, claims in dump.claims.items():
        for sub_account, account in claims.items():
            known = here.get(provider, {}).get(sub_account, account)
            if known != account:
                raise LedgerError(
                    "{sub_account} is counted by {known} here and by {account} in {file}",
                    remedy="Import into an empty ledger. Nothing was imported.",
                    sub_account=sub_account,
                    known=known,
                    account=account,
                    file=file,
                )
    return {
        provider: {**here.get(provider, {}), **claims} for provider, claims in dump.claims.items()
    }


def _write_records(place: Place, dump: Dump, claims: Mapping[str, Mapping[str, str]]) -> None:
    """Writes what the ledger does not have: what it has was read later, or is the same."""
    for provider, agreed in claims.items():
        put_claims(place.store, provider, agreed, None)
    known = all_names(place.store)
    for named in dump.names:
        here = known.get(named.account, [])
        taken = {(name.dimension, name.id) for name in here}
        new = [name for name in named.names if (name.dimension, name.id) not in taken]
        put_names(place.store, named.account, [*here, *new])
    latest = {outcome.account: outcome.run for outcome in latest_outcomes(place.store)}
    written = (
        outcome_writes(outcome, is_latest=outcome.run >= latest.get(outcome.account, ""))
        for outcome in dump.outcomes
    )
    put_stream(place.store, chain.from_iterable(written))


def _add_mails(place: Place, mails: Mails) -> None:
    """Adds the mails that the ledger does not know: one that went out does not go out again. What
    it knows was written later, but that it went out is true whoever says so."""
    here, version = read_mails(place.store, mails.subject)
    went = {one.key: one for one in mails.mails if one.state == "sent"}
    kept = [one if one.state == "sent" else went.get(one.key, one) for one in here.mails]
    known = {one.key for one in here.mails}
    after = Mails(mails.subject, (*kept, *(one for one in mails.mails if one.key not in known)))
    if after != here:
        put_mails(place.store, after, version)


def _new_progress(place: Place, dump: Dump) -> list[Progress]:
    """The progress of the accounts that are not expected here, or only since an import was cut off.

    It is said twice: as unread before the months are there, so that they are missing until then.
    """
    here = {progress.account: progress for progress in all_progress(place.store)}
    return [one for one in dump.progress if here.get(one.account, unread(one)) == unread(one)]
