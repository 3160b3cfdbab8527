"""Mails: who is sending one just now, what did not arrive, and who is one person."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ecot.model.mail import DELIVERY_STATES, UNDELIVERED, DeliveryState, Mail, Mails, bare

BEGUN = datetime(2026, 11, 2, 6, tzinfo=UTC)
CLAIM = timedelta(minutes=5)
SENDING = Mail(
    to=("camille@lumen.example",),
    key="report/2026-10/1",
    file="mail/2026-11-02/1.json.gz",
    title="Coûts octobre 2026",
    sender="ecot@lumen.example",
    by="resend",
    state="sending",
    tried_at=BEGUN,
    held_until=BEGUN + CLAIM,
)


@given(st.timedeltas(-timedelta(hours=1), timedelta(hours=1)))
def test_a_claim_holds_for_as_long_as_it_says_and_not_if_it_is_of_the_time_to_come(
    later: timedelta,
) -> None:
    assert SENDING.is_held(BEGUN + later) is (-CLAIM <= later < CLAIM)


def test_what_is_settled_or_has_no_claim_is_held_by_nobody() -> None:
    assert not replace(SENDING, state="sent").is_held(BEGUN)
    assert not replace(SENDING, held_until=None).is_held(BEGUN)


def test_of_the_mails_of_a_subject_the_one_that_is_being_sent_is_found() -> None:
    sent = replace(SENDING, state="sent", key="report/2026-10/0")

    assert Mails("report/2026-10", (sent, SENDING)).held(BEGUN) == SENDING
    assert Mails("report/2026-10", (sent,)).held(BEGUN) is None


@pytest.mark.parametrize("state", DELIVERY_STATES)
def test_only_what_came_back_was_not_delivered(state: DeliveryState) -> None:
    assert replace(SENDING, delivery=state).is_undelivered is (state in UNDELIVERED)
    assert not SENDING.is_undelivered


@pytest.mark.parametrize(
    "written",
    ["camille@lumen.example", "Camille <camille@lumen.example>", "<CAMILLE@Lumen.example>"],
)
def test_a_person_is_one_however_the_address_is_written(written: str) -> None:
    assert bare(written) == "camille@lumen.example"
