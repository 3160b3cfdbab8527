"""Resend's SDK, driven over a real socket: each refusal has its reaction."""

import subprocess
import sys
from datetime import timedelta

import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from ecot.errors import EcotError, SettingsError, SinkRefused, SinkUnavailable
from ecot.sandbox.faults import Fault
from ecot.sandbox.resend.refusals import CONCURRENT, DAILY, DOWN, MONTHLY, OTHER_PAYLOAD, RATE
from ecot.sandbox.resend.troubles import (
    every_trouble,
    failed_after_saving,
    said,
    silent_after_saving,
)
from ecot.settings.values import NO_DOMAIN as SETTING
from ecot.sinks.mail.post import KeyTaken, MayNotRead, NotNow, NotVerified
from ecot.sinks.mail.refusals import NO_DOMAIN
from ecot.sinks.mail.resend import ResendPost
from tests.sinks.mail.mailing import KEY, MESSAGE, OWN, SEND_ONLY, Clock, office


def test_a_mail_is_sent_once_a_key() -> None:
    with office() as one:
        post = one.post()
        first, again = (
            post.deliver(MESSAGE, "report/2026-10/1"),
            post.deliver(MESSAGE, "report/2026-10/1"),
        )
        other = post.deliver(MESSAGE, "report/2026-10/2")

    assert first == again
    assert [mail.id for mail in one.site.mails] == [first.id, other.id]


def test_a_key_that_only_sends_is_enough_to_send_and_may_not_read() -> None:
    with office() as one:
        post = one.post(SEND_ONLY)
        taken = post.deliver(MESSAGE, "key")
        with pytest.raises(MayNotRead, match="may only send"):
            post.state(taken.id)
        with pytest.raises(MayNotRead):
            post.find(MESSAGE, one.clock())

    assert len(one.site.mails) == 1


@pytest.mark.parametrize(
    ("to", "event"),
    [
        ("delivered@resend.dev", "delivered"),
        ("bounced+1@resend.dev", "bounced"),
        ("complained@resend.dev", "complained"),
        ("suppressed@resend.dev", "suppressed"),
    ],
)
def test_what_became_of_a_mail_is_read(to: str, event: str) -> None:
    with office() as one:
        post = one.post()
        taken = post.deliver(replace(MESSAGE, to=(to,)), "key")
        assert post.state(taken.id) == event
        one.site.later[taken.id] = "teleported"
        assert post.state(taken.id) is None


def test_a_rate_limit_is_waited_for_within_the_time_there_is() -> None:
    with office() as one:
        one.script(said(RATE, retry_after=7))
        one.post().deliver(MESSAGE, "key")
        assert one.clock.waited == [7.0]
        one.script(said(RATE, retry_after=600))
        with pytest.raises(NotNow, match="no more requests"):
            one.post().deliver(MESSAGE, "other")

    assert one.clock.waited == [7.0]
    assert len(one.site.mails) == 1


def test_who_is_down_and_says_for_how_long_is_not_asked_before() -> None:
    with office() as one:
        one.script(said(DOWN, retry_after=9))
        one.post().deliver(MESSAGE, "key")
        assert one.clock.waited == [9.0]
        one.script(said(DOWN, retry_after=3600))
        with pytest.raises(SinkUnavailable, match="nobody knows whether the mail went out"):
            one.post().deliver(MESSAGE, "other")

    assert one.clock.waited == [9.0]


@pytest.mark.parametrize("words", [DAILY, MONTHLY])
def test_a_quota_is_not_waited_for(words: tuple[int, str, str]) -> None:
    with office() as one:
        one.script(said(words))
        with pytest.raises(NotNow, match="quota"):
            one.post().deliver(MESSAGE, "key")

    assert one.clock.waited == []
    assert one.site.mails == []


def test_the_stand_in_counts_its_quotas_itself() -> None:
    with office() as one:
        one.site.limits.a_day = 1
        one.post().deliver(MESSAGE, "key")
        with pytest.raises(NotNow, match="a day"):
            one.post().deliver(MESSAGE, "other")
        one.clock.moment += timedelta(days=1)
        one.post().deliver(MESSAGE, "other")

    assert len(one.site.mails) == 2


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key() -> None:
    with office() as one:
        one.script(failed_after_saving())
        taken = one.post().deliver(MESSAGE, "key")

    assert [mail.id for mail in one.site.mails] == [taken.id]
    assert len(one.server.requests) == 2


def test_no_answer_in_time_leaves_it_unknown() -> None:
    with office() as one:
        one.script(silent_after_saving().repeated(None))
        with pytest.raises(SinkUnavailable, match="nobody knows") as raised:
            one.post(timeout=0.2, seconds=1).deliver(MESSAGE, "key")

    assert not isinstance(raised.value, NotNow)
    assert len(one.site.mails) == 1


def test_a_resend_that_cannot_be_reached_surely_sent_nothing() -> None:
    with office() as one:
        post = one.post(seconds=1)
    with pytest.raises(NotNow, match="did not go out") as raised:
        post.deliver(MESSAGE, "key")

    assert "CANARY" not in _everything(raised.value)


def test_no_network_after_a_lost_answer_leaves_it_unknown() -> None:
    with office() as one:

        def cut_off(seconds: float) -> None:
            one.clock.sleep(seconds)
            one.server.close()

        one.script(failed_after_saving())
        url, tick = one.server.url, one.clock.monotonic
        post = ResendPost(KEY, one.clock, base_url=url, sleep=cut_off, monotonic=tick, seconds=5)
        with pytest.raises(SinkUnavailable) as raised:
            post.deliver(MESSAGE, "key")

    assert type(raised.value) is SinkUnavailable
    assert len(one.site.mails) == 1


