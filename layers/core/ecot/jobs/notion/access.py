"""What an edge hands in to speak with Notion: the key, the databases, clocks, and what is wanted of
rows and columns that people have deleted."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import SecretStr

from ecot.model.sentence import Sentence
from ecot.sinks.notion.link import Link

LONGEST_SECONDS = 600.0  # of one sync; the next one goes on


def utc_now() -> datetime:
    """The clock of an edge that hands in none."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Access:
    """The pair of databases and the key to it, as the settings have them. `secret_name` is the
    variable that holds (or should hold) the key; `fault` says why what it holds is no key."""

    secret_name: str
    token: SecretStr | None = None
    fault: Sentence | None = None
    services: str | None = None
    usages: str | None = None
    base_url: str | None = None
    on_missing_property: Literal["warn", "create"] = "warn"
    on_deleted_row: Literal["ignore", "restore", "recreate"] = "ignore"

    @property
    def is_wanted(self) -> bool:
        """Whether anybody has begun to set it up."""
        return any((self.token, self.fault, self.services, self.usages))

    @property
    def lacks(self) -> tuple[Sentence, Sentence] | None:
        """What is missing for a sync, and what to do; None where nothing is."""
        if (key := self.lacks_key) is not None:
            return key
        if self.services is None or self.usages is None:
            problem = Sentence("The settings name no databases of Notion")
            return problem, Sentence("`ecot notion setup PAGE` makes them under a page of yours.")
        return None

    @property
    def lacks_key(self) -> tuple[Sentence, Sentence] | None:
        """Why Notion cannot be asked at all, and what to do."""
        remedy = Sentence(
            "Make an integration in Notion (Settings, Connections) and put its secret into {name}.",
            {"name": self.secret_name},
        )
        if self.fault is not None:
            return self.fault, remedy
        if self.token is None:
            return Sentence("{name} is not set", {"name": self.secret_name}), remedy
        return None


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """How time passes: `now` is the wall clock in UTC, the others are those of waiting. A sync ends
    after so many `seconds` at the latest."""

    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    seconds: float = LONGEST_SECONDS


def try_token(access: Access, clocks: Clocks) -> None:
    """Raises SinkError where Notion does not know the key."""
    with closing(open_link(access, clocks)) as link:
        link.me()


def open_link(access: Access, clocks: Clocks) -> Link:
    """A connection with the key of the settings. Close it."""
    return Link(
        token=access.token or SecretStr(""),
        base_url=access.base_url,
        monotonic=clocks.monotonic,
        sleep=clocks.sleep,
        deadline=clocks.monotonic() + clocks.seconds,
    )
