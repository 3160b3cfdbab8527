"""The commented `ecot.toml` and `.env` that `ecot init` writes from a few answers. Pure text."""

import json
from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, SecretStr

from ecot.settings.dotenv import quoted
from ecot.settings.values import LocaleName


class Key(BaseModel):
    """An account to set up. Without `secret`, its line in `.env` waits to be filled in."""

    model_config = ConfigDict(frozen=True)

    provider: str
    name: str
    variable: str
    secret: SecretStr | None = None


class Answers(BaseModel):
    """What `ecot init` asked."""

    model_config = ConfigDict(frozen=True)

    currency: str = "USD"
    locale: LocaleName = "fr-FR"
    timezone: str = "UTC"
    keys: tuple[Key, ...] = ()


_REPORT = """\
# The settings of Ecot; docs/settings.md describes every key. Keys of providers do not belong here:
# they are in .env (or in the environment), and this file only says in which variable. Prices of
# your own, for usage that arrives without money, go into prices.toml beside it (docs/prices.md).

[report]
currency = {currency}  # what totals are shown in
locale = {locale}  # fr-FR, fr-CH, en-US or en-GB
timezone = {timezone}  # for times on screen; days in the ledger are UTC
"""
_ACCOUNT = """
[[account]]
provider = {provider}
name = {name}  # yours to choose; figures are kept under {key}
secret = {variable}  # the NAME of the variable, never the key itself
"""
_ACCOUNT_EXAMPLE = """
# An account of a supplier (`ecot providers` lists them). One is needed only to name it, or for its
# options: a key in .env is an account by itself.
#
# [[account]]
# provider = "openai"
# name = "edugami"  # yours to choose; figures are kept under openai/edugami
# secret = "OPENAI_ADMIN_KEY_EDUGAMI"  # the NAME of the variable, never the key itself
# active = true
"""
_PLAN_EXAMPLE = """
# A flat subscription: a cost that no interface tells. The same name with a later since is a price
# change; until is the last month that is paid.
#
# [[plan]]
# provider = "supabase"
# name = "pro"
# amount = "25.00"
# currency = "USD"
# every = "month"  # or "year"
# since = "2026-01"
# category = "infrastructure"  # ai, infrastructure, developer tools or other
"""
_BUDGET_EXAMPLE = """
# What a month may cost: a mail says when 80 % and when all of it is spent. With provider = "openai"
# it is about that supplier alone.
#
# [[budget]]
# amount = "2500"
# currency = {currency}  # that of the report
"""
_DOTENV = """\
# Keys, one NAME=value a line. This file is yours alone: never commit it, never mail it.
# Ecot reads it beside the environment, which wins where both have a variable.
"""


def settings_text(answers: Answers) -> str:
    """`ecot.toml`"""
    report = _REPORT.format(
        currency=_text(answers.currency),
        locale=_text(answers.locale),
        timezone=_text(answers.timezone),
    )
    accounts = [_account(key) for key in answers.keys] or [_ACCOUNT_EXAMPLE]
    budget = _BUDGET_EXAMPLE.format(currency=_text(answers.currency))
    return "".join([report, *accounts, _PLAN_EXAMPLE, budget])


def dotenv_text(answers: Answers, wanted: Mapping[str, str]) -> str:
    """`.env`; without keys it holds a line to fill in for each variable, with what is `wanted`."""
    examples = (f"\n# {key}\n# {variable}=\n" for variable, key in wanted.items())
    return "".join([_DOTENV, *(_lines(answers.keys) if answers.keys else examples)])


def _account(key: Key) -> str:
    return _ACCOUNT.format(
        provider=_text(key.provider),
        name=_text(key.name),
        variable=_text(key.variable),
        key=f"{key.provider}/{key.name}",
    )


def _lines(keys: Iterable[Key]) -> Iterable[str]:
    for key in keys:
        value = key.secret.get_secret_value() if key.secret else ""
        yield f"\n# {key.provider}/{key.name}\n{key.variable}={quoted(value)}\n"


def _text(value: str) -> str:
    """A TOML string: JSON's escapes are TOML's too."""
    return json.dumps(value, ensure_ascii=False)
