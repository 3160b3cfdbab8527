"""FOCUS's own validator, focus-validator 1.0.0, on a file: how many rules it has, and which fail.

It asks in four places for a name that FOCUS 1.0 does not have (its preview had some of them). Our
file has FOCUS's names; the copy that is validated has both. One rule asks for `ChargeType`, which
1.0 removed, and fails for want of it whatever a file says: it alone is left out.
"""

import csv
import io
import subprocess
import xml.etree.ElementTree as ET
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
VALIDATOR = ROOT / ".venv-focus"
ALIASES = {
    "Provider": "ProviderName",
    "Publisher": "PublisherName",
    "InvoiceIssuer": "InvoiceIssuerName",
    "ResourceID": "ResourceId",
}
LEFT_OUT = "SkuPriceId_Nullable"
RULES = 133  # of version 1.0, the one that is left out among them


class Verdict(NamedTuple):
    """How many rules there are, how many of them were left out, and which the file breaks."""

    rules: int
    left_out: int
    broken: list[str]


def validated(text: str, folder: Path) -> Verdict:
    """What the validator says of a FOCUS file; skips where it is not installed. Its exit status is
    0 whatever it finds, so that what it writes is read."""
    program = VALIDATOR / "bin" / "focus-validator"
    if not program.exists():
        pytest.skip("no focus-validator here: `make test-all` installs it, before Python 3.13")
    file, said, overrides = (folder / name for name in ("copy.csv", "said.xml", "overrides.yaml"))
    _with_aliases(text, file)
    overrides.write_text(f"overrides:\n  - {LEFT_OUT}\n", encoding="utf-8")
    options = {
        "--data-file": file,
        "--validate-version": "1.0",
        "--override-file": overrides,
        "--output-type": "unittest",
        "--output-destination": said,
    }
    # It looks for its list of currencies below the folder in which it is started.
    (started_in,) = VALIDATOR.glob("lib/python3.*/site-packages")
    command = [str(part) for part in (program, *chain.from_iterable(options.items()))]
    done = subprocess.run(command, cwd=started_in, capture_output=True, text=True, timeout=300)
    assert said.exists(), done.stdout + done.stderr
    suites = ET.parse(said).getroot()
    broken = [case.get("name", "") for case in suites.iter("testcase") if _is_broken(case)]
    assert len(broken) == int(suites.get("failures", "")) + int(suites.get("errors", ""))
    return Verdict(int(suites.get("tests", "")), int(suites.get("skipped", "")), broken)


def _is_broken(case: ET.Element) -> bool:
    return case.find("failure") is not None or case.find("error") is not None


def _with_aliases(text: str, file: Path) -> None:
    lines = csv.DictReader(io.StringIO(text, newline=""))
    columns = [*(lines.fieldnames or ()), *ALIASES]
    with file.open("w", newline="", encoding="utf-8") as copy:
        writer = csv.DictWriter(copy, columns)
        writer.writeheader()
        for line in lines:
            writer.writerow(line | {alias: line[name] for alias, name in ALIASES.items()})
