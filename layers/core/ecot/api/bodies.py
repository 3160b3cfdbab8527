"""What is sent in a body, as JSON or as a form, read into its shape: nothing is stepped over."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qs

from pydantic import BaseModel, ValidationError

from ecot.api import problems
from ecot.api.asked import Asked
from ecot.api.problems import Failed
from ecot.api.strict import told
from ecot.model.sentence import Sentence

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
_MOST_FIELDS = 60
_SHOWN = 40  # characters of what was sent
_NO_OBJECT = Sentence("What was sent is no object of JSON")
_TWICE = Sentence("{name} is there twice")
_TWICE_REMEDY = Sentence("Say it once.")
_ODD_FORM = Sentence("What was sent is no form")
_S = TypeVar("_S", bound=BaseModel)


def body_of(one: Asked, shape: type[_S], beside: Iterable[str] = ()) -> _S:
    """The body; an empty one says nothing. A form may have the fields `beside` besides (a token
    against forged forms), which are left to whoever asked for them. Raises Failed."""
    kind = one.request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    if kind not in (JSON, FORM):
        raise Failed(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, problems.WRONG_TYPE, problems.WRONG_TYPE_REMEDY
        )
    is_form = kind == FORM
    fields = form_of(one.request.body) if is_form else _object(one.request.body)
    if is_form:
        fields = {name: text for name, text in fields.items() if name not in set(beside)}
    try:
        return shape.model_validate(fields, strict=not is_form)
    except ValidationError as error:
        raise Failed(
            HTTPStatus.BAD_REQUEST,
            problems.NOT_UNDERSTOOD,
            problems.NOT_UNDERSTOOD_REMEDY,
            errors=told(error.errors(include_input=False), one.language),
        ) from None


def form_of(body: bytes) -> Mapping[str, Any]:
    """The fields of a form; an empty one is as good as none. Raises Failed."""
    try:
        text = body.decode()
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Failed(HTTPStatus.BAD_REQUEST, _ODD_FORM, problems.NOT_UNDERSTOOD_REMEDY) from None
    for name, values in fields.items():
        if len(values) > 1:
            raise _twice(name)
    return {name: values[0].strip() for name, values in fields.items() if values[0].strip()}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object. Raises Failed for a name that is there twice: which of them was meant?"""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _twice(name)
        found[name] = value
    return found


def _twice(name: str) -> Failed:
    values = {"name": ascii(name[:_SHOWN])}
    return Failed(HTTPStatus.BAD_REQUEST, Sentence(_TWICE.text, values), _TWICE_REMEDY)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body, object_pairs_hook=_once) if body.strip() else {}
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Failed(HTTPStatus.BAD_REQUEST, _NO_OBJECT, problems.NOT_UNDERSTOOD_REMEDY)
    return found
