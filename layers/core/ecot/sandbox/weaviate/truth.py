"""What is true of a made-up Weaviate cluster: nodes, collections, shards, and how they grow.

Objects grow evenly from day to day, and not within a day. Of a shard with several replicas the last
one is behind by a day's growth.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

FIRST = date(2026, 10, 1)


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard, or a tenant of the same name. On FIRST it has `objects`."""

    name: str
    objects: int
    a_day: int = 0
    loaded: bool = True
    status: str = "ACTIVE"

    def at(self, day: date) -> int:
        """How many objects it keeps on a day."""
        return self.objects + self.a_day * (day - FIRST).days


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection; its shards have `replicas` each, on as many nodes."""

    name: str
    shards: tuple[Shard, ...]
    replicas: int = 1
    has_tenants: bool = False


@dataclass
class Cluster:
    """A cluster as it stands at `now()`, an injectable aware clock. `down` are nodes that do not
    answer."""

    nodes: tuple[str, ...]
    collections: tuple[Collection, ...]
    now: Callable[[], datetime]
    down: frozenset[str] = frozenset()

    def kept(self, collection: Collection, day: date) -> int:
        """The objects of a collection that are known on a day, each once."""
        return sum(shard.at(day) for shard in collection.shards if _is_seen(shard) and shard.loaded)

    def on(self, node: str) -> list[tuple[Collection, Shard, int]]:
        """The replicas that a node has in memory, with the objects that each of them knows of."""
        today, here = self.now().date(), self.nodes.index(node)
        found = []
        for collection in self.collections:
            for at, shard in enumerate(filter(_is_seen, collection.shards)):
                replica = (here - at) % len(self.nodes)
                if replica < collection.replicas:
                    is_behind = collection.replicas > 1 and replica == collection.replicas - 1
                    found.append((collection, shard, shard.at(today) - is_behind * shard.a_day))
        return found


def _is_seen(shard: Shard) -> bool:
    """Whether the shard is in memory: that of a tenant who is not active is not."""
    return shard.status == "ACTIVE"


def made_up(now: Callable[[], datetime]) -> Cluster:
    """Three nodes: texts with three replicas, pupils who are tenants, notes that nobody loaded."""
    tenants = (
        Shard("ana", 400, 3),
        Shard("ben", 250, 1, loaded=False),
        Shard("cleo", 90_000, status="INACTIVE"),
        Shard("dan", 70_000, status="OFFLOADED"),
    )
    texts = (Shard("aBcDeF", 12_000, 41), Shard("gHiJkL", 11_950, 38))
    return Cluster(
        ("weaviate-0", "weaviate-1", "weaviate-2"),
        (
            Collection("Text", texts, replicas=3),
            Collection("Pupil", tenants, has_tenants=True),
            Collection("Note", (Shard("mNoPqR", 800, loaded=False),)),
            Collection("Empty", (Shard("sTuVwX", 0),)),
        ),
        now,
    )
