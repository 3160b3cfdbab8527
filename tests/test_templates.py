"""The page is the same wherever the package lies: a wheel, an editable install, a built layer.

Where `templates_folder` looks is tested with the language; here whole pages are rendered, by a
program that has no other way to the checkout than the one that is tested.
"""

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ecot.language import Language
from ecot.report.facts import MonthFacts
from ecot.report.render import INDEX, pages, shell_of
from tests.test_wheel import PIP, ROOT, run

SOURCE = ROOT / "layers" / "core"
LIBRARIES = sysconfig.get_path("purelib")
NOT_IN_THE_LAYER = (
    "sandbox"  # the issue that builds the layer leaves it out, and `jobs.demo` with it
)
RENDER = """
import sys
from datetime import date
import ecot
from ecot.language import Language
from ecot.model.period import Month
from ecot.report.facts import MonthFacts
from ecot.report.render import INDEX, pages, shell_of
facts = MonthFacts.nothing(date(2026, 1, 14), "EUR")
files = pages({facts.month: facts}, shell_of(facts, Language("fr-CH")))
sys.stderr.write(ecot.__file__)
sys.stdout.buffer.write(files[INDEX])
"""


def wheel(folder: Path) -> Path:
    """Built from the checkout and installed, as pip does it."""
    command = [*PIP, "install", "--no-deps", "--no-build-isolation", "--quiet"]
    run([*command, "--target", str(folder / "site"), str(ROOT)], folder)
    return folder / "site"


def editable(_folder: Path) -> Path:
    """What an editable install puts on the path."""
    return SOURCE


def layer(folder: Path) -> Path:
    """What Lambda unpacks below /opt: `python/`, with the templates inside the package."""
    package = folder / "python" / "ecot"
    shutil.copytree(
        SOURCE / "ecot", package, ignore=shutil.ignore_patterns("__pycache__", NOT_IN_THE_LAYER)
    )
    shutil.copytree(ROOT / "templates", package / "templates")
    return package.parent


@pytest.mark.parametrize("made", [wheel, editable, layer])
def test_a_page_is_the_same_from_everywhere(made: Callable[[Path], Path], tmp_path: Path) -> None:
    path = made(tmp_path)

    found, page = rendered(path, tmp_path)

    assert found.is_relative_to(path)
    assert "<html" in page.decode()
    assert page == here()


def rendered(path: Path, folder: Path) -> tuple[Path, bytes]:
    """Where a program found the package, and the page that it rendered. Without `site` (-S), so
    that what the tests' own editable install put on the path is not on it."""
    done = subprocess.run(
        [sys.executable, "-S", "-W", "error", "-c", RENDER],
        env={"PYTHONPATH": f"{path}:{LIBRARIES}", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=folder,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    return Path(done.stderr.decode()), done.stdout


def here() -> bytes:
    """The page as this process renders it."""
    facts = MonthFacts.nothing(date(2026, 1, 14), "EUR")
    language = Language("fr-CH")
    return pages({facts.month: facts}, shell_of(facts, language))[INDEX]