def test_a_refusal_after_a_lost_answer_does_not_say_that_nothing_went_out() -> None:
    with office() as one:
        one.script(failed_after_saving(), said(DAILY).on(first=2))
        with pytest.raises(SinkUnavailable) as raised:
            one.post().deliver(MESSAGE, "key")

    assert type(raised.value) is SinkUnavailable
    assert len(one.site.mails) == 1


def test_an_earlier_try_that_is_still_at_work_is_waited_for() -> None:
    with office() as one:
        one.script(said(CONCURRENT).repeated(2))
        one.post().deliver(MESSAGE, "key")

    assert len(one.site.mails) == 1
    assert len(one.clock.waited) == 2


def test_other_bytes_under_the_same_key_are_never_sent() -> None:
    with office() as one:
        one.post().deliver(MESSAGE, "key")
        with pytest.raises(KeyTaken, match="may have gone out"):
            one.post().deliver(replace(MESSAGE, text="other"), "key")
        assert said(OTHER_PAYLOAD).name == "invalid_idempotent_request"

    assert len(one.site.mails) == 1


def test_a_sender_whose_domain_is_not_verified_names_the_one_that_is_free() -> None:
    with office() as one:
        one.site.team.domains = ()
        with pytest.raises(NotVerified) as raised:
            one.post().deliver(MESSAGE, "key")
        assert raised.value.instead == NO_DOMAIN == SETTING
        one.post().deliver(replace(MESSAGE, sender=NO_DOMAIN), "other")
        with pytest.raises(SinkRefused, match=r"own address only: camille@lumen.example"):
            one.post().deliver(replace(MESSAGE, sender=NO_DOMAIN, to=("a@b.example",)), "third")

    assert [mail.recipients for mail in one.site.mails] == [[OWN]]


def test_a_key_that_is_not_known_is_said_without_the_key() -> None:
    with office() as one:
        secret = SecretStr("re_CANARY_unknown")
        with pytest.raises(SinkRefused, match="does not know the key") as raised:
            one.post(secret).deliver(MESSAGE, "key")

    assert "CANARY" not in _everything(raised.value)


def test_a_refusal_that_repeats_the_key_is_shown_without_it() -> None:
    with office() as one:
        one.script(said((422, "strange", f"You sent {KEY.get_secret_value()} \n and\x00 more")))
        with pytest.raises(SinkRefused, match=r"strange \(422\): You sent …") as raised:
            one.post().deliver(MESSAGE, "key")

    assert "CANARY" not in _everything(raised.value)


@pytest.mark.parametrize("trouble", every_trouble(), ids=lambda fault: fault.name)
def test_whatever_happens_the_key_stays_secret_and_the_kind_of_error_is_ours(
    trouble: Fault,
) -> None:
    with office() as one:
        one.script(trouble.repeated(None))
        with pytest.raises(EcotError) as raised:
            one.post(seconds=3).deliver(MESSAGE, "key")

    assert "CANARY" not in _everything(raised.value)
    assert len(one.site.mails) <= 1


def test_an_answer_without_an_id_is_no_answer() -> None:
    with office() as one:
        one.script(said((200, "odd", "")).repeated(None))
        with pytest.raises(SinkUnavailable):
            one.post(seconds=3).deliver(MESSAGE, "key")


@pytest.mark.parametrize("url", ["http://resend.example", "ftp://127.0.0.1", "http://127.0.0.1.x"])
def test_the_key_goes_to_https_or_this_machine_only(url: str) -> None:
    with pytest.raises(SettingsError, match="not https"):
        ResendPost(KEY, Clock(), base_url=url)


def test_a_mail_is_found_by_its_subject_line_its_recipients_and_its_time() -> None:
    with office() as one:
        one.site.limits.a_day, one.site.limits.a_second = 1000, 1000
        post, began = one.post(), one.clock()
        wanted = post.deliver(MESSAGE, "key")
        for number in range(120):
            post.deliver(replace(MESSAGE, subject=f"other {number}"), f"key {number}")
        found = post.find(MESSAGE, began)
        assert found is not None
        assert found.id == wanted.id
        assert post.find(replace(MESSAGE, to=("x@lumen.example",)), began) is None
        assert post.find(MESSAGE, began + timedelta(hours=1)) is None
        assert sum(one.path == "/emails" and one.method == "GET" for one in one.server.requests) > 2


def test_the_sdk_is_as_it_was_found() -> None:
    import resend

    before = resend.api_key, resend.api_url, resend.default_http_client
    with office() as one:
        one.script(said(DOWN))
        one.post().deliver(MESSAGE, "key")

    assert (resend.api_key, resend.api_url, resend.default_http_client) == before


def test_only_a_mail_loads_the_sdk() -> None:
    asked = "import ecot.cli.app, sys; assert not {'resend', 'requests'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", asked], check=True)


def _everything(error: BaseException) -> str:
    """All that a traceback could show of the error."""
    parts = [repr(error), str(error), str(vars(error))]
    parts += [_everything(one) for one in (error.__cause__,) if one is not None]
    if error.__context__ is not None and not error.__suppress_context__:
        parts.append(_everything(error.__context__))
    return " ".join(parts)
