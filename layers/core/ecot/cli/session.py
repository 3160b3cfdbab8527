"""What one command works with: settings, clock, language, ledger. The edge where they are read."""

import getpass
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from ecot.cli import log
from ecot.cli.show import progress, tell
from ecot.cli.speech import speak, spoken
from ecot.jobs.known import priced, providers, titles
from ecot.jobs.migrate import prepare
from ecot.jobs.notion.access import Access, Clocks
from ecot.jobs.place import Folder, Place, is_on_aws, open_site, place_at
from ecot.jobs.priced import price_book
from ecot.jobs.query import Question
from ecot.jobs.rates import ECB_URL
from ecot.jobs.round import Round, Warned, log_warning, nothing_to_tell, run_id
from ecot.jobs.run import Plan
from ecot.jobs.site.edition import Edition
from ecot.jobs.written import currency_of
from ecot.language import Language
from ecot.model.period import Month
from ecot.model.prices import OwnPrice
from ecot.model.rates import TypedRate
from ecot.model.rows import Category
from ecot.report.badge_facts import Thresholds
from ecot.settings import DEFAULT_HOME, Project, Settings, Share, load, load_prices

DEMO_SHARES = ("change", "providers", "mix")
_at_the_end = ExitStack()


def close_all() -> None:
    """Lets go of every ledger that a session has opened."""
    _at_the_end.close()


def opened(text: str) -> Place:
    """The place that a person names, as it is, open until the command ends."""
    place = place_at(text)
    _at_the_end.callback(place.store.close)
    return place


def utc_now() -> datetime:
    """The clock: read here and nowhere deeper."""
    return datetime.now(UTC)


def wait(seconds: float) -> None:
    """Waiting: here and nowhere deeper."""
    time.sleep(seconds)


def author() -> str:
    """Who types: the name under which this person works on this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "ecot"  # a container without users


class Session:
    """One command's world. `now` and `today` are UTC."""

    def __init__(
        self, config: Path | None = None, currency: str | None = None, *, verbose: bool = False
    ) -> None:
        """Reads the settings. Raises SettingsError for the first thing that is wrong."""
        self.now: Callable[[], datetime] = utc_now
        self.today: date = self.now().date()
        self.settings: Settings = load(
            environ=os.environ,
            providers=providers(),
            today=self.today,
            config=config,
            dotenv=Path(".env"),
        )
        self.language = self._language()
        speak(self.language)
        self.currency = currency_of(currency) if currency else self.settings.report.currency
        log.start(self.settings.secrets(), verbose=verbose)

    @cached_property
    def place(self) -> Place:
        """The ledger, open until the command ends. An older one is migrated first."""
        place = opened(str(self.settings.home))
        with progress() as told:
            copy = prepare(place, told)
        if copy is not None:
            text = "The ledger was migrated for this Ecot; as it was it is kept in copies/{name}."
            tell(self.language.say(text, name=copy))
        return place

    @property
    def site(self) -> Folder:
        """Where the report is rendered."""
        return open_site(self.folder)

    @property
    def folder(self) -> Path:
        """Where everything goes that is made beside the ledger: the site, the demo, the export
        before a reset. For a ledger on AWS that is the folder that one would have here."""
        home = self.settings.home
        return Path(DEFAULT_HOME) if is_on_aws(str(home)) else home

    def plans(self) -> list[Plan]:
        """The plans of the settings."""
        return [
            Plan(**{name: getattr(plan, name) for name in Plan.__struct_fields__})
            for plan in self.settings.plans
        ]

    @property
    def project(self) -> Project | None:
        """Who is asked for the names of people, where they are to be named."""
        return self.settings.project if self.settings.people else None

    def categories(self) -> dict[str, Category]:
        """Those of accounts that have a plan."""
        return {plan.account: plan.category for plan in self.settings.plans}

    def notion(self) -> Access:
        """The databases of Notion and the key to them."""
        notion = self.settings.notion
        return Access(
            secret_name=notion.secret_name,
            token=notion.secret,
            fault=notion.fault,
            services=notion.services,
            usages=notion.usages,
            base_url=notion.base_url,
            on_missing_property=notion.on_missing_property,
            on_deleted_row=notion.on_deleted_row,
        )

    def clocks(self) -> Clocks:
        """How time passes for what has to wait."""
        return Clocks(now=self.now, sleep=wait)

    def rates(self) -> tuple[TypedRate, ...]:
        """The typed exchange rates of the settings."""
        return tuple(
            TypedRate(one.source, one.target, one.rate, one.since) for one in self.settings.rates
        )

    def prices(self) -> tuple[OwnPrice, ...]:
        """The user's own prices, of the file beside the settings."""
        return load_prices(self.settings.file, titles(), priced())

    def round(
        self,
        days: tuple[date, ...] | None = None,
        told: Callable[[str, str], None] = nothing_to_tell,
        warned: Warned = log_warning,
    ) -> Round:
        """A run that starts now."""
        return Round(
            run=run_id(self.now()),
            today=self.today,
            now=self.now,
            days=days,
            told=told,
            warned=warned,
            rates_url=self.settings.report.ecb_url or ECB_URL,
            prices=price_book(self.prices()),
        )

    def question(
        self,
        span: tuple[date, date] | None = None,
        provider: str | None = None,
        account: str | None = None,
    ) -> Question:
        """What is asked; by default about the running month."""
        month = Month.of(self.today)
        first, after = span or (month.first, month.after)
        return Question(
            first=first,
            after=after,
            today=self.today,
            currency=self.currency,
            provider=provider,
            account=account,
            typed=self.rates(),
            people=self.settings.people,
        )

    def edition(self, *, is_demo: bool = False) -> Edition:
        """How the report is to look. Of a made-up company there is something to share."""
        share = Share(public=DEMO_SHARES) if is_demo else self.settings.share
        return Edition(
            today=self.today,
            currency=self.currency,
            language=self.language,
            titles=titles(),
            typed=self.rates(),
            people=self.settings.people,
            thresholds=Thresholds(self.settings.report.badge.amber, self.settings.report.badge.red),
            public=share.public,
            public_url=share.url,
            is_demo=is_demo,
            accounts=() if is_demo else tuple(one.key for one in self.settings.accounts),
            prices=() if is_demo else self.prices(),
            report_url=None if is_demo else self.settings.report.url,
        )

    def _language(self) -> Language:
        """The settings' locale; before there are any, the one of the person's terminal."""
        report = self.settings.report
        locale = report.locale if self.settings.file else spoken().locale
        return Language(locale=locale, timezone=report.timezone)
