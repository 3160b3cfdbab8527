"""Settings, clock and ledger, made into what jobs take: the same for a command, a function and a
request."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ecot.edge.deployed import SIGNING_KEY
from ecot.edge.signing_key import key_in
from ecot.edge.waiting import wait
from ecot.jobs.known import priced, titles
from ecot.jobs.migrate import prepare
from ecot.jobs.notion.access import Access, Clocks
from ecot.jobs.place import (
    Files,
    Place,
    is_made_up,
    is_on_aws,
    open_outbox,
    place_at,
    site_at,
)
from ecot.jobs.priced import price_book
from ecot.jobs.query import Question
from ecot.jobs.rates import ECB_URL
from ecot.jobs.round import Round, Told, Warned, log_warning, nothing_to_tell, run_id
from ecot.language import Language
from ecot.model.budget import Budget
from ecot.model.period import Month
from ecot.model.prices import OwnPrice
from ecot.model.rates import TypedRate
from ecot.model.rows import Category
from ecot.settings import Project, Settings, Share, load_prices

if TYPE_CHECKING:  # not every function has plans to write, or a report to make
    from ecot.jobs.run import Plan
    from ecot.jobs.site.edition import Edition

DEMO_SHARES = ("change", "providers", "mix")


class Setup:
    """What settings come to at a moment. `now` is the clock and `today` the day, both UTC. Whoever
    opens one closes it, or uses it in a `with`.

    `names_every_key` says that no key merely happens to be there, as on a developer's machine;
    `is_report_scheduled`, that the month's mail has an hour of its own.
    """

    names_every_key = False
    is_report_scheduled = False

    def __init__(
        self, settings: Settings, now: Callable[[], datetime], currency: str | None = None
    ) -> None:
        """`currency` is what totals are shown in, in the place of what the settings say."""
        self.settings, self.now = settings, now
        self.today: date = now().date()
        self.currency = currency or settings.report.currency
        self.at_the_end = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the ledger."""
        self.at_the_end.close()

    @cached_property
    def language(self) -> Language:
        """The one of the settings."""
        report = self.settings.report
        return Language(locale=report.locale, timezone=report.timezone)

    @cached_property
    def place(self) -> Place:
        """The ledger, open until the end. An older one is migrated first."""
        place = self.opened(str(self.settings.home))
        prepare(place, nothing_to_tell)
        return place

    @cached_property
    def is_demo(self) -> bool:
        """Whether the ledger is of a made-up company, whatever the settings say."""
        return is_made_up(self.place)

    def share(self, other: "Setup") -> None:
        """Works with the ledger of the other, which closes it."""
        self.__dict__["place"] = other.place

    @property
    def site(self) -> Files:
        """Where the report is published."""
        return site_at(str(self.settings.home))

    def signing_key(self) -> bytes | None:
        """The key that signs cookies and links, where there is one: on a laptop, once it has served
        a page."""
        home = str(self.settings.home)
        is_made = not is_on_aws(home) and (Path(home) / SIGNING_KEY).exists()
        return key_in(Path(home)) if is_made else None

    @property
    def outbox(self) -> Files | None:
        """Where mails go that no key sends; None where nobody would ever look."""
        return open_outbox(self.settings.home)

    def opened(self, address: str) -> Place:
        """The place at an address, as it is, open until the end."""
        place = place_at(address)
        self.at_the_end.callback(place.store.close)
        return place

    def plans(self) -> "list[Plan]":
        """The plans of the settings."""
        from ecot.jobs.run import Plan

        return [
            Plan(**{name: getattr(plan, name) for name in Plan.__struct_fields__})
            for plan in self.settings.plans
        ]

    @property
    def project(self) -> Project | None:
        """Who is asked for the names of people, where they are to be named."""
        return self.settings.project if self.settings.people else None

    @property
    def expected(self) -> frozenset[str]:
        """The accounts that the settings want to be collected."""
        return frozenset(one.key for one in self.settings.accounts if one.active)

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

    def budgets(self) -> tuple[Budget, ...]:
        """What a month may cost, as the settings have it."""
        return tuple(
            Budget(provider=one.provider, amount=one.amount, currency=one.currency)
            for one in self.settings.budgets
        )

    def prices(self) -> tuple[OwnPrice, ...]:
        """The user's own prices, of the file beside the settings."""
        return load_prices(self.settings.file, titles(), priced())

    def round(
        self,
        days: tuple[date, ...] | None = None,
        told: Told = nothing_to_tell,
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

    def edition(self, *, is_demo: bool = False) -> "Edition":
        """How the report is to look; `is_demo` is for the demo itself, which no settings are about,
        and has something to share."""
        from ecot.jobs.site.edition import Edition
        from ecot.report.badge_facts import Thresholds

        report = self.settings.report
        edition = Edition(
            today=self.today,
            currency=self.currency,
            language=self.language,
            titles=titles(),
            typed=self.rates(),
            budgets=self.budgets(),
            people=self.settings.people,
            thresholds=Thresholds(report.badge.amber, report.badge.red),
        )
        if is_demo:
            return replace(edition, public=Share(public=DEMO_SHARES).public, is_demo=True)
        return replace(
            edition,
            public=self.settings.share.public,
            public_url=self.settings.share.url,
            accounts=tuple(one.key for one in self.settings.accounts),
            prices=self.prices(),
            report_url=report.url,
            is_demo=self.is_demo,
        )
