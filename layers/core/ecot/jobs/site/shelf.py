"""The folder of the site: only what changed is written, and what is made no more is taken away.

What is costly to make (exports, pages that read rows) is not even made again while its stamp, a
digest of everything that it is made of, is the same. Stamps and names are in `stamps.json`; without
that file everything is made and nothing is taken away.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path

import msgspec

from ecot.language import templates_folder
from ecot.store.protocol import Files

STAMPS = "stamps.json"
Page = tuple[str, bytes]


class Stamped(msgspec.Struct, frozen=True):
    """Files that are made together, by `make`, unless their `stamp` is the one of last time."""

    group: str
    stamp: str
    make: Callable[[], Iterable[Page]]


class _Group(msgspec.Struct, frozen=True):
    stamp: str
    names: tuple[str, ...]


class _Stamps(msgspec.Struct, frozen=True):
    groups: Mapping[str, _Group] = {}
    names: tuple[str, ...] = ()
    whole: str = ""


def put_all(site: Files, made: Iterable[Page | Stamped], whole: str = "") -> list[str]:
    """Writes what differs from what the site has, removes what it had and is not made any more, and
    returns the names of all files of the site. `whole` is a stamp of all of it: where it is the one
    of last time, nothing is made."""
    before, there = _read(site), frozenset(site.names())
    if whole and before.whole == whole and there.issuperset(before.names):
        return list(before.names)
    if before.whole or before.groups:  # half a site written anew must not pass for the one before
        _put(site, STAMPS, _encoded(_Stamps(names=before.names)))
    groups: dict[str, _Group] = {}
    names: set[str] = set()
    for one in made:
        if isinstance(one, Stamped):
            groups[one.group] = _put_group(site, one, before.groups.get(one.group), there)
            names.update(groups[one.group].names)
        else:
            names.add(_put(site, *one))
    for name in set(before.names) - names:
        site.delete(name)
    _put(site, STAMPS, _encoded(_Stamps(groups, tuple(sorted(names)), whole)))
    return sorted(names)


def stamp_of(*parts: object) -> str:
    """A digest of what something is made of, this program included."""
    body = msgspec.json.encode([program(), *parts], order="sorted")
    return blake2b(body, digest_size=16).hexdigest()


@cache
def program() -> str:
    """A digest of this program's own files: another Ecot makes everything again."""
    package = Path(__file__).resolve().parents[2]
    digest = blake2b(digest_size=16)
    for path in _files(package, templates_folder()):
        digest.update(path.name.encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()


def _files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        found = (path for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file())
        yield from sorted(found)


def _put_group(site: Files, one: Stamped, was: _Group | None, there: frozenset[str]) -> _Group:
    """The group as it was, if nothing of it has changed and its files are still `there`."""
    if was is not None and was.stamp == one.stamp and there.issuperset(was.names):
        return was
    return _Group(one.stamp, tuple(_put(site, name, body) for name, body in one.make()))


def _put(site: Files, name: str, body: bytes) -> str:
    if site.get(name) != body:
        site.put(name, body)
    return name


def _encoded(stamps: _Stamps) -> bytes:
    return msgspec.json.encode(stamps, order="sorted")


def _read(site: Files) -> _Stamps:
    """What was made last time; of another form, or nothing: nothing."""
    body = site.get(STAMPS)
    try:
        return msgspec.json.decode(body, type=_Stamps) if body else _Stamps()
    except (msgspec.DecodeError, ValueError):
        return _Stamps()  # everything is made again, and nothing is lost
