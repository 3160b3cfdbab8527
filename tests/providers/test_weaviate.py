"""Weaviate: what is asked, what the answers mean, and what is refused rather than guessed."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.edge.sources import source_of
from ecot.errors import AccessDenied, Unavailable, UnexpectedAnswer
from ecot.jobs.round import Round
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.model.quantities import QUANTITIES
from ecot.model.rows import AnyRow, Name, Usage
from ecot.providers.contract import Options
from ecot.providers.http import Http, client
from ecot.providers.patience import Budget
from ecot.providers.weaviate import WEAVIATE, check, fetch, parse, recognise
from ecot.settings import Settings, load
from tests.plans import plan
from tests.providers import around
from tests.providers.asking import NOW, Answering, Waiting, all_of, patient, run
from tests.providers.remedies import told

CANARY = "Can4ryBirdTw33tTweet9Zk3QwLmNoPqRsTuVwXy"
URL = "https://lumen.c0.europe-west3.gcp.weaviate.cloud"
TODAY = date(2026, 11, 21)
DAY = Period.of_day(TODAY)

Part = dict[str, Any]


def shard(name: str, objects: object, collection: str = "Text", **more: object) -> Part:
    return {
        "name": name,
        "class": collection,
        "objectCount": objects,
        "vectorIndexingStatus": "READY",
        "vectorQueueLength": 0,
        "compressed": False,
        "loaded": True,
        **more,
    }


def node(name: str, *shards: Part, **more: object) -> Part:
    stats = {"objectCount": 0, "shardCount": len(shards)}
    return {"name": name, "status": "HEALTHY", "stats": stats, "shards": list(shards), **more}


def answer(content: object, feed: str = "nodes", **more: Any) -> Answer:
    fields: Any = {"day": TODAY, "asked": {"collection": "Pupil"}} | more
    return Answer(feed=feed, endpoint="GET", body=json.dumps(content).encode(), **fields)


def rows(answered: Answer) -> list[AnyRow | Name]:
    return [row for _, row in parse(answered)]


def kept(*nodes: Part) -> dict[tuple[str | None, str], Decimal]:
    """The quantities of a cluster, by collection and name."""
    found = rows(answer({"nodes": nodes}))
    return {
        (row.service, name): amount
        for row in found
        if isinstance(row, Usage)
        for name, amount in row.quantities.items()
    }


# What the nodes mean


def test_a_row_is_the_objects_of_a_collection_on_a_utc_day() -> None:
    found = rows(answer({"nodes": [node("one", shard("a", 40), shard("b", 25))]}))

    assert found == [
        Usage(
            charge_period=DAY,
            category="infrastructure",
            service="Text",
            quantities={"object_days": Decimal(65)},
        )
    ]


def test_replicas_are_not_counted_twice_and_the_one_that_knows_most_stands_for_all() -> None:
    assert kept(
        node("one", shard("a", 40), shard("b", 7)),
        node("two", shard("b", 9), shard("a", 38)),
        node("three", shard("a", 40)),
    ) == {("Text", "object_days"): 49}


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**12), min_size=1),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_however_many_replicas_and_wherever_they_are_each_shard_counts_once(
    counts: dict[str, int], replicas: int, random: Any
) -> None:
    nodes = []
    for number in range(replicas):
        shards = [shard(name, count - (count > 0) * (number > 0)) for name, count in counts.items()]
        random.shuffle(shards)
        nodes.append(node(str(number), *shards))
    random.shuffle(nodes)

    assert kept(*nodes) == {("Text", "object_days"): sum(counts.values())}


def test_shards_of_two_collections_may_have_one_name() -> None:
    assert kept(node("one", shard("ana", 4), shard("ana", 3, "Pupil"))) == {
        ("Pupil", "object_days"): 3,
        ("Text", "object_days"): 4,
    }


def test_a_shard_that_is_not_loaded_is_said_and_its_zero_is_no_count() -> None:
    found = rows(answer({"nodes": [node("one", shard("a", 40), shard("b", 0, loaded=False))]}))
    unloaded, loaded = (row for row in found if isinstance(row, Usage))

    assert (unloaded.tags, unloaded.quantities) == ({"loaded": "false"}, {"shard_days": Decimal(1)})
    assert (loaded.tags, loaded.quantities) == ({}, {"object_days": Decimal(40)})


def test_a_shard_that_one_node_has_loaded_is_known() -> None:
    unloaded = shard("a", 0, loaded=False)
    for nodes in ([unloaded, shard("a", 0)], [shard("a", 0), unloaded]):
        assert kept(*(node(str(at), one) for at, one in enumerate(nodes))) == {
            ("Text", "object_days"): 0
        }
    assert kept(node("one", unloaded), node("two", unloaded)) == {("Text", "shard_days"): 1}


def test_a_server_that_is_older_than_lazy_loading_has_loaded_all() -> None:
    old = shard("a", 6)
    del old["loaded"]
    assert kept(node("one", old)) == {("Text", "object_days"): 6}


def test_an_empty_collection_is_zero_and_an_empty_cluster_nothing() -> None:
    assert kept(node("one", shard("a", 0))) == {("Text", "object_days"): 0}
    assert kept(node("one", shards=None), node("two")) == {}


def test_unknown_fields_and_the_state_of_vectors_change_nothing() -> None:
    more: Part = {"compressed": True, "vectorQueueLength": 7, "vectorIndexingStatus": "X", "new": 1}
    changed = node("one", shard("a", 6, **more), status="UNHEALTHY", operationalMode="ReadOnly")
    assert kept(changed) == kept(node("one", shard("a", 6)))


@pytest.mark.parametrize(
    ("part", "place"),
    [
        (node("one", shard("a", None)), "/nodes/0/shards/0 has no objectCount"),
        (node("one", shard("a", "6")), "/nodes/0/shards/0/objectCount is not a whole number"),
        (node("one", shard("a", 6.5)), "/nodes/0/shards/0/objectCount is not a whole number"),
        (node("one", shard("a", True)), "/nodes/0/shards/0/objectCount is not a whole number"),
        (node("one", shard("a", -1)), "/nodes/0/shards/0 is less than nothing"),
        (node("one", shard("a", 6, loaded="no")), "/nodes/0/shards/0/loaded is neither true nor"),
        (node("one", {"name": "a", "objectCount": 6}), "/nodes/0/shards/0 has no class"),
        (node("one", {"class": "a", "objectCount": 6}), "/nodes/0/shards/0 has no name"),
        (node("one", shards={}), "/nodes/0/shards is not a list"),
        (node("one", stats=None), "/nodes/0 does not tell of all its shards"),
        (node("one", stats={}), "/nodes/0/stats has no shardCount"),
        (node("one", stats={"shardCount": 3}), "/nodes/0 does not tell of all its shards"),
    ],
)
def test_what_may_hide_objects_is_refused_and_quoted(part: Part, place: str) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        kept(part)
    assert str(caught.value).startswith(f"nodes: {place}")


@pytest.mark.parametrize("stream", WEAVIATE.streams)
@pytest.mark.parametrize("body", [b"", b"null", b"7", b'{"nodes": null}', b"<html>"])
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body, day=TODAY)))


@pytest.mark.parametrize("stream", WEAVIATE.streams)
def test_an_answer_is_of_the_day_on_which_it_was_read(stream: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="is not of a day"):
        rows(answer([], stream, day=None))


# What tenants mean


def test_tenants_that_are_not_active_are_counted_and_what_they_keep_is_not_made_up() -> None:
    statuses = ["ACTIVE", "INACTIVE", "INACTIVE", "OFFLOADED", "HOT", "COLD", "ASLEEP"]
    tenants = [{"name": str(at), "activityStatus": one} for at, one in enumerate(statuses)]
    found = [row for row in rows(answer(tenants, "tenants")) if isinstance(row, Usage)]

    assert {row.service for row in found} == {"Pupil"}
    assert {row.charge_period for row in found} == {DAY}
    assert {row.tags["activity_status"]: dict(row.quantities) for row in found} == {
        "ASLEEP": {"tenant_days": 1},
        "COLD": {"tenant_days": 1},
        "INACTIVE": {"tenant_days": 2},
        "OFFLOADED": {"tenant_days": 1},
    }
    assert {name for row in found for name in row.quantities} <= QUANTITIES


def test_a_tenant_without_a_status_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="/0 has no activityStatus"):
        rows(answer([{"name": "ana"}], "tenants"))


# What is asked


def http(answering: Answering, secret: str = CANARY) -> Http:
    """An account that reads from a function, with the canary as its key."""
    return Http(
        client(patient(httpx.MockTransport(answering), Waiting())),
        base_url=URL,
        headers=WEAVIATE.headers(secret, Options()),
        secrets=(secret,) if secret else (),
        provider="Weaviate",
        account="weaviate/lumen",
        budget=Budget(300, Waiting().monotonic),
    )


SCHEMA = {
    "classes": [
        {"class": "Text"},
        {"class": "Pupil", "multiTenancyConfig": {"enabled": True}},
        {"class": "Note", "multiTenancyConfig": {"enabled": False}},
        {"class": "Éa/b", "multiTenancyConfig": {"enabled": True}},
    ]
}


def answering(request: httpx.Request) -> httpx.Response:
    path = request.url.path
    found: object = []
    if path == "/v1/nodes":
        found = {"nodes": [node("one", shard("a", 6))]}
    if path == "/v1/schema":
        found = SCHEMA
    return httpx.Response(200, json=found)


def asked(stream: str, secret: str = CANARY) -> tuple[list[httpx.Request], list[Answer]]:
    made: list[httpx.Request] = []

    def noting(request: httpx.Request) -> httpx.Response:
        made.append(request)
        return answering(request)

    asking = http(noting, secret)
    return made, run(asking, all_of(fetch(asking, stream, DAY)))


def test_nodes_are_asked_for_twice_and_the_fuller_answer_is_kept() -> None:
    made, (answered,) = asked("nodes")

    assert [str(one.url).removeprefix(URL) for one in made] == [
        "/v1/nodes?output=minimal",
        "/v1/nodes?output=verbose",
    ]
    assert {one.headers["authorization"] for one in made} == {f"Bearer {CANARY}"}
    assert (answered.day, answered.endpoint) == (TODAY, "GET /v1/nodes?output=verbose")


def test_tenants_are_asked_for_where_a_collection_has_some() -> None:
    made, answers = asked("tenants")

    assert [one.url.raw_path.decode() for one in made] == [
        "/v1/schema",
        "/v1/schema/Pupil/tenants",
        "/v1/schema/%C3%89a%2Fb/tenants",
    ]
    assert [one.asked["collection"] for one in answers] == ["Pupil", "Éa/b"]
    assert {one.day for one in answers} == {TODAY}


def test_without_a_key_none_is_sent() -> None:
    made, _ = asked("nodes", secret="")
    assert all("authorization" not in one.headers for one in made)


def test_a_check_asks_all_that_a_cluster_is_asked() -> None:
    paths: list[str] = []

    def noting(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return answering(request)

    asking = http(noting)
    run(asking, check(asking))
    assert paths == ["/v1/nodes", "/v1/nodes", "/v1/schema"]


def fetched(content: object) -> list[Answer]:
    asking = http(lambda _: httpx.Response(200, json=content))
    return run(asking, all_of(fetch(asking, "nodes", DAY)))


@pytest.mark.parametrize("status", ["UNAVAILABLE", "TIMEOUT", None])
def test_a_node_that_says_nothing_makes_the_cluster_unavailable(status: str | None) -> None:
    silent = {"name": "two", "status": status, "shards": None}
    with pytest.raises(Unavailable) as caught:
        fetched({"nodes": [node("one", shard("a", 6)), silent]})

    assert "weaviate/lumen: the node two of Weaviate tells of no shards" in str(caught.value)
    assert "every node" in caught.value.remedy


def test_collections_that_the_key_may_not_see_are_noticed() -> None:
    part = node("one", shard("a", 6), stats={"objectCount": 90, "shardCount": 3})
    with pytest.raises(AccessDenied, match="on the node one that the key may not see"):
        fetched({"nodes": [part]})


# Keys and refusals


def test_keys_of_suppliers_of_models_are_recognised_without_asking() -> None:
    for key in ("sk-proj-abc", "sk-ant-admin01-abc", "sk-or-v1-abc", "sk-admin-abc"):
        remedy = recognise(key)
        assert remedy is not None
        assert "viewer" in remedy
        assert key not in remedy
    assert recognise(CANARY) is None
    assert recognise("sk-of-my-own-server") is None


def examined(response: httpx.Response, secret: str | None = CANARY, url: str = URL) -> Outcome:
    """The doctor's sentence where every request is answered like this."""

    def same(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            response.status_code, headers=response.headers, content=response.content
        )

    round_ = Round(
        run="one",
        today=NOW.date(),
        now=lambda: NOW,
        open_client=lambda: client(patient(httpx.MockTransport(same), Waiting())),
    )
    return around.examined(around.source(WEAVIATE, url, secret), round_)


