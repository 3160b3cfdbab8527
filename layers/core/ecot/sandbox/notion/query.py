"""Queries of a table: filters, sorts, pages of an answer."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ecot.sandbox.notion.cells import in_plain
from ecot.sandbox.notion.dates import DAY, instant, span, to_the_minute
from ecot.sandbox.notion.identifiers import dashed
from ecot.sandbox.notion.records import OPTIONED, DataSource, Json, Page, Property
from ecot.sandbox.notion.refusals import invalid, misshapen, no_such_property, wrong_type
from ecot.sandbox.notion.schema import find

if TYPE_CHECKING:
    from ecot.sandbox.notion.workspace import Workspace

Test = Callable[[Any], bool]
MOST_FILTERS = 100
EMPTY = (None, "", ())
DEEPEST = 2  # compound filters in compound filters (documentation of filters)
TEXTS = ("title", "rich_text", "url", "email", "phone_number")


def matching(world: "Workspace", table: DataSource, body: Json) -> list[Page]:
    """The rows that a query finds, in its order; without one, the newest first (as recorded)."""
    rows = [row for row in reversed(world.rows(table)) if not row.in_trash]
    if body.get("filter"):
        rows = [row for row in rows if _holds(world, table, row, body["filter"], 0)]
    for sort in reversed(body.get("sorts") or []):
        rows = _sorted(world, table, rows, sort)
    return rows


def _holds(world: "Workspace", table: DataSource, row: Page, written: Json, depth: int) -> bool:
    for word, combine in (("and", all), ("or", any)):
        if word in written:
            if depth >= DEEPEST:
                raise misshapen("body.filter", f"at most {DEEPEST} levels deep", depth + 1)
            if len(written[word]) > MOST_FILTERS:
                raise misshapen(f"body.filter.{word}.length", "≤ `100`", len(written[word]))
            parts = [_holds(world, table, row, part, depth + 1) for part in written[word]]
            return combine(parts)
    if "timestamp" in written:
        kind = written["timestamp"]
        moment = row.created if kind == "created_time" else row.edited
        return _condition("date", written[kind])(to_the_minute(moment))
    column = find(table, str(written.get("property")))
    if column is None:
        raise _unknown(written)
    return _test(world, row, column, written)


def _unknown(written: Json) -> Exception:
    return invalid(f"Could not find property with name or id: {written.get('property')}")


def _test(world: "Workspace", row: Page, column: Property, written: Json) -> bool:
    if column.type in ("rollup", "formula"):
        if column.type not in written:
            raise _mismatch(column, written)
        return _of_computed(world, row, column, written[column.type])
    is_text = column.type in TEXTS
    accepted = TEXTS if is_text else (column.type,)
    given = next((each for each in accepted if each in written), None)
    if given is None:
        raise _mismatch(column, written)
    if column.type in OPTIONED:
        _known_options(column, written[given])
    test = _condition("text" if is_text else column.type, written[given])
    return test(world.plain(row, column))


def _mismatch(column: Property, written: Json) -> Exception:
    used = next((key for key in written if key not in ("property", "type")), "nothing")
    return invalid(f"database property {column.type} does not match filter {used}")


def _of_computed(world: "Workspace", row: Page, column: Property, written: Json) -> bool:
    shown = world.content(row, column)
    for word, combine in (("any", any), ("every", all)):
        if word in written:
            kind, condition = next(iter(written[word].items()))
            test = _condition("text" if kind == "rich_text" else kind, condition)
            cells = shown.get("array", [])
            return combine(test(in_plain(each["type"], each[each["type"]])) for each in cells)
    if "none" in written:
        return not _of_computed(world, row, column, {"any": written["none"]})
    kind, condition = next(iter(written.items()))
    return _condition("text" if kind == "string" else kind, condition)(in_plain("rollup", shown))


def _known_options(column: Property, condition: Any) -> None:
    wanted = condition.get("equals", condition.get("contains"))
    for name in wanted if isinstance(wanted, list) else [wanted]:
        if isinstance(name, str) and column.option(name=name) is None:
            available = ", ".join(f'"{each.name}"' for each in column.options)
            raise invalid(
                f'{column.type} option "{name}" not found for property "{column.name}".'
                f" Available options: {available}."
            )


def _condition(kind: str, condition: Any) -> Test:
    """A test of a plain value."""
    if not isinstance(condition, dict) or len(condition) != 1:
        raise misshapen(f"body.filter.{kind}", "one condition", condition)
    word, wanted = next(iter(condition.items()))
    if word in ("is_empty", "is_not_empty"):
        return lambda plain: (plain in EMPTY) is (word == "is_empty")
    if kind in ("date", "created_time", "last_edited_time"):
        return _of_date(word, wanted)
    tests = _tests(kind, wanted)
    if word not in tests:
        raise misshapen(f"body.filter.{kind}", "a known condition", word)
    return tests[word]


def _tests(kind: str, wanted: Any) -> dict[str, Test]:
    if kind == "number":
        return {
            "equals": lambda plain: plain == wanted,
            "does_not_equal": lambda plain: plain != wanted,
            "greater_than": lambda plain: plain is not None and plain > wanted,
            "less_than": lambda plain: plain is not None and plain < wanted,
            "greater_than_or_equal_to": lambda plain: plain is not None and plain >= wanted,
            "less_than_or_equal_to": lambda plain: plain is not None and plain <= wanted,
        }
    if kind == "text":
        return {
            "equals": lambda plain: plain == wanted,
            "does_not_equal": lambda plain: plain != wanted,
            "contains": lambda plain: wanted in (plain or ""),
            "does_not_contain": lambda plain: wanted not in (plain or ""),
            "starts_with": lambda plain: (plain or "").startswith(wanted),
            "ends_with": lambda plain: (plain or "").endswith(wanted),
        }
    if kind in ("relation", "people"):
        wanted = dashed(str(wanted))
    choices = wanted if isinstance(wanted, list) else [wanted]
    return {
        "equals": lambda plain: plain in choices,
        "does_not_equal": lambda plain: plain not in choices,
        "contains": lambda plain: any(each in (plain or ()) for each in choices),
        "does_not_contain": lambda plain: not any(each in (plain or ()) for each in choices),
    }


def _of_date(word: str, wanted: Any) -> Test:
    """A day in a filter is the whole day, in UTC; a span counts by its start."""
    try:
        first, after = span(wanted)
    except (TypeError, ValueError):
        raise misshapen("body.filter.date", "a valid ISO 8601 date string", wanted) from None
    day = DAY.fullmatch(wanted) is not None
    tests: dict[str, Callable[[datetime], bool]] = {
        "equals": lambda moment: first <= moment < after if day else moment == first,
        "before": lambda moment: moment < first,
        "after": lambda moment: moment >= after if day else moment > first,
        "on_or_before": lambda moment: moment < after if day else moment <= first,
        "on_or_after": lambda moment: moment >= first,
    }
    if word not in tests:
        raise misshapen("body.filter.date", "a known condition", word)
    return lambda plain: bool(plain) and tests[word](instant(plain.split("/")[0]))


def _sorted(world: "Workspace", table: DataSource, rows: list[Page], sort: Json) -> list[Page]:
    """By a timestamp as it is stated, cut to the minute, or by a property; empty ones last."""
    backwards = sort.get("direction", "ascending") == "descending"
    if "timestamp" in sort:
        kind = sort["timestamp"]
        return sorted(
            rows,
            key=lambda row: to_the_minute(row.created if kind == "created_time" else row.edited),
            reverse=backwards,
        )
    column = find(table, str(sort.get("property")))
    if column is None:
        raise no_such_property(str(sort.get("property")))
    if column.type in ("rollup", "formula", "relation"):
        raise wrong_type(column.name, "a type that the stand-in sorts by")
    keyed = [(world.plain(row, column), row) for row in rows]
    known = [pair for pair in keyed if pair[0] not in EMPTY]
    known.sort(key=lambda pair: pair[0], reverse=backwards)
    return [row for _, row in known] + [row for key, row in keyed if key in EMPTY]
