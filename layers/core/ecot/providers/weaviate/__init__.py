"""Weaviate: how many objects a cluster keeps today, collection by collection. It states no money.

Reads `/v1/nodes`, `/v1/schema` and `/v1/schema/{collection}/tenants`, as the specification of
2026-08-20 has them (weaviate/weaviate, adcffc5). Needs a key of the role viewer, or none where a
server of one's own lets everybody in.

What Weaviate does not tell: money ("Billing is managed in the Weaviate Cloud Console",
weaviate.io/pricing.md, 2026), vectors, dimensions and storage, which Weaviate Cloud bills, and any
day but today. Surprises, with where they were seen (weaviate/weaviate, 2026-09):

* A key that may see some collections only is told of these with status 200, as if there were no
  others (usecases/nodes/handler.go). With the permission for whole nodes the count of their shards
  stays whole beside it, and without it the question for nodes alone is refused (403): both are
  asked. Of `/v1/schema` and tenants there is no such sign.
* A node that is down is listed without shards, in an answer with status 200.
* Tenants that are not active are in no list of shards (adapters/repos/db/index.go).
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from urllib.parse import quote

from ecot.errors import AccessDenied, Unavailable
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.contract import Facts, Provider
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened
from ecot.providers.redaction import quotable
from ecot.providers.weaviate.shards import asleep, divided, is_whole, kept

NODES, TENANTS = "nodes", "tenants"
CHECKED_DAY = Period.of_day(date(2026, 1, 1))  # whatever the day, the answer is of now

CREATE = (
    "in the console of Weaviate Cloud (console.weaviate.cloud) open the cluster, then API Keys, and"
    " create one with the role viewer; on a server of your own, give that role to its key."
)
_SILENT = "{account}: the node {node} of {provider} tells of no shards ({status})"
_WHEN_BACK = (
    "Collect again when every node of the cluster answers: what the others keep is not all of it."
)
_HIDDEN = "{account}: {provider} keeps collections on the node {node} that the key may not see"


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """How the cluster stands, taken to be of the period's first day."""
    day = period.start.date()
    if stream == NODES:
        await http.answer(NODES, "/v1/nodes", [("output", "minimal")])
        answer = await http.answer(NODES, "/v1/nodes", [("output", "verbose")], day=day)
        for node in opened(answer, f"{http.account}: {stream}")["nodes"]:
            _expect_whole(node, http)
        yield answer
        return
    schema = await http.answer(TENANTS, "/v1/schema")
    for name in divided(opened(schema, f"{http.account}: schema")):
        path = f"/v1/schema/{quote(name, safe='')}/tenants"
        yield await http.answer(TENANTS, path, day=day, asked={"collection": name})


def _expect_whole(node: Node, http: Http) -> None:
    """Refuse a node that says nothing, or not everything: the rest would look like the whole."""
    if is_whole(node):
        return
    values = {"account": http.account, "provider": http.provider}
    values["node"] = quotable(node.optional("name") or "?")
    if node.get("stats") is None:
        status = quotable(node.optional("status") or "?")
        raise Unavailable(_SILENT, remedy=_WHEN_BACK, status=status, **values)
    raise AccessDenied(_HIDDEN, **values)


async def check(http: Http) -> None:
    """All that is asked of every cluster, once."""
    async for _ in fetch(http, NODES, CHECKED_DAY):
        pass
    _ = list(divided(opened(await http.answer(TENANTS, "/v1/schema"), http.account)))


def parse(answer: Answer) -> Iterator[Parsed]:
    """What is kept, and what of it is not counted."""
    content = opened(answer)
    if answer.day is None:
        content.refuse("{source}: {place} is not of a day: {part}")
    day = Period.of_day(answer.day)
    if answer.feed == TENANTS:
        return asleep(content, day, answer.asked.get("collection"))
    return kept(content, day)


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of a supplier of models, which programs
    hand to Weaviate beside its own."""
    if secret.startswith(("sk-proj-", "sk-admin-", "sk-svcacct-", "sk-ant-", "sk-or-")):
        return f"This is a key of a supplier of models. For a key of Weaviate itself: {CREATE}"
    return None


WEAVIATE = Provider(
    name="weaviate",
    title="Weaviate",
    category="infrastructure",
    # Never asked: each cluster has an address of its own (`needs`). It is where one that runs on
    # this machine answers unless told otherwise.
    base_url="http://localhost:8080",
    variables=("WEAVIATE_ADMIN_KEY", "WEAVIATE_API_KEY"),
    facts=Facts(
        bills="Nothing: it states no money. Objects kept, by collection; what they cost comes from"
        " a plan, a bill or your own price, else it is unknown.",
        grain="UTC day × collection, as it stood when it was read.",
        history="None: only how it stands today.",
        late="Nothing comes later; what was read is never read again.",
        key="An API key of the cluster, and the address of the cluster (WEAVIATE_URL).",
        permission="The role viewer: nodes, collections and tenants, all of them.",
        cannot_tell="Money, vectors, dimensions, storage, backups; objects of shards that are not"
        " loaded and of tenants that are not active.",
        sub_accounts="None; a collection is a service.",
    ),
    snapshots=(NODES, TENANTS),
    headers=lambda secret, _: {"Authorization": f"Bearer {secret}"} if secret else {},
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.weaviate.io",
    remedies={
        "access_denied": f"Use a key that may read every collection: {CREATE}",
        "unavailable": "See whether the cluster runs, and {status_page} where it is in Weaviate"
        " Cloud, then collect again; nothing is lost.",
        "unexpected_answer": "See that WEAVIATE_URL is the REST endpoint of the cluster, without"
        " /v1; if it is, look for a newer Ecot, else report this message.",
    },
    lateness=timedelta(0),
    history_days=0,
    backfill_months=0,
    estimated={NODES: "unplanned", TENANTS: "unplanned"},
    needs={"base_url": "WEAVIATE_URL"},
    keyless=True,  # a server of one's own may let everybody in
)
