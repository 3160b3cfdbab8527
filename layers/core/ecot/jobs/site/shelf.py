"""The folder of the site: only what changed is written, and what is made no more is taken away.

What is costly to make (exports, pages that read rows) is not even made again while its stamp, a
digest of everything that it is made of, is the same. Stamps, names and a digest of what was written
under each are in `stamps.json`, so that no file is read back; without that file everything is made
and written, and nothing is taken away.
"""

import secrets
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
    """What is there. While somebody is writing it is only the names, and who that is: half a site
    written anew must not pass for the one before, nor what two wrote at once for either's."""

    groups: Mapping[str, _Group] = {}
    names: tuple[str, ...] = ()
    whole: str = ""
    digests: Mapping[str, str] = {}
    writer: str = ""


def put_all(site: Files, made: Iterable[Page | Stamped], whole: str = "") -> list[str]:
    """Writes what differs from what was written last time or is not there, removes what was written
    then and is not made any more, and returns the names of all files of the site. `whole` is a
    stamp of all of it: where it is the one of last time, nothing is made."""
    before, there = _read(site), frozenset(site.names())
    if whole and before.whole == whole and there.issuperset(before.names):
        return list(before.names)
    mine = _Stamps(names=before.names, writer=secrets.token_hex(8))
    site.put(STAMPS, _encoded(mine))
    writing = _Writing(site, {name: before.digests.get(name, "") for name in there})
    groups = writing.put(made, before.groups)
    names = tuple(sorted(writing.digests))
    for name in sorted(set(before.names) - set(names)):
        site.delete(name)
    is_alone = _read(site) == mine
    after = _Stamps(groups, names, whole, writing.digests) if is_alone else _Stamps(names=names)
    site.put(STAMPS, _encoded(after))
    return list(names)


class _Writing:
    """Writes files, less those that are `there` with the same digest; `digests` are those of all
    that the site has in the end."""

    def __init__(self, site: Files, there: Mapping[str, str]) -> None:
        self._site, self._there = site, there
        self.digests: dict[str, str] = {}

    def put(
        self, made: Iterable[Page | Stamped], before: Mapping[str, _Group]
    ) -> dict[str, _Group]:
        """Writes all of it, and returns the groups."""
        groups: dict[str, _Group] = {}
        for one in made:
            if isinstance(one, Stamped):
                groups[one.group] = self._put_group(one, before.get(one.group))
            else:
                self._put(*one)
        return groups

    def _put_group(self, one: Stamped, was: _Group | None) -> _Group:
        """The group as it was, if nothing of it has changed and its files are still there."""
        if was is not None and was.stamp == one.stamp and self._there.keys() >= {*was.names}:
            self.digests.update({name: self._there[name] for name in was.names})
            return was
        return _Group(one.stamp, tuple(self._put(name, body) for name, body in one.make()))

    def _put(self, name: str, body: bytes) -> str:
        digest = blake2b(body, digest_size=16).hexdigest()
        if self._there.get(name) != digest:
            self._site.put(name, body)
        self.digests[name] = digest
        return name


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


def _encoded(stamps: _Stamps) -> bytes:
    return msgspec.json.encode(stamps, order="sorted")


def _read(site: Files) -> _Stamps:
    """What was made last time; of another form, or nothing: nothing."""
    body = site.get(STAMPS)
    try:
        return msgspec.json.decode(body, type=_Stamps) if body else _Stamps()
    except (msgspec.DecodeError, ValueError):
        return _Stamps()  # everything is made again, and nothing is lost
