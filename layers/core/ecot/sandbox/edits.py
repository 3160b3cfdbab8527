"""Ready-made faults of the content: true answers in which one thing is strange.

The edits know the envelopes that OpenAI uses (`data` of buckets with `results`, and lists); other
providers bring their own functions to `edited`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from ecot.sandbox import exact_json
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response

Edit = Callable[[Any], Any]
"""From the decoded JSON answer, which it may change in place, to the answer to give instead."""

REPEATED = "page_AAAAAAAAAAAAAAAAAAAAAA=="


def edited(name: str, edit: Edit) -> Fault:
    """True answers (status 200) through a function; one that it leaves as it was does not count."""

    def effect(request: Request, rest: Next) -> Response:
        answer = rest(request)
        if answer.status != 200:
            return answer
        content = edit(answer.json())
        return answer if content == answer.json() else _with(answer, content)

    return Fault(name, effect)


def repeated_cursor(parameter: str = "page", cursor: str = "next_page") -> Fault:
    """The first page again and again, always with the same cursor and always with more to come
    (seen in official samples, 2026-08). For lists: `repeated_cursor("after", "last_id")`."""

    def effect(request: Request, rest: Next) -> Response:
        query = tuple(pair for pair in request.query if pair[0] != parameter)
        answer = rest(replace(request, query=query))
        content: Any = answer.json()
        if answer.status != 200 or "has_more" not in content:
            return answer
        again = {"has_more": True, cursor: content.get(cursor) or REPEATED}
        return _with(answer, {**content, **again})

    return Fault("repeated cursor", effect, times=None)


def unknown_field(name: str = "carbon_grams", value: object = 7) -> Fault:
    """A field that no documentation names, in every object of the answer."""

    def edit(content: Any) -> Any:
        for part in list(_objects(content)):
            part[name] = value
        return content

    return edited("unknown field", edit).repeated(None)


def unknown_value(field: str = "quantity_unit", value: str = "quanta") -> Fault:
    """An enum value that no documentation names, wherever the field had a value."""

    def edit(content: Any) -> Any:
        for part in _objects(content):
            if part.get(field) is not None:
                part[field] = value
        return content

    return edited("unknown value", edit).repeated(None)


def unknown_row_type(kind: str = "organization.surprises.result") -> Fault:
    """The first row of each answer is an object of a kind that no documentation names."""
    return edited("unknown row type", _first_row(lambda row: row.update(object=kind)))


def amount_missing() -> Fault:
    """The first row of an answer has no `amount` (which the schema does not require)."""
    return edited("amount missing", _first_row(lambda row: row.pop("amount", None)))


def amounts_as_strings() -> Fault:
    """Every `amount.value` is a string (seen live 2026-05-16, though the schema says number)."""

    def edit(content: Any) -> Any:
        for part in _objects(content):
            if isinstance(part.get("value"), Decimal | int):
                part["value"] = exact_json.plain(Decimal(part["value"]))
        return content

    return edited("amounts as strings", edit).repeated(None)


def day_empty(day: date) -> Fault:
    """This UTC day has no rows, in the first answer in which it had some; once unless repeated."""
    start = int(datetime.combine(day, time(), UTC).timestamp())

    def edit(content: Any) -> Any:
        for bucket in _buckets(content):
            if bucket["start_time"] == start:
                bucket["results"] = []
        return content

    return edited(f"{day} empty", edit)


def empty_organisation() -> Fault:
    """Every bucket without rows, every list without entries, as for a new organisation."""

    def edit(content: Any) -> Any:
        for bucket in _buckets(content):
            bucket["results"] = []
        if content.get("object") == "list":
            content |= {"data": [], "first_id": None, "last_id": None, "has_more": False}
        return content

    return edited("empty organisation", edit).repeated(None)


def _with(answer: Response, content: object) -> Response:
    return replace(answer, body=exact_json.dumps(content))


def _first_row(change: Callable[[dict[str, Any]], object]) -> Edit:
    def edit(content: Any) -> Any:
        for row in [row for bucket in _buckets(content) for row in bucket["results"]][:1]:
            change(row)
        return content

    return edit


def _buckets(content: Any) -> list[dict[str, Any]]:
    rows = content.get("data", [])
    return [row for row in rows if "results" in row]


def _objects(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, dict):
        yield content
    parts = content.values() if isinstance(content, dict) else content
    for part in list(parts):
        if isinstance(part, dict | list):
            yield from _objects(part)
