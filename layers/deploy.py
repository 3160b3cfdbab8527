"""`python layers/deploy.py [options of sam deploy]`: what was built, to AWS, and how to go on.

The first time `sam` asks its questions and keeps the answers in samconfig.toml, which is yours and
not the project's. With STACK in the environment nothing is asked; where that is a build server no
token is made either, for its log is read by others.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

CONFIG = Path("samconfig.toml")
SETTINGS = Path("ecot.toml")
USUAL_STACK = "ecot"
READERS = ("report", "admin")
"""The roles of tokens that open the site."""
ALWAYS = ("--no-fail-on-empty-changeset",)  # nothing has changed is no error
UNASKED = ("--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset")


class Target(NamedTuple):
    """Where the stack is: its name, and the region where the answers name one."""

    stack: str
    region: str | None


class CannotDeploy(Exception):
    """Something did not work; the command that failed has said what."""


def command(environ: Mapping[str, str], has_config: bool, options: Sequence[str]) -> list[str]:
    """The call of `sam` that is wanted."""
    stack = environ.get("STACK", "")
    deploy = [environ.get("SAM") or "sam", "deploy", *ALWAYS]
    if stack:
        return [*deploy, "--stack-name", stack, *UNASKED, *options]
    if has_config:
        return [*deploy, *options]
    first = ["--guided", "--stack-name", USUAL_STACK, "--capabilities", "CAPABILITY_IAM"]
    return [*deploy, *first, *options]


def target(environ: Mapping[str, str], config: str) -> Target:
    """The stack that was deployed: of STACK, else of the answers that `sam` has kept."""
    if stack := environ.get("STACK"):
        return Target(stack, None)
    kept: dict[str, Any] = tomllib.loads(config).get("default", {})
    answers = {
        **kept.get("global", {}).get("parameters", {}),
        **kept.get("deploy", {}).get("parameters", {}),
    }
    return Target(answers.get("stack_name", USUAL_STACK), answers.get("region"))


def outputs(described: str) -> dict[str, str]:
    """The stack's outputs by name, of what `sam list stack-outputs` prints."""
    return {one["OutputKey"]: one["OutputValue"] for one in json.loads(described)}


def run(words: Sequence[str], **environment: str) -> None:
    """Runs a command in sight. Raises CannotDeploy where it fails."""
    if subprocess.run(words, env=os.environ | environment, check=False).returncode:
        raise CannotDeploy


def printed(words: Sequence[str], **environment: str) -> str:
    """What a command prints. Raises CannotDeploy where it fails."""
    done = subprocess.run(
        words, env=os.environ | environment, check=False, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise CannotDeploy
    return done.stdout


def has_report_token(listed: str) -> bool:
    """Whether the site can be opened already, of what `ecot tokens list --json` prints."""
    return any(
        one["kind"] == "token" and one["role"] in READERS and one["state"] == "valid"
        for one in json.loads(listed)["tokens"]
    )


def is_read_by_one(environ: Mapping[str, str], is_terminal: bool) -> bool:
    """Whether what is printed goes to the person who deploys: not into the log of a build server,
    of which not every one says CI."""
    return not environ.get("CI") and (is_terminal or not environ.get("STACK"))


def say(*lines: str) -> None:
    """Prints lines."""
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def go_on(where: Target) -> None:
    """The settings if there are any, the address, the first token, the next step."""
    sam, ecot = os.environ.get("SAM") or "sam", os.environ.get("ECOT") or "ecot"
    there = {"AWS_DEFAULT_REGION": where.region} if where.region else {}
    region = ["--region", where.region] if where.region else []
    at = ["--stack", where.stack]
    listed = [sam, "list", "stack-outputs", "--stack-name", where.stack, "--output", "json"]
    url = outputs(printed([*listed, *region], **there))["Url"]
    say("", f"The site: {url}/site/index.html")
    if not is_read_by_one(os.environ, sys.stdout.isatty()):
        return
    if SETTINGS.exists():
        run([ecot, "config", "push", *at], **there)
    if not has_report_token(printed([ecot, "tokens", "list", *at, "--json"], **there)):
        say("", "The token that opens it. It is shown once; keep it where you keep passwords:")
        run([ecot, "tokens", "new", "report", *at], **there)
    say(
        "",
        "Next: connect a supplier; its key is asked for, tried and stored:",
        f"  ecot connect openai --stack {where.stack}",
        "and when ecot.toml or prices.toml has changed:",
        f"  ecot config push --stack {where.stack}",
    )


def main(options: Sequence[str]) -> int:
    """The command; 1 where something did not work."""
    try:
        run(command(os.environ, CONFIG.exists(), options))
        config = CONFIG.read_text(encoding="utf-8") if CONFIG.exists() else ""
        go_on(target(os.environ, config))
    except CannotDeploy:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
