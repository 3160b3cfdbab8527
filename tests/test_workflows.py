"""The workflows: what the pages say of them, and that a ledger which is kept in a branch is never
written over by one that began anew."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"
PAGES = [ROOT / "docs" / name for name in ("deploy.md", "deploy.fr.md")]
BEFORE, AFTER = "The ledger as it was", "The ledger as it is"


def workflow(name: str) -> dict[str, Any]:
    """The workflow of that name."""
    found: dict[str, Any] = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text(encoding="utf-8"))
    return found


def steps(name: str) -> list[dict[str, Any]]:
    """The steps of its one job."""
    (job,) = workflow(name)["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_pages_name_every_workflow_and_all_that_it_reads(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in ("deploy", "run"):
        source = (WORKFLOWS / f"{name}.yml").read_text(encoding="utf-8")
        wanted = set(re.findall(r"\b(?:vars|secrets)\.(\w+)", source))

        assert f"`.github/workflows/{name}.yml`" in text
        assert [one for one in sorted(wanted) if f"`{one}`" not in text] == []


def test_only_what_was_pushed_and_has_passed_is_deployed() -> None:
    (job,) = workflow("deploy")["jobs"].values()

    assert "workflow_run.event == 'push'" in job["if"]
    assert "workflow_run.conclusion == 'success'" in job["if"]
    assert workflow("deploy")["permissions"] == {"contents": "read", "id-token": "write"}


def run_step(title: str, repository: Path, origin: Path, commit: str) -> dict[str, str]:
    """Runs the step as GitHub does, and returns what it hands on. Raises CalledProcessError."""
    (script,) = [one["run"] for one in steps("run") if one.get("name") == title]
    output = repository.parent / "output"
    output.write_text("")
    told = {
        "GITHUB_OUTPUT": str(output),
        "GITHUB_SERVER_URL": f"file://{origin.parent}",
        "GITHUB_REPOSITORY": origin.name,
        "BEFORE": commit,
        "TOKEN": "none",
    }
    subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=repository,
        env=os.environ | told,
        check=True,
        capture_output=True,
    )
    return dict(line.split("=", 1) for line in output.read_text().splitlines())


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """A repository, and the one that it was cloned from."""
    origin, repository = tmp_path / "origin", tmp_path / "repository"
    for words in (
        ["init", "--quiet", "--bare", str(origin)],
        ["clone", "--quiet", str(origin), str(repository)],
    ):
        subprocess.run(["git", *words], check=True, capture_output=True)
    return repository, origin


def night(repository: Path, origin: Path, text: str, between: Any = None) -> str:
    """One run: what was kept before, and `text` kept afterwards."""
    shutil.rmtree(repository / ".ecot", ignore_errors=True)
    commit = run_step(BEFORE, repository, origin, "")["commit"]
    ledger = repository / ".ecot" / "ledger.sqlite"
    before = ledger.read_text() if ledger.exists() else ""
    ledger.parent.mkdir(exist_ok=True)
    ledger.write_text(text)
    if between is not None:
        between()
    run_step(AFTER, repository, origin, commit)
    return before


@pytest.mark.tools
def test_a_ledger_in_a_branch_is_there_the_next_night(places: tuple[Path, Path]) -> None:
    repository, origin = places

    assert night(repository, origin, "one") == ""
    assert night(repository, origin, "two") == "one"
    assert night(repository, origin, "three") == "two"
    counted = subprocess.run(
        ["git", "-C", str(origin), "rev-list", "--count", "ledger"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert counted.stdout.strip() == "1"  # the branch does not grow by a database a night


@pytest.mark.tools
def test_a_ledger_that_somebody_else_kept_meanwhile_stays(places: tuple[Path, Path]) -> None:
    repository, origin = places
    night(repository, origin, "one")
    other = repository.parent / "other"
    subprocess.run(["git", "clone", "--quiet", str(origin), str(other)], check=True)

    with pytest.raises(subprocess.CalledProcessError):
        night(repository, origin, "two", lambda: night(other, origin, "theirs"))

    assert night(other, origin, "next") == "theirs"


@pytest.mark.tools
def test_github_that_does_not_answer_is_no_empty_ledger(places: tuple[Path, Path]) -> None:
    repository, origin = places
    night(repository, origin, "one")
    shutil.move(origin, origin.with_name("away"))

    with pytest.raises(subprocess.CalledProcessError):
        run_step(BEFORE, repository, origin, "")
