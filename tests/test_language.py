"""What people read: every sentence has French words, everything else is written as in CLDR."""

import ast
import re
import shutil
import string
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from ecot.errors import SettingsError
from ecot.language import Language, catalogue, rounded, templates_folder, typeset
from ecot.model.period import Month
from ecot.model.sentence import Sentence

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "layers" / "core" / "ecot"
TEMPLATES = ROOT / "templates"
NOT_FOR_READERS = ("sandbox",)  # it speaks as the providers do, in English

FRENCH = Language("fr-FR", "Europe/Zurich")
SWISS = Language("fr-CH", "Europe/Zurich")
ENGLISH = Language("en-US")
BRITISH = Language("en-GB")

NARROW, WIDE = "\u202f", "\u00a0"


class Found(NamedTuple):
    """A sentence for a person, and where it is written. `text` None: it cannot be translated."""

    where: str
    text: str | None


# --- every sentence that somebody may read -------------------------------------------------------


@cache
def sentences() -> list[Found]:
    """All of them, in the code and in the templates."""
    return [*in_code(PACKAGE), *in_templates(TEMPLATES)]


def in_code(package: Path) -> Iterator[Found]:
    """`say("…")`, `count("…", "…", n)`, `Sentence("…")`, errors, remedies, what `recognise` says,
    `Facts(…)`, and every other text that has {places}, with what stands beside it in a call or
    a tuple."""
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(package.rglob("*.py"))
        if path.relative_to(package).parts[0] not in NOT_FOR_READERS
    }
    errors = error_names(trees.values())
    for path, tree in trees.items():
        constants = module_constants(tree)
        found: dict[tuple[int, str | None], None] = {}
        for node in (*texts(tree, errors), *loose(tree)):
            for value in branches(node, constants):
                text = written(value, constants)
                if text or isinstance(value, ast.JoinedStr | ast.BinOp):
                    found[value.lineno, text] = None
        yield from (Found(f"{path.relative_to(package)}:{line}", text) for line, text in found)


def texts(tree: ast.Module, errors: set[str]) -> Iterator[ast.expr]:
    """The expressions that hold English for a person by where they stand."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
                if name in {"say", "words", "Sentence"} | errors:
                    yield from arguments[:1]
                if name == "count" and len(arguments) == 3:
                    yield from arguments[:2]
                yield from keywords(node, name)
            case ast.Assign(targets=[ast.Name(id="remedy")], value=value):
                yield value
            case ast.AnnAssign(target=ast.Name(id="REMEDIES"), value=ast.Dict(values=values)):
                yield from values
            case ast.FunctionDef(name=name) if name.strip("_") == "recognise":
                returns = (part for part in ast.walk(node) if isinstance(part, ast.Return))
                yield from (part.value for part in returns if part.value is not None)


def loose(tree: ast.Module) -> Iterator[ast.expr]:
    """Texts with {places}, wherever they are; and what is said beside them."""
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.BinOp)
        for part in ast.walk(node)
        if part is not node
    } | {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.BinOp) and id(node) not in inside and is_told(node):
            yield node
        siblings = node.elts if isinstance(node, ast.Tuple) else []
        siblings = node.args if isinstance(node, ast.Call) else siblings
        if any(is_told(one) or getattr(one, "id", "") == "text" for one in siblings):
            yield from (one for one in siblings if " " in (written(one, {}) or ""))


def is_told(node: ast.expr) -> bool:
    """Whether it is a line of more than a word with a {place}: a sentence, not a path or a file."""
    if isinstance(node, ast.BinOp):
        return is_told(node.left) or is_told(node.right)
    text = written(node, {}) or ""
    return " " in text and "\n" not in text and bool(re.search(r"\{[a-z_]+\}", text))


def keywords(call: ast.Call, name: str) -> Iterator[ast.expr]:
    for keyword in call.keywords:
        if keyword.arg == "remedy" or (keyword.arg == "text" and name == "Sentence"):
            yield keyword.value
        if name == "Facts":
            yield keyword.value
        if keyword.arg == "remedies" and isinstance(keyword.value, ast.Dict):
            yield from keyword.value.values


def branches(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[ast.expr]:
    """Both sides of a choice, and what a constant of the module stands for."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            yield from branches(body, constants)
            yield from branches(orelse, constants)
        case ast.Name(id=name) if name in constants:
            yield from branches(constants[name], {})
        case _:
            yield node


