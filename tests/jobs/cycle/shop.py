"""A supplier whose days fill as its clock goes on, that corrects some, and is down at times."""

from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from decimal import Decimal

from ecot.errors import Unavailable
from ecot.model.answer import Answer
from ecot.model.period import DAY, Month, Period, midnight
from ecot.providers.http import Http
from tests.jobs.made_up import MadeUp


class Shop(MadeUp):
    """Tells of each day since `since` what it costs, from the day's own morning on. `price` is what
    a day costs; `corrected` are the days that cost something else by now."""

    def __init__(
        self, clock: Callable[[], datetime], since: date, price: Callable[[date], Decimal]
    ) -> None:
        super().__init__({}, {"proj_a": "Studio"})
        self._clock, self._since, self._price = clock, since, price
        self.corrected: dict[date, Decimal] = {}
        self.is_down = False

    def cost(self, day: date) -> Decimal:
        """What the day costs, as far as is known by now."""
        return self.corrected.get(day, self._price(day))

    def month(self, month: Month) -> Decimal:
        """What the month costs."""
        days = (
            day for day in month.days() if self._since <= day and midnight(day) <= self._clock()
        )
        return sum(map(self.cost, days), Decimal(0))

    async def _fetch(self, http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
        if self.is_down:
            raise Unavailable("{account}: nobody answers", account=http.account)
        last = min(self._clock().date() + DAY, period.end.date())
        first = max(self._since, period.start.date())
        days = Period.of_days(first, last).days() if first < last else ()
        self.costs = {day: str(self.cost(day)) for day in days}
        async for answer in super()._fetch(http, stream, period):
            yield answer
