"""The states in which a reader may meet the site, each a ledger that is filled by hand."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from ecot.jobs.known import titles
from ecot.jobs.site.edition import Edition
from ecot.language import Language
from ecot.ledger.months import begun
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import AnyRow, Name, Revenue, provider_of
from ecot.model.sentence import Sentence
from ecot.store.protocol import Place
from ecot.store.records import put_names, put_outcome, put_progress
from tests.bench.large import fill_large
from tests.bills import bill
from tests.jobs.focus import file, imported, line
from tests.jobs.shelf import Shelf, costs
from tests.jobs.world import Clock
from tests.rows import activity, charge, usage

NOW = datetime(2026, 3, 20, 6, tzinfo=UTC)
TODAY = NOW.date()
MARCH, FEBRUARY, JANUARY = Month(2026, 3), Month(2026, 2), Month(2026, 1)
SINCE_JANUARY = Period.of_days(JANUARY.first, TODAY)
HOSTILE = (
    "<script>document.title='hacked'</script>",
    "</script></style><img src=x onerror=document.title='hacked'>",
    "\"quoted' & {braces} {{ 7 * 7 }} {% raw %}",
    "\u202eevil\u202c \u200fעברית",
    '=HYPERLINK("http://127.0.0.1")',
    "🎉" * 20,
    "long" * 75,
    "#let x = [*bold*] $ \\ @ref",
)
Fill = Callable[[Shelf, Path], None]


def edition(today: date = TODAY, *, is_demo: bool = False) -> Edition:
    """The report of a Swiss reader, in dollars."""
    return Edition(
        today=today,
        currency="USD",
        language=Language("fr-CH", "Europe/Zurich"),
        titles=titles(),
        people=is_demo,
        is_demo=is_demo,
    )


def days_of(make: Callable[[date], Iterable[AnyRow]]) -> list[AnyRow]:
    """What each day since January has."""
    return [row for day in SINCE_JANUARY.days() for row in make(day)]


def told(place: Place, account: str, state: str, why: str | None = None) -> None:
    """How the account's last collection ended."""
    put_outcome(
        place.store,
        Outcome(
            provider=provider_of(account),
            account=account,
            run="r1",
            at=NOW,
            state=state,  # type: ignore[arg-type] # one of the states
            seconds=2.5,
            message=Sentence("{account}: no answer", {"account": account}) if why else None,
            remedy=Sentence(why) if why else None,
        ),
    )


def _nothing(shelf: Shelf, folder: Path) -> None:
    """A ledger on its first evening."""


def _one_month(shelf: Shelf, folder: Path) -> None:
    shelf.put("openai/studio", costs(["1.25"] * 19, MARCH.first, model="gpt"), _elapsed(MARCH))
    told(shelf.place, "openai/studio", "ok")


def _one_failed(shelf: Shelf, folder: Path) -> None:
    shelf.put("openai/studio", costs(["1.25"] * 78, JANUARY.first, model="gpt"), SINCE_JANUARY)
    shelf.put("mistral/labo", costs(["2.10"] * 60, JANUARY.first), _until(date(2026, 3, 2)))
    told(shelf.place, "openai/studio", "ok")
    told(shelf.place, "mistral/labo", "failed", "Wait: it is asked again tonight.")


def _all_failed(shelf: Shelf, folder: Path) -> None:
    for account in ("openai/studio", "mistral/labo"):
        put_progress(shelf.place.store, begun(account, ("costs",), JANUARY.first))
        told(shelf.place, account, "failed", "Make a new key and put it into the settings.")


def _years(shelf: Shelf, folder: Path) -> None:
    fill_large(shelf.place, months=36, services=3, models=2, last=MARCH)


def _forty(shelf: Shelf, folder: Path) -> None:
    lines = [
        line(
            f"{number}.07", f"2026-0{month}-02", f"2026-0{month}-03", provider=f"Supplier {number}"
        )
        for number in range(1, 41)
        for month in (1, 2, 3)
    ]
    imported(shelf.place, file(folder, *lines), clock=Clock(NOW))


def _currencies(shelf: Shelf, folder: Path) -> None:
    """Francs have no rate, euros have one since February."""
    shelf.publish_rates({date(2026, 2, 2): {"USD": "1.10"}})
    for account, currency in (
        ("aws/main", "USD"),
        ("hetzner/main", "EUR"),
        ("infomaniak/main", "CHF"),
    ):
        rows = costs(["3.10"] * 78, JANUARY.first, currency=currency, category="infrastructure")
        shelf.put(account, rows, SINCE_JANUARY)


def _unknown(shelf: Shelf, folder: Path) -> None:
    """Nobody knows what a model costs, nor what a bill without charges is about."""
    rows = [*costs(["1.25"] * 78, JANUARY.first), *_unpriced()]
    shelf.put("openai/studio", rows, SINCE_JANUARY)
    shelf.enter(
        bill("40.00", "M-1", account="mistral/labo", first=FEBRUARY.first, after=MARCH.first)
    )


def _unpriced() -> list[AnyRow]:
    return [charge(None, day, model="gpt-new") for day in FEBRUARY.days()]


def _business(shelf: Shelf, folder: Path) -> None:
    """Revenue, and tools that people use."""
    _one_failed(shelf, folder)
    shelf.put("stripe/lumen", days_of(_earned), SINCE_JANUARY, "balance")
    shelf.put("copilot/lumen", days_of(_written), SINCE_JANUARY, "activity")


def _earned(day: date) -> Iterable[AnyRow]:
    yield Revenue(
        charge_period=Period.of_day(day),
        category="other",
        name="net revenue",
        service="charge",
        currency="USD",
        amount=Decimal(9),
    )


def _written(day: date) -> Iterable[AnyRow]:
    quantities = {"sessions": "2", "lines_added": "120", "commits": "1"}
    yield charge("0.63", day, category="developer tools", user="user-00000001")
    yield activity(quantities, day, category="developer tools", user="user-00000001")


def _hostile(shelf: Shelf, folder: Path) -> None:
    """Every name that comes from outside means harm."""
    account = "openai/studio"
    shelf.put(account, days_of(_harmful), SINCE_JANUARY)
    names = [
        Name(dimension="sub_account_id", id=f"proj_{number}", name=name)
        for number, name in enumerate(HOSTILE)
    ]
    put_names(shelf.place.store, account, names)
    told(
        shelf.place, account, "failed", "{".join(HOSTILE[:3]).replace("{", "{{").replace("}", "}}")
    )
    shelf.enter(bill("5.00", "<b>1</b>", account=account, note="".join(HOSTILE[:7])))


def _harmful(day: date) -> Iterable[AnyRow]:
    for number, name in enumerate(HOSTILE):
        row = {
            "model": name,
            "service": name,
            "sub_account_id": f"proj_{number}",
            "api_key_id": name,
        }
        yield charge("1.01", day, user=name, **row)
        yield usage({"requests": "3", "input_tokens": "900", "output_tokens": "90"}, day, **row)


def _elapsed(month: Month) -> Period:
    return Period.of_days(month.first, min(month.after, TODAY))


def _until(after: date) -> Period:
    return Period.of_days(JANUARY.first, after)


STATES: Mapping[str, Fill] = {
    "nothing": _nothing,
    "one month": _one_month,
    "one failed": _one_failed,
    "all failed": _all_failed,
    "three years": _years,
    "forty suppliers": _forty,
    "three currencies": _currencies,
    "unknown costs": _unknown,
    "revenue and tools": _business,
    "hostile names": _hostile,
}
YESTERDAY = TODAY - DAY
