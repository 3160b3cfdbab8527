"""The page of connections: every account, whether its key is there, and what it came to last."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from ecot.model.outcome import Outcome
from ecot.model.sentence import Sentence
from ecot.report.desk.form import Form
from ecot.report.desk.frame import Desk, desk_page
from ecot.report.labels import account_name

Key = Literal["there", "lacking", "not told", "none"]
KEYS: Mapping[Key, Sentence] = {
    "there": Sentence("connected"),
    "lacking": Sentence("not connected"),
    "not told": Sentence("not known before the first collection"),
    "none": Sentence("needs no key"),
}


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """An account. `key` is whether its key is there, as far as anybody knows: this page cannot read
    keys. `is_active` says that the settings have it collected (None: they do not name it). `good`
    is when it was last read completely; `variable` is what its key is called."""

    account: str
    key: Key
    is_active: bool | None
    outcome: Outcome | None = None
    good: datetime | None = None
    variable: str | None = None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A provider that no account is of, and what its key has to be allowed."""

    name: str
    title: str
    permission: str


class ConnectionsFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`offers` are providers that could be connected. `stack` is the name of the deployed stack
    (None: this is a laptop)."""

    connections: tuple[Connection, ...]
    offers: tuple[Offer, ...] = ()
    can_act: bool = True
    stack: str | None = None
    form: Form = Form()


def connections_page(desk: Desk, facts: ConnectionsFacts, titles: Mapping[str, str]) -> bytes:
    """Every account, and what could be connected beside them."""
    return desk_page(
        desk,
        "desk_connections.html",
        view=facts,
        form=facts.form,
        keys=KEYS,
        stated=[one for one in facts.connections if one.is_active is not None],
        former=[one for one in facts.connections if one.is_active is None],
        name=lambda account: account_name(account, titles),
        told=desk.language.say,
        connects=lambda account: _command(account, facts.stack),
    )


def _command(account: str, stack: str | None) -> str:
    """What connects the account, or of a supplier the first one."""
    provider, _, name = account.partition("/")
    named = f" --name {name}" if name and name != provider else ""
    return f"ecot connect {provider}{named}" + (f" --stack {stack}" if stack else "")
