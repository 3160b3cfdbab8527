"""Exactly one mail, whatever happens on the way; and where nobody can know, a person decides."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from msgspec.structs import replace

from ecot.errors import SinkRefused
from ecot.jobs.mail.delivery import delivery_states, recent_mails
from ecot.jobs.mail.send import Sending, send_once
from ecot.model.mail import Mail
from ecot.sandbox.resend.refusals import DAILY, DOWN, OTHER_PAYLOAD
from ecot.sandbox.resend.troubles import lost_after_saving, said
from ecot.sinks.mail.message import Message
from ecot.sinks.mail.outbox import OutboxPost
from ecot.sinks.mail.post import Post
from ecot.store.folder import Folder
from ecot.store.mails import put_mails, read_mails
from ecot.store.protocol import Place
from tests.ledger.book import in_memory
from tests.sinks.mail.mailing import MESSAGE, NOE, OWN, SEND_ONLY, Clock, Office, office

SUBJECT = "report/2026-10"


class Renderer:
    """Renders a mail that says how often it was rendered."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Message:
        self.times += 1
        return replace(MESSAGE, text=f"rendering {self.times}")


def sent_by(
    one: Office,
    place: Place,
    post: Post,
    make: Callable[[], Message] | None = None,
    to: Sequence[str] = (OWN,),
    *,
    again: bool = False,
) -> Sending:
    return send_once(place, post, SUBJECT, to, make or Renderer(), one.clock, again=again)


def test_a_mail_goes_out_once() -> None:
    place, make = in_memory(), Renderer()
    with office() as one:
        first = sent_by(one, place, one.post(), make)
        again = sent_by(one, place, one.post(), make)

    assert (first.state, again.state) == ("sent", "already")
    assert first.mail == again.mail
    assert first.mail.id == one.site.mails[0].id
    assert len(one.site.mails) == make.times == 1


def test_again_is_a_persons_decision() -> None:
    place = in_memory()
    with office() as one:
        sent_by(one, place, one.post(), lambda: MESSAGE)
        assert sent_by(one, place, one.post(), lambda: MESSAGE, again=True).state == "sent"
        assert sent_by(one, place, one.post(), lambda: MESSAGE).state == "already"

    assert len(one.site.mails) == 2
    assert len(read_mails(place.store, SUBJECT)[0].mails) == 2


def test_a_new_recipient_gets_a_mail_and_the_others_no_second_one() -> None:
    place = in_memory()
    with office() as one:
        sent_by(one, place, one.post())
        both = (f"Camille <{OWN.upper()}>", NOE)
        assert sent_by(one, place, one.post(), to=both).state == "sent"
        assert sent_by(one, place, one.post(), to=both).state == "already"

    assert [mail.recipients for mail in one.site.mails] == [[OWN], [NOE]]


def test_a_quota_leaves_the_same_bytes_for_the_next_run() -> None:
    place, make = in_memory(), Renderer()
    with office() as one:
        one.script(said(DAILY))
        late = sent_by(one, place, one.post(), make)
        assert late.state == "later"
        assert late.mail.problem is not None
        assert "quota" in str(late.mail.problem)
        one.clock.moment += timedelta(days=3)
        assert sent_by(one, place, one.post(), make).state == "sent"

    assert make.times == 1
    assert [mail.body["text"] for mail in one.site.mails] == ["rendering 1"]


def test_what_was_refused_is_rendered_anew_with_the_settings_as_they_are_then() -> None:
    place, make = in_memory(), Renderer()
    with office() as one:
        one.site.team.domains = ()
        refused = sent_by(one, place, one.post(), make, to=(OWN, NOE))
        assert refused.state == "refused"
        assert "not verified" in str(refused.mail.problem)
        one.site.team.domains = ("lumen.example",)
        assert sent_by(one, place, one.post(), make, to=(OWN, NOE)).state == "sent"

    assert [mail.body["text"] for mail in one.site.mails] == ["rendering 2"]
    assert [mail.state for mail in read_mails(place.store, SUBJECT)[0].mails] == ["sent"]


