"""Killed at every call to the store, the files and Resend, and started again: exactly one mail.

Really killed: a forked child sends itself SIGKILL just before or just after its n-th call. Then
the claim runs out, and another process sends.
"""

import signal
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from secrets import token_hex

import pytest
from msgspec.structs import replace

from ecot.errors import LedgerError
from ecot.jobs.mail.marks import HELD
from ecot.jobs.mail.send import Sending, send_once
from ecot.model.mail import DeliveryState
from ecot.sandbox.faults import Fault
from ecot.sandbox.resend.troubles import every_trouble
from ecot.sinks.mail.message import Message
from ecot.sinks.mail.outbox import OutboxPost
from ecot.sinks.mail.post import Delivered, Post
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.fault_tally import Tally
from tests.jobs.stepping import Stepped
from tests.ledger.book import in_memory, on_disk
from tests.sinks.mail.mailing import MESSAGE, NOE, OWN, Office, office
from tests.store.faulty import FAULTS, Fuse, Killed, faulty
from tests.store.faulty import Fault as StoreFault
from tests.store.processes import ended, started
from tests.store.watched import AtCall, Listener, die, nothing, watched

SUBJECT = "report/2026-10"
DAYS = timedelta(days=3)  # by then Resend has forgotten the key


class WatchedPost:
    """A post that tells of each delivery, before and after."""

    def __init__(self, post: Post, before: Listener, after: Listener = nothing) -> None:
        self._post, self._before, self._after = post, before, after
        self.name, self.remembers = post.name, post.remembers

    def deliver(self, message: Message, key: str) -> Delivered:
        self._before()
        done = self._post.deliver(message, key)
        self._after()
        return done

    def state(self, mail_id: str) -> DeliveryState | None:
        return self._post.state(mail_id)

    def find(self, message: Message, since: datetime) -> Delivered | None:
        return self._post.find(message, since)


def send(place: Place, post: Post, one: Office) -> Sending:
    to = (OWN, NOE) if one.site.team.domains else (OWN,)
    return send_once(place, post, SUBJECT, to, rendered, one.clock)


def rendered() -> Message:
    """Another mail at each rendering: only one that is not rendered again is known again."""
    return replace(MESSAGE, text=token_hex())


def later(one: Office) -> None:
    """The claim has run out."""
    one.clock.moment += HELD + timedelta(seconds=1)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "by", ["resend", "resend, days later", "resend without a domain", "outbox"]
)
def test_killed_at_every_call_it_is_one_mail(
    tmp_path: Path, by: str, when: str, tally: Tally
) -> None:
    killed = 0
    for calls in count(1):
        root = tmp_path / str(calls)
        with office() as one:
            one.site.limits.a_second = 1000
            if by == "resend without a domain":
                one.site.team.domains = ()

            def work(one: Office = one, root: Path = root, calls: int = calls) -> None:
                plug = AtCall(calls, die)
                before, after = (plug, nothing) if when == "before" else (nothing, plug)
                place = watched(on_disk(root), before, after)
                send(place, WatchedPost(post(by, one, root), before, after), one)

            end = ended(started(work))
            one.clock.moment += DAYS if by.endswith("days later") else HELD
            place = on_disk(root)
            again = send(place, post(by, one, root), one)
            assert send(place, post(by, one, root), one).state == "already"
            place.store.close()
            assert mails(by, one, root) == 1, f"killed {when} call {calls}"
            assert again.state in ("sent", "already")
        if end == 0:
            assert again.state == "already"
            break
        assert end == -signal.SIGKILL
        killed += 1
    assert killed >= 6
    tally(f"a mail by {by}, killed {when} each of {killed} calls", killed)


def post(by: str, one: Office, root: Path) -> Post:
    return one.post() if by.startswith("resend") else OutboxPost(Folder(root / "outbox"), one.clock)


def mails(by: str, one: Office, root: Path) -> int:
    return (
        len(one.site.mails) if by.startswith("resend") else len(list((root / "outbox").iterdir()))
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_a_store_that_fails_at_any_call_costs_no_mail_and_makes_no_second(
    fault: StoreFault, tally: Tally
) -> None:
    failed = 0
    for at in count(1):
        fuse, place = Fuse(fault, at), in_memory()
        with office() as one:
            try:
                send(faulty(place, fuse), one.post(), one)
            except (LedgerError, Killed):
                failed += 1
            later(one)
            assert send(place, one.post(), one).state in ("sent", "already")
            assert len(one.site.mails) == 1
        if not fuse.is_blown:
            break
    tally(f"a mail, the store {fault}", failed)


@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize("trouble", every_trouble(), ids=lambda fault: fault.name)
@pytest.mark.parametrize("times", [1, None])
def test_whatever_resend_does_at_a_call_it_is_one_mail(
    trouble: Fault, first: int, times: int | None
) -> None:
    place = in_memory()
    with office() as one:
        one.site.limits.a_second = 1000
        one.script(trouble.on("^/emails", first=first).repeated(times))
        send(place, one.post(seconds=4), one)
        one.server.faults.clear()
        later(one)
        assert send(place, one.post(), one).state in ("sent", "already")
        one.clock.moment += timedelta(days=3)
        assert send(place, one.post(), one).state == "already"

    assert len(one.site.mails) == 1


@pytest.mark.parametrize("trouble", every_trouble(), ids=lambda fault: fault.name)
def test_after_days_of_trouble_it_is_one_mail(trouble: Fault) -> None:
    place = in_memory()
    with office() as one:
        one.site.limits.a_second = 1000
        one.script(trouble.repeated(None))
        for _ in range(3):
            send(place, one.post(seconds=4), one)
            one.clock.moment += timedelta(hours=30)
        one.server.faults.clear()
        assert send(place, one.post(), one).state in ("sent", "already")

    assert len(one.site.mails) == 1


def test_two_at_once_at_every_interleaving_make_one_mail(tally: Tally) -> None:
    steps = 0
    for ahead in count(0):
        place = in_memory()
        with office() as one:
            sending = partial(send, post=one.post(), one=one)
            left = Stepped(place, sending)
            for _ in range(ahead):
                if not left.is_done:
                    left.step()
            is_through = left.is_done
            right = Stepped(place, sending)
            while not (left.is_done and right.is_done):
                for process in (right, left):
                    if not process.is_done:
                        process.step()
            left.finish()
            right.finish()
            assert left.error is right.error is None
            assert len(one.site.mails) == 1
            states = {done.state for done in (left.value, right.value) if done is not None}
            assert states <= {"sent", "already", "busy"}
            steps += 1
        if is_through:
            break
    assert steps > 5
    tally("two that send at once", steps)


def test_two_processes_at_once_make_one_mail(tmp_path: Path) -> None:
    on_disk(tmp_path).store.close()
    with office() as one:

        def work() -> None:
            place = on_disk(tmp_path)
            send(place, one.post(), one)

        for child in [started(work) for _ in range(3)]:
            assert ended(child) == 0
        place = on_disk(tmp_path)
        assert send(place, one.post(), one).state == "already"
        place.store.close()

    assert len(one.site.mails) == 1


def test_a_claim_that_ran_out_under_a_slow_sender_makes_no_second_mail() -> None:
    place = in_memory()
    with office() as one:
        inside: list[Sending] = []

        def meanwhile() -> None:
            later(one)
            inside.append(send(place, one.post(), one))

        assert send(place, WatchedPost(one.post(), meanwhile), one).state == "already"

    assert [done.state for done in inside] == ["sent"]
    assert len(one.site.mails) == 1
