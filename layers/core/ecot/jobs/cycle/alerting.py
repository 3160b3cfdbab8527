"""Telling somebody of trouble, once: the mail that is due is noted before it is sent, and what it
has told is remembered only after.

A run that dies in between leaves its note, and the next one sends that very mail if nobody has;
what happened since waits for the mail of another day. A mail that surely did not go on its day is
written anew on the next.
"""

from typing import Protocol

import msgspec

from ecot.alerts.facts import AlertFacts, Memory, Notice
from ecot.alerts.judge import judge
from ecot.errors import Conflict
from ecot.store.packs import damaged
from ecot.store.protocol import Item, Key, Store

_KEY = Key("cycle", "alerts")


class Messenger(Protocol):
    """Who takes the mail of a day to the user; two mails of one day are the same mail."""

    def send(self, notice: Notice) -> bool:
        """Sends it, unless it was sent. Whether it went, by now or earlier."""

    def went(self, notice: Notice) -> bool:
        """Whether the mail of an earlier day went, or may have gone."""


class Sending(msgspec.Struct, frozen=True):
    """A mail that is on its way, and what to remember once it is there."""

    notice: Notice
    memory: Memory


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What was told until now, and the mail that is on its way (None: none is)."""

    memory: Memory | None = None
    sending: Sending | None = None


def tell(store: Store, facts: AlertFacts, messenger: Messenger) -> Notice | None:
    """Sends the mail that is due at this moment, and returns it if it went (None: none was due, or
    it did not go). Of two runs that are at it at once, one does it."""
    watch, version = _read(store)
    is_of_today = watch.sending is not None and watch.sending.notice.on == facts.today
    if not is_of_today:
        noted = _due(_settled(watch, messenger), facts)
        if noted != watch and not _put(store, noted, version):
            return None  # somebody else is at it
        watch, version = _read(store)
    if watch.sending is None or not messenger.send(watch.sending.notice):
        return None
    _put(store, Watch(memory=watch.sending.memory), version)
    return watch.sending.notice


def _settled(watch: Watch, messenger: Messenger) -> Watch:
    """Without the mail of an earlier day."""
    if watch.sending is not None and messenger.went(watch.sending.notice):
        return Watch(memory=watch.sending.memory)
    return Watch(memory=watch.memory)


def _due(watch: Watch, facts: AlertFacts) -> Watch:
    """With the mail of today, where one is due."""
    judged = judge(facts, watch.memory)
    if judged.notice is None:
        return Watch(memory=judged.memory)
    return Watch(memory=watch.memory, sending=Sending(judged.notice, judged.memory))


def _put(store: Store, watch: Watch, version: int) -> bool:
    """Whether it was written: not where somebody else has written since `version`."""
    try:
        store.put(_KEY, msgspec.json.encode(watch, order="sorted"), if_version=version)
    except Conflict:
        return False
    return True


def _read(store: Store) -> tuple[Watch, int]:
    item = store.get([_KEY]).get(_KEY)
    return (_decoded(item), item.version) if item else (Watch(), 0)


def _decoded(item: Item) -> Watch:
    try:
        return msgspec.json.decode(item.body, type=Watch)
    except msgspec.DecodeError:
        raise damaged(item.key) from None
