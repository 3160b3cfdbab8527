"""A made-up company's Twilio on loopback, an account of it, and its truth, added up."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Charge, Usage
from ecot.providers.twilio import TWILIO
from ecot.providers.twilio.asking import TwilioOptions
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.twilio import TwilioSite
from ecot.sandbox.twilio.query import Access
from ecot.sandbox.twilio.truth import BRANCH, MAIN, Account, TwilioTruth
from tests.jobs.world import Clock
from tests.providers import around
from tests.providers.around import OCTOBER

TOKEN = "9f3b1c7d5e2a4806b1d3f5a7c9e0b2d4"  # the form of an Auth Token: 32 hex characters
KEY_SID, KEY_SECRET = "SK" + "5" * 32, "Qm8ZrT2vXk4LwN6pYs1HdF9gJb3Ca7Ue"
NOW = datetime(2026, 11, 8, 6, tzinfo=UTC)
LINES = {  # as docs/providers/twilio.md has them, and not taken from the parser
    "calls-inbound-local": "calls",
    "calls-outbound": "calls",
    "sms-inbound-longcode": "sms-inbound",
    "sms-outbound-longcode": "sms-outbound",
    "sms-messages-carrierfees": "sms-messages-carrierfees",
    "mms-outbound-longcode": "mms-outbound",
    "channels-whatsapp-service": "channels",
    "channels-messaging-inbound": "channels",
    "phonenumbers-local": "phonenumbers",
}
MEASURES = {
    "calls": ("calls", "minutes"),
    "sms-inbound": ("messages", "message_segments"),
    "sms-outbound": ("messages", "message_segments"),
    "mms-outbound": ("messages",),
}
Split = dict[tuple[object, ...], Decimal]


@dataclass
class Around(around.Account[TwilioTruth, TwilioSite]):
    """A Twilio on loopback, and an account of it."""

    key: str | None = TOKEN
    options: TwilioOptions = field(default=TwilioOptions(account_sid=MAIN.sid))

    @property
    def source(self) -> Source:
        return around.source(TWILIO, self.server.url, self.key, options=self.options)


@contextmanager
def a_twilio(currency: str = "usd") -> Iterator[Around]:
    """A morning in November, with the Auth Tokens of both accounts and a key of the first."""
    clock = Clock(NOW)
    truth = TwilioTruth(clock, currency=currency)
    keys = {
        MAIN.sid: Access(TOKEN, (MAIN.sid, BRANCH.sid)),
        BRANCH.sid: Access(TOKEN[::-1], (BRANCH.sid,)),
        KEY_SID: Access(KEY_SECRET, (MAIN.sid,)),
    }
    site = TwilioSite(truth, keys)
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server)


def expected_costs(
    truth: TwilioTruth, period: Period = OCTOBER, accounts: Iterable[Account] = (MAIN, BRANCH)
) -> Split:
    """The truth, added up by day and line; "other" wherever the total holds anything."""
    found: Split = {}
    for account in accounts:
        for day in period.days():
            for used in truth.used(account, day):
                found.setdefault((day, "other"), Decimal(0))
                where = (day, LINES.get(used.product.name, "other"))
                found[where] = found.get(where, Decimal(0)) + used.price
    return found


def costs_of(rows: Iterable[AnyRow]) -> Split:
    """What the rows say, by what they are about; no two are about the same."""
    charges = [row for row in rows if isinstance(row, Charge)]
    assert {(row.currency, row.basis, row.sub_account_id) for row in charges} <= {
        ("USD", "billed", MAIN.sid)
    }
    found = {(row.day, row.service): row.billed_cost for row in charges}
    assert len(found) == len(charges)
    return {where: cost for where, cost in found.items() if cost is not None}


def expected_usage(truth: TwilioTruth, period: Period = OCTOBER) -> Split:
    """The truth, added up by day, line and quantity."""
    found: Split = {}
    for account in (MAIN, BRANCH):
        for day in period.days():
            for used in truth.used(account, day):
                line = LINES.get(used.product.name, "other")
                amounts = (Decimal(used.count), Decimal(used.usage))
                for name, amount in zip(MEASURES.get(line, ()), amounts, strict=False):
                    where = (day, line, name)
                    found[where] = found.get(where, Decimal(0)) + amount
    return found


def usage_of(rows: Iterable[AnyRow]) -> Split:
    """What the rows say, by what they are about; no two say the same."""
    found: Split = {}
    for row in rows:
        if isinstance(row, Usage):
            for name, quantity in row.quantities.items():
                assert (row.day, row.service, name) not in found
                found[row.day, row.service, name] = quantity
    return found