def written(node: ast.expr, constants: dict[str, ast.expr]) -> str | None:
    """The text that the expression is, whatever runs; None where that is not certain."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return written(value, constants)
        case ast.Name(id=name) if name in constants:
            return written(constants[name], constants)
        case ast.JoinedStr(values=values):
            parts = [written(value, constants) for value in values]
            return None if None in parts else "".join(part for part in parts if part)
        case _:
            return None


def module_constants(tree: ast.Module) -> dict[str, ast.expr]:
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def error_names(trees: Iterable[ast.Module]) -> set[str]:
    """EcotError and every class below it, by name."""
    classes = [
        (node.name, {base.id for base in node.bases if isinstance(base, ast.Name)})
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    names = {"EcotError"}
    while more := {name for name, bases in classes if bases & names} - names:
        names |= more
    return names


def in_templates(folder: Path) -> Iterator[Found]:
    """`say("…")` and `count("…", "…", n)` in every template."""
    for path in sorted((*folder.rglob("*.html"), *folder.rglob("*.txt"))):
        for call in Environment().parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            name = getattr(call.node, "name", getattr(call.node, "attr", None))
            wanted = {"say": call.args[:1], "count": call.args[:2]}.get(str(name), [])
            for argument in wanted:
                if isinstance(argument, nodes.Const):
                    yield Found(f"{path.relative_to(folder)}:{call.lineno}", argument.value)


def places(text: str) -> set[str]:
    """The names between braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# --- the promises --------------------------------------------------------------------------------


def test_every_sentence_has_french() -> None:
    missing: dict[str, list[str]] = {}
    for where, text in sentences():
        if text is not None and text not in catalogue("fr"):
            missing.setdefault(text, []).append(where)

    listed = "\n".join(f"{', '.join(where)}\n    {text!r}" for text, where in missing.items())
    assert not missing, f"{len(missing)} sentences have no words in locale/fr.po:\n{listed}"


def test_no_sentence_holds_a_value() -> None:
    cannot_be_translated = [where for where, text in sentences() if text is None]

    assert cannot_be_translated == [], "an f-string has no translation; use {places}"


def test_french_sentences_have_the_same_places() -> None:
    different = {
        english: (places(english), places(french))
        for english, french in catalogue("fr").items()
        if places(english) != places(french)
    }

    assert different == {}


def test_no_french_sentence_is_left_over() -> None:
    said = {text for _, text in sentences()}

    assert [text for text in catalogue("fr") if text not in said] == []


def test_the_french_file_is_written_with_ordinary_spaces_and_real_apostrophes() -> None:
    with (TEMPLATES / "locale" / "fr.po").open("rb") as file:
        entries = [str(entry.string) for entry in read_po(file, locale="fr") if entry.id]

    assert [text for text in entries if NARROW in text or WIDE in text or "'" in text] == []
    assert [text for text in entries if typeset(text) == text and set(text) & set(";!?«»")] == []


def test_no_french_word_that_loses_its_vowel_stands_before_a_month() -> None:
    """Three months begin with a vowel: "de août" is no French, and "d’{month}" is not either."""
    elided = re.compile(r"\b(?:[cdjlmnst]e|que|la|jusque)\s\{months?\}|’\{months?\}", re.IGNORECASE)

    assert [text for text in catalogue("fr").values() if elided.search(text)] == []


def test_no_sentence_has_two_translations() -> None:
    text = (TEMPLATES / "locale" / "fr.po").read_text(encoding="utf-8")
    said = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)

    assert sorted({each for each in said if said.count(each) > 1}) == []


