"""Cursor: what a team's requests cost beyond its plan, who did what, its seats, this cycle's spend.

Reads `/teams/filtered-usage-events`, `/teams/daily-usage-data`, `/teams/members` and
`/teams/spend`, as the Admin API of 2026-03 has them (cursor.com/docs, transcribed; nothing
official is published as a specification). Needs a key of the Admin API, which teams of the plan
Enterprise have: others are answered with 403.

What Cursor does not tell: the price of a seat, invoices, tax, and anything of plans for one person.
Surprises, with where they were seen:

* `chargedCents` is what a request is worth, also where the plan includes it (events.py).
* Events have no id, so whole days are replaced and equal rows are added.
* Pages are numbered: what happens while they are read would move them (asking.py).
* `/teams/spend` is of the running cycle only, and grows: it is a gauge, and nothing is added up.
* Figures are put together once an hour. How far back they go is not said: a rolling window.
* The specification names no end of a cycle, and no currency but "cents".
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import timedelta

from ecot.model.answer import Answer, Parsed
from ecot.providers.contract import Facts, Options, Provider
from ecot.providers.cursor.activity import activity
from ecot.providers.cursor.asking import (
    ABOUT_EVENTS,
    DAILY,
    EVENTS,
    MEMBERS,
    OLDER_DAILY,
    OLDER_EVENTS,
    SPEND,
    check,
    fetch,
)
from ecot.providers.cursor.events import CATEGORY, usage_events
from ecot.providers.cursor.team import seats, spend
from ecot.providers.reading import opened

KEYS = "https://cursor.com/dashboard"
CREATE = (
    f"an admin of the team creates a key of the Admin API under {KEYS}, in the team's settings "
    "(its beginning is key_ or crsr_)."
)
PEOPLE = ("email", "userEmail", "name")


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows that one answer states."""
    content = opened(answer)
    if answer.feed in ABOUT_EVENTS:
        return usage_events(content, answer.asked)
    if answer.feed in (DAILY, OLDER_DAILY):
        return activity(content)
    return (seats if answer.feed == MEMBERS else spend)(content, answer.day)


def headers(secret: str, _: Options) -> Mapping[str, str]:
    """HTTP Basic: the key is the user's name, and there is no password."""
    return {"Authorization": f"Basic {b64encode(f'{secret}:'.encode()).decode()}"}


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be another supplier's."""
    if secret.startswith(("sk-", "sk_", "ghp_", "gho_", "github_pat_")):
        return f"This is a key of another supplier. For Cursor {CREATE}"
    return None


CURSOR = Provider(
    name="cursor",
    title="Cursor",
    category=CATEGORY,
    base_url="https://api.cursor.com",
    variables=("CURSOR_ADMIN_KEY", "CURSOR_API_KEY"),
    facts=Facts(
        bills="What requests cost beyond the plan; what included ones are worth; this cycle's "
        "spend.",
        grain="UTC day × person × model × kind of use; activity: UTC day × person.",
        history="Not documented, a rolling window; a first collection reads this month and the "
        "three before it.",
        late="Put together every hour; the last 7 days are read again every night.",
        key="A key of the Admin API (key_… or crsr_…).",
        permission="Made by an admin of the team; Enterprise plans only.",
        cannot_tell="The price of a seat, invoices, tax, plans for one person.",
        sub_accounts="None: a key is of one team.",
    ),
    feeds=(EVENTS, DAILY),
    snapshots=(SPEND, MEMBERS),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.cursor.com",
    remedies={
        "access_denied": f"Cursor's figures need a key of the Admin API: {CREATE}",
        "not_offered": "Cursor answers for Enterprise teams only, by a key of the Admin API. On "
        "another plan enter the subscription as a [[plan]], and what goes beyond it as a bill; on "
        f"an Enterprise plan {CREATE}",
    },
    # Put together every hour; a whole day keeps what merely comes late from being announced as a
    # revised figure.
    lateness=timedelta(days=1),
    # How far back figures go is not documented: connectors say 7 to 90 days (2026), of a window
    # that may roll with the clock. What is not wholly within 7 days is read once, so that a day
    # that has been forgotten meanwhile, even in part, keeps its figures.
    history_days=6,
    archives={EVENTS: OLDER_EVENTS, DAILY: OLDER_DAILY},
    backfill_months=3,
    per_minute=20,
    estimated={MEMBERS: "unplanned"},
    personal=lambda _: PEOPLE,
)
