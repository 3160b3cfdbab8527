"""FOCUS files beside the rows that we say they mean: `make golden ARGS=focus`.

Writes `<file>.expected.json` for every file in golden/focus that has none; with `--force` also
those that exist, so that the difference can be reviewed like code.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from ecot.providers import focus

FOLDER = Path(__file__).parent / "golden" / "focus"


def recorded(folder: Path = FOLDER) -> list[Path]:
    """The files of the pairs, without the expected ones."""
    return [path for path in sorted(folder.glob("*")) if not path.name.endswith(".expected.json")]


def expected_path(path: Path) -> Path:
    """Where the meaning of a file is written."""
    return path.with_name(f"{path.name}.expected.json")


def meaning(path: Path) -> list[dict[str, Any]]:
    """What the file means, as JSON holds it."""
    rows = [
        {
            "place": row.parsed.place,
            "account": row.account,
            "provider_title": row.provider_title,
            "billing_account_name": row.billing_account_name,
            "name": row.name.row if row.name else None,
            "row": row.parsed.row,
        }
        for row in focus.rows(focus.read(path))
    ]
    builtins: list[dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(rows))
    return builtins


def main(force: bool, folder: Path = FOLDER) -> None:
    """Write what is missing, or everything."""
    for path in recorded(folder):
        if force or not expected_path(path).exists():
            text = json.dumps(meaning(path), indent=2, ensure_ascii=False, sort_keys=True)
            expected_path(path).write_text(f"{text}\n", encoding="utf-8")
            print(expected_path(path).name)


if __name__ == "__main__":
    main(force="--force" in sys.argv[1:])