def error(message: str) -> Part:
    """A refusal of the specification's shape."""
    return {"error": [{"message": message}]}


FORBIDDEN = "rbac: authorization, forbidden action: user 'x' has insufficient permissions"
ANONYMOUS = "anonymous access not enabled, please provide an auth scheme such as OIDC"


@pytest.mark.parametrize(
    ("status", "body", "said", "remedy"),
    [
        (401, {"code": 401, "message": ANONYMOUS}, "anonymous access", "role viewer"),
        (401, {"code": 401, "message": f"invalid api key {CANARY}"}, "invalid api key", "viewer"),
        (403, error(FORBIDDEN), "insufficient permissions", "every collection"),
        (404, error("class not found"), "class not found", "without /v1"),
        (422, error('invalid output: "x"'), "invalid output", "WEAVIATE_URL"),
        (429, error("too many requests"), "too many requests", "in a few minutes"),
        (500, error("context deadline exceeded"), "deadline", "status.weaviate.io"),
        (503, error("leader not found"), "leader not found", "whether the cluster runs"),
    ],
)
def test_a_refusal_is_said_in_its_own_words_with_what_to_do(
    status: int, body: Part, said: str, remedy: str
) -> None:
    outcome = examined(httpx.Response(status, json=body))

    assert outcome.state == "failed"
    assert said in str(outcome.message)
    assert "weaviate/lumen" in str(outcome.message)
    assert remedy in str(outcome.remedy)
    assert CANARY[3:] not in f"{outcome.message} {outcome.remedy}"


