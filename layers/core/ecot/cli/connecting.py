"""`ecot connect`: a key is asked for, tried with the smallest call, and kept only if it works."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

import typer
from pydantic import SecretStr

from ecot.cli import collecting, log, options
from ecot.cli.keeping import asked_key, is_at_a_terminal, keeping_of, make_signing_key
from ecot.cli.options import examples, flag, valued
from ecot.cli.session import Session
from ecot.cli.show import complain, tell, tell_outcome
from ecot.cli.speech import spoken
from ecot.edge.cloud import nothing
from ecot.edge.connecting import (
    SINKS,
    account_in,
    account_of,
    checked_name,
    still_needed,
    supplier,
    variable_for,
    with_account,
)
from ecot.edge.keeping import Keeping
from ecot.edge.sources import source_of
from ecot.errors import SettingsError, SinkUnavailable
from ecot.jobs.doctor import examine
from ecot.jobs.known import Provider
from ecot.jobs.mail.report import try_key
from ecot.jobs.notion.access import try_token
from ecot.jobs.runs.asking import ask
from ecot.jobs.runs.events import Dispatch
from ecot.jobs.stacks import hand_of
from ecot.model.run import Wanted
from ecot.model.sentence import Sentence
from ecot.settings import Account
from ecot.settings.editing import with_key
from ecot.settings.environment import secret_of

TRY_SECONDS = 30.0

Which = Annotated[
    str, typer.Argument(metavar="PROVIDER", help="A supplier, or `notion`, or `resend`.")
]
Name = Annotated[
    str | None, valued("--name", "NAME", "What you call the account (default: its supplier).")
]
Given = Annotated[
    list[str] | None,
    valued("--option", "KEY=VALUE", "What it needs beside its key; repeatable."),
]
Later = Annotated[bool, flag("--later", "Collect nothing now.")]


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    of_connect = examples(
        "ecot connect openai --name edugami",
        "ecot connect github --option organization=lumen --stack ecot",
        "ecot connect notion",
    )
    app.command("connect", rich_help_panel="Begin", epilog=of_connect)(connect)


def connect(
    provider: Which,
    name: Name = None,
    given: Given = None,
    is_later: Later = False,
    config: options.Config = None,
) -> None:
    """Ask for a key, try it, keep it, and collect the account for the first time.

    The key is not shown, and in a pipe it is the first line. One that does not work is not kept.
    It goes into `.env`, and with `--stack` into SSM; the account into `ecot.toml`.
    """
    session = Session(config, wanted=nothing)
    keeping = keeping_of(session, config)
    if provider in SINKS:
        _connect_sink(session, keeping, provider)
        make_signing_key(session)
        return
    found = supplier(provider)
    key = _connect(session, keeping, found, checked_name(name or found.name), _options(given))
    make_signing_key(session)
    if is_later:
        tell(session.language.say("Nothing was collected yet; every run does it from now on."))
    elif session.deployed is None:
        collecting.collect(account=key, config=config)
    else:
        _begin_there(session, key)


def _connect(
    session: Session, keeping: Keeping, provider: Provider, name: str, given: Mapping[str, str]
) -> str:
    """The key of the account, which works and is kept."""
    text, say = keeping.text(), session.language.say
    account = account_in(keeping.read(text, {}), provider.name, name)
    tell(f"{provider.title}: {say(provider.facts.key)}")
    tell(f"  {say(provider.facts.permission)}")
    further = {**given, **_asked_needs(session, provider, account, given)}
    changed = with_account(keeping, _begun(text), provider, name, further)
    variable = variable_for(provider, name, account)
    secret = asked_secret(session, variable, provider)
    values = {variable: secret.get_secret_value()} if secret else {}
    connected = account_of(keeping.read(changed, values), provider.name, name)
    try_accounts(session, [connected])
    if secret is not None:
        keeping.keep(variable, secret)
        tell_kept(session, variable)
    if changed != text:
        keeping.write(changed)
    return connected.key


def asked_secret(session: Session, variable: str, provider: Provider) -> SecretStr | None:
    """The key that a person gives; None where none is needed and none is given. Raises
    SettingsError for one that cannot be meant. From now on no line of the log has it."""
    say = session.language.say
    secret = asked_key(say("The key, for {variable} (not shown)", variable=variable))
    if secret.get_secret_value():
        check_key(session, variable, secret, provider)
        return secret
    if provider.keyless:
        return None
    raise no_key()


def no_key() -> SettingsError:
    """Nobody gave one."""
    return SettingsError(
        "No key was given, and nothing was kept",
        remedy="Type it when it is asked for, or give it as the first line of a pipe.",
    )


def check_key(
    session: Session, variable: str, secret: SecretStr, provider: Provider | None = None
) -> None:
    """Raises SettingsError for what can be no key, before it is sent anywhere."""
    value = secret.get_secret_value()
    log.start([*session.settings.secrets(), value], verbose=False)
    if (fault := secret_of(variable, {variable: value}).get("fault")) is not None:
        raise SettingsError(fault.text, **fault.values)
    if provider is not None and (remedy := provider.recognise(value)) is not None:
        raise SettingsError(
            "The key is not of the kind that is needed, and was not kept", remedy=remedy
        )


def try_accounts(session: Session, accounts: Sequence[Account]) -> None:
    """Tries each with its supplier's smallest call, and ends the command where one fails."""
    round_ = replace(session.round(), budget_seconds=TRY_SECONDS)
    outcomes = asyncio.run(examine([source_of(one) for one in accounts], round_))
    for one in outcomes:
        tell_outcome(session.language, one)
    if any(one.state != "ok" for one in outcomes):
        tell(session.language.say("Nothing was kept."))
        raise typer.Exit(1)


