"""What the environment says of settings, written down into `ecot.toml`: on AWS there is no
environment that a person could set."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ecot.providers.contract import Provider
from ecot.settings.editing import with_key, with_table
from ecot.settings.values import Account, Plan, Settings

_DEFAULTS = ("services", "usages")


def settled(
    text: str, bare: Settings, full: Settings, providers: Mapping[str, Provider], file: str
) -> str:
    """The text with what `full` has from the environment and `bare`, which is the text alone, has
    not: accounts, what they need beside their key, Notion's databases, recipients, monthly costs.
    Keys stay out. Raises SettingsError where only a person can add to the text."""
    known = {one.key: one for one in bare.accounts}
    for number, account in enumerate(one for one in full.accounts if one.origin == "file"):
        for key, value in _differences(known[account.key], account, providers):
            text = with_key(text, "account", key, value, file, number)
    for account in full.accounts:
        if account.origin == "environment":
            text = with_table(text, "account", _account(account, providers), file)
    for key in _DEFAULTS:
        if (value := getattr(full.notion, key)) and getattr(bare.notion, key) is None:
            text = with_key(text, "notion", key, value, file)
    if full.mail.to and not bare.mail.to:
        text = with_key(text, "mail", "to", list(full.mail.to), file)
    for plan in _more(full.plans, bare.plans):
        text = with_table(text, "plan", _plan(plan), file)
    return text


def needs_of(account: Account, provider: Provider) -> dict[str, Any]:
    """What the account needs beside its key, as far as it is known."""
    options = account.options.model_dump(mode="json")
    given = {"base_url": account.base_url, **options}
    return {key: given[key] for key in provider.needs if given[key] is not None}


def _differences(
    bare: Account, full: Account, providers: Mapping[str, Provider]
) -> Iterator[tuple[str, Any]]:
    provider = providers[full.provider]
    known = needs_of(bare, provider)
    yield from ((key, one) for key, one in needs_of(full, provider).items() if key not in known)


def _account(account: Account, providers: Mapping[str, Provider]) -> dict[str, Any]:
    stated = {
        "provider": account.provider,
        "name": account.name,
        "secret": account.secret_name,
    }
    return stated | needs_of(account, providers[account.provider])


def _more(plans: Iterable[Plan], known: Iterable[Plan]) -> list[Plan]:
    there = set(known)
    return [plan for plan in plans if plan not in there]


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "provider": plan.provider,
        "name": plan.name,
        "amount": str(plan.amount),
        "currency": plan.currency,
        "every": plan.every,
        "since": str(plan.since),
    }
