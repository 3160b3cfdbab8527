"""A ledger of schema 1, as the last Ecot of that schema wrote it (commit 6829ac8).

It collected five days of the sandbox's OpenAI, of which one was restated, imported a FOCUS file
with credits, tax and billing periods other than the charge's month, and wrote a plan. `schema_1/`
holds its items as a copy, its export, and all that it answered when it was asked for totals.
"""

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from ecot.jobs.place import Place, place_at
from ecot.jobs.plain_json import plain_json
from ecot.jobs.query import Question, answer
from ecot.store.copies import read_copy, read_manifest
from ecot.store.folder import Folder
from ecot.store.protocol import Key
from ecot.store.schema import Mark, put_mark

KEPT = Path(__file__).parent / "schema_1"
NAME = "schema-1"
TITLES = {"openai": "OpenAI"}  # the only supplier that it knew


def everything(key: Key) -> bool:
    """Chooses every item."""
    return True


def write_older(home: Path, is_chosen: Callable[[Key], bool] = everything) -> None:
    """The ledger (or the chosen items of it) in a folder, as its own Ecot left it."""
    place = place_at(str(home))
    put_older(place, is_chosen)
    place.store.close()


def put_older(place: Place, is_chosen: Callable[[Key], bool] = everything) -> None:
    """The ledger (or the chosen items of it) in an empty place."""
    files = Folder(KEPT)
    manifest = read_manifest(files, NAME)
    assert manifest is not None
    items = read_copy(files, NAME, manifest)
    place.store.put_all([(key, body) for key, body in items if is_chosen(key)])
    put_mark(place.store, Mark(1), 0)


def export() -> bytes:
    """What its own Ecot exported."""
    return gzip.decompress((KEPT / "export.json.gz").read_bytes())


def answers() -> tuple[Any, list[dict[str, Any]]]:
    """The day on which its own Ecot was asked, and each question with the answer it gave."""
    kept = json.loads(gzip.decompress((KEPT / "expected.json.gz").read_bytes()))
    return date.fromisoformat(kept["today"]), kept["totals"]


def said(place: Place, today: date, question: dict[str, Any]) -> Any:
    """What the ledger answers now; it always named people then."""
    first, after = (date.fromisoformat(question[name]) for name in ("first", "after"))
    asked = Question(first=first, after=after, today=today, currency="USD", people=True)
    return json.loads(plain_json(answer(place.store, asked, question["by"], TITLES)))
