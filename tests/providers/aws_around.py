"""A made-up company's Cost Explorer on loopback, an account of it, and its truth, added up."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.providers.aws import AWS
from ecot.providers.aws.asking import AwsOptions
from ecot.sandbox.aws import AwsSite
from ecot.sandbox.aws.signature import Access
from ecot.sandbox.aws.truth import AwsTruth
from ecot.sandbox.server import LoopbackServer
from tests.jobs.world import Clock
from tests.providers.around import Account, source

KEY_ID = "AKIACAN4RYB1RDTW33TX"
SECRET = "Can4ryBird/Tw33tTweet+9Zk3QwLmNo8Ty7RfGh"  # the form of a secret: 40 characters
KEY = f"{KEY_ID}:{SECRET}"
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)

Where = tuple[date, str, str, str]  # day, category of the charge, service, what it is about


@dataclass
class Around(Account[AwsTruth, AwsSite]):
    """A Cost Explorer on loopback, and an account of it."""

    key: str | None = KEY
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        options = AwsOptions(**self.options)
        return source(AWS, self.server.url, self.key, options=options)


@contextmanager
def an_aws() -> Iterator[Around]:
    """A morning in November, with a key that may read costs."""
    clock = Clock(NOW)
    truth = AwsTruth(clock)
    site = AwsSite(truth, {KEY_ID: Access(SECRET)})
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server)


def expected_costs(truth: AwsTruth, period: Period) -> dict[Where, Decimal]:
    """The truth, added up by what a charge is about, and not by what the provider's code says."""
    found: dict[Where, Decimal] = {}
    for day in period.days():
        for line in truth.lines(day):
            about = line.usage_type if line.kind == "Usage" else line.kind
            kind = {"Usage": "Usage", "Tax": "Tax"}.get(line.kind, "Credit")
            kind = "Tax" if line.service == "Tax" else kind
            where = (day, kind, line.service, about)
            found[where] = found.get(where, Decimal(0)) + line.amount
    return found
