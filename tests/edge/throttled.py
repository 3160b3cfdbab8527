"""A night's steps over a table of moto whose nth call is turned away for good, from any point of an
undisturbed night on."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

import msgspec
import pytest
from botocore.exceptions import ClientError

from ecot.edge.setup import Setup
from ecot.errors import EcotError
from ecot.jobs.migrate import prepare
from ecot.jobs.round import nothing_to_tell
from ecot.jobs.runs.events import Check, Dispatch, Event, Step
from ecot.settings import Settings
from ecot.store.aws import Asking
from ecot.store.dynamodb_items import item_of
from ecot.store.folder import Folder
from ecot.store.leases import PARTITION as LEASES
from ecot.store.protocol import Key, Place, Store
from ecot.store.sqlite import SqliteStore
from tests.edge.stack import Stack, stack_over
from tests.jobs.world import Clock, World
from tests.store.backends import address, client, name_of, open_store_on
from tests.store.opened import closed_later

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

EVENING = datetime(2026, 10, 31, 6, tzinfo=UTC)
MORNING = datetime(2026, 11, 3, 6, tzinfo=UTC)  # the mail about October is due
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
A_FEW = 20  # calls of a step
ATTEMPTS = 3  # Lambda's, of an asynchronous event
Handed = tuple[Step, Event]
_T = TypeVar("_T")
_ASK = Asking.__call__
_CHANGES = ("DynamoStore.put.", "DynamoStore.delete.", "DynamoStore._write.")
_REFUSAL = {
    "Error": {"Code": "ProvisionedThroughputExceededException", "Message": "Rate exceeded"},
    "ResponseMetadata": {"HTTPStatusCode": 400},
}


@dataclass
class Turnstile:
    """Counts the table's calls, and turns the `at`-th away, however often it is repeated."""

    at: int = 0
    calls: list[str] = field(default_factory=list)

    def next(self, at: int = 0) -> list[str]:
        """Begins to count anew; returns the calls so far, by what the store does there."""
        calls, self.at, self.calls = self.calls, at, []
        return calls

    def ask(self, asking: Asking, call: Callable[[], _T]) -> _T:
        """What the call returns, asked as the store asks."""
        self.calls.append(call.__qualname__)
        asked: _T = _ASK(asking, _refuse if len(self.calls) == self.at else call)
        return asked


def telling(calls: Sequence[str]) -> list[int]:
    """The numbers of the calls that are worth refusing: all of a few. Of many all that write, with
    those beside them; and of reads in a row, which all leave the same behind, every fifth."""
    if len(calls) <= A_FEW:
        return [at + 1 for at in range(len(calls))]
    changes = [one.startswith(_CHANGES) for one in calls]
    beside = [any(changes[max(at - 1, 0) : at + 2]) for at in range(len(calls))]
    edges = (0, len(calls) - 1)
    return [at + 1 for at, one in enumerate(beside) if one or at in edges or at % 5 == 0]


def _refuse() -> NoReturn:
    raise ClientError(_REFUSAL, "Query")  # type: ignore[arg-type]


@contextmanager
def turnstile() -> Iterator[Turnstile]:
    """In front of every table of this process."""
    gate = Turnstile()
    with pytest.MonkeyPatch.context() as patched:

        def ask(asking: Asking, call: Callable[[], _T]) -> _T:
            return gate.ask(asking, call)

        patched.setattr(Asking, "__call__", ask)
        yield gate


class Point(NamedTuple):
    """The ledger before a step, the event that starts it, and those that wait behind it. (Resend
    has had no mail until then.)"""

    items: Mapping[Key, bytes]
    folder: Path
    moment: datetime
    handed: Handed
    behind: list[Handed]


