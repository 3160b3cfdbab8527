"""`make deploy` from its first question to the token that opens the site, with a `sam` and an
`ecot` that only write down how they were called."""

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from ecot.edge.signing_key import BYTES, key_of
from ecot.jobs.access import revoke, tokens
from tests.cli.stacks import lead_to_moto
from tests.cloud.stacks import Stack, made_stack
from tests.store.backends import name_of, open_place_on

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "layers" / "deploy.py"
URL = "https://a1b2.execute-api.eu-west-3.amazonaws.com"
SAM = """#!{python}
import json, os, sys
from pathlib import Path
words = sys.argv[1:]
with open("calls.jsonl", "a") as calls:
    calls.write(json.dumps(["sam", *words]) + "\\n")
if words[0] == "deploy":
    if "--guided" in words:
        Path("samconfig.toml").write_text(
            "version = 0.1\\n[default.deploy.parameters]\\n"
            'stack_name = "our-ecot"\\nregion = "eu-west-3"\\n'
        )
    sys.exit(int(os.environ.get("SAM_FAILS", "0")))
outputs = {{"Url": "{url}", "TableName": "t"}}
print(json.dumps([{{"OutputKey": k, "OutputValue": v}} for k, v in outputs.items()]))
"""
ECOT = """#!{python}
import json, os, sys
from pathlib import Path
words = sys.argv[1:]
with open("calls.jsonl", "a") as calls:
    calls.write(json.dumps(["ecot", *words, os.environ.get("AWS_DEFAULT_REGION")]) + "\\n")
if words[:2] == ["tokens", "list"]:
    print(Path("tokens.json").read_text())
elif words[:2] == ["tokens", "new"]:
    print("the-new-token")
"""


TOKEN: dict[str, object] = {"id": "t1", "role": "report", "kind": "token", "state": "valid"}
"""Of what `ecot tokens list --json` says of one, that on which deploying decides."""


