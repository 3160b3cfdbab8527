"""How far a sync has come: what it has counted, told and found out, and may say when it stops."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from ecot.errors import EcotError
from ecot.model.sentence import Sentence
from ecot.sinks.notion.columns import to_remember
from ecot.sinks.notion.difference import Columns
from ecot.sinks.notion.errors import Full
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.lost import Policy
from ecot.sinks.notion.rows import Memory

MOST_NAMED = 5


class Synced(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync has done with the wanted rows: every one is `created`, `updated`, `unchanged`,
    `skipped` (locked, deleted by a person, refused or without room: told in the warnings), or was
    not reached. `trashed` are second rows of ours.

    `stopped` says how far it came, where it did not come to its end; the next one goes on.
    `memory` is for the next sync, also then. `calls` are those of `put` alone.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    trashed: int = 0
    warnings: tuple[Sentence, ...] = ()
    stopped: Sentence | None = None
    memory: Memory
    calls: int = 0


class Progress:
    """One sync: what it works with, and as far as it has come."""

    def __init__(self, link: Link, policy: Policy, now: datetime, memory: Memory) -> None:
        self.link, self.policy, self.now, self.memory = link, policy, now, memory
        self.pages = dict(memory.pages)
        self.services = dict(memory.services)
        self.gone = set(memory.gone)
        self.columns: tuple[Columns, Columns] = ({}, {})
        self.full: Full | None = None
        self._counts: Counter[str] = Counter()
        self._deleted: list[str] = []
        self._unmade = 0
        self._warnings: list[Sentence] = []
        self._stopped: Sentence | None = None
        self._calls = link.calls

    def count(self, what: str) -> None:
        """One more of these: `created`, `updated`, `unchanged`, `skipped`, `trashed`; or `services`
        that were written."""
        self._counts[what] += 1

    @property
    def has_written(self) -> bool:
        """Whether anything in Notion is another than before."""
        return any(self._counts[name] for name in ("created", "updated", "trashed", "services"))

    def warn(self, text: str, **values: object) -> None:
        """A sentence for whoever runs the sync."""
        self._warnings.append(Sentence(text, {name: str(one) for name, one in values.items()}))

    def tell(self, error: EcotError) -> None:
        """What an error says, as a warning."""
        self._warnings.append(Sentence(error.text, error.values))

    def leave_deleted(self, key: str, label: str) -> None:
        """A person deleted this row, and it stays so."""
        self.gone.add(key)
        self._deleted.append(label)

    def make_room(self, error: Full) -> None:
        """Notion takes no new row: from now on rows that are there are written, and no others."""
        if self.full is None:
            self.full = error
            self.tell(error)

    def leave_unmade(self) -> None:
        """A row that Notion has no room for."""
        self._unmade += 1

    def stop(self, error: EcotError, wanted: int) -> None:
        """It does not go on: the reason, and how far it came."""
        done = sum(self._counts[name] for name in ("created", "updated", "unchanged", "skipped"))
        self.tell(error)
        self._stopped = Sentence(
            "Notion is up to date as far as row {done} of {wanted}; the next sync goes on there.",
            {"done": str(done), "wanted": str(wanted)},
        )

    def result(self) -> Synced:
        """What was done, and what is to be remembered."""
        self._sum_up()
        return Synced(
            **{name: self._counts[name] for name in _ROWS},
            warnings=tuple(self._warnings),
            stopped=self._stopped,
            memory=self._remembered(),
            calls=self.link.calls - self._calls,
        )

    def _sum_up(self) -> None:
        if self._deleted:
            self.warn(
                "Rows that somebody deleted in Notion stay deleted: {rows}",
                rows=named(self._deleted),
            )
        if self._unmade:
            self.warn(
                "Rows that Notion has no room for, and that are in the report only: {count}",
                count=self._unmade,
            )

    def _remembered(self) -> Memory:
        services, usages = self.columns
        return Memory(
            data_source=self.memory.data_source,
            properties=to_remember(services, usages, self.memory),
            services=self.services,
            pages=self.pages,
            gone=tuple(sorted(self.gone)),
        )


_ROWS = ("created", "updated", "unchanged", "skipped", "trashed")


def named(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} (+{len(names) - MOST_NAMED})"
