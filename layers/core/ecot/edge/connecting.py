"""A new account in settings that can be changed: its table, what it needs, the variable of its key.

Pure text in, text out: nothing is kept before the key was tried.
"""

from collections.abc import Mapping

from ecot.edge.keeping import Keeping
from ecot.errors import SettingsError
from ecot.jobs.known import Provider, provider, providers
from ecot.settings import Account, Settings
from ecot.settings.editing import with_key, with_table
from ecot.settings.entries import NAME
from ecot.settings.environment import variables_for
from ecot.settings.problems import meant, suggestion

SINKS = {"notion": "Notion", "resend": "Resend"}
"""What is no supplier and has a key all the same."""


def supplier(name: str) -> Provider:
    """The provider of this name. Raises SettingsError for one that nobody knows."""
    known = [one.name for one in providers()]
    if name not in known:
        everybody = [*known, *SINKS]
        raise SettingsError(
            "{name} is no supplier that Ecot knows",
            remedy=suggestion(name, everybody),
            name=name,
            **meant(name, everybody),
        )
    return provider(name)


def checked_name(text: str) -> str:
    """Raises SettingsError for what is no name of an account."""
    if NAME.fullmatch(text):
        return text
    raise SettingsError(
        "{text} is no name of an account",
        remedy="use letters, digits, hyphens, dots and underscores, 64 at most, a letter or "
        "digit first",
        text=text,
    )


def account_in(settings: Settings, provider: str, name: str) -> Account | None:
    """The account of the settings' file; names are not told apart by capitals."""
    key = f"{provider}/{name}".lower()
    found = (one for one in settings.accounts if one.origin == "file")
    return next((one for one in found if one.key.lower() == key), None)


def account_of(settings: Settings, provider: str, name: str) -> Account:
    """The same of an account that is certainly there."""
    found = account_in(settings, provider, name)
    if found is None:
        raise KeyError(name)
    return found


def still_needed(provider: Provider, account: Account | None) -> list[str]:
    """The options without which nothing can be asked, that the account does not have yet."""
    given = {"base_url": account and account.base_url}
    given |= account.options.model_dump() if account else {}
    return [
        name
        for name in provider.needs
        if given.get(name) is None and given.get(provider.instead.get(name, name)) is None
    ]


def variable_for(provider: Provider, name: str, account: Account | None) -> str:
    """The variable that is to hold the key."""
    return account.secret_name if account else variables_for(provider, name)[0]


def with_account(
    keeping: Keeping, text: str, provider: Provider, name: str, given: Mapping[str, str]
) -> str:
    """The settings with the account, active, and with what is `given` beside its key. Raises
    SettingsError where only a person can write it."""
    bare = keeping.read(text, {})
    account = account_in(bare, provider.name, name)
    if account is None:
        variable = variable_for(provider, name, None)
        stated = {"provider": provider.name, "name": name, "secret": variable, **given}
        return with_table(text, "account", stated, keeping.file)
    number = [one for one in bare.accounts if one.origin == "file"].index(account)
    for key, value in given.items():
        text = with_key(text, "account", key, value, keeping.file, number)
    if not account.active:
        text = with_key(text, "account", "active", True, keeping.file, number)
    return text
