"""The shapes of collections: asked for, and watched."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ecot.api.shapes.base import Collected, Shape
from ecot.model.outcome import State


class AccountRun(Shape):
    """An account in a run."""

    account: str
    provider: str
    state: State | Literal["waiting", "collecting"]
    at: datetime | None
    message: str | None
    remedy: str | None


class Run(Shape):
    """A collection, and how far it is. `finished`: everything but its mails is done.
    `stands_since`: it has not come any further since then, which is longer than a step may take."""

    run: str
    kind: str
    time: datetime
    provider: str | None
    account: str | None
    month: str | None
    send_email: bool
    progress: Literal["waiting", "collecting", "publishing", "published"]
    finished: bool
    begun_at: datetime | None
    complete_at: datetime | None
    published_at: datetime | None
    sent_at: datetime | None
    stands_since: datetime | None
    accounts: list[AccountRun]


class Runs(Shape):
    """The last runs, the last first."""

    runs: list[Run]


class Collection(Runs):
    """What can be collected, and how the last runs went."""

    collected_at: Collected
    accounts: list[str]


class Asked(Shape):
    """A collection that was asked for: where to look what becomes of it."""

    run: str
    is_new: bool
    status: str
    watch: str


class CollectBody(Shape):
    """What to collect: by default all accounts, and the days that each run reads."""

    provider: str | None = Field(None, max_length=64)
    account: str | None = Field(None, max_length=265)
    month: str | None = Field(None, pattern=r"^[0-9]{4}-[0-9]{2}$")
    send_email: bool = False
