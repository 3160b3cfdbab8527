"""What is known of mails goes with the ledger: a month is not mailed again because it was moved."""

from datetime import timedelta
from pathlib import Path

import pytest

from ecot.errors import LedgerError
from ecot.jobs.dump import read_dump, write_dump
from ecot.jobs.mail.send import Sending, send_once
from ecot.jobs.move import move
from ecot.jobs.place import open_place
from ecot.jobs.restore import reset, restore
from ecot.jobs.sweep import sweep
from ecot.sandbox.resend.refusals import DOWN
from ecot.sandbox.resend.troubles import said
from ecot.store.mails import FOLDER, all_mails, latest_mails, mails_key, read_mails
from ecot.store.protocol import Place
from tests.ledger.book import in_memory, on_disk
from tests.sinks.mail.mailing import KEY, MESSAGE, NOE, OWN, Office, office

SUBJECT = "report/2026-10"


def send(place: Place, one: Office, subject: str = SUBJECT, seconds: float = 60) -> Sending:
    post = one.post(seconds=seconds)
    return send_once(place, post, subject, (OWN, NOE), lambda: MESSAGE, one.clock)


def dump(place: Place, *, runs: bool = True) -> bytes:
    return b"".join(write_dump(place, runs=runs))


def test_a_moved_ledger_does_not_mail_a_month_again(tmp_path: Path) -> None:
    source, target = open_place(tmp_path / "here"), on_disk(tmp_path / "there")
    with office() as one:
        send(source, one)
        move(source, target)
        assert send(target, one).state == "already"
    names = list(source.files.names(FOLDER))
    source.store.close()

    assert len(one.site.mails) == 1
    assert list(target.files.names(FOLDER)) == names != []


def test_a_moved_ledger_goes_on_with_the_same_bytes(tmp_path: Path) -> None:
    source, target = open_place(tmp_path / "here"), on_disk(tmp_path / "there")
    with office() as one:
        one.script(said(DOWN).repeated(None))
        begun = send(source, one, seconds=3)
        one.server.faults.clear()
        move(source, target)
        done = send(target, one)
    source.store.close()

    assert (begun.state, done.state) == ("unknown", "sent")
    assert begun.mail.key == done.mail.key


def test_an_imported_ledger_knows_what_was_mailed_and_exports_the_same() -> None:
    source, target = in_memory(), in_memory()
    with office() as one:
        one.site.limits.a_second = 100
        send(source, one)
        send(source, one, "alert/2026-11-01")
        exported = dump(source)
        for _ in range(2):
            restore(target, read_dump(exported, "ledger.json"), "ledger.json")
        assert send(target, one).state == "already"

    assert dump(target) == exported
    assert [mails.subject for mails in all_mails(target.store)] == ["alert/2026-11-01", SUBJECT]
    assert OWN.encode() not in dump(source, runs=False)
    assert KEY.get_secret_value().encode() not in exported


def test_an_import_does_not_take_a_mail_back_and_knows_better_what_went_out() -> None:
    source, target = in_memory(), in_memory()
    with office() as one:
        one.script(said(DOWN).repeated(None))
        send(source, one, seconds=3)
        unsent = dump(source)
        restore(target, read_dump(unsent, "ledger.json"), "ledger.json")
        one.server.faults.clear()
        send(source, one)
        restore(target, read_dump(dump(source), "ledger.json"), "ledger.json")
        assert [mail.state for mail in read_mails(target.store, SUBJECT)[0].mails] == ["sent"]
        restore(target, read_dump(unsent, "ledger.json"), "ledger.json")
        assert send(target, one).state == "already"

    assert len(one.site.mails) == 1


def test_an_imported_mail_of_which_nobody_knows_is_not_rendered_anew() -> None:
    source, target = in_memory(), in_memory()
    with office() as one:
        one.script(said(DOWN).repeated(None))
        send(source, one, seconds=3)
        one.server.faults.clear()
        restore(target, read_dump(dump(source), "ledger.json"), "ledger.json")
        assert send(target, one).state == "uncertain"

    assert one.site.mails == []


def test_a_reset_forgets_the_mails_and_their_bytes() -> None:
    place = in_memory()
    with office() as one:
        send(place, one)
    reset(place)

    assert list(all_mails(place.store)) == []
    assert list(place.files.names(FOLDER)) == []


def test_the_bytes_go_after_400_days_and_the_mark_stays() -> None:
    place = in_memory()
    with office() as one:
        send(place, one)
        sweep(place, one.clock() + timedelta(days=400))
        assert len(list(place.files.names(FOLDER))) == 1
        sweep(place, one.clock() + timedelta(days=402))
        assert list(place.files.names(FOLDER)) == []
        one.clock.moment += timedelta(days=402)
        assert send(place, one).state == "already"


def test_the_last_subjects_of_a_kind_are_read_in_one_query() -> None:
    place = in_memory()
    with office() as one:
        one.site.limits.a_second = 100
        for subject in ("report/2026-08", "report/2026-09", SUBJECT, "alert/2026-11-01"):
            send(place, one, subject)

    assert [mails.subject for mails in latest_mails(place.store, "report", 2)] == [
        SUBJECT,
        "report/2026-09",
    ]


def test_a_mark_that_is_damaged_is_said_and_nothing_is_sent() -> None:
    place = in_memory()
    place.store.put(mails_key(SUBJECT), b"{")
    with office() as one, pytest.raises(LedgerError):
        send(place, one)

    assert one.server.requests == ()
