"""How much a team may ask and send: requests a second, mails a day and a month."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ecot.sandbox.resend.refusals import DAILY, MONTHLY, RATE, Refused, refusal

SECOND = timedelta(seconds=1)


@dataclass
class Limits:
    """The limits of the free plan, unless told otherwise; each recipient counts as a mail
    (resend.com/docs, account-quotas-and-limits and rate-limit, read 2026-11)."""

    a_second: int = 5
    a_day: int = 100
    a_month: int = 3000
    asked: list[datetime] = field(default_factory=list)

    def count(self, now: datetime) -> dict[str, str]:
        """Counts a request, and returns the headers that tell of the limit. Raises Refused for one
        too many."""
        self.asked = [at for at in self.asked if now - at < SECOND]
        left = self.a_second - len(self.asked)
        headers = {
            "ratelimit-limit": str(self.a_second),
            "ratelimit-remaining": str(max(0, left - 1)),
            "ratelimit-reset": "1",
        }
        if left <= 0:
            raise Refused(refusal(RATE, {**headers, "retry-after": "1"}))
        self.asked.append(now)
        return headers

    def spend(self, now: datetime, more: int, sent: Sequence[tuple[datetime, int]]) -> None:
        """Raises Refused where so many more are too many for the day or for the month; `sent` are
        the moments and recipients of the mails before."""
        today = sum(many for at, many in sent if at.date() == now.date())
        if today + more > self.a_day:
            raise Refused(refusal(DAILY))
        month = sum(many for at, many in sent if (at.year, at.month) == (now.year, now.month))
        if month + more > self.a_month:
            raise Refused(refusal(MONTHLY))
