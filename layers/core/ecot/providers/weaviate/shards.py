"""What a Weaviate cluster keeps: objects of its shards, each shard counted once.

Objects kept on one day: those of several days cannot be added up, object days can. A tenant of a
collection is a shard of its own name. `objectCount` is approximate: it is counted "asynchronously",
without what is still in memory (weaviate/weaviate, 2026-09).
"""

from collections.abc import Iterator
from decimal import Decimal

from ecot.model.answer import Parsed
from ecot.model.period import Period
from ecot.model.rows import Usage, merged
from ecot.providers.reading import Node

ACTIVE = {"ACTIVE", "HOT"}  # two names of one thing: such a tenant is listed as a shard
UNLOADED = Decimal(-1)  # less than any count


def is_whole(node: Node) -> bool:
    """Whether a node tells of every shard that it has: it states their number beside them."""
    stats = node.get("stats")
    return stats is not None and stats["shardCount"].whole() == len(_listed(node))


def kept(cluster: Node, day: Period) -> Iterator[Parsed]:
    """The objects of each collection, and apart from them the shards that are not loaded: what
    these keep is unknown, whatever number stands there, and no price of objects is a price of it.
    """
    for row in merged(_usage(shard, day) for shard in _once(cluster)):
        yield Parsed("/nodes", row)


def _usage(shard: Node, day: Period) -> Usage:
    objects = _objects(shard)
    is_loaded = objects != UNLOADED
    return Usage(
        charge_period=day,
        category="infrastructure",
        service=shard["class"].text(),
        tags={} if is_loaded else {"loaded": "false"},
        quantities={"object_days": objects} if is_loaded else {"shard_days": Decimal(1)},
    )


def _once(cluster: Node) -> Iterator[Node]:
    """Each shard once. Every node tells of the replicas that it has; they hold the same objects,
    and the one that knows of most stands for all: another may be behind, or not loaded."""
    best: dict[tuple[str, str], Node] = {}
    for node in cluster["nodes"]:
        if not is_whole(node):
            node.refuse("{source}: {place} does not tell of all its shards: {part}")
        for shard in _listed(node):
            key = shard["class"].text(), shard["name"].text()
            best[key] = max(best.get(key, shard), shard, key=_objects)
    yield from best.values()


def _listed(node: Node) -> list[Node]:
    """The shards of a node; null where it has none."""
    shards = node.get("shards")
    return list(shards) if shards is not None else []


def _objects(shard: Node) -> Decimal:
    """The objects of a shard. A server that is older than lazy loading (1.23) does not say whether
    it is loaded, and has loaded all."""
    loaded = shard.get("loaded")
    if loaded is not None and not loaded.flag():
        return UNLOADED
    count = shard["objectCount"].whole()
    return (
        Decimal(count)
        if count >= 0
        else shard.refuse("{source}: {place} is less than nothing: {part}")
    )


def divided(schema: Node) -> Iterator[str]:
    """The names of the collections that are divided into tenants."""
    for collection in schema["classes"]:
        tenancy = collection.get("multiTenancyConfig")
        enabled = tenancy.get("enabled") if tenancy is not None else None
        if enabled is not None and enabled.flag():
            yield collection["class"].text()


def asleep(tenants: Node, day: Period, collection: str | None) -> Iterator[Parsed]:
    """The tenants that are not active: how many objects they keep is told nowhere."""
    statuses = (tenant["activityStatus"].text() for tenant in tenants)
    rows = (
        Usage(
            charge_period=day,
            category="infrastructure",
            service=collection,
            tags={"activity_status": status},
            quantities={"tenant_days": Decimal(1)},
        )
        for status in statuses
        if status not in ACTIVE
    )
    for row in merged(rows):
        yield Parsed("", row)
