"""What is around every page: whose site it is, of which day, and the way to its neighbours."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from ecot.language import Language
from ecot.model.period import Month
from ecot.report.share_facts import Shared


class Shell(msgspec.Struct, frozen=True, kw_only=True):
    """What all pages of a site have in common.

    `language` is the reader's own; `today` is the UTC day of the edge, `collected_at` when the
    latest figure was read (None: nothing ever was). `months` are all months that have a page,
    `front` the one on which the site opens, `pages` the stems of the other pages, in order.
    `titles` are how providers, projects and, with `people`, persons are written. `shared` is what
    of the front month is public.
    """

    language: Language
    today: date
    currency: str
    collected_at: datetime | None
    months: tuple[Month, ...]
    front: Month
    pages: tuple[str, ...] = ()
    titles: Mapping[str, str] = {}
    demo: bool = False
    people: bool = False
    shared: Shared | None = None

    @property
    def month_stems(self) -> frozenset[str]:
        """The stems of the months' pages."""
        return frozenset(str(month) for month in self.months)

    @property
    def has_sources(self) -> bool:
        """Whether each month has a page that says where its figures come from."""
        return bool(self.pages)

    @property
    def has_exports(self) -> bool:
        """Whether each month's rows are beside its page, as files."""
        return bool(self.pages)

    @property
    def around(self) -> tuple[object, ...]:
        """What of it is on a page that does not say when the latest figure was read."""
        return (self.language, self.currency, self.months, self.front, self.pages, self.demo)

    @property
    def languages(self) -> tuple[Language, Language]:
        """Those that every page is written in, the reader's own first."""
        return self.language, self.language.other()


def page_name(stem: object, language: Language) -> str:
    """Where a page is, in the one folder that holds them all: "2026-01.fr.html"."""
    return f"{stem}.{language.code}.html"
