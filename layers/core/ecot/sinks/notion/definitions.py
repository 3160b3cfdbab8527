"""Our properties as Notion wants to be told of them when it is to make them."""

from collections.abc import Mapping
from typing import Any

from ecot.sinks.notion.names import SERVICES, Property
from ecot.sinks.notion.schema import Column


def plain_definitions(wanted: Mapping[str, Property]) -> dict[str, Any]:
    """Those that stand by themselves, by their names: neither relations nor roll-ups."""
    alone = (one for one in wanted.values() if one.kind not in ("relation", "rollup"))
    return {one.name: definition(one) for one in alone}


def definition(wanted: Property) -> dict[str, Any]:
    """One that stands by itself."""
    details: dict[str, Any] = {"format": wanted.format} if wanted.format else {}
    if wanted.kind in ("select", "multi_select"):
        options = [{"name": one.name, "color": one.color} for one in wanted.options]
        details = {"options": options}
    described = {"description": wanted.description} if wanted.description else {}
    return {wanted.kind: details} | described


def relation_to(services: str) -> dict[str, Any]:
    """The relation of a usage to its service, seen from both sides. Notion names the other side
    itself; whether it would take a name of ours here is unproven."""
    details = {"data_source_id": services, "type": "dual_property", "dual_property": {}}
    return {"relation": details}


def roll_ups(
    wanted: Mapping[str, Property], relation: str, usages: Mapping[str, Column]
) -> dict[str, Any]:
    """Roll-ups of Services over the relation of that name, by the names or ids under which they are
    wanted; those whose property of Usages is not there are left out."""
    return {
        name: {
            "rollup": {
                "relation_property_name": relation,
                "rollup_property_name": usages[one.rolls_up[0]].name,
                "function": one.rolls_up[1],
            }
        }
        for name, one in wanted.items()
        if one.rolls_up and one.rolls_up[0] in usages
    }


ROLL_UPS: Mapping[str, Property] = {
    name: one for name, one in SERVICES.items() if one.rolls_up is not None
}
