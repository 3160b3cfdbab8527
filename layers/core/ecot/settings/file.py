"""`ecot.toml`: read, checked key by key, and turned into values."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from ecot.errors import SettingsError
from ecot.providers.contract import Provider
from ecot.providers.supabase_auth import VARIABLES, Project
from ecot.settings.entries import (
    AccountEntry,
    BudgetEntry,
    Entry,
    MailEntry,
    NotionEntry,
    PeopleEntry,
    PlanEntry,
    RateEntry,
    ReportEntry,
    ShareEntry,
)
from ecot.settings.environment import (
    MAIL_VARIABLE,
    NOTION_VARIABLE,
    databases_of,
    needed,
    recipients_of,
    secret_of,
    variables_for,
)
from ecot.settings.problems import checked, unknown_key, unknown_provider
from ecot.settings.values import Account, Budget, Mail, Notion, Plan, Rate, Report, Share

One = TypeVar("One", bound=Entry)

TABLES = ("report", "share", "people", "notion", "mail", "account", "plan", "budget", "rate")


def read_toml(path: Path) -> dict[str, Any]:
    """The file as TOML, numbers exact. Raises SettingsError where it cannot be read."""
    try:
        return parse_toml(path.read_bytes(), str(path))
    except OSError as error:
        raise SettingsError(
            "{file} cannot be read: {problem}",
            remedy="check --config, ECOT_CONFIG and the path",
            file=path,
            problem=str(error.strerror),
        ) from None


def parse_toml(body: bytes, file: str) -> dict[str, Any]:
    """What the bytes of a `file` say as TOML, numbers exact. Raises SettingsError for what is
    none."""
    try:
        return tomllib.loads(body.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        text, remedy, problem = "{file} is not text in UTF-8", "save it again as UTF-8", ""
    except (ValueError, ArithmeticError, RecursionError) as error:
        text, remedy = "{file} is not TOML: {problem}", "correct the line that it names"
        problem = str(error)
    raise SettingsError(text, remedy=remedy, file=file, problem=problem)


class SettingsFile:
    """The tables of one file. Paths count tables from 1: the first [[account]] is account[1].

    `today` (UTC) comes from the edge."""

    def __init__(
        self, file: str, document: Mapping[str, Any], providers: Sequence[Provider], today: date
    ) -> None:
        self._file = file
        self._document = document
        self._today = today
        self._providers = {provider.name: provider for provider in providers}
        for key in document:
            if key not in TABLES:
                raise unknown_key(file, key, key, TABLES)

    def report(self) -> Report:
        """`[report]`"""
        return Report(**self._table("report", ReportEntry).model_dump(exclude_none=True))

    def share(self) -> Share:
        """`[share]`: a figure that is named twice is public once."""
        entry = self._table("share", ShareEntry)
        return Share(public=tuple(dict.fromkeys(entry.public)), url=entry.url)

    def names_people(self) -> bool:
        """`[people]`: whether persons are shown under their names."""
        return self._table("people", PeopleEntry).show == "names"

    def project(self, values: Mapping[str, str]) -> Project | None:
        """`[people.supabase]`, with the secret that `values` (the environment) has for it."""
        entry = self._table("people", PeopleEntry).supabase
        if entry is None:
            return None
        candidates = (entry.secret,) if entry.secret else VARIABLES
        return Project(url=entry.url, **secret_of(_first(candidates, values), values))

    def notion(self, values: Mapping[str, str]) -> Notion:
        """`[notion]`, and what `values` (the environment) has of it."""
        entry = self._table("notion", NotionEntry)
        stated = entry.model_dump(exclude={"secret"}, exclude_none=True)
        secret = secret_of(entry.secret or NOTION_VARIABLE, values)
        return Notion(**databases_of(values) | stated, **secret)

    def mail(self, values: Mapping[str, str]) -> Mail:
        """`[mail]`, and what `values` (the environment) has of it."""
        entry = self._table("mail", MailEntry)
        stated = entry.model_dump(exclude={"secret", "to"}, exclude_none=True)
        to = tuple(dict.fromkeys(entry.to)) or recipients_of(values)
        return Mail(to=to, **stated, **secret_of(entry.secret or MAIL_VARIABLE, values))

    def accounts(self, values: Mapping[str, str]) -> tuple[Account, ...]:
        """Every `[[account]]`, with the secret that `values` (the environment) has for it."""
        accounts: dict[str, Account] = {}
        for path, table in self._tables("account"):
            account = self._account(path, table, values)
            if account.key.lower() in accounts:
                text = "{file}: {path} is a second account named {account}"
                remedy = "give one of the two another name"
                raise self._wrong(text, path, remedy, account=account.key)
            for twin in accounts.values():
                if _asks_the_same(twin, account):
                    text = "{file}: {path} asks with the key of {twin} for the same figures"
                    remedy = "remove one of the two, or set active = false in it"
                    raise self._wrong(text, path, remedy, twin=twin.key)
            accounts[account.key.lower()] = account
        return tuple(accounts.values())

    def plans(self) -> tuple[Plan, ...]:
        """Every `[[plan]]`."""
        plans: list[Plan] = []
        for path, table in self._tables("plan"):
            plan = self._plan(path, checked(PlanEntry, table, self._file, path))
            if (plan.account, plan.name, plan.since) in _prices(plans):
                text = "{file}: {path} is a second price of the plan {plan} from {since} on"
                remedy = "give it another name, or a later since for a price change"
                raise self._wrong(text, path, remedy, plan=plan.name, since=plan.since)
            plans.append(plan)
        return tuple(plans)

    def budgets(self) -> tuple[Budget, ...]:
        """Every `[[budget]]`: one of each provider, and one of all, in the report's currency."""
        budgets: dict[str | None, Budget] = {}
        for path, table in self._tables("budget"):
            budget = Budget(**checked(BudgetEntry, table, self._file, path).model_dump())
            if budget.provider in budgets:
                text = "{file}: {path} is a second budget for the same"
                raise self._wrong(text, path, "remove one of the two")
            if budget.currency != (currency := self.report().currency):
                text = "{file}: {path} is not the report's currency, which is {currency}"
                remedy = "write the budget in the currency of the totals that it is laid beside"
                raise self._wrong(text, f"{path}.currency", remedy, currency=currency)
            budgets[budget.provider] = budget
        return tuple(budgets.values())

    def rates(self) -> tuple[Rate, ...]:
        """Every `[[rate]]`."""
        rates: dict[tuple[object, ...], Rate] = {}
        for path, table in self._tables("rate"):
            rate = Rate(**checked(RateEntry, table, self._file, path).model_dump())
            if rate.source == rate.target:
                text = "{file}: {path} is from a currency to itself"
                raise self._wrong(text, path, "write two currencies, or remove the rate")
            if (rate.source, rate.target, rate.since) in rates:
                text = "{file}: {path} is a second rate of the same currencies from the same day on"
                raise self._wrong(text, path, "remove one of the two, or give it a later since")
            rates[rate.source, rate.target, rate.since] = rate
        return tuple(rates.values())

    def _account(self, path: str, table: dict[str, Any], values: Mapping[str, str]) -> Account:
        ours = AccountEntry.model_fields if "provider" in table else table  # or a key is misspelt
        common = {key: table[key] for key in table if key in ours}
        entry = checked(AccountEntry, common, self._file, path)
        provider = self._provider(path, entry.provider)
        name = entry.name or provider.name
        given = needed(provider, name, values)
        address = given.pop("base_url", None)
        further = given | {key: table[key] for key in table if key not in common}
        options = checked(
            provider.options, further, self._file, path, known=AccountEntry.model_fields
        )
        if entry.since is not None and entry.since > self._today:
            text = "{file}: {path} is in the future, and no day of the account would be read"
            remedy = "write a day that has begun in UTC, or leave since out"
            raise self._wrong(text, f"{path}.since", remedy)
        candidates = [entry.secret] if entry.secret else variables_for(provider, name)
        return Account(
            provider=provider.name,
            name=name,
            base_url=entry.base_url or address,
            options=options,
            since=entry.since,
            active=entry.active,
            **secret_of(_first(candidates, values), values),
        )

    def _provider(self, path: str, name: str) -> Provider:
        if name in self._providers:
            return self._providers[name]
        raise unknown_provider(self._file, f"{path}.provider", name, self._providers)

    def _plan(self, path: str, entry: PlanEntry) -> Plan:
        if entry.until is not None and entry.until < entry.since:
            text = "{file}: {path} is before the plan's since"
            raise self._wrong(text, f"{path}.until", "write the last month that is paid, or none")
        record = self._providers.get(entry.provider)
        fields = entry.model_dump(exclude={"account", "category"})
        return Plan(
            **fields,
            account=f"{entry.provider}/{entry.account or entry.provider}",
            category=entry.category or (record.category if record else "other"),
        )

    def _table(self, key: str, model: type[One]) -> One:
        table = self._document.get(key, {})
        if not isinstance(table, dict):
            raise self._wrong("{file}: {path} must be a table", key, "write [{path}]")
        return checked(model, table, self._file, key)

    def _tables(self, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        return tables(self._file, self._document, key)

    def _wrong(self, text: str, path: str, remedy: str, **values: object) -> SettingsError:
        return SettingsError(text, remedy=remedy, file=self._file, path=path, **values)


def tables(
    file: str, document: Mapping[str, Any], key: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The path and the content of every `[[key]]`."""
    found = document.get(key, [])
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        text = "{file}: {path} must be a list of tables"
        remedy = "write [[{path}]] above each, with two brackets"
        raise SettingsError(text, remedy=remedy, file=file, path=key)
    return ((f"{key}[{number}]", table) for number, table in enumerate(found, start=1))


def _first(candidates: Sequence[str], values: Mapping[str, str]) -> str:
    """The first variable that is set; where none is, the one to set."""
    return next((one for one in candidates if one in values), candidates[0])


def _asks_the_same(one: Account, other: Account) -> bool:
    """Whether both would be answered alike. Not every supplier's answers say whose they are, so
    that nobody would notice that the same money counts twice."""
    are_asked = one.active and other.active and one.secret is not None
    asks = (one.provider, one.secret, one.base_url, one.options)
    return are_asked and asks == (other.provider, other.secret, other.base_url, other.options)


def _prices(plans: Sequence[Plan]) -> set[tuple[object, ...]]:
    return {(plan.account, plan.name, plan.since) for plan in plans}