class Deployed(NamedTuple):
    """How it ended: exit code, what was printed, and the commands that were called."""

    code: int
    printed: str
    calls: list[list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout, as far as deploying looks at one, whose stack has no token yet."""
    for name, text in (("sam", SAM), ("ecot", ECOT)):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.format(python=sys.executable, url=URL), encoding="utf-8")
        path.chmod(0o755)
    (tmp_path / "tokens.json").write_text('{"tokens": []}', encoding="utf-8")
    return tmp_path


def deploy(folder: Path, *options: str, **environment: str) -> Deployed:
    """Runs it where the fakes come first on the path."""
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, str(DEPLOY), *options],
        cwd=folder,
        env={"PATH": path, "PYTHONWARNINGS": "error"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    calls = folder / "calls.jsonl"
    lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
    return Deployed(done.returncode, done.stdout + done.stderr, [json.loads(one) for one in lines])


def test_the_first_time_sam_asks_and_the_end_is_a_token(folder: Path) -> None:
    (folder / "ecot.toml").touch()

    done = deploy(folder)

    assert done.code == 0, done.printed
    sam, listing, push, tokens, new = done.calls
    assert sam[:2] == ["sam", "deploy"]
    assert {"--guided", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"} <= set(sam)
    assert listing[1:3] == ["list", "stack-outputs"]
    assert listing[-2:] == ["--region", "eu-west-3"]
    assert push == ["ecot", "config", "push", "--stack", "our-ecot", "eu-west-3"]
    assert tokens == ["ecot", "tokens", "list", "--stack", "our-ecot", "--json", "eu-west-3"]
    assert new == ["ecot", "tokens", "new", "report", "--stack", "our-ecot", "eu-west-3"]
    words = done.printed
    assert f"{URL}/site/index.html" in words
    assert words.index(URL) < words.index("the-new-token") < words.index("ecot connect openai")


def test_the_next_time_nothing_is_asked_and_no_token_made(folder: Path) -> None:
    deploy(folder)
    (folder / "calls.jsonl").unlink()
    (folder / "tokens.json").write_text(json.dumps({"tokens": [TOKEN]}), encoding="utf-8")

    done = deploy(folder, "--profile", "work")

    assert done.code == 0, done.printed
    assert done.calls[0] == [
        "sam",
        "deploy",
        "--no-fail-on-empty-changeset",
        "--profile",
        "work",
    ]
    assert [call[1:3] for call in done.calls[1:]] == [["list", "stack-outputs"], ["tokens", "list"]]
    assert "the-new-token" not in done.printed


@pytest.mark.parametrize(
    ("tokens", "is_made"),
    [
        ([], True),
        ([TOKEN | {"role": "collect"}], True),
        ([TOKEN | {"state": "revoked"}], True),
        ([TOKEN | {"state": "expired"}], True),
        ([TOKEN | {"kind": "link", "month": "2026-10"}], True),
        ([TOKEN | {"state": "too short"}], True),
        ([TOKEN | {"role": "admin"}], False),
        ([TOKEN | {"state": "revoked"}, TOKEN], False),
    ],
)
def test_a_token_is_made_where_none_opens_the_site(
    folder: Path, tokens: list[object], is_made: bool
) -> None:
    (folder / "tokens.json").write_text(json.dumps({"tokens": tokens}), encoding="utf-8")

    done = deploy(folder)

    assert ("the-new-token" in done.printed) == is_made


@pytest.mark.parametrize("environment", [{"CI": "true"}, {}], ids=["says so", "does not"])
def test_a_build_server_is_asked_nothing_and_prints_no_token(
    environment: dict[str, str], folder: Path
) -> None:
    done = deploy(folder, "--region", "eu-west-3", STACK="prod", **environment)

    assert done.code == 0, done.printed
    sam, listing = done.calls
    assert sam[:5] == ["sam", "deploy", "--no-fail-on-empty-changeset", "--stack-name", "prod"]
    assert {"--no-confirm-changeset", "--resolve-s3", "CAPABILITY_IAM"} <= set(sam)
    assert "--guided" not in sam
    assert sam[-2:] == ["--region", "eu-west-3"]
    assert listing[3:5] == ["--stack-name", "prod"]
    assert URL in done.printed


def test_where_sam_fails_nothing_else_is_done(folder: Path) -> None:
    done = deploy(folder, SAM_FAILS="1")

    assert done.code == 1
    assert [call[:2] for call in done.calls] == [["sam", "deploy"]]
    assert "Traceback" not in done.printed


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack on moto, as the first deployment leaves it."""
    lead_to_moto(tmp_path, monkeypatch)
    open_place_on("moto", tmp_path).store.close()
    return made_stack(name_of(tmp_path))


def test_with_the_real_command_there_is_a_token_and_the_key_that_signs(
    folder: Path, stack: Stack
) -> None:
    text = f"#!{sys.executable}\nimport runpy\nrunpy.run_module('ecot', run_name='__main__')\n"
    (folder / "bin" / "ecot").write_text(text, encoding="utf-8")
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    python = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": ""}
    kept = f'[default.deploy.parameters]\nstack_name = "{stack.name}"\n'
    (folder / "samconfig.toml").write_text(kept, encoding="utf-8")
    here = {"LANG": "C.UTF-8"} | aws | python

    first = deploy(folder, **here)
    again = deploy(folder, **here)

    assert (first.code, again.code) == (0, 0), first.printed + again.printed
    assert first.printed.count("ecot_report_") == 1
    assert "ecot_report_" not in again.printed
    assert len(key_of(stack.deployed)) == BYTES
    with closing(open_place_on("moto", folder).store) as store:
        (token,) = tokens(store)
        assert f"ecot_report_{token.id}_" in first.printed
        revoke(store, token.id, datetime(2026, 11, 22, tzinfo=UTC))
    assert "ecot_report_" in deploy(folder, **here).printed
