"""In CI every way of skipping fails, elsewhere none does, and an expected failure stays one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

SKIPS = {
    "by mark": "import pytest\n@pytest.mark.skip(reason='no tool')\ndef test_it(): pass\n",
    "by condition": (
        "import pytest\n@pytest.mark.skipif(True, reason='no tool')\ndef test_it(): pass\n"
    ),
    "by call": "import pytest\ndef test_it(): pytest.skip('no tool')\n",
    "by fixture": (
        "import pytest\n@pytest.fixture\ndef tool(): pytest.skip('no tool')\n"
        "def test_it(tool): pass\n"
    ),
    "a module": (
        "import pytest\npytest.skip('no tool', allow_module_level=True)\ndef test_it(): pass\n"
    ),
    "by import": "import pytest\npytest.importorskip('no_tool')\ndef test_it(): pass\n",
}
XFAIL = "import pytest\n@pytest.mark.xfail(reason='known')\ndef test_it(): assert False\n"


def run(tmp_path: Path, source: str, ci: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Pytest with the rule, on one test file of its own, in a folder of its own, without
    the plugins that are installed, which take seconds to import."""
    (tmp_path / "test_it.py").write_text(source, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}
    environment |= {"CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, *arguments, "test_it.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("source", SKIPS.values(), ids=SKIPS.keys())
def test_a_skip_fails_in_ci_and_names_its_reason(tmp_path: Path, source: str) -> None:
    outcome = run(tmp_path, source, "true")

    assert outcome.returncode in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)
    assert "in CI a skip is a failure" in outcome.stdout
    assert "no tool" in outcome.stdout or "no_tool" in outcome.stdout


def test_a_skip_fails_in_ci_when_workers_run_the_tests(tmp_path: Path) -> None:
    outcome = run(tmp_path, SKIPS["by mark"], "true", "-p", "xdist", "-n", "1")

    assert outcome.returncode == pytest.ExitCode.TESTS_FAILED
    assert "in CI a skip is a failure" in outcome.stdout


@pytest.mark.parametrize("ci", ["", "false"])
def test_a_skip_is_a_skip_elsewhere(tmp_path: Path, ci: str) -> None:
    outcome = run(tmp_path, SKIPS["by call"], ci)

    assert outcome.returncode == pytest.ExitCode.OK
    assert "1 skipped" in outcome.stdout


def test_an_expected_failure_is_not_a_skip(tmp_path: Path) -> None:
    outcome = run(tmp_path, XFAIL, "true")

    assert outcome.returncode == pytest.ExitCode.OK
    assert "1 xfailed" in outcome.stdout
