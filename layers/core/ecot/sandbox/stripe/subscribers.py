"""Subscribers who come and go, so that each morning's subscriptions tell another recurring
revenue."""

from datetime import date
from random import Random

from ecot.sandbox.stripe.truth import Row, StripeTruth

AT_FIRST = 42
COMING, GOING = (0, 0, 0, 1, 1, 2), (0, 0, 0, 0, 1, 1)  # a morning: one of these


class Subscribers:
    """The subscriptions of a truth: three plans in three currencies, one of them by the year."""

    def __init__(self, truth: StripeTruth) -> None:
        self._truth = truth
        self._plans = (
            truth.price("8900", currency="usd", product="prod_studio"),
            truth.price("7900", currency="eur", product="prod_studio"),
            truth.price("24900", currency="eur", product="prod_agence"),
            truth.price("149000", "year", currency="chf", product="prod_atelier"),
        )
        random = Random(f"{truth.seed}/subscribers")
        for _ in range(AT_FIRST):
            self._comes(random)

    def morning(self, day: date) -> None:
        """Some have subscribed since the day before, some have cancelled."""
        random = Random(f"{self._truth.seed}/subscribers/{day}")
        for _ in range(random.choice(COMING)):
            self._comes(random)
        for _ in range(random.choice(GOING)):
            random.choice(self._active())["status"] = "canceled"

    def _comes(self, random: Random) -> None:
        plan = random.choices(self._plans, (5, 6, 2, 2))[0]
        self._truth.subscribe(self._truth.item(plan, random.choice((1, 1, 1, 2))))

    def _active(self) -> list[Row]:
        return [one for one in self._truth.subscriptions.values() if one["status"] == "active"]