def tell_kept(session: Session, variable: str) -> None:
    """Where the key is now."""
    say, deployed = session.language.say, session.deployed
    if deployed is None:
        tell(say("{variable} is kept in .env, for your eyes alone.", variable=variable))
    else:
        where = {"variable": variable, "stack": deployed.stack}
        tell(say("{variable} is kept in SSM, for the stack {stack}.", **where))


def _begun(text: str) -> str:
    """Settings that are begun speak as the person's terminal does."""
    if text.strip():
        return text
    return with_key(text, "report", "locale", spoken().locale, "ecot.toml")


def _options(given: Sequence[str] | None) -> dict[str, str]:
    parts = [one.partition("=") for one in given or ()]
    if wrong := [name for name, equals, value in parts if not (name and equals and value)]:
        raise SettingsError(
            "--option {name} has no value",
            remedy="Such as --option organization=lumen.",
            name=wrong[0],
        )
    return {name: value for name, _, value in parts}


def _asked_needs(
    session: Session, provider: Provider, account: Account | None, given: Mapping[str, str]
) -> dict[str, str]:
    """What nothing can be asked without. Raises SettingsError where nobody can be asked for it."""
    found: dict[str, str] = {}
    for option in still_needed(provider, account):
        other = provider.instead.get(option, option)
        if option in given or other in given:
            continue
        for wanted in dict.fromkeys((option, other)):
            if is_at_a_terminal() and (text := _prompted(session, provider, wanted)):
                found[wanted] = text
                break
        else:
            raise SettingsError(
                "{provider} needs {option} beside its key",
                remedy="Say --option {option}=…; the supplier's page in docs says where it is.",
                provider=provider.title,
                option=option,
            )
    return found


def _prompted(session: Session, provider: Provider, option: str) -> str:
    question = session.language.say(
        "{option} of your {provider} account", option=option, provider=provider.title
    )
    text: str = typer.prompt(question, default="", show_default=False, err=True)
    return text.strip()


def _begin_there(session: Session, key: str) -> None:
    """Starts the first collection where the account will always be collected."""
    deployed, now, say = session.deployed, session.now(), session.language.say
    if deployed is None:
        return
    asked = ask(session.place.store, Wanted(account=key, send_email=False), now, is_free=True)
    if asked.is_new:
        with hand_of(deployed.stack) as hand:
            hand("dispatch", Dispatch(time=now, kind="asked", run=asked.run))
    where = f"{deployed.url}/runs/{asked.run}"
    tell(say("The first collection of {account} has begun: {where}", account=key, where=where))


def _connect_sink(session: Session, keeping: Keeping, name: str) -> None:
    """Notion and Resend have one key each."""
    settings, say = session.settings, session.language.say
    is_notion = name == "notion"
    variable = settings.notion.secret_name if is_notion else settings.mail.secret_name
    secret = asked_key(say("The key, for {variable} (not shown)", variable=variable))
    if not secret.get_secret_value():
        raise no_key()
    check_key(session, variable, secret)
    try_sink(session, name, secret)
    keeping.keep(variable, secret)
    tell_kept(session, variable)
    if is_notion:
        tell(say("Next: `ecot notion setup PAGE` makes the two databases."))
    elif not settings.mail.to:
        complain(
            session.language,
            Sentence("There is nobody to send the mail to"),
            Sentence("Name the recipients in the settings, [mail] to, or with --to."),
            mark="·",
        )


def try_sink(session: Session, name: str, secret: SecretStr) -> None:
    """Tries the key of Notion or Resend. Raises SinkError where it does not work, or could not be
    tried."""
    try:
        if name == "notion":
            try_token(replace(session.notion(), token=secret, fault=None), session.clocks())
        else:
            try_key(secret, session.now, session.settings.mail.base_url)
    except SinkUnavailable:  # what it says is about a sync or a mail, and here is none
        raise SinkUnavailable(
            "{service} could not be asked: the key was not tried, and is not kept",
            remedy="Look at the network on your side, then say it again.",
            service=SINKS[name],
        ) from None
    tell(f"✓ {SINKS[name]}")
