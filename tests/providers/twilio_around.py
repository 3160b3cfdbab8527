"""A made-up company's Twilio on loopback, an account of it, and its truth, added up."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from ecot.jobs.collect import open_http
from ecot.jobs.round import Source
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Charge, Name, Usage, merged
from ecot.providers.twilio import TWILIO, parse
from ecot.providers.twilio_asking import TwilioOptions, fetch
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.twilio import TwilioSite
from ecot.sandbox.twilio_query import Access
from ecot.sandbox.twilio_truth import BRANCH, MAIN, Account, TwilioTruth
from ecot.store.protocol import Place
from tests.jobs.world import Clock
from tests.providers.around import collected, examined, source
from tests.providers.asking import all_of

TOKEN = "9f3b1c7d5e2a4806b1d3f5a7c9e0b2d4"  # the form of an Auth Token: 32 hex characters
KEY_SID, KEY_SECRET = "SK" + "5" * 32, "Qm8ZrT2vXk4LwN6pYs1HdF9gJb3Ca7Ue"
NOW = datetime(2026, 11, 8, 6, tzinfo=UTC)
OCTOBER = Period.of_days(date(2026, 10, 1), date(2026, 11, 1))
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
class Around:
    """A Twilio on loopback, and an account of it."""

    clock: Clock
    truth: TwilioTruth
    site: TwilioSite
    server: LoopbackServer
    key: str | None = TOKEN
    options: TwilioOptions = field(default=TwilioOptions(account_sid=MAIN.sid))

    @property
    def source(self) -> Source:
        return source(TWILIO, self.server.url, self.key, options=self.options)

    def read(self, stream: str = "usage", period: Period = OCTOBER) -> list[Answer]:
        """Every answer of a stream."""

        async def reading() -> list[Answer]:
            round_ = self.clock.round()
            async with round_.open_client() as shared:
                return await all_of(fetch(open_http(self.source, round_, shared), stream, period))

        return asyncio.run(reading())

    def rows(self, stream: str = "usage", period: Period = OCTOBER) -> list[AnyRow]:
        """The rows, merged as a reading merges them."""
        parsed = [row for answer in self.read(stream, period) for _, row in parse(answer)]
        return merged(row for row in parsed if not isinstance(row, Name))

    def collected(
        self, place: Place, days: Iterable[date] | None = tuple(OCTOBER.days())
    ) -> Outcome:
        """October's, unless told."""
        return collected(self.source, self.clock.round(days), place)

    def examined(self) -> Outcome:
        return examined(self.source, self.clock.round())


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