@dataclass
class Nights:
    """The functions over a table; files and pages are in a folder beside it. `attempts` counts how
    often a step was started."""

    stack: Stack
    store: Store
    client: "DynamoDBClient"
    table: str
    folder: Path
    copies: Path
    gate: Turnstile
    attempts: int = 0
    came: list[tuple[Step, dict[str, Any]]] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return self.stack.world.clock

    def copy(self) -> Place:
        """The ledger as it is now, to be looked at: here a look costs next to nothing."""
        store = closed_later(SqliteStore(Path(mkdtemp(dir=self.copies)) / "ledger.sqlite"))
        store.put_all(sorted(self.items().items()))
        return Place(store, Folder(self.folder / "files"))

    def point(self) -> Point:
        """Where it stands: what waits is the next step, and what is behind it."""
        kept = self.folder.with_name(f"{self.folder.name}-{self.attempts}")
        shutil.copytree(self.folder, kept)
        handed, *behind = self.stack.waiting
        return Point(self.items(), kept, self.clock.moment, handed, behind)

    def back_to(self, point: Point) -> None:
        """As it stood then; the point's own step is not among what waits."""
        assert self.stack.resend.mails == []
        there = self.items()
        for key in there.keys() - point.items.keys():
            self.store.delete(key)
        changed = point.items.items() - there.items()
        self.store.put_all(sorted(changed))
        shutil.rmtree(self.folder)
        shutil.copytree(point.folder, self.folder)
        self.clock.moment, self.stack.waiting = point.moment, list(point.behind)

    def items(self) -> dict[Key, bytes]:
        """All of the table: it is small enough for one call."""
        found = self.client.scan(TableName=self.table, ConsistentRead=True)
        assert "LastEvaluatedKey" not in found
        return {one.key: one.body for one in map(item_of, found["Items"])}

    def deliver(self, handed: Handed) -> bool:
        """Does the step; whether it came to its end."""
        step, event = handed
        self.attempts += 1
        raw = msgspec.json.decode(msgspec.json.encode(event))
        try:
            self.came.append((step, self.stack.step(step, raw)))
        except EcotError:
            return False
        return True

    def calls_of(self, handed: Handed) -> list[str]:
        """The calls of the step, to which nothing happens."""
        self.gate.next()
        assert self.deliver(handed)
        return self.gate.next()

    def deliver_but(self, handed: Handed, number: int) -> None:
        """Does the step, whose call of that number is turned away. One that failed is among what
        waits again."""
        self.gate.next(number)
        is_done = self.deliver(handed)
        assert len(self.gate.next()) >= number
        if not is_done:
            self.clock.moment += MINUTE
            self.stack.waiting.insert(0, handed)

    def next(self) -> bool:
        """Delivers what waits longest; what fails is started again, as Lambda does."""
        handed = self.stack.waiting.pop(0)
        for _ in range(ATTEMPTS):
            if self.deliver(handed):
                return True
            self.clock.moment += MINUTE
        return False

    def all(self) -> None:
        while self.stack.waiting:
            self.next()

    def until(self, step: Step) -> None:
        """All that comes before the step, which is next."""
        while self.stack.waiting[0][0] != step:
            self.next()

    def begin(self, at: datetime) -> None:
        """The schedule of the night."""
        self.clock.moment = at
        self.stack.hand("dispatch", Dispatch(time=at))

    def check(self) -> None:
        """The hourly schedule, and what follows it."""
        self.stack.hand("check", Check(time=self.clock.moment))
        self.all()

    def look_after(self) -> None:
        """The checks after half an hour, and an hour more."""
        self.clock.moment += HOUR / 2
        for _ in range(2):
            self.check()
            self.clock.moment += HOUR

    @property
    def state(self) -> str:
        """A digest of all that decides how it goes on: table, files, what waits and what Resend
        has. (Who holds a lease is another word each time.)"""
        files = Folder(self.folder / "files")
        parts = [
            *(
                f"{key} {b'' if key.partition == LEASES else body!r}"
                for key, body in sorted(self.items().items())
            ),
            *(f"{name} {files.get(name)!r}" for name in files.names()),
            *map(str, self.stack.waiting),
            *(str(one.body) for one in self.stack.resend.mails),
        ]
        return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


@contextmanager
def nights(world: World, folder: Path, gate: Turnstile) -> Iterator[Nights]:
    """Functions over the world's own table."""
    home = world.home
    store, reader = open_store_on("moto", home), client("dynamodb", address("moto"))

    class OnMoto(Setup):
        """The settings, over this table."""

        @cached_property
        def place(self) -> Place:
            place = Place(store, Folder(folder / "files"))
            prepare(place, nothing_to_tell)
            return place

        @property
        def site(self) -> Folder:
            return Folder(folder / "site")

    def makes(settings: Settings, clock: Clock) -> Setup:
        return OnMoto(settings, clock)

    folder.mkdir(exist_ok=True)
    with closing(store), closing(reader), stack_over(world, folder) as stack:
        stack.makes = makes
        stack.body = stack.body.replace("2026-10-25", "2026-10-30")  # days enough
        stack.names_every_key = True
        yield Nights(stack, store, reader, name_of(home), folder, home, gate)
