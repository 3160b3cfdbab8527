"""Who imports whom, and what stands at the top level: the house, held.

The table is the rule. A room that is not built yet may have its row; a room without a row is an
error, so nobody can add one without deciding what it may know.
"""

import ast
import fnmatch
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "layers" / "core" / "ecot"
FUNCTIONS = ROOT / "functions"

# Everybody may import these two and itself, and nothing else of ours beyond its row.
OPEN_TO_ALL = frozenset({"model", "errors"})
WORKROOMS = frozenset({"providers", "pricing", "store", "ledger", "analysis"})
OUTPUTS = frozenset({"report", "alerts", "sinks"})
MAY_IMPORT: dict[str, frozenset[str]] = {
    "model": frozenset(),
    "errors": frozenset(),
    "language": frozenset(),
    "providers": frozenset(),
    "pricing": frozenset(),
    "store": frozenset(),
    "ledger": frozenset(),
    "analysis": frozenset(),
    "sandbox": frozenset(),
    "settings": frozenset({"providers"}),
    "report": frozenset({"analysis", "language"}),
    "alerts": frozenset({"analysis", "language"}),
    "sinks": frozenset({"report", "language"}),
    "cloud": frozenset({"store"}),
    "jobs": WORKROOMS | OUTPUTS | {"language", "cloud"},
    "jobs.demo": WORKROOMS | OUTPUTS | {"language", "cloud", "sandbox"},
    "edge": frozenset({"jobs", "settings", "language", "report"}),
    "api": frozenset({"edge", "jobs", "settings", "language", "report"}),
    "cli": frozenset({"edge", "jobs", "api", "settings", "language", "report"}),
    "functions": frozenset({"edge", "api"}),
    "__main__": frozenset({"cli"}),
    "__init__": frozenset(),
}

TOP_LEVEL = {
    *("template.yaml", "pyproject.toml"),
    *("functions", "layers", "templates", "tests", "events", "docs"),
    *("README.md", "README.fr.md", "CHANGELOG.md", "LICENSE", "Makefile"),
    *(".ci", ".github", ".git", ".gitignore", ".gitattributes", ".env.example"),
}


def row(name: str) -> str | None:
    """The most exact row of the table for a dotted name inside the package, if it has one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if (prefix := ".".join(parts[:length])) in MAY_IMPORT:
            return prefix
    return None


def imported(tree: ast.Module, package: str) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of every import, also those inside functions and for types only."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield node.lineno, alias.name
            case ast.ImportFrom(module=module, names=names, level=level):
                above = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                base = ".".join([*above, *([module] if module else [])])
                for alias in names:
                    yield node.lineno, f"{base}.{alias.name}"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[first, *_]) if (
                name in ("import_module", "__import__")
            ):
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield node.lineno, first.value
                else:
                    yield node.lineno, "ecot.(a name made at run time)"


def modules(package: Path, functions: Path) -> Iterator[tuple[Path, str, str]]:
    """Path, row name and dotted package of every module of ours."""
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package).with_suffix("").parts
        name = ".".join(inside[:-1] if inside[-1] == "__init__" and inside[1:] else inside)
        yield path, name, ".".join(("ecot", *inside[:-1]))
    for path in sorted(functions.rglob("*.py")):
        yield path, "functions", "functions"


def trespasses(package: Path, functions: Path) -> list[str]:
    """Every import of ours that the table does not allow, as a sentence."""
    found = []
    names = {name for _, name, _ in modules(package, functions)}
    for path, name, dotted in modules(package, functions):
        here = row(name)
        if here is None:
            found.append(f"{path.name}: ecot.{name} has no row in the table of tests/test_house.py")
            continue
        allowed = MAY_IMPORT[here] | OPEN_TO_ALL if here not in OPEN_TO_ALL else frozenset()
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        for line, target in imported(tree, dotted):
            ours, _, rest = target.partition(".")
            if ours != "ecot" or not rest:
                continue
            room = rest.split(".")[0]
            is_module = any(known == room or known.startswith(f"{room}.") for known in names)
            if not is_module and room not in MAY_IMPORT and room.isidentifier():
                continue  # `from ecot import __version__`: a name of the package itself
            if room not in allowed and room != here.split(".")[0]:
                found.append(f"ecot.{name}, line {line}: may not import ecot.{rest}")
    return found


def test_rooms_import_only_what_the_table_allows() -> None:
    assert trespasses(PACKAGE, FUNCTIONS) == []


def test_the_table_has_no_circle() -> None:
    order = list(TopologicalSorter(MAY_IMPORT).static_order())

    assert order.index("providers") < order.index("jobs") < order.index("cli")


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("model/money.py", "import ecot.errors"),
        ("errors.py", "from ecot.model.period import Period"),
        ("model/money.py", "from ecot import store"),
        ("store/sqlite.py", "from ecot.ledger.replace import replace"),
        ("ledger/close.py", "from ..store import sqlite"),
        ("ledger/close.py", "def late():\n    import ecot.store.sqlite"),
        ("ledger/close.py", "if TYPE_CHECKING:\n    from ecot.store import Store"),
        ("ledger/close.py", "import importlib\nimportlib.import_module('ecot.store')"),
        ("analysis/totals.py", "from ecot.providers import PROVIDERS"),
        ("pricing/dated.py", "from ecot.providers import http"),
        ("report/page.py", "from ecot.store import sqlite"),
        ("alerts/rules.py", "from ecot.report import page"),
        ("sinks/notion/rows.py", "from ecot.ledger import close"),
        ("jobs/collect.py", "from ecot.cli import main"),
        ("jobs/collect.py", "from ecot.settings import Settings"),
        ("jobs/collect.py", "from ecot.sandbox import openai"),
        ("language/words.py", "from ecot.analysis import totals"),
        ("sandbox/openai/__init__.py", "from ecot.providers import openai"),
        ("api/routes.py", "from ecot.store import sqlite"),
        ("cli/__init__.py", "from ecot.ledger import close"),
        ("cli/collect.py", "name = 'x'\n__import__(name)"),
        ("../../../functions/collect/app.py", "from ecot.jobs import collect"),
        ("warehouse/shelf.py", ""),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, where: str, source: str) -> None:
    package = tmp_path / "layers" / "core" / "ecot"
    path = package / where
    for folder in (package / "store", package / "ledger", path.parent):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    path.write_text(source, encoding="utf-8")

    assert len(trespasses(package, tmp_path / "functions")) >= 1


@pytest.mark.parametrize(
    ("where", "source"),
    [
        (
            "providers/openai/__init__.py",
            "from ecot.model.rows import Charge\nfrom ecot.errors import EcotError",
        ),
        ("providers/openai/__init__.py", "from ecot.providers import http\nimport httpx"),
        ("cli/__init__.py", "from ecot import __version__\nfrom ecot.jobs import collect"),
        ("jobs/demo.py", "from ecot.sandbox import openai"),
        ("report/page.py", "from ecot.analysis import totals\nfrom ecot.language import words"),
        ("../../../functions/collect/app.py", "from ecot.edge import setup"),
    ],
)
def test_an_allowed_import_is_left_alone(tmp_path: Path, where: str, source: str) -> None:
    package = tmp_path / "layers" / "core" / "ecot"
    path = package / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")

    assert trespasses(package, tmp_path / "functions") == []


def test_nothing_else_stands_at_the_top_level() -> None:
    ignored = [
        line.strip("/")
        for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    strangers = {
        entry.name
        for entry in ROOT.iterdir()
        if entry.name not in TOP_LEVEL
        and not any(fnmatch.fnmatch(entry.name, pattern) for pattern in ignored)
    }

    assert strangers == set()
