"""What can go wrong, as values that people and programs can both read.

EcotError                    anything this program says no to, in a sentence for a person
├── SettingsError            a setting or a command is wrong (exit code 2)
├── TooMany                  it is asked for more often than suppliers, or their bills, stand
├── LedgerError              the ledger refuses (newer schema, damage, an ambiguous import)
│   ├── Conflict             somebody else wrote the item since it was read; read again
│   └── StoreUnavailable     a store on the network does not answer; nothing tells what it has done
├── ProviderError            a supplier would not give its figures
│   ├── AccessDenied         the key is wrong, or may not read what is asked
│   │   └── NotOffered       the plan at the provider has no interface that could be read
│   ├── RateLimited          too many requests, and the wait asked for is longer than we have
│   ├── Unavailable          no answer, a server error, a connection cut off
│   └── UnexpectedAnswer     an answer that does not mean what the documentation says
└── SinkError                Notion or the mail service would not take what was to go there
    ├── SinkRefused          for good, until a person does something: a key, a quota, a domain
    └── SinkUnavailable      for now: no answer, a server error, a limit; nobody knows what it did

Four kinds of ProviderError exist because they are handled differently: a denied key needs a person,
a limit and an outage need time, an unexpected answer needs a developer.
"""


class EcotError(Exception):
    """A problem with a sentence that says what, where and why, and maybe a remedy.

    `text` and `remedy` are English with named places (`"{file} is not TOML"`) that `values` fill.
    They are kept apart so that the sentences can be shown in the reader's language.
    """

    def __init__(self, text: str, /, *, remedy: str = "", **values: object) -> None:
        self.text = text
        self.remedy = remedy
        self.values = {name: str(value) for name, value in values.items()}
        super().__init__(text.format_map(self.values))


class SettingsError(EcotError):
    """A setting, an argument or an environment variable is wrong; nothing was started."""


class TooMany(EcotError):
    """Nothing was started: it was asked for too often. `retry_after` seconds from now it may be."""

    def __init__(
        self, text: str, /, *, retry_after: int, remedy: str = "", **values: object
    ) -> None:
        super().__init__(text, remedy=remedy, retry_after=retry_after, **values)
        self.retry_after = retry_after


class LedgerError(EcotError):
    """The ledger refuses: what was asked would lose or double something."""


class Conflict(LedgerError):
    """A conditional put lost a race: the item is no longer the one that was read."""


class StoreUnavailable(LedgerError):
    """A store on the network gave no answer after every retry; it may have done it or not."""


class ProviderError(EcotError):
    """A provider did not give its figures; the account keeps those it had."""


class AccessDenied(ProviderError):
    """401 or 403: the key is unknown, revoked, or lacks a permission."""


class NotOffered(AccessDenied):
    """The customer's plan has no billing interface: nothing is wrong with the key, and nothing is
    known of the cost."""


class RateLimited(ProviderError):
    """429, and the wait that the provider asks for is longer than the time left."""


class Unavailable(ProviderError):
    """No connection, a server error, or an answer cut off, after every retry."""


class UnexpectedAnswer(ProviderError):
    """An answer understood by HTTP and not by us; never stepped over, for it may hold money."""


class SinkError(EcotError):
    """A place that results go to did not take them; the ledger and the site are as they were."""


class SinkRefused(SinkError):
    """It will not take them until a person does something: a key, a quota, a domain, a database
    that is not shared."""


class SinkUnavailable(SinkError):
    """It does not take them for now, or gave no answer: nothing tells what it has done."""
