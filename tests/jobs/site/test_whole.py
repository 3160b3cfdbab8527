"""A site that is only brought up to date is the one that would be made anew, and no file of it is
written that did not change."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from ecot.jobs.bills import say
from ecot.jobs.notion.kept import NotionSync, keep_last
from ecot.jobs.publish import publish
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.shelf import STAMPS, Page
from ecot.language import Language
from ecot.ledger.months import begun
from ecot.model.mail import Mail, Mails
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month
from ecot.model.rates import Publication, TypedRate
from ecot.model.rows import Name
from ecot.report.badge_facts import Thresholds
from ecot.report.facts import MonthFacts
from ecot.report.render import month_pages
from ecot.report.shell import Shell
from ecot.store.folder import Folder
from ecot.store.mails import put_mails
from ecot.store.protocol import Place
from ecot.store.rates import add_publications
from ecot.store.records import (
    latest_outcomes,
    put_claims,
    put_names,
    put_outcome,
    put_progress,
)
from tests.bills import bill, entered
from tests.jobs.focus import NOW, file, imported, line
from tests.jobs.world import edition

JUNE = Month(2026, 6)
EDITION = edition(NOW.date())
OTHERS: dict[str, Edition] = {
    "language": replace(EDITION, language=Language("fr-CH", "Europe/Zurich")),
    "time zone": replace(EDITION, language=Language("en-US", "Europe/Zurich")),
    "currency": replace(EDITION, currency="EUR"),
    "people": replace(EDITION, people=True),
    "typed rate": replace(
        EDITION, typed=(TypedRate("GBP", "USD", Decimal("1.3"), date(2026, 1, 1)),)
    ),
    "a title": replace(EDITION, titles={**EDITION.titles, "aws": "Amazon"}),
    "thresholds": replace(EDITION, thresholds=Thresholds(amber=Decimal(1), red=Decimal(2))),
    "public figures": replace(EDITION, public=("total",), public_url="https://e.example/share"),
    "accounts": replace(EDITION, accounts=("openai/new",)),
    "next run": replace(EDITION, next_run=datetime(2026, 11, 22, 4, tzinfo=UTC)),
    "the demo": replace(EDITION, is_demo=True),
    "the next day": replace(EDITION, today=EDITION.today + DAY),
    "the next month": replace(EDITION, today=date(2026, 12, 9)),
}


class Site(Folder):
    """A site that knows what was written."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.written: list[str] = []

    def put(self, name: str, body: bytes) -> None:
        self.written.append(name)
        super().put(name, body)

    def files(self) -> dict[str, bytes]:
        """Every page and file of it."""
        return {name: self.get(name) or b"" for name in self.names() if name != STAMPS}


@pytest.fixture
def ledger(place: Place, tmp_path: Path) -> Place:
    """Two months in three currencies, of two providers."""
    lines = (
        *(line("1"), line("2", "2026-06-01", "2026-06-02"), line("4", provider="Vercel")),
        *(line("3", currency="EUR"), line("5", currency="GBP")),
    )
    imported(place, file(tmp_path, *lines))
    return place


@pytest.fixture
def site(tmp_path: Path, ledger: Place) -> Site:
    """Its site, published."""
    site = Site(tmp_path / "site")
    publish(ledger, site, EDITION)
    site.written.clear()
    return site


def is_as_new(place: Place, site: Site, tmp_path: Path, wanted: Edition = EDITION) -> set[str]:
    """Brings the site up to date, compares it with a new one, and returns what was written."""
    before = site.files()
    names = publish(place, site, wanted)
    anew = Site(tmp_path / "anew")
    assert publish(place, anew, wanted) == names
    after = anew.files()
    assert site.files() == after
    written = set(site.written) - {STAMPS}
    assert written == {name for name in after if after[name] != before.get(name)}
    return written


@pytest.mark.parametrize("setting", OTHERS)
def test_a_setting_or_a_day_changes_what_it_changes(
    ledger: Place, site: Site, tmp_path: Path, setting: str
) -> None:
    is_as_new(ledger, site, tmp_path, OTHERS[setting])


def _figure(place: Place, folder: Path) -> None:
    imported(place, file(folder, line("9", "2026-06-03", "2026-06-04"), name="b.csv"))


