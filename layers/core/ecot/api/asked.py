"""What a route works with: the request, whoever sends it, and settings, clock and ledger."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from ecot.api.request import Request
from ecot.api.rules import Rule
from ecot.api.world import World
from ecot.edge.setup import Setup
from ecot.jobs.place import Place
from ecot.language import Language
from ecot.model.access import Grant


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request that was let in. `grant` is None where nobody showed a token and none is needed.
    `now` is UTC, and the same for the whole request."""

    request: Request
    rule: Rule
    grant: Grant | None
    setup: Setup
    world: World
    now: datetime

    @property
    def place(self) -> Place:
        """The ledger."""
        return self.setup.place

    @property
    def language(self) -> Language:
        """The one of the settings."""
        return self.setup.language

    @property
    def author(self) -> str:
        """Who is named in the history for what is typed: the token, by its label and id."""
        if self.grant is None:
            return "ecot"
        return f"{self.grant.label} ({self.grant.id})" if self.grant.label else self.grant.id


current: ContextVar[Asked] = ContextVar("asked")


def asked() -> Asked:
    """The request that is being answered."""
    return current.get()
