"""The shape of how the stack is."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ecot.api.shapes.base import Amount, Collected, Shape, Why
from ecot.model.outcome import State


class AccountHealth(Shape):
    """How an account was last read."""

    provider: str
    account: str
    state: State
    run: str
    at: datetime
    hours: Amount
    message: str | None
    remedy: str | None


class TroubleShape(Shape):
    """Something that has not come to its end, and is not in the report or says so nowhere there."""

    about: Literal["collection", "report", "notion", "mail"]
    since: datetime
    run: str | None
    message: str
    remedy: str | None


class Health(Shape):
    """Whether all is well; the rest with a token alone. `published_at` is when the results of a
    night were last published (null: no night is expected), `unfinished` are the runs that are under
    way, `troubles` what keeps them, Notion or a mail from coming to an end."""

    ok: bool
    collected_at: Collected = None
    hours: Amount | None = None
    reason: Why = None
    published_at: datetime | None = None
    unfinished: list[str] = Field([])
    troubles: list[TroubleShape] = Field([])
    accounts: list[AccountHealth] = Field([])