def test_without_a_domain_ones_own_mail_comes_from_resends_own_address() -> None:
    place = in_memory()
    with office() as one:
        one.site.team.domains = ()
        done = sent_by(one, place, one.post())
        assert sent_by(one, place, one.post()).state == "already"

    assert done.state == "sent"
    assert done.mail.sender == "Ecot <onboarding@resend.dev>"
    assert [mail.body["from"] for mail in one.site.mails] == ["Ecot <onboarding@resend.dev>"]


def test_without_a_domain_nobody_else_gets_a_mail() -> None:
    place = in_memory()
    with office() as one:
        one.site.team.domains = ()
        refused = sent_by(one, place, one.post(), to=("a@elsewhere.example",))

    assert refused.state == "refused"
    assert OWN in str(refused.mail.problem)
    assert one.site.mails == []


def test_a_lost_answer_is_settled_by_the_same_bytes_under_the_same_key() -> None:
    place, make = in_memory(), Renderer()
    with office() as one:
        one.script(lost_after_saving(), said(DOWN).on(first=2).repeated(None))
        assert sent_by(one, place, one.post(seconds=5), make).state == "unknown"
        one.server.faults.clear()
        one.clock.moment += timedelta(hours=20)
        assert sent_by(one, place, one.post(), make).state == "sent"

    assert len(one.site.mails) == make.times == 1


def test_after_a_day_resend_is_asked_before_anything_is_sent_again() -> None:
    place = in_memory()
    with office() as one:
        one.script(lost_after_saving(), said(DOWN).on(first=2).repeated(None))
        sent_by(one, place, one.post(seconds=5))
        one.server.faults.clear()
        one.clock.moment += timedelta(days=3)
        found = sent_by(one, place, one.post())

    assert found.state == "already"
    assert found.mail.id == one.site.mails[0].id
    assert len(one.site.mails) == 1


def test_after_a_day_a_mail_that_is_not_there_is_sent() -> None:
    place = in_memory()
    with office() as one:
        one.script(said(DOWN).repeated(None))
        assert sent_by(one, place, one.post(seconds=5)).state == "unknown"
        one.server.faults.clear()
        one.clock.moment += timedelta(days=3)
        assert sent_by(one, place, one.post()).state == "sent"

    assert len(one.site.mails) == 1


@pytest.mark.parametrize("did_arrive", [True, False])
def test_where_the_key_may_not_ask_a_person_decides(did_arrive: bool) -> None:
    place = in_memory()
    with office() as one:
        post = one.post(SEND_ONLY, seconds=5)
        lost = [lost_after_saving(), said(DOWN).on(first=2).repeated(None)]
        one.script(*(lost if did_arrive else [said(DOWN).repeated(None)]))
        sent_by(one, place, post)
        one.server.faults.clear()
        one.clock.moment += timedelta(days=3)
        for _ in range(2):
            doubted = sent_by(one, place, post)
            assert doubted.state == "uncertain"
            assert "--again" in str(doubted.mail.remedy)
        assert len(one.site.mails) == did_arrive
        assert sent_by(one, place, post, again=True).state == "sent"
        assert sent_by(one, place, post).state == "already"

    assert len(one.site.mails) == 1 + did_arrive


@pytest.mark.parametrize("did_arrive", [True, False])
def test_a_key_that_resend_knows_of_other_bytes_is_never_rendered_anew(did_arrive: bool) -> None:
    place, make = in_memory(), Renderer()
    with office() as one:
        taken = said(OTHER_PAYLOAD)
        one.script(*([lost_after_saving(), taken.on(first=2)] if did_arrive else [taken]))
        assert sent_by(one, place, one.post(), make).state == "uncertain"
        one.server.faults.clear()
        done = sent_by(one, place, one.post(), make)

    assert done.state == ("already" if did_arrive else "sent")
    assert len(one.site.mails) == make.times == 1


def test_bytes_that_are_not_kept_any_more_are_not_guessed() -> None:
    place = in_memory()
    with office() as one:
        one.script(said(DOWN).repeated(None))
        lost = sent_by(one, place, one.post(seconds=5))
        one.server.faults.clear()
        place.files.put(lost.mail.file, b"damaged")
        assert sent_by(one, place, one.post()).state == "uncertain"

    assert one.site.mails == []


