"""What one command works with: the settings of this folder, its language, its ledger."""

import getpass
import os
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from ecot.cli import log
from ecot.cli.show import progress, tell
from ecot.cli.speech import speak, spoken
from ecot.cli.stack import chosen_stack, deployed_as
from ecot.edge.cloud import Choice, nothing, prices_in, read_contents, settings_of
from ecot.edge.setup import Setup
from ecot.edge.signing_key import key_of
from ecot.edge.waiting import utc_now
from ecot.errors import SettingsError
from ecot.jobs.known import providers
from ecot.jobs.migrate import prepare
from ecot.jobs.place import (
    Files,
    Folder,
    Place,
    is_on_aws,
    open_outbox,
    open_site,
    place_at,
    site_at,
)
from ecot.jobs.written import currency_of
from ecot.language import Language
from ecot.model.prices import OwnPrice
from ecot.settings import DEFAULT_HOME, Settings, load
from ecot.settings.dotenv import read_dotenv

SECRETS = Path(".env")
_at_the_end = ExitStack()


def close_all() -> None:
    """Lets go of every ledger that a session has opened."""
    _at_the_end.close()


def opened(text: str) -> Place:
    """The place that a person names, as it is, open until the command ends."""
    place = place_at(text)
    _at_the_end.callback(place.store.close)
    return place


def author() -> str:
    """Who types: the name under which this person works on this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "ecot"  # a container without users


def settings_here(config: Path | None = None) -> Settings:
    """The settings of this folder, whatever was deployed. Raises SettingsError for the first thing
    that is wrong."""
    return load(
        environ=os.environ,
        providers=providers(),
        today=utc_now().date(),
        config=config,
        dotenv=SECRETS,
    )


def home_here() -> Path:
    """Where the ledger here is, or would be."""
    values = {**read_dotenv(SECRETS), **os.environ}
    return Path(values.get("ECOT_HOME", "").strip() or DEFAULT_HOME)


def _refuse_both(config: Path | None) -> None:
    if config is not None:
        raise SettingsError(
            "--config and --stack name two different settings",
            remedy="Say one of them: of a stack the deployed settings are used.",
        )


class Session(Setup):
    """One command's world. `now` and `today` are UTC."""

    def __init__(
        self,
        config: Path | None = None,
        currency: str | None = None,
        *,
        verbose: bool = False,
        wanted: Choice = nothing,
    ) -> None:
        """Reads the settings: those here, or of the stack that was named those deployed, with the
        secrets of it that are `wanted`. Raises SettingsError for the first thing that is wrong."""
        stack = chosen_stack()
        self.deployed = None if stack is None else deployed_as(stack)
        if self.deployed is None:
            settings = settings_here(config)
        else:
            _refuse_both(config)
            self._contents = read_contents(self.deployed, utc_now(), wanted)
            settings = settings_of(self.deployed, self._contents, utc_now())
        super().__init__(settings, utc_now)
        speak(self.language)
        if currency:
            self.currency = currency_of(currency)
        log.start(self.settings.secrets(), verbose=verbose)

    def opened(self, address: str) -> Place:
        """The place at an address, as it is, open until the command ends."""
        return opened(address)

    @cached_property
    def place(self) -> Place:
        """The ledger, open until the command ends. An older one is migrated first."""
        place = self.opened(str(self.settings.home))
        with progress() as told:
            copy = prepare(place, told)
        if copy is not None:
            text = "The ledger was migrated for this Ecot; as it was it is kept in copies/{name}."
            tell(self.language.say(text, name=copy))
        return place

    @property
    def rendered(self) -> Folder:
        """Where the report is rendered."""
        return open_site(self.folder)

    @property
    def site(self) -> Files:
        """Where a run publishes it: of a stack, in its bucket."""
        return self.rendered if self.deployed is None else site_at(self.deployed.address)

    def signing_key(self) -> bytes | None:
        """The key that signs links: of a stack its own."""
        return super().signing_key() if self.deployed is None else key_of(self.deployed)

    def prices(self) -> tuple[OwnPrice, ...]:
        """The user's own prices, of the file beside the settings."""
        if self.deployed is None:
            return super().prices()
        return prices_in(self.deployed, self._contents)

    @property
    def outbox(self) -> Folder:
        """Where mails go that nobody sends."""
        return open_outbox(self.folder)

    @property
    def folder(self) -> Path:
        """Where everything goes that is made beside the ledger: the site, the demo, the export
        before a reset. For a ledger on AWS that is the folder that one would have here."""
        home = self.settings.home if self.deployed is None else home_here()
        return Path(DEFAULT_HOME) if is_on_aws(str(home)) else home

    @cached_property
    def language(self) -> Language:
        """The settings' locale; before there are any, the one of the person's terminal."""
        report = self.settings.report
        locale = report.locale if self.settings.file else spoken().locale
        return Language(locale=locale, timezone=report.timezone)
