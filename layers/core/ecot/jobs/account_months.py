"""The months of an account that is being collected: their heads, and what is committed to them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ecot.errors import Conflict, LedgerError
from ecot.jobs.commit import TRIES, Commit, Writing, commit_month
from ecot.jobs.snapshots import Snapshot
from ecot.ledger.reading import Reading
from ecot.model.answer import Evidence
from ecot.model.head import Head
from ecot.model.period import Month
from ecot.providers import focus
from ecot.store.heads import Held, read_heads
from ecot.store.protocol import Place


@dataclass
class AccountMonths:
    """The heads that are known of the account, and every commit so far."""

    place: Place
    account: str
    held: dict[Month, Held] = field(default_factory=dict)
    commits: list[Commit] = field(default_factory=list)

    @property
    def heads(self) -> dict[Month, Head]:
        """The heads, by month."""
        return {month: held.head for month, held in sorted(self.held.items())}

    def read(self, months: Iterable[Month]) -> None:
        """Reads the heads of these months that are not known yet, all at once."""
        if unknown := sorted(set(months) - self.held.keys()):
            self.held |= read_heads(self.place.store, self.account, unknown)

    async def commit(
        self,
        month: Month,
        readings: Sequence[Reading],
        snapshots: Sequence[Snapshot],
        evidence: Mapping[str, Evidence],
        writing: Writing,
    ) -> None:
        """Commits the month and, before it, the days of earlier ones since a counter's snapshot.

        What a counter has grown by rests on what the ledger holds: after a lost race it is worked
        out anew, since another run may have put a snapshot into the month, and its own part into
        the earlier one.
        """
        tries = 1 if snapshots else TRIES
        for left in reversed(range(TRIES)):
            whole = [*readings, *(part for one in snapshots for part in one.parts())]
            months = sorted({month, *(Month.of(one.days[0]) for one in whole)})
            try:
                for each in months:
                    of_month = [one for one in whole if Month.of(one.days[0]) == each]
                    await self._commit(each, of_month, evidence, writing, tries)
                return
            except Conflict:
                if not snapshots or not left:
                    raise
                self.held |= read_heads(self.place.store, self.account, months)
                known = list(self.heads.values())
                snapshots = [one.again(self.place.store, known) for one in snapshots]

    async def _commit(
        self,
        month: Month,
        readings: Sequence[Reading],
        evidence: Mapping[str, Evidence],
        writing: Writing,
        tries: int,
    ) -> None:
        held = self.held.get(month)
        if held is not None:
            _refuse_beside_file(held.head)
        commit = await asyncio.to_thread(
            commit_month, self.place, month, readings, evidence, writing, held, tries=tries
        )
        self.commits.append(commit)
        self.held[month] = Held(commit.head, held.version if held else 0)


def _refuse_beside_file(head: Head) -> None:
    """What a key reads, beside a file of the same account, would count the same money twice."""
    if focus.FEED in head.feeds and head.cells:
        raise LedgerError(
            "{account} has charges from a file in {month} already",
            remedy="Give the account another name in ecot.toml if the file is about other charges; "
            "else empty the ledger (`ecot reset`) and collect without the file.",
            account=head.account,
            month=head.month,
        )