def test_a_page_for_people_is_no_answer() -> None:
    outcome = examined(httpx.Response(200, html="<html>Just a moment</html>"))

    assert outcome.state == "failed"
    assert "this is not JSON" in str(outcome.message)


def test_without_an_address_nothing_is_asked() -> None:
    source = around.source(WEAVIATE, "", CANARY)

    assert replace(source, base_url=None).lacking == "WEAVIATE_URL_LUMEN"
    assert replace(source, secret=None).lacking is None


def test_a_key_that_is_echoed_is_in_no_answer_and_no_complaint() -> None:
    part = node("one", shard("a", 6, f"of {CANARY}"))
    (answered,) = fetched({"nodes": [part]})
    assert CANARY.encode() not in answered.body

    with pytest.raises(UnexpectedAnswer) as caught:
        fetched({"nodes": [part | {"stats": {"shardCount": CANARY}}]})
    assert CANARY[3:] not in str(caught.value)


def test_the_record_is_complete() -> None:
    assert WEAVIATE.streams == ("nodes", "tenants")
    assert WEAVIATE.estimated == {"nodes": "unplanned", "tenants": "unplanned"}
    assert WEAVIATE.needs == {"base_url": "WEAVIATE_URL"}
    assert WEAVIATE.lateness == timedelta(0)
    assert WEAVIATE.variables == ("WEAVIATE_ADMIN_KEY", "WEAVIATE_API_KEY")
    assert set(told(WEAVIATE)) == {
        *("access_denied", "rate_limited", "unavailable", "unexpected_answer"),
    }


