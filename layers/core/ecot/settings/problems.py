"""From what pydantic found to a sentence that names the file, the key's path and the remedy."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from ecot.errors import SettingsError

Model = TypeVar("Model", bound=BaseModel)

# The sentence and the remedy for each code. They are what translations are found by: no value in
# them, only places.
PROBLEMS: Mapping[str, tuple[str, str]] = {
    "missing": ("{file}: {path} is missing", "add it to its table"),
    "string_type": ("{file}: {path} must be text", "put it in quotes"),
    "bool_type": ("{file}: {path} must be true or false", "write it without quotes"),
    "model_type": (
        "{file}: {path} must be a table",
        "write its keys in braces, or below a line with its name in brackets",
    ),
    "literal_error": ("{file}: {path} must be {expected}", "choose one of them"),
    "string_pattern_mismatch": (
        "{file}: {path} does not have the form that it must have",
        "the provider's page in docs describes it",
    ),
    "currency": (
        "{file}: {path} is no currency code of ISO 4217",
        'write three letters, such as "USD", "EUR" or "CHF"',
    ),
    "timezone": (
        "{file}: {path} is no time zone",
        'write its IANA name, such as "Europe/Zurich"',
    ),
    "provider": (
        "{file}: {path} is no name of a provider",
        'use small letters, digits and hyphens, such as "google-cloud"',
    ),
    "name": (
        "{file}: {path} is no name of an account",
        "use letters, digits, hyphens, dots and underscores, 64 at most, a letter or digit first",
    ),
    "variable": (
        "{file}: {path} must be the name of an environment variable, never the key itself",
        'write the name in capitals, such as "OPENAI_ADMIN_KEY", and put the key in .env',
    ),
    "base_url": (
        "{file}: {path} is neither an https address nor an http address of this machine",
        'write all of it, such as "https://api.example.com/v1", without user, query or fragment',
    ),
    "project_url": (
        "{file}: {path} is no https address of a Supabase project",
        'write "https://" and its server alone, such as "https://abcdefghijklmnopqrst.supabase.co"',
    ),
    "public_url": (
        "{file}: {path} is no https address that others could open",
        'write all of it, such as "https://example.com/costs/share.html", without user or query',
    ),
    "notion_id": (
        "{file}: {path} is neither the link nor the id of a database of Notion",
        "open the database as a full page, and copy its link",
    ),
    "mail_address": (
        "{file}: {path} is no address of mail",
        'write one address, such as "ana@example.com" or "Ana <ana@example.com>"',
    ),
    "mail_day": (
        "{file}: {path} is no day that every month has",
        "write a number from 1 to 28, without quotes",
    ),
    "recipients": (
        "{file}: {path} has more than 50 addresses, which is all that one mail may have",
        "write the address of a mailing list",
    ),
    "list_type": ("{file}: {path} must be a list", "write it in brackets, with commas between"),
    "thresholds": (
        "{file}: {path} is amber above red",
        'write an amber that is not above red; without them they are "0.10" and "1.00"',
    ),
    "label": (
        "{file}: {path} is no name of a plan",
        "use 1 to 64 signs, without a space at either end",
    ),
    "amount": (
        "{file}: {path} is no amount of money",
        'write it with a dot and in quotes, such as "25.00", and not below zero',
    ),
    "budget": (
        "{file}: {path} is no amount that a month may cost",
        'write it with a dot and in quotes, such as "2500.00", and above zero',
    ),
    "rate": (
        "{file}: {path} is no exchange rate",
        'write it with a dot and in quotes, such as "1.0834", and above zero',
    ),
    "price": (
        "{file}: {path} is no price",
        'write it with a dot and in quotes, such as "0.30", and not below zero',
    ),
    "per": (
        "{file}: {path} is no quantity that a price can be for",
        'write a number above zero in quotes, such as "1000000"',
    ),
    "quoted": (
        "{file}: {path} is not in quotes, and programs round numbers that are not",
        'write it in quotes, such as "0.30"',
    ),
    "unit": (
        "{file}: {path} is no quantity that is measured",
        "write one of docs/prices.md, such as input_tokens, characters or credits",
    ),
    "words": (
        "{file}: {path} is empty, too long, or begins or ends with a space",
        "use 1 to 200 signs",
    ),
    "month": ("{file}: {path} is no month", 'write year and month in quotes, such as "2026-01"'),
    "day": ("{file}: {path} is no day", 'write year, month and day, such as "2026-01-31"'),
    "window": (
        "{file}: {path} does not say for which time: the collector puts a day in its place",
        "write the window as [{{window}}], such as increase(my_metric_total[{{window}}])",
    ),
    "expression": ("{file}: {path} is longer than 4,000 signs", "make a recording rule of it"),
    "measures": (
        "{file}: {path} is nothing that an entry can measure",
        'write "cost", or a quantity of docs/prices.md, such as input_tokens, requests or errors',
    ),
    "metric_label": (
        "{file}: {path} is no name of a label",
        'write it as in the expression, such as "team_alias"',
    ),
    "entry_name": (
        "{file}: {path} is no name of an entry",
        "use 1 to 40 small letters, digits and hyphens, a letter or digit first",
    ),
    "no_cost": (
        "{file}: {path} measures no cost, and has a currency or a price list",
        'write measures = "cost", or remove the two',
    ),
    "entries_twice": (
        "{file}: {path} has two entries of the same name",
        "give one of the two another name; those of a ready-made set have theirs",
    ),
    "entries_many": (
        "{file}: {path} has more than 50 entries, each of which is a question a day",
        "group one expression by more labels, or spread them over two accounts",
    ),
}
_OTHER = ("{file}: {path} is not valid: {problem}", "the provider's page in docs describes the key")


def checked(
    model: type[Model], table: Mapping[str, Any], file: str, path: str, known: Iterable[str] = ()
) -> Model:
    """The table as `model`. Raises SettingsError for its first problem, unknown keys before others.

    `known` are further keys that may stand in the table, for the suggestion.
    """
    problem = None
    try:
        return model.model_validate(table)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        problem = min(found, key=lambda one: one["type"] != "extra_forbidden")
    # Raised out here, so that the value does not travel along inside the exception's context.
    where = _joined(path, problem["loc"])
    if problem["type"] == "extra_forbidden":
        inner = _table_at(model, problem["loc"][:-1])
        names = [field.alias or name for name, field in inner.model_fields.items()]
        further = known if inner is model else ()
        raise unknown_key(file, where, str(problem["loc"][-1]), [*names, *further])
    text, remedy = PROBLEMS.get(problem["type"], _OTHER)
    expected = problem.get("ctx", {}).get("expected", "")
    raise SettingsError(
        text, remedy=remedy, file=file, path=where, expected=expected, problem=problem["msg"]
    )


def unknown_key(file: str, path: str, key: str, known: Iterable[str]) -> SettingsError:
    """A key that means nothing here, with the one that was probably meant."""
    return SettingsError(
        "{file}: {path} is not a setting",
        remedy=suggestion(key, known),
        file=file,
        path=path,
        **meant(key, known),
    )


def unknown_provider(file: str, path: str, name: str, known: Iterable[str]) -> SettingsError:
    """A provider that nobody here knows, with the one that was probably meant."""
    return SettingsError(
        "{file}: {path} is no provider that is known here",
        remedy=suggestion(name, known),
        file=file,
        path=path,
        **meant(name, known),
    )


def suggestion(word: str, known: Iterable[str]) -> str:
    """A remedy with the places that `meant` fills."""
    return "did you mean {meant}?" if get_close_matches(word, known, 1) else "known are: {known}"


def meant(word: str, known: Iterable[str]) -> dict[str, str]:
    """What `suggestion` speaks of."""
    close = get_close_matches(word, known, 1)
    return {"meant": close[0] if close else "", "known": ", ".join(sorted(known))}


def _table_at(model: type[BaseModel], location: Iterable[str | int]) -> type[BaseModel]:
    """The model of the table in which a key stands: "query", 0, "labels" are steps to it."""
    for step in location:
        if isinstance(step, str) and step in model.model_fields:
            model = next(_models(model.model_fields[step].annotation), model)
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _joined(path: str, location: Iterable[str | int]) -> str:
    """A path as people count: the first of several is [1]."""
    steps = (
        f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in location if step != ""
    )
    return (path + "".join(steps)).removeprefix(".")
