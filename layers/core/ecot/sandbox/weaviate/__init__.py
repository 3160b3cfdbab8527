"""A made-up Weaviate cluster, answered as Weaviate answers: nodes, the schema and tenants.

Covers what a collector reads, from the specification of 2026-08-20; who sees what, what a node that
is down says, and the words of refusals are those of the server's code (2026-09). Unknown parameters
are refused here, so that no test passes by a misspelt one.
"""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.weaviate.truth import Cluster, Collection

ROOT = "/v1"
TENANTS = re.compile(r"/schema/([^/]+)/tenants")
Row = dict[str, Any]


class Refused(Exception):
    """A request that Weaviate refuses, and its answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.content: Row = {"error": [{"message": message}]}
        if status == 401:  # of the frame that the server stands in, not of its own
            self.content = {"code": 401, "message": message}


@dataclass(frozen=True, slots=True)
class Access:
    """What a key opens: whole nodes (`minimal`), and collections by name (None: all of them)."""

    minimal: bool = True
    collections: frozenset[str] | None = None

    def sees(self, collection: str) -> bool:
        """Whether it is told of a collection."""
        return self.collections is None or collection in self.collections


class WeaviateSite:
    """Serves a cluster as Weaviate would; `keys` may be changed at any time. With `anonymous` a
    request without a key sees everything."""

    def __init__(
        self, truth: Cluster, keys: MutableMapping[str, Access], anonymous: bool = False
    ) -> None:
        self.truth = truth
        self.keys = keys
        self.anonymous = anonymous

    def answer(self, request: Request, /) -> Response:
        """Weaviate's answer, or its refusal with a true body."""
        try:
            return json_response(self._content(request))
        except Refused as refusal:
            return json_response(refusal.content, refusal.status)

    def _content(self, request: Request) -> object:
        access = self._admitted(request)
        path = request.path.removeprefix(ROOT)
        if request.method != "GET" or path == request.path:
            raise _no_such(request)
        if path == "/nodes":
            return {"nodes": self._nodes(request, access)}
        if request.query:
            raise Refused(422, f"unknown parameter {request.query[0][0]}")
        if path == "/schema":
            return {"classes": [_class(one) for one in self._seen(access)]}
        if named := TENANTS.fullmatch(path):
            return self._tenants(named[1], access)
        raise _no_such(request)

    def _admitted(self, request: Request) -> Access:
        if (header := request.headers.get("authorization")) is None:
            if self.anonymous:
                return Access()
            raise Refused(
                401, "anonymous access not enabled, please provide an auth scheme such as OIDC"
            )
        scheme, _, key = header.partition(" ")
        if scheme.lower() != "bearer" or key not in self.keys:
            raise Refused(401, "invalid api key, please provide a valid api key")
        return self.keys[key]

    def _nodes(self, request: Request, access: Access) -> list[Row]:
        output = (request.values("output") or ["minimal"])[-1]
        if output not in ("minimal", "verbose") or {name for name, _ in request.query} - {"output"}:
            raise Refused(
                422, f'invalid output: "{output}", possible values are: "minimal", "verbose"'
            )
        if output == "minimal" and not access.minimal:
            raise Refused(
                403,
                "rbac: authorization, forbidden action: user 'ecot' has insufficient permissions"
                " to read_nodes [[Domain: nodes, Verbosity: minimal]]",
            )
        return [self._node(name, access, output == "verbose") for name in self.truth.nodes]

    def _node(self, name: str, access: Access, verbose: bool) -> Row:
        if name in self.truth.down:
            return {"name": name, "status": "UNAVAILABLE", "shards": None}
        node: Row = {"name": name, "status": "HEALTHY", "version": "1.39.0", "gitHash": "abc1234"}
        if access.minimal:
            node["batchStats"] = {"queueLength": 0, "ratePerSecond": 0}
        if not verbose:
            return node | {"shards": None}
        whole = self._shards(name, Access())
        seen = self._shards(name, access)
        counted = whole if access.minimal else seen
        return node | {"stats": _stats(counted), "shards": seen or None}

    def _shards(self, node: str, access: Access) -> list[Row]:
        return [
            {
                "name": shard.name,
                "class": collection.name,
                "objectCount": objects if shard.loaded else 0,
                "vectorIndexingStatus": "READY" if shard.loaded else "LAZY_LOADING",
                "vectorQueueLength": 0,
                "compressed": False,
                "loaded": shard.loaded,
                "asyncReplicationStatus": None,
                "numberOfReplicas": collection.replicas,
                "replicationFactor": collection.replicas,
            }
            for collection, shard, objects in self.truth.on(node)
            if access.sees(collection.name)
        ]

    def _seen(self, access: Access) -> list[Collection]:
        return [one for one in self.truth.collections if access.sees(one.name)]

    def _tenants(self, name: str, access: Access) -> list[Row]:
        for collection in self._seen(access):
            if collection.name == name and collection.has_tenants:
                return [
                    {"name": shard.name, "activityStatus": shard.status}
                    for shard in collection.shards
                ]
        raise Refused(422, f'class "{name}" not found')


def _class(collection: Collection) -> Row:
    return {
        "class": collection.name,
        "multiTenancyConfig": {"enabled": collection.has_tenants},
        "replicationConfig": {"factor": collection.replicas},
    }


def _stats(shards: list[Row]) -> Row:
    return {
        "objectCount": sum(shard["objectCount"] for shard in shards),
        "shardCount": len(shards),
    }


def _no_such(request: Request) -> Refused:
    return Refused(404, f"path {request.path} was not found")
