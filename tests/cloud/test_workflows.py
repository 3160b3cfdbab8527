"""What GitHub is asked to do: structure, rights and commands; and the way of the ledger from one
night to the next, gone with a repository on this disk."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github" / "workflows"
TRUSTED = {"actions", "aws-actions"}
TOP = {"name", "on", "permissions", "concurrency", "env", "jobs"}
IN_A_JOB = {
    *("if", "runs-on", "container", "timeout-minutes", "strategy", "steps", "environment", "env")
}
IN_A_STEP = {"name", "if", "uses", "with", "run", "env", "working-directory"}


class Loader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML as GitHub reads it, to whom `on` is a word and not a truth."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
WORKFLOWS: dict[str, dict[str, Any]] = {
    path.stem: yaml.load(path.read_text(encoding="utf-8"), Loader)
    for path in sorted(FOLDER.glob("*.yml"))
}
STEPS = [
    pytest.param(step, id=f"{name}-{job}-{number}")
    for name, workflow in WORKFLOWS.items()
    for job, described in workflow["jobs"].items()
    for number, step in enumerate(described["steps"])
]


def test_there_is_one_for_tests_one_for_aws_and_one_without_it() -> None:
    assert WORKFLOWS.keys() == {"ci", "deploy", "run"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_whole_and_may_only_what_it_needs(name: str) -> None:
    workflow = WORKFLOWS[name]

    assert workflow.keys() <= TOP
    assert workflow["name"] == name
    assert (
        workflow["permissions"]
        == {
            "ci": {"contents": "read"},
            "deploy": {"contents": "read", "id-token": "write"},
            "run": {"contents": "write"},
        }[name]
    )
    assert workflow["concurrency"]["cancel-in-progress"] == ("true" if name == "ci" else "false")
    for job in workflow["jobs"].values():
        assert job.keys() <= IN_A_JOB
        assert job["timeout-minutes"] <= 60


@pytest.mark.parametrize("step", STEPS)
def test_a_step_does_one_thing_by_somebody_known(step: dict[str, Any]) -> None:
    assert step.keys() <= IN_A_STEP
    assert ("uses" in step) != ("run" in step)
    if "uses" in step:
        assert re.fullmatch(r"[\w-]+/[\w-]+@(v\d+|[0-9a-f]{40})", step["uses"])
        assert step["uses"].partition("/")[0] in TRUSTED


@pytest.mark.parametrize("step", STEPS)
def test_nothing_from_outside_is_written_into_a_script(step: dict[str, Any]) -> None:
    """What stands in `${{ }}` is put in before the shell reads the line: it comes by `env`."""
    assert "${{" not in step.get("run", "")


def test_every_command_of_make_that_is_called_is_there() -> None:
    made = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    called = {
        word
        for workflow in WORKFLOWS.values()
        for job in workflow["jobs"].values()
        for step in job["steps"]
        for word in re.findall(r"\bmake ([a-z-]+)", step.get("run", ""))
    }

    assert called == {"test", "run", "deploy"}
    assert called <= set(made)


def test_tests_run_on_every_pull_request() -> None:
    assert WORKFLOWS["ci"]["on"].keys() == {"push", "pull_request"}
    assert "secrets." not in (FOLDER / "ci.yml").read_text(encoding="utf-8")


def test_only_main_whose_tests_passed_is_deployed_and_no_key_is_kept() -> None:
    workflow = WORKFLOWS["deploy"]
    (job,) = workflow["jobs"].values()

    assert workflow["on"]["workflow_run"] == {
        "workflows": [WORKFLOWS["ci"]["name"]],
        "types": ["completed"],
        "branches": ["main"],
    }
    for word in ("'success'", "'push'", "'refs/heads/main'", "vars.AWS_ROLE_ARN != ''"):
        assert word in job["if"]
    assert "secrets." not in (FOLDER / "deploy.yml").read_text(encoding="utf-8")


def test_the_nightly_run_is_off_until_somebody_wants_it_and_private() -> None:
    workflow = WORKFLOWS["run"]
    job = workflow["jobs"]["run"]
    first, *_ = job["steps"]

    assert job["if"] == "vars.ECOT_RUN == 'true'"
    assert ".private" in first["run"]
    (schedule,) = workflow["on"]["schedule"]
    assert re.fullmatch(r"[1-9]\d? \d+ \* \* \*", schedule["cron"])  # not on the hour
    assert "--orphan ledger" in (FOLDER / "run.yml").read_text(encoding="utf-8")


# --- the ledger between two nights ---------------------------------------------------------------


def git(folder: Path, *words: str) -> str:
    """A command of git, without the user's own settings."""
    done = subprocess.run(
        ["git", *words],
        cwd=folder,
        env=OURS,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


OURS = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{
        f"GIT_{who}_{what}": "ecot@x"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A repository whose branch `ledger` holds the settings, as its owner has put them there."""
    bare, first = tmp_path / "remote.git", tmp_path / "first"
    git(tmp_path, "init", "--quiet", "--bare", str(bare))
    git(tmp_path, "init", "--quiet", "--initial-branch=ledger", str(first))
    (first / "ecot.toml").write_text("# settings\n", encoding="utf-8")
    git(first, "add", ".")
    git(first, "commit", "--quiet", "--message", "settings")
    git(first, "push", "--quiet", str(bare), "ledger")
    return bare


def night(remote: Path, folder: Path, content: str) -> Path:
    """A checkout of the branch, with what a run has left in it; not kept yet."""
    git(
        folder.parent,
        "clone",
        "--quiet",
        "--branch",
        "ledger",
        "--depth",
        "2",
        f"file://{remote}",
        str(folder),
    )
    (folder / "ledger").mkdir(exist_ok=True)
    (folder / "ledger" / "ledger.sqlite").write_text(content, encoding="utf-8")
    return folder


def keep(folder: Path, month: str) -> int:
    """The step of the workflow, in a month."""
    (script,) = [
        step["run"]
        for step in WORKFLOWS["run"]["jobs"]["run"]["steps"]
        if "git push" in step.get("run", "")
    ]
    tools = folder.parent / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "date").write_text(f"#!/bin/sh\necho {month}\n", encoding="utf-8")
    (tools / "date").chmod(0o755)
    bash = shutil.which("bash") or "bash"
    environment = OURS | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [bash, "-e", "-c", script], cwd=folder, env=environment, capture_output=True, timeout=60
    )
    return done.returncode


def kept(remote: Path, at: str = "ledger") -> str:
    return git(remote, "show", f"{at}:ledger/ledger.sqlite")


def test_nights_of_a_month_replace_each_other_and_months_are_steps_back(
    remote: Path, tmp_path: Path
) -> None:
    for number, month in enumerate(("2026-10", "2026-11", "2026-11", "2026-11")):
        assert keep(night(remote, tmp_path / f"night-{number}", f"night {number}"), month) == 0

    assert kept(remote) == "night 3"
    assert kept(remote, "ledger~1") == "night 0"
    assert git(remote, "log", "--format=%s", "ledger").splitlines() == [
        "ledger of 2026-11",
        "ledger of 2026-10",
        "settings",
    ]


def test_a_night_that_somebody_was_faster_than_is_refused_and_loses_nothing(
    remote: Path, tmp_path: Path
) -> None:
    keep(night(remote, tmp_path / "before", "before"), "2026-11")
    slow = night(remote, tmp_path / "slow", "slow")
    fast = night(remote, tmp_path / "fast", "fast")

    assert keep(fast, "2026-11") == 0
    assert keep(slow, "2026-11") != 0
    assert kept(remote) == "fast"


def test_a_night_without_news_is_no_failure(remote: Path, tmp_path: Path) -> None:
    for number in range(2):
        assert keep(night(remote, tmp_path / f"night-{number}", "the same"), "2026-11") == 0

    assert kept(remote) == "the same"