def test_somebody_who_is_at_it_is_left_alone_until_the_claim_runs_out() -> None:
    place = in_memory()
    with office() as one:
        first = sent_by(one, place, one.post())
        book, version = read_mails(place.store, SUBJECT)
        held = replace(first.mail, state="sending", sent_at=None, id=None)
        held = replace(held, held_until=one.clock() + timedelta(minutes=5))
        put_mails(place.store, replace(book, mails=(held,)), version)
        assert sent_by(one, place, one.post()).state == "busy"
        assert sent_by(one, place, one.post(), again=True).state == "busy"
        one.clock.moment += timedelta(minutes=5)
        assert sent_by(one, place, one.post()).state == "sent"

    assert len(one.site.mails) == 1


def test_a_claim_of_a_clock_that_was_ahead_holds_nobody_up() -> None:
    place = in_memory()
    with office() as one:
        began = one.clock.moment
        one.clock.moment += timedelta(days=300)
        one.script(lost_after_saving())
        first = sent_by(one, place, one.post(seconds=0))
        book, version = read_mails(place.store, SUBJECT)
        held = replace(first.mail, state="sending", held_until=one.clock() + timedelta(minutes=5))
        put_mails(place.store, replace(book, mails=(held,)), version)
        one.clock.moment = began
        assert sent_by(one, place, one.post()).state == "sent"
        assert sent_by(one, place, one.post()).state == "already"

    assert len(one.site.mails) == 1


def test_a_person_who_stops_it_leaves_no_claim() -> None:
    place, stopped = in_memory(), Stopped()
    with office() as one:
        with pytest.raises(KeyboardInterrupt):
            sent_by(one, place, stopped)
        assert sent_by(one, place, one.post()).state == "sent"

    assert len(one.site.mails) == 1


def test_the_outbox_holds_one_file(tmp_path: Path) -> None:
    place, clock = in_memory(), Clock()
    post = OutboxPost(Folder(tmp_path), clock)
    with office(clock=lambda: clock) as one:
        first = sent_by(one, place, post)
        second = sent_by(one, place, post)

    assert (first.state, second.state) == ("sent", "already")
    assert [path.name for path in tmp_path.iterdir()] == [first.mail.id]


def test_nobody_is_no_recipient() -> None:
    with office() as one, pytest.raises(SinkRefused, match="nobody to send"):
        sent_by(one, in_memory(), one.post(), to=())


def test_what_became_of_mails_is_read_at_the_next_run() -> None:
    place = in_memory()
    with office() as one:
        one.site.limits.a_second = 100
        post = one.post()
        done = sent_by(one, place, post, to=("bounced@resend.dev",))
        read = delivery_states(place, post, one.clock)
        assert [mail.delivery for mail in read.changed] == ["bounced"]
        assert read.problem is None
        asked = len(one.server.requests)
        assert delivery_states(place, post, one.clock).changed == []
        assert len(one.server.requests) == asked  # it will not change any more
        (mail,) = latest(place)
        assert mail.is_undelivered
        assert mail.id == done.mail.id


def test_a_complaint_that_comes_late_is_still_seen_and_old_mails_are_let_be() -> None:
    place = in_memory()
    with office() as one:
        one.site.limits.a_second = 100
        post = one.post()
        done = sent_by(one, place, post)
        delivery_states(place, post, one.clock)
        one.site.later[str(done.mail.id)] = "complained"
        one.clock.moment += timedelta(days=6)
        assert [mail.delivery for mail in delivery_states(place, post, one.clock).changed] == [
            "complained"
        ]
        one.clock.moment += timedelta(days=40)
        asked = len(one.server.requests)
        delivery_states(place, post, one.clock)
        assert len(one.server.requests) == asked


def test_a_key_that_may_not_read_says_so_once_and_loses_nothing() -> None:
    place = in_memory()
    with office() as one:
        sent_by(one, place, one.post(SEND_ONLY))
        read = delivery_states(place, one.post(SEND_ONLY), one.clock)

    assert read.changed == []
    assert "may only send" in str(read.problem)
    assert [mail.delivery for mail in latest(place)] == [None]


def latest(place: Place) -> list[Mail]:
    return [mail for book in recent_mails(place.store) for mail in book.mails]


class Stopped(OutboxPost):
    """A person presses Ctrl-C before anything is sent."""

    def __init__(self) -> None:
        super().__init__(Folder(Path("nowhere")), Clock())

    def deliver(self, message: Message, key: str) -> NoReturn:  # noqa: ARG002
        raise KeyboardInterrupt
