"""A made-up team's Cursor: events, days, members and spend, as its Admin API answers them.

From the documentation of 2026-03 (transcribed) and what others have seen. What the documentation
leaves open can be set: whether the end of a question is inside, how many days are remembered.
"""

from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ecot.model.money import total
from ecot.sandbox.cursor.query import (
    Paging,
    Refused,
    admitted,
    paging,
    question,
    refusal,
    span,
)
from ecot.sandbox.cursor.truth import CursorTruth, Event, Member
from ecot.sandbox.messages import Request, Response, json_response

Content = dict[str, Any]
A_MINUTE, MOST_A_MINUTE = 60.0, 20


class CursorSite:
    """Serves a truth as Cursor would. `keys` have the plan of their team, and may be changed at any
    time. With a `monotonic` clock more than 20 requests in a minute are refused, refused ones too
    being counted."""

    def __init__(
        self,
        truth: CursorTruth,
        keys: dict[str, str],
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        self.truth = truth
        self.keys = keys
        self.monotonic = monotonic
        self.end_is_inside = True
        self.remembered = timedelta(days=10_000)
        """A rolling window, to the moment: the first day in it is not whole."""
        self.happens: Callable[[], None] = lambda: None
        """Called before each answer about events."""
        self._asked: deque[float] = deque()
        self._answers = {
            ("GET", "/teams/members"): self._members,
            ("POST", "/teams/daily-usage-data"): self._daily,
            ("POST", "/teams/spend"): self._spend,
            ("POST", "/teams/filtered-usage-events"): self._events,
        }

    def answer(self, request: Request, /) -> Response:
        """Cursor's answer, or its refusal with a true body."""
        if self._is_too_fast():
            return refusal(429, "Rate limit exceeded: 20 requests per minute")
        try:
            admitted(request, self.keys)
            answering = self._answers.get((request.method, request.path))
            if answering is None:
                raise Refused(404, "Not found")
            return json_response(answering(request))
        except Refused as refused:
            return refused.response

    def _is_too_fast(self) -> bool:
        if self.monotonic is None:
            return False
        now = self.monotonic()
        self._asked.append(now)
        while self._asked[0] <= now - A_MINUTE:
            self._asked.popleft()
        return len(self._asked) > MOST_A_MINUTE

    def _members(self, _: Request) -> Content:
        return {"teamMembers": [_member(one) for one in self.truth.members]}

    def _events(self, request: Request) -> Content:
        self.happens()
        asked = question(request)
        start, end = span(asked)
        first = max(start, int((self.truth.now() - self.remembered).timestamp()) * 1000)
        events = [
            event
            for event in self.truth.events(_day(first), _day(end))
            if first <= event.moment < end or (self.end_is_inside and event.moment == end)
        ]
        events.reverse()  # the newest first, as in the documentation's example
        page = paging(asked)
        return {
            "totalUsageEventsCount": len(events),
            "pagination": _pagination(page, events, "currentPage")
            | {"numPages": page.count(events)},
            "usageEvents": [_event(event) for event in page.of(events)],
            "period": {"startDate": first, "endDate": end},
        }

    def _daily(self, request: Request) -> Content:
        asked = question(request)
        start, end = span(asked)
        last = _day(end if self.end_is_inside else end - 1)
        days = [_day(start) + timedelta(n) for n in range((last - _day(start)).days + 1)]
        period = {"startDate": start, "endDate": end}
        people = list(self.truth.members[:3])
        if "page" not in asked:
            rows = [
                row for day in days for one in people if (row := self._row(one, day))["isActive"]
            ]
            return {"data": rows, "period": period}
        page = paging(asked)
        rows = [self._row(one, day) for one in page.of(people) for day in days]
        more = {"totalUsers": len(people), "totalPages": page.count(people)}
        return {
            "data": rows,
            "period": period,
            "pagination": _pagination(page, people, "page") | more,
        }

    def _row(self, member: Member, day: date) -> Content:
        doings = self.truth.doings(member, day)
        return {
            "userId": member.id,
            "day": str(day),
            "date": _milliseconds(day),
            "isActive": any(doings.values()),
            **doings,
            "mostUsedModel": "gpt-5" if any(doings.values()) else None,
            "clientVersion": None,
            "email": member.email,
        }

    def _spend(self, request: Request) -> Content:
        asked = question(request)
        if asked.get("sortBy", "date") not in ("amount", "date", "user"):
            raise Refused(400, "sortBy must be one of: amount, date, user")
        start = self.truth.cycle_start()
        since = int(start.timestamp()) * 1000
        every = self.truth.events(start.date(), self.truth.today)
        events = [event for event in every if event.moment >= since]
        members = list(self.truth.members)
        page = paging(asked)
        return {
            "teamMemberSpend": [_spent(one, events) for one in page.of(members)],
            "subscriptionCycleStart": since,
            "totalMembers": len(members),
            "totalPages": page.count(members),
        }


def _member(member: Member) -> Content:
    return {
        "id": member.id,
        "name": member.name,
        "email": member.email,
        "role": member.role,
        "isRemoved": member.is_removed,
    }


def _event(event: Event) -> Content:
    content: Content = {
        "timestamp": str(event.moment),
        "userEmail": event.email,
        "model": event.model,
        "kind": event.kind,
        "maxMode": False,
        "requestsCosts": Decimal("1.4"),
        "isTokenBasedCall": event.tokens is not None,
        "isChargeable": event.is_chargeable,
        "isHeadless": False,
        "chargedCents": event.cents,
        "isFreeBugbot": False,
    }
    if event.tokens is not None:
        names = ("inputTokens", "cacheWriteTokens", "cacheReadTokens", "outputTokens")
        tokens = dict(zip(names, event.tokens, strict=True))
        content["tokenUsage"] = {**tokens, "totalCents": event.cents}
    return content


def _spent(member: Member, events: list[Event]) -> Content:
    own = [event for event in events if event.email == member.email]
    return {
        "userId": member.id,
        "spendCents": total(event.owed for event in own),
        "overallSpendCents": total(event.cents for event in own),
        "fastPremiumRequests": len(own),
        "name": member.name,
        "email": member.email,
        "role": member.role,
        "hardLimitOverrideDollars": 0,
        "monthlyLimitDollars": None,
    }


def _pagination(page: Paging, rows: list[Any], name: str) -> Content:
    return {
        name: page.number,
        "pageSize": page.size,
        "hasNextPage": page.number < page.count(rows),
        "hasPreviousPage": page.number > 1,
    }


def _day(moment: int) -> date:
    return datetime.fromtimestamp(moment // 1000, UTC).date()


def _milliseconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
