"""The small records beside heads and documents: progress, claims, names, outcomes, restatements."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from ecot.model.head import Head
from ecot.model.outcome import Outcome, Progress, Restatement
from ecot.model.rows import Name, provider_of
from ecot.store.packs import damaged
from ecot.store.protocol import Item, Key, Store, Write, after_prefix

_T = TypeVar("_T")
_RUN = "run#"
_PROGRESS = msgspec.json.Decoder(Progress)
_CLAIMS = msgspec.json.Decoder(dict[str, str])
_NAMES = msgspec.json.Decoder(list[Name])
_OUTCOME = msgspec.json.Decoder(Outcome)
_RESTATEMENT = msgspec.json.Decoder(Restatement)


class Standing(NamedTuple):
    """What an account's collection starts from; each part with its version in the store.

    `claims` say, for the account's provider, which account counts a sub account.
    """

    progress: Progress | None
    names: frozenset[Name]
    claims: Mapping[str, str]
    versions: Mapping[str, int]


def read_standing(store: Store, account: str) -> Standing:
    """Progress, names and the provider's claims: one read."""
    keys = {
        "progress": Key("progress", account),
        "names": Key("names", account),
        "claims": claims_key(provider_of(account)),
    }
    found = store.get(list(keys.values()))
    items = {part: found[key] for part, key in keys.items() if key in found}
    claims = _read(_CLAIMS, items["claims"]) if "claims" in items else {}
    return Standing(
        progress=_read(_PROGRESS, items["progress"]) if "progress" in items else None,
        names=frozenset(_read(_NAMES, items["names"]) if "names" in items else ()),
        claims=claims,
        versions={part: item.version for part, item in items.items()},
    )


def claims_key(provider: str) -> Key:
    """Where the claims of the provider's accounts lie."""
    return Key("claim", provider)


def read_claims(store: Store, provider: str) -> tuple[dict[str, str], int]:
    """The claims of the provider's accounts, and their version (0: none yet)."""
    item = store.get([claims_key(provider)]).get(claims_key(provider))
    return (_read(_CLAIMS, item), item.version) if item else ({}, 0)


def put_claims(store: Store, provider: str, claims: Mapping[str, str], version: int | None) -> None:
    """Writes the claims. Raises Conflict where somebody else did since `version` (None: anyhow)."""
    body = _packed(msgspec.json.encode(claims, order="sorted"))
    store.put(claims_key(provider), body, if_version=version)


def all_claims(store: Store) -> Iterator[tuple[str, dict[str, str]]]:
    """Every provider's claims."""
    for item in store.query("claim"):
        yield item.key.sort, _read(_CLAIMS, item)


def put_progress(store: Store, progress: Progress) -> None:
    """Writes how far the account was read; it is derived from the heads, so the last one wins."""
    store.put(Key("progress", progress.account), msgspec.json.encode(progress, order="sorted"))


def all_progress(store: Store) -> Iterator[Progress]:
    """Of every account that was ever expected to have days, by account."""
    return _decoded(_PROGRESS, store.query("progress"))


def put_names(store: Store, account: str, names: Iterable[Name]) -> None:
    """Writes what the provider calls its ids."""
    ordered = sorted(names, key=lambda name: (name.dimension, name.id, name.name))
    store.put(Key("names", account), _packed(msgspec.json.encode(ordered)))


def all_names(store: Store) -> dict[str, list[Name]]:
    """What each account's provider calls its ids, by account."""
    return {item.key.sort: _read(_NAMES, item) for item in store.query("names")}


def put_outcome(store: Store, outcome: Outcome, *, is_latest: bool = True) -> None:
    """Writes the outcome into the account's history, and then, where it is that, as its latest."""
    for key, body in outcome_writes(outcome, is_latest=is_latest):
        store.put(key, body)


def outcome_writes(outcome: Outcome, *, is_latest: bool) -> Iterator[Write]:
    """What to write for the outcome."""
    body = msgspec.json.encode(outcome, order="sorted")
    yield outcome_key(outcome.account, outcome.run), body
    if is_latest:
        yield Key("outcome", outcome.account), body


def outcome_key(account: str, run: str) -> Key:
    """Where the account's outcome in the run lies."""
    return Key(f"{_RUN}{account}", run)


def latest_outcomes(store: Store) -> Iterator[Outcome]:
    """The latest outcome of every account, by account."""
    return _decoded(_OUTCOME, store.query("outcome"))


def forget_outcome(store: Store, account: str) -> None:
    """Removes the account's latest outcome; its runs keep their history."""
    store.delete(Key("outcome", account))


def outcomes_of(store: Store, account: str, most: int) -> list[Outcome]:
    """The outcomes of the account's last runs, at most so many, the latest first: one query that
    reads no others, however long its history. (Runs that an older Ecot kept are by run and are not
    among them; `all_outcomes` has them.)"""
    return list(_decoded(_OUTCOME, store.latest(f"{_RUN}{account}", most)))


def all_outcomes(store: Store) -> Iterator[Outcome]:
    """Every outcome of every run, by account and run; before them those that an older Ecot kept, by
    run and account."""
    for partition in store.partitions():
        if partition.startswith(_RUN):
            yield from _decoded(_OUTCOME, store.query(partition))


def restatement_write(restatement: Restatement) -> Write:
    """What to write for the record; it counts once a head names it."""
    key = Key(f"restatement#{restatement.account}", f"{restatement.day}#{restatement.id}")
    return key, msgspec.json.encode(restatement, order="sorted")


def restatements(store: Store, account: str, prefix: str = "") -> Iterator[Restatement]:
    """The account's records whose day begins with `prefix` ("2026-01"), by day."""
    partition = f"restatement#{account}"
    before = after_prefix(prefix) if prefix else None
    return _decoded(_RESTATEMENT, store.query(partition, prefix, before))


def restatements_of(store: Store, head: Head) -> Iterator[Restatement]:
    """The records of the head's month that took effect, by day."""
    if head.restated:
        for record in restatements(store, head.account, str(head.month)):
            if record.id in head.restated:
                yield record


def _packed(text: bytes) -> bytes:
    """For lists that grow with the company: an item holds 350 KB, of tens of thousands of names."""
    return zlib.compress(text, 6)


def _loose(body: bytes) -> bytes:
    """The text, unpacked where it is packed. (Lists are, but not all in ledgers of schema 1.)"""
    return body if body.startswith((b"[", b"{")) else zlib.decompress(body)


def _decoded(decoder: "msgspec.json.Decoder[_T]", items: Iterable[Item]) -> Iterator[_T]:
    return (_read(decoder, item) for item in items)


def _read(decoder: "msgspec.json.Decoder[_T]", item: Item) -> _T:
    try:
        return decoder.decode(_loose(item.body))
    except (zlib.error, msgspec.DecodeError, UnicodeDecodeError):
        raise damaged(item.key) from None
