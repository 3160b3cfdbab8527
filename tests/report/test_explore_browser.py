"""The explorer in Chromium: its numbers are the ledger's, and its address, keys and file work."""

import asyncio
import csv
import io
import random
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ecot.analysis.groups import By, Group, owner_of
from ecot.analysis.totals import Totals, totals
from ecot.jobs.bills import say
from ecot.jobs.demo import run_demo
from ecot.jobs.figures import Settled
from ecot.jobs.known import shared, titles
from ecot.jobs.publish import publish
from ecot.jobs.query import Question, answer, figures, gaps, heads_of, names
from ecot.jobs.round import nothing_to_tell
from ecot.jobs.site.edition import Edition
from ecot.language import Language
from ecot.model.figure import Figure
from ecot.model.period import DAY, Month, Period
from ecot.report.quantities import telling
from ecot.report.words import QUANTITIES
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.bills import bill, entered
from tests.jobs.focus import file, imported, line

pytestmark = pytest.mark.tools

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
TODAY = NOW.date()
FIRST, AFTER = date(2026, 8, 1), TODAY + DAY
WITHOUT_PERSONS: tuple[By, ...] = (
    *("provider", "account", "sub_account", "service", "model", "category", "month"),
)
PERSONS: tuple[By, ...] = ("user", "api_key")
# Beside the demo: two suppliers, one of them in a currency without a rate; tax, a credit, a bill.
LINES = (
    line("0.0000008", "2026-09-01", "2026-09-02"),
    line("12.5", "2026-09-03", "2026-09-04", service="EC2"),
    line("-3.25", "2026-10-03", "2026-10-04", category="Credit"),
    line("7.77", "2026-10-05", "2026-10-06", category="Tax", service="Tax"),
    line("41.1", "2026-10-07", "2026-10-08", currency="AED", service="Rooms"),
    line("5", "2026-11-07", "2026-11-08", currency="EUR", service="EC2"),
)  # fmt: skip


class Site(NamedTuple):
    place: Place
    folder: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("explorer")
    place, _ = asyncio.run(run_demo(home / "ledger", NOW, nothing_to_tell))
    imported(place, file(home, *LINES))
    invoice = bill(
        "20.005", account="supabase/supabase", first=date(2026, 9, 1), after=date(2026, 10, 1)
    )
    say(place, invoice.account, [entered(invoice)])
    language = Language("fr-FR", "Europe/Zurich")
    edition = Edition(today=TODAY, currency="USD", language=language, titles=titles())
    publish(place, Folder(home / "site"), edition)
    yield Site(place, home / "site")
    place.store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with browser.new_context(locale="fr-FR") as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address(site))
        yield page
        assert errors == []


def address(site: Site, fragment: str = "", stem: str = "explore", language: str = "fr") -> str:
    return (site.folder / f"{stem}.{language}.html").as_uri() + fragment


def explored(page: Page, **asked: str) -> Any:
    return page.evaluate("asked => window.ecot.explore.answer(asked)", asked)


# --- the numbers -------------------------------------------------------------------------------


def question(first: date, after: date, **whose: str | None) -> Question:
    return Question(first=first, after=after, today=TODAY, currency="USD", **whose)


def filtered(place: Place, asked: Question, by: By, project: str | None, key: str | None) -> Totals:
    """As `ecot totals`, of the figures of a project and of an API key only."""
    heads = heads_of(place.store, asked)
    kind: Any = "person" if key or by in PERSONS else "service"
    found = figures(place.store, asked, heads, kind)
    kept = Settled([one for one in found.figures if _is_of(one, project, key)], found.bills)
    return totals(
        kept.figures,
        by=by,
        first=asked.first,
        after=asked.until,
        currency=asked.currency,
        missing=gaps(place.store, asked, heads, kept),
        names=names(place.store, titles()),
        shared=shared(),
    )


def _is_of(figure: Figure, project: str | None, key: str | None) -> bool:
    wanted: list[tuple[By, str | None, str | None]] = [
        ("sub_account", project, figure.cell.sub_account_id),
        ("api_key", key, figure.cell.api_key_id),
    ]
    return all(
        asked is None or asked == f"{_owner(figure, by)}/{own}" for by, asked, own in wanted
    )


