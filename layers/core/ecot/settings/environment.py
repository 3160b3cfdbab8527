"""What the environment says by itself: accounts by the name of their variable, and monthly costs
under the names of earlier systems."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from pydantic import SecretStr

from ecot.errors import SettingsError
from ecot.model.money import exact
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.providers.contract import Provider, variable_of
from ecot.providers.supabase_auth import VARIABLES as PROJECT
from ecot.providers.supabase_auth import Project
from ecot.settings.entries import NAME, AccountEntry, MailEntry, NotionEntry
from ecot.settings.problems import Model, checked
from ecot.settings.values import Account, Plan, SecretToken

# Earlier systems asked for these, in US dollars a month.
MONTHLY_COSTS = {"SUPABASE_MONTHLY_COST_USD": "supabase", "WEAVIATE_MONTHLY_COST_USD": "weaviate"}

NOTION_VARIABLE, MAIL_VARIABLE = "NOTION_API_KEY", "RESEND_API_KEY"
DATABASES = {"services": "NOTION_SERVICES_DB_ID", "usages": "NOTION_USAGES_DB_ID"}
RECIPIENTS = "REPORT_EMAIL_TO"
TOKENS: Mapping[str, Literal["collect", "report"]] = {
    "COLLECT_SECRET_TOKEN": "collect",
    "REPORT_SECRET_TOKEN": "report",
}
"""Tokens of earlier systems, by the role that each has here."""


def tokens_of_environment(values: Mapping[str, str]) -> Iterator[SecretToken]:
    """Those that are set."""
    for name, role in TOKENS.items():
        if name in values:
            yield SecretToken(role=role, secret_name=name, secret=SecretStr(values[name]))


def databases_of(values: Mapping[str, str]) -> dict[str, str]:
    """The databases of Notion that the environment names. Raises SettingsError, naming the
    variable, for what is none."""
    given = {key: name for key, name in DATABASES.items() if name in values}
    return {
        key: getattr(_checked(NotionEntry, {key: values[name]}, name), key)
        for key, name in given.items()
    }


def recipients_of(values: Mapping[str, str]) -> tuple[str, ...]:
    """Whom the environment wants the mail to go to, commas between them. Raises SettingsError for
    what is no address."""
    stated = [one.strip() for one in values.get(RECIPIENTS, "").split(",")]
    entry = _checked(MailEntry, {"to": [one for one in stated if one]}, RECIPIENTS)
    return tuple(dict.fromkeys(entry.to))


def variables_for(provider: Provider, name: str) -> list[str]:
    """The variables that may hold the key of the account, most telling first."""
    return [variable_of(prefix, provider.name, name) for prefix in provider.variables]


def needed(provider: Provider, name: str, values: Mapping[str, str]) -> dict[str, Any]:
    """What the account needs beside its key, as far as the environment has it: options, and the
    `base_url`. Raises SettingsError, naming the variable, for what cannot be one."""
    found: dict[str, Any] = {}
    for option, prefix in provider.needs.items():
        variable = variable_of(prefix, provider.name, name)
        if variable in values:
            is_common = option in AccountEntry.model_fields
            model = AccountEntry if is_common else provider.options
            table = {option: values[variable]} | ({"provider": provider.name} if is_common else {})
            found[option] = getattr(_checked(model, table, variable), option)
    return found


def people_variables(project: Project | None) -> tuple[str, ...]:
    """The variables that may hold the key of the project that knows people's names."""
    if project is None:
        return ()
    return PROJECT if project.secret_name in PROJECT else (project.secret_name,)


def _checked(model: type[Model], table: Mapping[str, Any], variable: str) -> Model:
    """The table of one value; what is wrong with it is told of the variable, which is all that
    there is to correct."""
    try:
        return checked(model, table, "environment", variable)
    except SettingsError as error:
        values = error.values | {"path": variable}
        raise SettingsError(error.text, remedy=error.remedy, **values) from None


def secret_of(variable: str, values: Mapping[str, str]) -> dict[str, Any]:
    """The fields of an account that come from its variable."""
    value = values.get(variable)
    if value is None:
        return {"secret_name": variable}
    if value.isascii() and value.isprintable() and " " not in value:
        return {"secret_name": variable, "secret": SecretStr(value)}
    text = (
        "{variable} holds a space, a line break or a letter outside ASCII, which no key has: "
        "copy the key again"
    )
    return {"secret_name": variable, "fault": Sentence(text, {"variable": variable})}


def accounts_of_environment(
    values: Mapping[str, str], providers: Sequence[Provider], known: Iterable[Account]
) -> Iterator[Account]:
    """An account for each variable that looks like a provider's key, in order of name.

    Left out are variables that a `known` account of the same provider reads, also one that is
    switched off, and accounts that have a known one's name. What another provider's account reads
    is left in: one key may open two interfaces (Anthropic's, and Claude Code's).
    """
    by_name = {provider.name: provider for provider in providers}
    read = {(account.provider, account.secret_name) for account in known}
    taken = {account.key.lower() for account in known}
    for provider, name, _, variable in sorted(_found(values, providers)):
        key = f"{provider}/{name}"
        if (provider, variable) not in read and key not in taken:
            taken.add(key)
            given = needed(by_name[provider], name, values)
            yield Account(
                provider=provider,
                name=name,
                origin="environment",
                base_url=given.pop("base_url", None),
                options=by_name[provider].options(**given),
                **secret_of(variable, values),
            )


class _Found(NamedTuple):
    provider: str
    name: str
    rank: int  # of the variable among those of its provider, the most telling first
    variable: str


def _found(values: Mapping[str, str], providers: Sequence[Provider]) -> Iterator[_Found]:
    """Every variable that looks like a key; of two providers the longer prefix is meant."""
    prefixes = [
        (prefix, rank, provider.name)
        for provider in providers
        for rank, prefix in enumerate(provider.variables)
    ]
    prefixes.sort(key=lambda entry: -len(entry[0]))
    for variable in values:
        for prefix, rank, provider in prefixes:
            name = _name_in(variable, prefix, provider)
            if name is not None:
                yield _Found(provider, name, rank, variable)
                break


def _name_in(variable: str, prefix: str, provider: str) -> str | None:
    if variable == prefix:
        return provider
    name = variable.removeprefix(f"{prefix}_").lower()
    return name if variable.startswith(f"{prefix}_") and NAME.fullmatch(name) else None


def plans_of_environment(
    values: Mapping[str, str], providers: Sequence[Provider], known: Iterable[Plan], today: date
) -> Iterator[Plan]:
    """The monthly costs, where the file has no plan of the provider.

    They bear no date: they hold from the month before today's on, the oldest that may still be
    open. Zero is what those systems meant by "not filled in", and makes no plan.
    """
    planned = {plan.provider for plan in known}
    categories = {provider.name: provider.category for provider in providers}
    for variable, provider in MONTHLY_COSTS.items():
        amount = _monthly_cost(variable, values.get(variable, "0"))
        if amount and provider not in planned:
            yield Plan(
                provider=provider,
                account=f"{provider}/{provider}",
                name="monthly",
                category=categories.get(provider, "infrastructure"),
                amount=amount,
                currency="USD",
                since=Month.of(today).previous(),
            )


def _monthly_cost(variable: str, stated: str) -> Decimal:
    try:
        amount = exact(stated)
    except ValueError:
        amount = Decimal(-1)
    if amount < 0:
        raise SettingsError(
            "{variable} is no amount of money",
            remedy="write dollars a month with a dot, such as 25.00, or remove the variable",
            variable=variable,
        )
    return amount
