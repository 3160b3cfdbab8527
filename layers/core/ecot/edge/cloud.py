"""The settings of a deployed stack: files in its bucket, secrets in SSM, read at each use.

In the cloud an account is one of `ecot.toml`: no variable makes one by itself, for nobody sees
them. So whoever needs no secret asks for none, and still knows every account.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from pydantic import SecretStr

from ecot.edge.deployed import SECRETS, Deployed
from ecot.edge.setup import Setup
from ecot.edge.signing_key import key_of
from ecot.jobs.known import priced, provider, providers, titles
from ecot.jobs.stacks import CONFIG, Text, parameters_of, texts_of
from ecot.model.prices import OwnPrice
from ecot.settings import Account, Settings, load_texts
from ecot.settings.environment import people_variables, variables_for
from ecot.settings.file import parse_toml
from ecot.settings.prices import FILE as PRICES
from ecot.settings.prices import prices_of

SETTINGS = "ecot.toml"
TOKENS = ("COLLECT_SECRET_TOKEN", "REPORT_SECRET_TOKEN")
KEPT_FOR = timedelta(seconds=60)


class Wanted(NamedTuple):
    """Which secrets are read: the values of `variables`, and of `others` only whether they are
    there. (Whose key exists is collected too: its money is left to it, `jobs/beside.py`.)"""

    variables: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


Choice = Callable[[Settings], Wanted]
"""Which secrets are wanted, of settings that have none yet."""


def nothing(_: Settings) -> Wanted:
    """No secret: enough to know the accounts, and to read or render the ledger."""
    return Wanted()


def everything(settings: Settings) -> Wanted:
    """Every key that the settings name: accounts', Notion's, the mail's, people's; and tokens."""
    sinks = of_publishing(settings).variables | of_mailing(settings).variables | {*TOKENS}
    return Wanted(sinks.union(*map(variables_of, settings.accounts)))


def of_publishing(settings: Settings) -> Wanted:
    """Notion's key, and that of the project which knows people's names."""
    return Wanted(frozenset({settings.notion.secret_name, *people_variables(settings.project)}))


def of_mailing(settings: Settings) -> Wanted:
    """Resend's key."""
    return Wanted(frozenset({settings.mail.secret_name}))


def of_tokens(_: Settings) -> Wanted:
    """The tokens of earlier systems: what the API asks for, and nothing else."""
    return Wanted(frozenset(TOKENS))


class Contents(NamedTuple):
    """What a stack's settings are made of. `secrets` are those that were wanted."""

    settings: Text | None
    prices: Text | None
    secrets: Mapping[str, SecretStr]


class Shelf:
    """What was read last of a stack's settings, for one minute; a file that has not changed since
    is not sent again. For a process that answers many requests, from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: tuple[Deployed, datetime, Contents] | None = None

    def contents(
        self, deployed: Deployed, now: datetime, read: Callable[[Contents | None], Contents]
    ) -> Contents:
        """What `read` gives, at most a minute old; it is told what was read before."""
        with self._lock:
            before = self._read
            if before is None or before[0] != deployed:
                found = read(None)
            elif timedelta(0) <= now - before[1] < KEPT_FOR:
                return before[2]
            else:
                found = read(before[2])
            self._read = (deployed, now, found)
            return found


class CloudSetup(Setup):
    """A `Setup` of a deployed stack; `deployed` says which. The ledger is in its table and bucket,
    the site beside it. Nobody would look into an outbox there: a mail that no key sends stays
    owed."""

    names_every_key = True

    def __init__(
        self,
        deployed: Deployed,
        contents: Contents,
        now: Callable[[], datetime],
        currency: str | None = None,
    ) -> None:
        """Raises SettingsError for the first thing that is wrong in the files."""
        self.deployed = deployed
        self.is_report_scheduled = deployed.is_report_scheduled
        super().__init__(settings_of(deployed, contents, now()), now, currency)
        self._prices = prices_in(deployed, contents)

    @property
    def outbox(self) -> None:
        """There is none."""

    def prices(self) -> tuple[OwnPrice, ...]:
        """The user's own prices, of the file in the bucket."""
        return self._prices

    def signing_key(self) -> bytes | None:
        """The stack's key. Raises SettingsError where there is none yet."""
        return key_of(self.deployed)


def open_setup(
    deployed: Deployed,
    now: Callable[[], datetime],
    wanted: Choice = everything,
    shelf: Shelf | None = None,
) -> CloudSetup:
    """The settings as they are now, with the secrets that are `wanted`. With a `shelf` they may be
    a minute old. Raises SettingsError for the first thing that is wrong in them, LedgerError where
    AWS refuses, StoreUnavailable where it does not answer."""
    moment = now()

    def read(known: Contents | None = None) -> Contents:
        return read_contents(deployed, moment, wanted, known)

    contents = shelf.contents(deployed, moment, read) if shelf else read()
    return CloudSetup(deployed, contents, now)


def read_contents(
    deployed: Deployed,
    now: datetime,
    wanted: Choice = everything,
    known: Contents | None = None,
) -> Contents:
    """The files, and the secrets that are wanted. What is not there is empty settings; a file that
    is `known` and has not changed is not sent again."""
    with texts_of(deployed.bucket) as texts:
        found = Contents(
            texts.get(SETTINGS, known and known.settings),
            texts.get(PRICES, known and known.prices),
            {},
        )
    choice = wanted(settings_of(deployed, found, now))
    return found._replace(secrets=_secrets(deployed, choice)) if any(choice) else found


def settings_of(deployed: Deployed, contents: Contents, now: datetime) -> Settings:
    """What the contents come to. The report is read at the stack's own address, unless the settings
    name another."""
    values = {name: secret.get_secret_value() for name, secret in contents.secrets.items()}
    found = load_texts(
        body=contents.settings and contents.settings.body,
        name=name_of(deployed, SETTINGS),
        home=deployed.address,
        values=values,
        providers=providers(),
        today=now.date(),
    )
    report = found.report.model_copy(update={"url": found.report.url or deployed.report_url})
    accounts = tuple(one for one in found.accounts if one.origin == "file")
    return found.model_copy(update={"report": report, "accounts": accounts})


def prices_in(deployed: Deployed, contents: Contents) -> tuple[OwnPrice, ...]:
    """The user's own prices."""
    if contents.prices is None:
        return ()
    name = name_of(deployed, PRICES)
    return prices_of(parse_toml(contents.prices.body, name), name, titles(), priced())


def name_of(deployed: Deployed, file: str) -> str:
    """How a settings file of the stack is called in sentences."""
    return f"s3:{deployed.bucket}/{CONFIG}/{file}"


def variables_of(account: Account) -> list[str]:
    """The variables that may hold the account's key: the one that the settings name, else its
    provider's."""
    usual = variables_for(provider(account.provider), account.name)
    return usual if account.secret_name in usual else [account.secret_name]


def _secrets(deployed: Deployed, wanted: Wanted) -> dict[str, SecretStr]:
    """Of `others` that are there a word that no key is, in the place of what was not read."""
    with parameters_of(deployed.stack) as parameters:
        read = parameters.read([f"{SECRETS}/{name}" for name in sorted(wanted.variables)])
        listed = parameters.listed(SECRETS) if wanted.others else []
    found = {name.removeprefix(f"{SECRETS}/"): value for name, value in read.items()}
    for name in (one.name.removeprefix(f"{SECRETS}/") for one in listed):
        if name in wanted.others:
            found[name] = SecretStr(f"not-read:{name}")
    return found
