"""What follows the demo's last collection: a Notion and a Resend on loopback, both databases made
and filled, the mail of the month before sent into the demo's own outbox; and all of it once more,
when there is nothing left to do."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import SecretStr

from ecot.jobs.cycle.mailing import Mailed, Mailing, Read
from ecot.jobs.cycle.night import Done, Night
from ecot.jobs.mail.report import Letterhead, open_post
from ecot.jobs.notion.access import Access, Clocks
from ecot.jobs.notion.databases import make
from ecot.jobs.notion.kept import NotionSync
from ecot.jobs.place import OUTBOX, open_outbox, open_site
from ecot.jobs.site.edition import Edition
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.sandbox.notion import NotionSite
from ecot.sandbox.notion.world import NotionWorld
from ecot.sandbox.resend import FULL, ResendSite
from ecot.sandbox.resend.rules import Team
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Files, Place

Step = TypeVar("Step")
_TOKEN, _KEY = SecretStr("ntn_demo"), SecretStr("re_demo")
_TEAM = Team()
_LETTERHEAD = Letterhead(f"Ecot <ecot@{_TEAM.domains[0]}>")
_DAY = 1  # of the month: whenever somebody looks at the demo, the month before is owed its mail
_PER_MINUTE = 6_000  # the demo's clock stands, and so would the minute of Notion's limit


class Evening(NamedTuple):
    """What one of the two runs came to: requests to Notion, the sync, and the mail."""

    calls: int
    synced: NotionSync
    mailed: Mailed


class Shown(NamedTuple):
    """Both runs, the workspace in Notion as they left it, and the mails, as files in the demo's
    outbox."""

    first: Evening
    again: Evening
    notion: NotionWorld
    mails: Sequence[Path]


def show_cycle(
    place: Place, home: Path, edition: Edition, outcomes: Sequence[Outcome], now: datetime
) -> Shown:
    """Does it at the moment `now`, in the demo's folder `home`. The site is made by whoever shows
    the demo, once everything has happened."""

    def clock() -> datetime:
        return now

    notion = NotionSite(clock, _TOKEN.get_secret_value(), requests_per_minute=_PER_MINUTE)
    keys = {_KEY.get_secret_value(): FULL}
    resend = ResendSite(clock, keys, team=_TEAM, folder=home / OUTBOX)
    clocks = Clocks(now=clock)
    with LoopbackServer(notion) as notes, LoopbackServer(resend) as mails:
        access = _databases(notion, notes.url, clocks, edition.currency)
        post = open_post(open_outbox(home), _KEY, clock, mails.url)
        mailing = Mailing(post=post, to=(_TEAM.own,), letterhead=_LETTERHEAD, failures=False)
        night = Night(
            place=place,
            site=open_site(home),
            edition=edition,
            expected=(),
            clocks=clocks,
            notion=access,
            mailing=mailing,
            mail_day=_DAY,
            publish=_later,
        )
        first = _evening(night, Read(outcomes), notes, 0)
        again = _evening(night, Read(outcomes), notes, first.calls)
        return Shown(first, again, notion.world, sorted(home.glob(f"{OUTBOX}/*.eml")))


def _databases(notion: NotionSite, url: str, clocks: Clocks, currency: str) -> Access:
    """The pair, under a page that somebody has shared."""
    access = Access(secret_name="NOTION_API_KEY", token=_TOKEN, base_url=url)  # noqa: S106
    made = make(access, clocks, notion.world.add_page(), currency)
    return Access(
        secret_name=access.secret_name,
        token=access.token,
        base_url=url,
        services=made.services,
        usages=made.usages,
    )


def _evening(night: Night, read: Read, notes: LoopbackServer, before: int) -> Evening:
    steps = list(night.follow(read))
    return Evening(len(notes.requests) - before, _one(steps, NotionSync), _one(steps, Mailed))


def _one(steps: Sequence[Done], kind: type[Step]) -> Step:
    return next(step for step in steps if isinstance(step, kind))


def _later(_place: Place, _site: Files, _edition: Edition, _month: Month | None) -> list[str]:
    """No site for now."""
    return []
