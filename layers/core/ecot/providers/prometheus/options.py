"""The settings of a Prometheus account: what is asked for, as whom, and how far back."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ecot.providers.contract import Options
from ecot.providers.prometheus.entries import Entry
from ecot.providers.prometheus.sets import SETS

MOST_ENTRIES = 50
# Prometheus keeps 15 days unless told otherwise (storage docs, 2026). A day of which a part is
# gone would be read as too little.
KEPT_DAYS = 14


def _names(value: Any) -> Any:
    """ "litellm,openlit" of the environment as the list that it is in the file."""
    return tuple(value.split(",")) if isinstance(value, str) else value


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    if not set(names) <= SETS.keys():
        raise PydanticCustomError("literal_error", "", {"expected": ", ".join(SETS)})
    return names


InHeader = Annotated[str, Field(pattern=r"^[!-9;-~]{1,200}$")]  # a colon would end a user's name


class PrometheusOptions(Options):
    """`set` names ready-made entries, `query` are one's own: without either there is nothing to
    ask. `username` (of basic auth) and `tenant` are for what stands in front of the server;
    `history_days` is how far back it answers in full."""

    set: Annotated[tuple[str, ...], BeforeValidator(_names), AfterValidator(_known)] | None = None
    query: tuple[Entry, ...] = ()
    username: InHeader | None = None
    tenant: InHeader | None = None
    history_days: int = Field(KEPT_DAYS, ge=1, le=3660)

    @model_validator(mode="before")
    @classmethod
    def _own_entries_are_enough(cls, table: Any) -> Any:
        return {"set": (), **table} if isinstance(table, dict) and table.get("query") else table

    @model_validator(mode="after")
    def _each_entry_once(self) -> "PrometheusOptions":
        asked = entries(self)
        if len({entry.name for entry in asked}) < len(asked):
            raise PydanticCustomError("entries_twice", "")
        if len(asked) > MOST_ENTRIES:
            raise PydanticCustomError("entries_many", "")
        return self


def entries(options: object) -> tuple[Entry, ...]:
    """Everything that is asked for: ready-made sets (two of them share some), then one's own."""
    if not isinstance(options, PrometheusOptions):
        return ()
    ready_made = dict.fromkeys(entry for name in options.set or () for entry in SETS[name])
    return (*ready_made, *options.query)


def feeds(options: Options) -> tuple[str, ...]:
    """A stream for each entry."""
    return tuple(entry.feed for entry in entries(options))


def personal(options: Options) -> tuple[str, ...]:
    """The labels that say who used something."""
    found = (entry.labels.user for entry in entries(options))
    return tuple(dict.fromkeys(filter(None, found)))


def history(options: Options) -> int:
    """How many days back the server answers in full."""
    return options.history_days if isinstance(options, PrometheusOptions) else KEPT_DAYS
