"""What GitHub's activity has in common: who did it, in which repository, on which UTC day.

A person is the login; where GitHub knows no user for a commit's address, the address (by then a
pseudonym). A bot is told apart by the tag `author`, not left out: `user.type` says so.
"""

import re
from datetime import date
from decimal import Decimal

from ecot.model.period import Period
from ecot.model.rows import Activity
from ecot.providers.reading import Node

SERVICE = "GitHub"
BOT = "Bot"
ONE = Decimal(1)
PAGE = 100  # the most that a page may hold
_REPOSITORY = re.compile(r"/repos/([^/]+/[^/]+)")


def activity(
    day: date, repository: str, author: Node | None, counted: str, address: str | None = None
) -> Activity:
    """One of what is counted, by its author."""
    is_bot = author is not None and author.optional("type") == BOT
    login = None if author is None else author.optional("login")
    return Activity(
        charge_period=Period.of_day(day),
        category="developer tools",
        service=SERVICE,
        sub_account_id=repository,
        user=login or address,
        tags={"author": "bot"} if is_bot else {},
        quantities={counted: ONE},
    )


def repository_of(address: Node) -> str:
    """ "owner/name", out of an address of GitHub's interface that lies below the repository's."""
    found = _REPOSITORY.search(address.text())
    if found is None:
        address.refuse("{source}: {place} leads to no repository: {part}")
    return found[1]