def _month(place: Place, folder: Path) -> None:
    imported(place, file(folder, line("9", "2026-08-03", "2026-08-04"), name="b.csv"))


def _name(place: Place, _: Path) -> None:
    put_names(place.store, "aws/111", [Name(dimension="provider", id="aws", name="Cloud")])
    put_names(place.store, "x/1", [Name(dimension="sub_account_id", id="p", name="Project")])


def _rate(place: Place, _: Path) -> None:
    per_euro = {"USD": Decimal("1.1"), "GBP": Decimal("0.9")}
    add_publications(place.store, [Publication(date(2026, 4, 30), per_euro)])


def _bill(place: Place, _: Path) -> None:
    one = bill("20", account="aws/111", first=JUNE.first, after=JUNE.after)
    say(place, one.account, [entered(one)])


def _outcome(place: Place, _: Path) -> None:
    one = Outcome(provider="openai", account="openai/a", run="r", at=NOW, state="not_configured")
    put_outcome(place.store, one)


def _later(place: Place, _: Path) -> None:
    for one in list(latest_outcomes(place.store)):
        later = msgspec.structs.replace(one, run="z", at=one.at + timedelta(days=1))
        put_outcome(place.store, later)


def _older_run(place: Place, _: Path) -> None:
    for one in list(latest_outcomes(place.store)):
        older = msgspec.structs.replace(one, run="0", at=one.at - timedelta(days=1))
        put_outcome(place.store, older, is_latest=False)


def _progress(place: Place, _: Path) -> None:
    put_progress(place.store, begun("vercel/new", ("costs",), JUNE.first))


def _claim(place: Place, _: Path) -> None:
    put_claims(place.store, "aws", {"p": "aws/111"}, None)


def _sync(place: Place, _: Path) -> None:
    keep_last(place.store, NotionSync(state="ok", at=NOW, created=3))


def _mail(place: Place, _: Path) -> None:
    sent = Mail(
        to=("ana@example.org",),
        key="k",
        file="f",
        title="June",
        sender="ecot@example.org",
        by="resend",
        state="sent",
        tried_at=NOW,
        sent_at=NOW,
    )
    put_mails(place.store, Mails("report/2026-06", (sent,)), 0)


CHANGES = (
    *(_figure, _month, _name, _rate, _bill, _outcome, _later, _older_run, _progress, _claim),
    *(_sync, _mail),
)


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_told_changes_what_it_changes(
    ledger: Place, site: Site, tmp_path: Path, change: Callable[[Place, Path], None]
) -> None:
    change(ledger, tmp_path)
    assert is_as_new(ledger, site, tmp_path)


def test_a_night_that_brought_nothing_rewrites_no_closed_month(
    ledger: Place, site: Site, tmp_path: Path
) -> None:
    _later(ledger, tmp_path)
    written = is_as_new(ledger, site, tmp_path)
    assert "health.en.html" in written
    assert not {name for name in written if name.startswith("2026-05")}


def test_another_front_month_is_another_index(ledger: Place, site: Site) -> None:
    publish(ledger, site, EDITION, Month(2026, 5))
    assert site.get("index.html") == site.get("2026-05.en.html")
    publish(ledger, site, EDITION, JUNE)
    assert site.get("index.html") == site.get("2026-06.en.html")


def test_where_nothing_changed_nothing_is_even_asked(
    ledger: Place, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> object:
        raise AssertionError("a cube was read")

    monkeypatch.setattr("ecot.jobs.figures.read_cube", never)
    monkeypatch.setattr("ecot.jobs.publish.month_facts", never)
    publish(ledger, site, EDITION)
    assert site.written == []


def test_of_months_that_are_over_only_what_changed_is_made(
    ledger: Place, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Month] = []

    def watched(facts: MonthFacts, shell: Shell) -> Iterator[Page]:
        made.append(facts.month)
        return month_pages(facts, shell)

    monkeypatch.setattr("ecot.jobs.publish.month_pages", watched)
    _figure(ledger, tmp_path)
    publish(ledger, site, EDITION)
    assert Month(2026, 5) not in made
    assert JUNE in made
