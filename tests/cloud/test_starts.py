"""What a function is imported with: what it may need only later stays away, for everything that
is imported takes time before anything is done (docs/benchmarks.md, `starts`)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cloud.template import functions

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = functions()
NEVER = {
    *("rich", "typer", "boto3", "httpx", "notion_client", "resend", "jinja2", "genai_prices"),
    *("css_inline", "resvg_py", "ecot.sandbox", "ecot.cli"),
    *("ecot.providers.suppliers", "ecot.providers.openai", "ecot.providers.stripe"),
}
PAGES = {"ecot.jobs.publish", "ecot.jobs.notion.sync", "ecot.report.frame"}
MAILS = {"ecot.jobs.mail.facts", "ecot.report.mail", "ecot.sinks.mail.resend"}
ROUTES = {"ecot.api.routes", "ecot.api.shapes", "ecot.api.openapi"}
POWERTOOLS = {"aws_lambda_powertools.event_handler"}
NOT_OF = {
    "dispatch": PAGES | MAILS | ROUTES | POWERTOOLS | {"ecot.jobs.cycle.mailing"},
    "collect": PAGES | MAILS | ROUTES | POWERTOOLS | {"ecot.jobs.cycle.mailing"},
    "check": PAGES | MAILS | ROUTES | POWERTOOLS | {"ecot.jobs.cycle.mailing"},
    "publish": MAILS | ROUTES | POWERTOOLS | {"ecot.jobs.cycle.mailing"},
    "send": {"ecot.jobs.publish", "ecot.jobs.notion.sync"} | MAILS | ROUTES | POWERTOOLS,
    "api": {"ecot.jobs.publish", "ecot.jobs.notion.sync"} | MAILS | ROUTES,
}


def modules_of(name: str) -> set[str]:
    """What is there once the handler is imported, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys, app; print(*sys.modules)"],
        cwd=ROOT / "functions" / name,
        env={**os.environ, "PYTHONPATH": str(ROOT / "layers" / "core")},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_every_function_is_looked_at() -> None:
    assert NOT_OF.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_starts_without_what_it_may_need_later(name: str) -> None:
    modules = modules_of(name)

    assert "ecot.edge.cloud" in modules
    assert modules & (NEVER | NOT_OF[name]) == set()
