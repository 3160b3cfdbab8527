"""Links for mails: each opens one month's report, for 30 days, and can be revoked.

A link is a signed value that names a kept token of that month. Whoever has it can read the month:
so can whoever a mail is forwarded to, who has its figures anyway. It opens nothing else.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from ecot.errors import SettingsError
from ecot.jobs.access import LONGEST_LABEL, new_link, tokens
from ecot.jobs.access import revoke as revoke_token
from ecot.jobs.signing import sign
from ecot.model.access import Token
from ecot.model.mail import bare
from ecot.model.period import Month
from ecot.store.protocol import Store

LASTS = timedelta(days=30)
_SITE = "/site"


class Links(NamedTuple):
    """How links are made: the address that Ecot's pages are served at, without a slash at its end,
    and the key that signs."""

    base: str
    key: bytes


class MonthLink(NamedTuple):
    """A link, and when it ends (UTC). The address opens the month: it is shown to whoever is to
    read it, and to nobody else."""

    address: str
    ends: datetime


def served_at(report_url: str | None) -> str | None:
    """Where Ecot serves the report; None where the report's address is of files alone, which no
    link opens. Served pages are in the folder `site`."""
    if report_url is None:
        return None
    scheme, host, path, _, _ = urlsplit(report_url)
    folder = path.rpartition("/")[0] if "." in path.rpartition("/")[2] else path.rstrip("/")
    if not folder.endswith(_SITE):
        return None
    return urlunsplit((scheme, host, folder.removesuffix(_SITE), "", ""))


def make_link(store: Store, links: Links, month: Month, now: datetime, label: str) -> MonthLink:
    """Makes a link to the month's report, and keeps that it is there. `now` is UTC."""
    ends = now + LASTS
    token_id = new_link(store, str(month), now, ends, label)
    value = sign(links.key, "link", token_id, ends, str(month))
    return MonthLink(f"{links.base}/link/{value}", ends)


def labelled(to: Sequence[str]) -> str:
    """For whom a link is, in a line that can be listed."""
    first = bare(to[0]) if to else ""
    others = f" +{len(to) - 1}" if len(to) > 1 else ""
    room = LONGEST_LABEL - len(others)
    return (first if len(first) <= room else f"{first[: room - 1]}…") + others


def links(store: Store) -> Sequence[Token]:
    """All that were ever made, the newest last; a revoked one stays listed."""
    return [one for one in tokens(store) if one.month is not None]


def revoke(store: Store, link_id: str, now: datetime) -> Token:
    """Makes the link open nothing any more, nor a cookie that came of it. Raises SettingsError for
    an id that is of no link."""
    if link_id not in {one.id for one in links(store)}:
        raise SettingsError(
            "There is no link {id}",
            remedy="`ecot links list` shows the ids.",
            id=ascii(link_id[:40]),
        )
    return revoke_token(store, link_id, now)
