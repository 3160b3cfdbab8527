"""What may be written into a cell: a request's value, checked against its column.

`read` checks and changes nothing; `store` puts what was read, makes the options that are new, and
keeps both sides of a relation. So a request with one bad value has done nothing at all.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ecot.sandbox.notion.dates import normal_date
from ecot.sandbox.notion.records import COMPUTED, OPTIONED, Option, Page, Property
from ecot.sandbox.notion.refusals import invalid, misshapen, not_found, wrong_type
from ecot.sandbox.notion.relations import relate
from ecot.sandbox.notion.text import rich_text, within_elements, within_signs

if TYPE_CHECKING:
    from ecot.sandbox.notion.workspace import Workspace

MOST_NAME = 100  # signs of an option's name


def read(world: "Workspace", column: Property, value: Any, path: str) -> Any:
    """What a request says for a cell of this column, in the form of `store`; Refused if it may
    not be said. Options are read as their names, new ones too."""
    if column.type in COMPUTED:
        raise invalid(f"{column.name} is a {column.type}, which cannot be written.")  # our words
    if column.type == "title" and isinstance(value, list):
        return rich_text(value, path)  # the short form, recorded for a page that is in no table
    if not isinstance(value, dict) or value.get("type", column.type) != column.type:
        raise wrong_type(column.name, column.type)
    if column.type not in value:
        raise wrong_type(column.name, column.type)
    path = f"{path}.{column.type}"
    if column.type == "relation":
        return _related(world, column, value["relation"], path)
    if column.type in OPTIONED:
        return _options(column, value[column.type], path)
    if column.type not in READERS:
        raise invalid(f"The stand-in does not write {column.type}.")  # our words
    return READERS[column.type](value[column.type], path)


def store(world: "Workspace", page: Page, column: Property, said: Any) -> None:
    """Put what `read` made of a value into its cell."""
    if column.type == "relation":
        relate(world, page, column, said)
    elif column.type in OPTIONED:
        page.values[column.id] = [_chosen(world, column, *each) for each in said]
    else:
        page.values[column.id] = said


def normal_option_name(name: Any, path: str) -> str:
    """An option's name; commas are refused, since Notion lists options with them."""
    text = within_signs(name, path, MOST_NAME)
    if "," in text:
        raise invalid(f"Invalid select option, commas not allowed: {text}")
    if not text.strip():
        raise misshapen(path, "not empty", text)
    return text


def _related(world: "Workspace", column: Property, written: Any, path: str) -> list[str]:
    if not isinstance(written, list):
        raise misshapen(path, "an array", written)
    within_elements(written, path)
    targets: list[str] = []
    for each in written:
        target = world.page(str(each.get("id")))
        if target.parent_id != column.config["data_source_id"]:
            raise not_found("page", target.id)
        if target.id not in targets:
            targets.append(target.id)
    return targets


def _options(column: Property, written: Any, path: str) -> list[tuple[str, str]]:
    """Names and colours."""
    if column.type != "multi_select":
        return [] if written is None else [_option(column, written, path)]
    if not isinstance(written, list):
        raise misshapen(path, "an array", written)
    within_elements(written, path)
    chosen = [_option(column, each, f"{path}[{place}]") for place, each in enumerate(written)]
    return list({name: (name, color) for name, color in chosen}.values())


def _option(column: Property, written: Any, path: str) -> tuple[str, str]:
    if not isinstance(written, dict) or not ("name" in written or "id" in written):
        raise misshapen(path, "an object with a name or an id", written)
    if "name" in written:
        name = normal_option_name(written["name"], f"{path}.name")
        if column.type == "status" and column.option(name=name) is None:
            raise invalid(f"Status option {name} does not exist")  # our words
        return name, str(written.get("color") or "default")
    known = column.option(identifier=written["id"])
    if known is None:
        raise invalid(f"Option {written['id']} does not exist.")  # our words
    return known.name, known.color


def _chosen(world: "Workspace", column: Property, name: str, color: str) -> str:
    known = column.option(name=name)
    if known is None:
        known = Option(world.identifiers.unique(), name, color)
        column.options.append(known)
    return known.id


def _number(written: Any, path: str) -> float | None:
    """A double, as JavaScript has nothing else."""
    if written is None:
        return None
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise misshapen(path, "a number", written)
    return float(written)


def _checkbox(written: Any, path: str) -> bool:
    if not isinstance(written, bool):
        raise misshapen(path, "a boolean", written)
    return written


def _address(written: Any, path: str) -> str | None:
    if written is not None and not within_signs(written, path):
        raise misshapen(path, "not empty", written)
    return None if written is None else str(written)


def _people(written: Any, path: str) -> list[str]:
    if not isinstance(written, list):
        raise misshapen(path, "an array", written)
    within_elements(written, path)
    return [str(each["id"]) for each in written]


READERS: dict[str, Callable[[Any, str], Any]] = {
    "title": rich_text,
    "rich_text": rich_text,
    "number": _number,
    "checkbox": _checkbox,
    "url": _address,
    "email": _address,
    "phone_number": _address,
    "date": normal_date,
    "people": _people,
}


def json_number(kept: float | None) -> float | int | None:
    """A double as JSON writes it: 42, not 42.0."""
    if kept is not None and kept.is_integer() and abs(kept) < 1e21:
        return int(kept)
    return kept