# What the settings come to


def configured(file: Path, environ: dict[str, str], toml: str = "") -> Settings:
    file.write_text(toml, encoding="utf-8")
    return load(environ=environ, providers=[WEAVIATE], today=TODAY, config=file)


def test_a_key_and_an_address_of_the_environment_are_an_account(tmp_path: Path) -> None:
    environ = {
        "WEAVIATE_API_KEY": CANARY,
        "WEAVIATE_URL": URL,
        "WEAVIATE_ADMIN_KEY_TEST": CANARY,
        "WEAVIATE_URL_TEST": "https://test.example",
    }
    found = configured(tmp_path / "ecot.toml", environ).accounts

    assert {one.key: one.base_url for one in found} == {
        "weaviate/weaviate": URL,
        "weaviate/test": "https://test.example",
    }


def test_an_address_alone_is_nobodys_account_unless_the_file_names_it(tmp_path: Path) -> None:
    file, environ = tmp_path / "ecot.toml", {"WEAVIATE_URL": URL}
    assert configured(file, environ).accounts == ()

    [account] = configured(file, environ, '[[account]]\nprovider = "weaviate"\n').accounts
    assert (account.base_url, account.secret) == (URL, None)
    assert source_of(account).lacking is None


def test_the_monthly_cost_of_earlier_systems_pays_for_that_account(tmp_path: Path) -> None:
    environ = {"WEAVIATE_ADMIN_KEY": CANARY, "WEAVIATE_URL": URL, "WEAVIATE_MONTHLY_COST_USD": "45"}
    found = configured(tmp_path / "ecot.toml", environ)
    [account], [paid] = found.accounts, found.plans

    pays = plan("45", account=paid.account, name=paid.name, since=paid.since)
    assert paid.account == account.key
    assert replace(source_of(account), plans=(pays,)).has_plan(TODAY)
