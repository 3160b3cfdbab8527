"""Which columns of ours a pair of tables has, and what is said of those that it lacks."""

from collections.abc import Iterable, Mapping

from ecot.model.sentence import Sentence
from ecot.sinks.notion.check import Checked, Difference, Where
from ecot.sinks.notion.names import SERVICES, usages
from ecot.sinks.notion.rows import Memory, UsageRow
from ecot.sinks.notion.schema import Column, resolve

WRITTEN = frozenset({"ours", "once"})
_OF: Mapping[Where, str] = {"Services": "services.", "Usages": "usages."}


def stored(memory: Memory) -> dict[Where, dict[str, str]]:
    """The ids of the properties of each table, by our names, as they were."""
    found = memory.properties.items()
    return {
        where: {name.removeprefix(own): one for name, one in found if name.startswith(own)}
        for where, own in _OF.items()
    }


def resolved(
    checked: Checked, memory: Memory, currency: str | None = None
) -> tuple[dict[str, Column], dict[str, Column]]:
    """The columns of Services and of Usages that can be used, by our names."""
    known = stored(memory)
    heads = resolve(checked.services, SERVICES, known["Services"])
    services = checked.ids.services
    return heads, resolve(checked.usages, usages(currency), known["Usages"], services)


def to_remember(
    services: Mapping[str, Column], rows: Mapping[str, Column], memory: Memory
) -> dict[str, str]:
    """The ids of both tables' properties as they are now; what is not there now may come back."""
    now = {
        **{f"{_OF['Services']}{name}": one.id for name, one in services.items()},
        **{f"{_OF['Usages']}{name}": one.id for name, one in rows.items()},
    }
    return dict(memory.properties) | now


def currency_of(rows: Iterable[UsageRow]) -> str | None:
    """The currency of the report, where it is not the dollar and a row has a cost in it."""
    return next((row.cost[1] for row in rows if row.cost is not None), None)


def lacking(checked: Checked, currency: str | None = None) -> list[Difference]:
    """What a sync would write and cannot."""
    ours = {"Services": SERVICES, "Usages": usages(currency)}
    return [
        one
        for one in checked.differences
        if one.problem != "renamed" and ours[one.where][one.name].owner in WRITTEN
    ]


def complaints(checked: Checked, currency: str | None = None) -> list[Sentence]:
    """A sentence for each of these; one for all that a pair of an earlier system never had."""
    found = lacking(checked, currency)
    never = [one.what for one in found if checked.is_earlier and one.problem == "missing"]
    told = [one.sentence for one in found if not (checked.is_earlier and one.problem == "missing")]
    if never:
        told.append(
            Sentence(
                "The databases are an earlier system's, without columns for {columns}: these are"
                " left out",
                {"columns": ", ".join(dict.fromkeys(never))},
            )
        )
    return told
