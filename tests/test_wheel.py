"""The wheel holds the program, its templates and its licence, and works away from the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}


def run(command: list[str], cwd: Path, **environment: str) -> str:
    """What a command prints, when it succeeds; its whole output as the failure when it does not."""
    outcome = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | OFFLINE | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)], folder)
    (built,) = folder.glob("ecot-*.whl")
    return built


def files_below(folder: Path) -> set[str]:
    """Every file in a folder but what caches leave there."""
    inside = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return {
        path.as_posix()
        for path in inside
        if not any(part == "__pycache__" or part.startswith(".") for part in path.parts)
    }


def test_the_wheel_holds_the_package_the_templates_and_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (licence,) = [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
        text = archive.read(licence).decode()
    code = {f"ecot/{name}" for name in files_below(ROOT / "layers" / "core" / "ecot")}
    templates = {f"ecot/templates/{name}" for name in files_below(ROOT / "templates")}

    assert text == (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert templates
    assert {name for name in names if ".dist-info/" not in name} == code | templates


def test_an_installed_wheel_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    run([*PIP, "install", "--no-deps", "--quiet", "--target", str(site), str(wheel)], tmp_path)
    where = "import ecot; print(ecot.__file__, ecot.__version__)"

    path, version = run([sys.executable, "-c", where], tmp_path, PYTHONPATH=str(site)).split()
    shown = run([sys.executable, "-m", "ecot", "--help"], tmp_path, PYTHONPATH=str(site))

    assert Path(path).is_relative_to(site)
    assert wheel.name.startswith(f"ecot-{version}-")
    assert "collect" in shown


@pytest.mark.tools
def test_the_demo_runs_from_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    """As `uvx ecot demo` does: nothing of the checkout is there, and nobody outside is asked."""
    site = tmp_path / "site"
    run([*PIP, "install", "--no-deps", "--quiet", "--target", str(site), str(wheel)], tmp_path)

    run([sys.executable, "-m", "ecot", "demo"], tmp_path, PYTHONPATH=str(site))

    (page,) = tmp_path.glob(".ecot/demo/site/index.html")
    assert "DEMO" in page.read_text(encoding="utf-8")
