"""What the groups of a table are called in one of its columns."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ecot.analysis.crossed import Crossed
from ecot.analysis.groups import OF_PROVIDERS, By, Group


class Label(NamedTuple):
    """A name for people, None where the group names none; `detail` tells equal names apart."""

    name: str | None
    detail: str | None


class _Key(NamedTuple):
    key: str | None
    provider: str | None
    account: str | None
    name: str | None


def labels(groups: Iterable[Group], by: By, titles: Mapping[str, str]) -> list[Label]:
    """One label a group in the column of `by`. `titles` are what people call providers."""
    keys = [_key(group, by) for group in groups]
    names = Counter(_name(one, by, titles) for one in set(keys))
    return [_label(one, by, titles, names) for one in keys]


def _key(group: Group, by: By) -> _Key:
    provider = group.provider if by in OF_PROVIDERS else None
    account = group.account if by == "sub_account" else None
    if isinstance(group, Crossed):
        return _Key(group.keys[by], provider, account, group.names.get(by))
    return _Key(group.key, provider, account, group.name)


def _label(key: _Key, by: By, titles: Mapping[str, str], names: Mapping[str | None, int]) -> Label:
    name = _name(key, by, titles)
    return Label(name, _detail(key, titles) if name and names[name] > 1 else None)


def _name(key: _Key, by: By, titles: Mapping[str, str]) -> str | None:
    if key.key is None:
        return None
    if by in ("provider", "account"):
        return account_name(key.key, titles)
    return key.name or key.key


def _detail(key: _Key, titles: Mapping[str, str]) -> str | None:
    """What tells the group from another of the same name: its id, and whose id that is."""
    if key.provider is None:
        return key.key
    return f"{account_name(key.account or key.provider, titles)} · {key.key}"


def account_name(account: str, titles: Mapping[str, str]) -> str:
    """ "openai/edugami" as "OpenAI · edugami"; one part is enough where both are the same word."""
    provider, _, name = account.partition("/")
    title = titles.get(provider, provider)
    return title if name in ("", provider) else f"{title} · {name}"