def _owner(figure: Figure, by: By) -> str | None:
    owner = owner_of(figure, by, shared())
    return owner.account or owner.provider


def facts(found: Totals) -> dict[tuple[str | None, str | None], Any]:
    """The groups that count, by key and owner. What is tax alone is not in an explorer of costs."""
    return {
        (one.key, one.account or one.provider): (
            one.billed_cost,
            one.unpriced,
            dict(one.basis),
            dict(one.unconverted),
            shown_quantities(one),
        )
        for one in found.groups
        if one.only != "tax"
    }


def shown_quantities(group: Group) -> dict[str, Decimal]:
    return {one.name: one.amount for one in telling(group.quantities)}


def told(groups: Iterable[dict[str, Any]]) -> dict[tuple[str | None, str | None], Any]:
    """The same of what the script says."""
    return {
        (one["key"], one["owner"]): (
            None if one["cost"] is None else Decimal(one["cost"]),
            one["unpriced"],
            {basis: Decimal(cost) for basis, cost in one["basis"].items()},
            {code: Decimal(cost) for code, cost in one["unconverted"].items()},
            {called(name): Decimal(amount) for name, amount in one["quantities"].items()},
        )
        for one in groups
    }  # fmt: skip


def called(name: str) -> str:
    return name if name in QUANTITIES else name.replace("_", " ")


def choices(page: Page, name: str) -> list[str]:
    """What a control offers, "all" among it."""
    found: list[str] = page.eval_on_selector_all(
        f"#{name} option", "all => all.map(one => one.value)"
    )
    return found


def random_span(dice: random.Random, since: date) -> tuple[date, date]:
    """Whole months, or some days of those that the page holds by day."""
    months = list(Period.of_days(FIRST, AFTER).months())
    if dice.random() < 0.6:
        first, last = sorted(dice.choices(months, k=2))
        return first.first, min(last.after, AFTER)
    days = list(Period.of_days(since, AFTER).days())
    first_day, last_day = sorted(dice.choices(days, k=2))
    return first_day, last_day + DAY


def random_filter(dice: random.Random, page: Page) -> dict[str, str]:
    wanted: dict[str, str] = {}
    page.evaluate("location.hash = ''")
    page.evaluate("window.ecot.explore.show()")
    for name in dice.choice(
        ((), (), ("provider",), ("provider", "account"), ("project",), ("provider", "key"), ("key",))
    ):
        offered = [one for one in choices(page, name) if one]
        if not offered:  # a provider without API keys
            break
        chosen = dice.choice(offered)
        page.evaluate("hash => { location.hash = hash; }", f"#{name}={chosen}")
        page.evaluate("window.ecot.explore.show()")
        wanted[name] = chosen
    return wanted


@pytest.mark.parametrize("seed", range(50))
def test_the_explorer_says_what_the_ledger_says(site: Site, page: Page, seed: int) -> None:
    dice = random.Random(seed)
    since = date.fromisoformat(
        page.evaluate(
            "JSON.parse(document.getElementById('explore-content').textContent)"
            ".cubes.filter(one => one.grain === 'day').map(one => one.first).sort().at(-1)"
        )
    )
    wanted = random_filter(dice, page)
    first, after = random_span(dice, since)
    possible = [*WITHOUT_PERSONS, *PERSONS, *(["day"] if first >= since else [])]
    by: By = dice.choice([one for one in possible if one != "model" or "key" not in wanted])
    found = explored(page, **wanted, by=by, **{"from": str(first), "to": str(after)})
    asked = question(first, after, provider=wanted.get("provider"), account=wanted.get("account"))
    if wanted.keys() & {"project", "key"}:
        expected = filtered(site.place, asked, by, wanted.get("project"), wanted.get("key"))
    else:
        expected = answer(site.place.store, asked, by, titles())

    assert "total" in found, found
    assert (None if found["total"] is None else Decimal(found["total"])) == expected.total
    assert told(found["groups"]) == facts(expected)
