"""The settings of this folder on their way to a stack: what changes by it, and which keys they
need."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ecot.edge.cloud import SETTINGS, everything, variables_of
from ecot.edge.deployed import Deployed
from ecot.errors import Conflict
from ecot.jobs.known import providers
from ecot.jobs.stacks import Text, texts_of
from ecot.settings import Settings
from ecot.settings.prices import FILE as PRICES
from ecot.settings.settled import settled

_NAMES = {
    "account": ("provider", "name"),
    "plan": ("provider", "account", "name", "since"),
    "budget": ("provider",),
    "rate": ("from", "to", "since"),
    "price": ("provider", "model", "unit", "tier", "from"),
}
"""What tells one `[[table]]` from another of the same kind."""


class Difference(NamedTuple):
    """A key that is new (`+`), gone (`-`) or has another value (`~`); no value, for none is a
    figure that somebody needs to see, and one may be a key in the wrong place."""

    sign: str
    path: str


class Before(NamedTuple):
    """What a stack has. None is a file that is not there."""

    settings: Text | None
    prices: Text | None


def there(deployed: Deployed) -> Before:
    """The files of the stack."""
    with texts_of(deployed.bucket) as texts:
        return Before(texts.get(SETTINGS), texts.get(PRICES))


def put(deployed: Deployed, over: Before, settings: bytes, prices: bytes) -> None:
    """Writes what differs over what was read. Raises Conflict, and writes nothing more, where
    somebody else has written meanwhile."""
    new = ((SETTINGS, settings, over.settings), (PRICES, prices, over.prices))
    with texts_of(deployed.bucket) as texts:
        for name, _, before in new:
            now = texts.get(name, before)
            if now != before:
                raise Conflict(
                    "{name} was changed by somebody else meanwhile",
                    remedy="Look at what it says now with `ecot config show`, and do it again; "
                    "nothing was written.",
                    name=name,
                )
        for name, body, before in new:
            if body != (before.body if before else b""):
                texts.put(name, body, before)


def settled_text(text: str, bare: Settings, full: Settings, file: str) -> str:
    """The settings of this folder as a stack needs them: with what only variables say here."""
    return settled(text, bare, full, {one.name: one for one in providers()}, file)


def keys_of(settings: Settings, values: Mapping[str, str]) -> dict[str, str]:
    """The secrets among the values that the settings name, and the tokens of earlier systems."""
    wanted = everything(settings).variables
    return {name: values[name] for name in sorted(wanted) if values.get(name, "").strip()}


def lacking(settings: Settings, kept: Sequence[str]) -> list[str]:
    """The variables that active accounts need and that hold nothing."""
    known = {one.name: one for one in providers()}
    missing = []
    for account in settings.accounts:
        if account.active and not known[account.provider].keyless:
            names = variables_of(account)
            if not {*names} & {*kept}:
                missing.append(names[0])
    return missing


def differences(before: Text | None, after: bytes) -> list[Difference]:
    """What changes, by path. Of a text that is no TOML nothing was known."""
    old, new = (dict(_flat(_table(body))) for body in (before.body if before else b"", after))
    found = [Difference("+", path) for path in new if path not in old]
    found += [Difference("-", path) for path in old if path not in new]
    found += [Difference("~", path) for path in new if path in old and new[path] != old[path]]
    return sorted(found, key=lambda one: (one.path, one.sign))


def _table(body: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(body.decode("utf-8-sig"))
    except ValueError:
        return {}


def _flat(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        where = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from _flat(value, where)
        elif key in _NAMES and isinstance(value, list) and not path:
            for one in value:
                name = "/".join(str(one[part]) for part in _NAMES[key] if part in one)
                yield f"[[{key}]] {name}", one
        else:
            yield where, value
