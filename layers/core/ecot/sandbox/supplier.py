"""An account of a made-up company: where its supplier is, what it is asked with, what is true."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ecot.sandbox.messages import Site


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """One account, "<provider>/<name>". `below` is where the interface begins on its server, `key`
    what a collector sends (None: it was never given one), `options` are the account's further
    settings, and `truth` is what the site serves. It was taken on `months_ago`, on the first of a
    month (None: longer ago than anybody looks). `revoke` makes the key open nothing from then on,
    where anybody wants that."""

    account: str
    site: Site
    truth: Any
    key: str | None
    below: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    months_ago: int | None = None
    revoke: Callable[[], None] = lambda: None

    @property
    def provider(self) -> str:
        """The provider's name."""
        return self.account.partition("/")[0]
