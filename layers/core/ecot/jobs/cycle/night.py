"""What follows a collection, in order: Notion, the site, the month's mail, the mail about trouble.

Notion comes first, for bills that people typed there are on the pages of the same night; the mail
comes after the site, which it leads to. What goes wrong at Notion or with a mail is a result, and
costs neither the ledger nor the site anything.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ecot.jobs.cycle.began import began
from ecot.jobs.cycle.due import Schedule
from ecot.jobs.notion.access import Access, Clocks
from ecot.jobs.notion.kept import NotionSync
from ecot.jobs.round import Told, nothing_to_tell
from ecot.jobs.site.edition import Edition
from ecot.model.mail import Mail
from ecot.model.period import Month
from ecot.model.rows import Category
from ecot.store.once import asked_once
from ecot.store.protocol import Files, Place

if TYPE_CHECKING:  # pages, Notion and mails are imported by the one step that needs them
    from ecot.jobs.cycle.mailing import Alerted, Mailed, Mailing, Read

Publish = Callable[[Place, Files, Edition, Month | None], list[str]]


class Published(NamedTuple):
    """The names of all files of the site."""

    names: list[str]


class Delivered(NamedTuple):
    """Earlier mails of which there is news."""

    mails: tuple[Mail, ...]


Done: TypeAlias = "NotionSync | Published | Delivered | Mailed | Alerted"


def publish_site(place: Place, site: Files, edition: Edition, month: Month | None) -> list[str]:
    """What `jobs.publish` does."""
    from ecot.jobs.publish import publish

    return publish(place, site, edition, month)


@dataclass(frozen=True, kw_only=True)
class Night:
    """Where results go. `notion` and `mailing` are None where nothing is to go there; `mail_day` is
    the day of the next month on which a month's mail is due, and so many days of `mail_grace` are
    left to the schedule that has an hour for it. `expected` are the accounts of the
    settings, `categories` those of accounts with a plan; `publish` makes the site."""

    place: Place
    site: Files
    edition: Edition
    expected: Collection[str]
    clocks: Clocks = field(default_factory=Clocks)
    notion: Access | None = None
    categories: Mapping[str, Category] = field(default_factory=dict)
    mailing: "Mailing | None" = None
    mail_day: int = 2
    mail_grace: int = 0
    told: Told = nothing_to_tell
    publish: Publish = publish_site

    def follow(self, read: "Read") -> Iterator[Done]:
        """Does what follows the collection of `read`, step by step, and says of each what it came
        to. Raised is only what is wrong with the ledger, the site's folder or the settings."""
        self.schedule()  # begins the ledger's calendar before anything is written anywhere
        yield from self.show(read.month)
        if self.mailing is not None:
            yield from self.mail(read, self.mailing)

    def show(self, month: Month | None = None) -> Iterator[Done]:
        """Brings Notion and the site up to what the ledger holds, which both are told once; the
        site opens on the month."""
        place = asked_once(self.place)
        if self.notion is not None:
            yield self._synced(place, self.notion)
        yield Published(self.publish(place, self.site, self.edition, month))

    def mail(self, read: "Read", mailing: "Mailing") -> Iterator[Done]:
        """Sends the mails that are owed."""
        from ecot.jobs.cycle.mailing import send_alert, send_owed
        from ecot.jobs.mail.delivery import delivery_states

        place, edition = asked_once(self.place), self.edition
        now, schedule = self.clocks.now, self.schedule()
        if news := delivery_states(place, mailing.post, now).changed:
            yield Delivered(tuple(news))
        yield send_owed(place, edition, mailing, schedule, read, now)
        yield send_alert(place, edition, mailing, schedule, self.expected, now)

    def schedule(self) -> Schedule:
        """The calendar; the first run begins it."""
        day = began(self.place.store, self.clocks.now())
        return Schedule(self.edition.language.timezone, self.mail_day, day, self.mail_grace)

    def _synced(self, place: Place, access: Access) -> NotionSync:
        from ecot.jobs.notion.sync import sync

        return sync(
            place,
            self.edition,
            access,
            self.clocks,
            categories=self.categories,
            told=self.told,
        )
