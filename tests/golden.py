"""Recorded answers beside the rows that we say they mean: `make golden`.

`providers/golden/<provider>/<name>.<feed>.answer.json` is an answer as the provider gave it, and
`<name>.<feed>.expected.json` what it means; `{"refused": "…"}`, typed by hand, where it is refused.
`<name>.<feed>.asked.json`, where there is one, says what was asked for and is not in the answer.
The command writes what is missing and refuses to overwrite what is different, unless told
`--force`; the difference is then reviewed like code.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.providers.contract import Provider
from ecot.providers.suppliers import PROVIDERS
from tests.providers import focus_golden

FOLDER = Path(__file__).parent / "providers" / "golden"
SNAPSHOT_DAY = date(2026, 11, 21)  # on which every recorded snapshot is taken to have been read
FILES = "focus"  # no provider: files that people import, with rows that name accounts


@dataclass(frozen=True)
class Pair:
    """A recorded answer and the place of its meaning."""

    provider: Provider
    answer: Path

    @property
    def feed(self) -> str:
        """The stream: what stands between the first dot and ".answer.json"."""
        return self.answer.name.removesuffix(".answer.json").partition(".")[2]

    @property
    def expected(self) -> Path:
        """Where the meaning stands."""
        return self.answer.with_name(self.answer.name.replace(".answer.json", ".expected.json"))

    @property
    def asked(self) -> dict[str, Any]:
        """The fields of the answer that say what was asked for."""
        path = self.answer.with_name(self.answer.name.replace(".answer.json", ".asked.json"))
        if path.exists():
            said = json.loads(path.read_bytes())
            return {"day": date.fromisoformat(said["day"]), "asked": said["asked"]}
        return {"day": SNAPSHOT_DAY if self.feed in self.provider.snapshots else None}

    def __str__(self) -> str:
        return f"{self.provider.name}/{self.answer.name}"


def pairs(folder: Path = FOLDER, providers: Sequence[Provider] = PROVIDERS) -> Iterator[Pair]:
    """Every recorded answer of the providers, in order."""
    for provider in providers:
        for path in sorted((folder / provider.name).glob("*.answer.json")):
            yield Pair(provider, path)


def meaning(pair: Pair) -> list[dict[str, Any]]:
    """What the answer means, as JSON holds it. UnexpectedAnswer where nobody knows."""
    if pair.feed not in pair.provider.streams:
        raise UnexpectedAnswer("{feed} is no stream of this provider", feed=pair.feed)
    answer = Answer(
        feed=pair.feed,
        endpoint=str(pair),
        body=pair.answer.read_bytes(),
        sub_account_id="asked",
        **pair.asked,
    )
    rows = [{"place": place, "row": row} for place, row in pair.provider.parse(answer)]
    builtins: list[dict[str, Any]] = json.loads(msgspec.json.encode(rows, order="sorted"))
    return builtins


def complaint(pair: Pair) -> str | None:
    """What is wrong with a pair: three different things, three messages; None if nothing is."""
    try:
        meant = meaning(pair)
    except UnexpectedAnswer as error:
        return None if _is_to_be_refused(pair, error) else f"{pair} is not recognised: {error}"
    if not pair.expected.exists():
        return f"{pair} has no expected file: run `make golden` and review {pair.expected.name}"
    if json.loads(pair.expected.read_bytes()) != meant:
        return f"{pair} means something different from {pair.expected.name}: review the difference"
    return None


def _is_to_be_refused(pair: Pair, error: UnexpectedAnswer) -> bool:
    """Whether that very refusal is expected: even an official sample can be what we never ask."""
    if not pair.expected.exists():
        return False
    return bool(json.loads(pair.expected.read_bytes()) == {"refused": str(error)})


def write(pair: Pair, force: bool) -> str | None:
    """Write a meaning that is missing, or any with `force`; the complaint that is left."""
    if (wrong := complaint(pair)) is None or not (force or not pair.expected.exists()):
        return wrong
    try:
        text = json.dumps(meaning(pair), indent=2, ensure_ascii=False)
    except UnexpectedAnswer:
        return wrong
    pair.expected.write_text(f"{text}\n", encoding="utf-8")
    print(f"wrote {pair.expected.name}")
    return None


def main(arguments: Sequence[str] | None = None, folder: Path = FOLDER) -> int:
    """The command: 1 if something was refused."""
    names = [*(each.name for each in PROVIDERS), FILES]
    parser = argparse.ArgumentParser(description="Write expected rows beside recorded answers.")
    parser.add_argument("--force", action="store_true", help="overwrite what is different")
    parser.add_argument("provider", nargs="?", choices=names)
    asked = parser.parse_args(arguments)
    wanted = [each for each in PROVIDERS if asked.provider in (None, each.name)]
    complaints = [write(pair, asked.force) for pair in pairs(folder, wanted)]
    for wrong in filter(None, complaints):
        print(wrong, file=sys.stderr)
    if asked.provider in (None, FILES):
        focus_golden.main(asked.force, folder / FILES)
    return 1 if any(complaints) else 0


if __name__ == "__main__":
    sys.exit(main())