@pytest.mark.parametrize(
    ("source", "texts_found"),
    [
        ('language.say("a {b}", b=1)', ["a {b}"]),
        ('say("one" if x else "two")', ["one", "two"]),
        ('language.count("{count} day", "{count} days", 3)', ["{count} day", "{count} days"]),
        ('Sentence(text="kept")', ["kept"]),
        ('class Odd(SettingsError): ...\nOdd("odd")', ["odd"]),
        ('raise SettingsError("no {file}", remedy="write", file=f)', ["no {file}", "write"]),
        ('TEXT = "far"\nsay(TEXT)', ["far"]),
        ('Provider(remedies={"access_denied": "a key"})', ["a key"]),
        ('def recognise(key):\n    if key:\n        return "wrong"\n    return None', ["wrong"]),
        ('say(f"{x} is wrong")', [None]),
        ('WHERE = "here"\nPATH = f"{WHERE}/b"\nsay(f"look {PATH}")', ["look here/b"]),
        ('text = "{a} is odd"\nwrong(text, "odd", "make it even")', ["{a} is odd", "make it even"]),
        ('ODD = {"x": ("{a} is odd", "make it even")}', ["{a} is odd", "make it even"]),
        ('text = "{a}: " + why + "!"', [None]),
        ('"""Docs of {a}."""\npath = "/projects/{id}"\nx = f"{a} is {b}"', []),
        ("values.count(3)\nsay(variable)", []),
    ],
)  # fmt: skip
def test_sentences_are_found_where_they_are_written(
    tmp_path: Path, source: str, texts_found: list[str | None]
) -> None:
    (tmp_path / "room.py").write_text(
        "class SettingsError(EcotError): ...\n" + source, encoding="utf-8"
    )

    assert sorted(text or "" for _, text in in_code(tmp_path)) == sorted(
        text or "" for text in texts_found
    )


def test_sentences_of_templates_are_found(tmp_path: Path) -> None:
    template = '{{ say("hello {name}", name=x) }}{{ language.count("one", "many", 3) }}'
    (tmp_path / "page.html").write_text(template, encoding="utf-8")

    assert [text for _, text in in_templates(tmp_path)] == ["hello {name}", "one", "many"]


# --- words ---------------------------------------------------------------------------------------


def test_the_words_of_the_design_are_used() -> None:
    fixed = {
        "billed": "facturé",
        "estimated": "estimé",
        "entered": "saisi",
        "unknown": "inconnu",
        "closed": "clôturé",
        "Restated figures": "Chiffres révisés",
        "Origin of the figures:": f"Origine des chiffres{WIDE}:",
    }

    assert {english: FRENCH.say(english) for english in fixed} == fixed


def test_a_sentence_without_french_stays_english() -> None:
    assert FRENCH.say("{who} was never translated", who="Ada") == "Ada was never translated"


def test_a_kept_sentence_is_filled_in_the_readers_language() -> None:
    kept = Sentence("{count} day", {"count": "1"})

    assert FRENCH.sentence(kept) == "1 jour"
    assert ENGLISH.sentence(kept) == "1 day"


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [(FRENCH, 0, "0 jour"), (FRENCH, 1, "1 jour"), (FRENCH, 2, "2 jours"),
     (FRENCH, 1_000_000, f"1{NARROW}000{NARROW}000 jours"),
     (ENGLISH, 0, "0 days"), (ENGLISH, 1, "1 day"), (ENGLISH, 1200, "1,200 days")],
)  # fmt: skip
def test_days_are_counted_by_the_grammar(language: Language, number: int, said: str) -> None:
    assert language.count("{count} day", "{count} days", number) == said


def test_french_signs_keep_their_spaces() -> None:
    assert typeset("Quoi ? « Non » : 5 %; fin !") == (
        f"Quoi{NARROW}? «{WIDE}Non{WIDE}»{WIDE}: 5{WIDE}%; fin{NARROW}!"
    )


# --- money, numbers, dates -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "amount", "currency", "said"),
    [
        (FRENCH, "1234.565", "USD", f"1{NARROW}234,56{WIDE}$US"),
        (FRENCH, "1234.575", "EUR", f"1{NARROW}234,58{WIDE}€"),
        (SWISS, "1234.5", "CHF", f"1{NARROW}234,50{WIDE}CHF"),
        (FRENCH, "1234.5", "JPY", f"1{NARROW}234{WIDE}JPY"),
        (FRENCH, "0.0015", "BHD", f"0,002{WIDE}BHD"),
        (FRENCH, "-12.5", "USD", f"-12,50{WIDE}$US"),
        (FRENCH, "-0.001", "USD", f"0,00{WIDE}$US"),
        (ENGLISH, "1234.565", "USD", "$1,234.56"),
        (BRITISH, "1234.565", "USD", "US$1,234.56"),
        (ENGLISH, "123456789012345678901234567890123456.785", "USD",
         "$123,456,789,012,345,678,901,234,567,890,123,456.78"),
    ],
)  # fmt: skip
def test_money_is_rounded_once_half_to_even(
    language: Language, amount: str, currency: str, said: str
) -> None:
    assert language.money(Decimal(amount), currency) == said


def test_exact_money_has_all_its_digits() -> None:
    assert FRENCH.exact_money(Decimal("0.0000008"), "USD") == f"0,0000008{WIDE}$US"
    assert ENGLISH.exact_money(Decimal(5), "USD") == "$5.00"
    assert str(rounded(Decimal("-0.4"), "JPY")) == "0"


@pytest.mark.parametrize(
    ("language", "whole", "exact"),
    [(FRENCH, f"24{WIDE}%", f"23,7{WIDE}%"), (SWISS, "24%", "23,7%"), (ENGLISH, "24%", "23.7%")],
)
def test_percent(language: Language, whole: str, exact: str) -> None:
    assert language.percent(Decimal("0.2372")) == whole
    assert language.percent(Decimal("0.2372"), 1) == exact


def test_quantities_are_short_and_numbers_are_exact() -> None:
    assert FRENCH.quantity(Decimal(48213544)) == f"48,2{WIDE}M"
    assert FRENCH.number(Decimal("48213544.125")) == f"48{NARROW}213{NARROW}544,125"
    assert ENGLISH.quantity(Decimal("12345.6")) == "12,346"
    assert ENGLISH.quantity(Decimal("1.254")) == "1.25"


def test_dates_are_said_as_people_say_them() -> None:
    assert FRENCH.month(Month(2026, 1)) == "janvier 2026"
    assert FRENCH.date(date(2026, 1, 2)) == "2 janvier 2026"
    assert SWISS.date(date(2026, 12, 1)) == "1er décembre 2026"
    assert ENGLISH.date(date(2026, 12, 1)) == "December 1, 2026"
    assert ENGLISH.date(date(2026, 1, 2)) == "January 2, 2026"
    assert BRITISH.days(date(2026, 1, 1), date(2026, 1, 14)) == "1–14 Jan 2026"
    assert FRENCH.days(date(2026, 1, 1), date(2026, 1, 31)) == "janvier 2026"
    assert FRENCH.days(date(2026, 1, 3), date(2026, 1, 3)) == "3 janvier 2026"


def test_a_moment_is_told_in_the_readers_time_zone_and_names_it() -> None:
    moment = datetime(2026, 1, 1, 23, 45, tzinfo=UTC)

    assert FRENCH.moment(moment) == "2 janvier 2026, 00:45 (Europe/Zurich)"
    assert ENGLISH.moment(moment) == f"January 1, 2026, 11:45{NARROW}PM (UTC)"


# --- where the templates are ---------------------------------------------------------------------


def test_the_checkout_uses_its_own_templates() -> None:
    assert templates_folder() == TEMPLATES


@pytest.mark.parametrize("where", ["site-packages", "opt/python"])
def test_a_wheel_and_a_built_layer_use_the_templates_beside_the_code(
    tmp_path: Path, where: str
) -> None:
    package = tmp_path / where / "ecot"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(TEMPLATES, package / "templates")

    assert found_from(package.parent) == (package / "templates").resolve()


def test_a_package_without_templates_says_so(tmp_path: Path) -> None:
    package = tmp_path / "a" / "b" / "ecot"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))

    with pytest.raises(subprocess.CalledProcessError) as failure:
        found_from(package.parent)

    assert "the templates are not beside" in failure.value.stderr


def found_from(folder: Path) -> Path:
    """The templates as a program started with only that folder on its path finds them."""
    code = (
        f"import sys; sys.path.insert(0, {str(folder)!r}); import ecot; "
        f"assert ecot.__file__.startswith({str(folder)!r}); "
        "from ecot.language import templates_folder; print(templates_folder())"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    return Path(done.stdout.strip())


def test_errors_are_sentences_too() -> None:
    error = SettingsError("{count} days", count=2)

    assert FRENCH.say(error.text, **error.values) == "2 jours"
