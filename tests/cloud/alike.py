"""What two sides' reports have in common to the byte, but for what is named here, and nothing else.

- What a run is called, also inside digests that are made of it: the ids of restatements, and the
  stamps by which the next night sees what need not be made again. (Those are made of the program's
  files too, of which a layer has fewer: no commands, no sandbox.)
- Where the report is read, and what signs a link to it.

Times are not left out: both sides' clocks stand at the same moment.
"""

import json
import re

_RUN = re.compile(r"20\d{6}T\d{6}(?:\.\d{6})?Z(?:-[a-z]+)?")
_RESTATED = re.compile(r'("restated":\[)("[0-9a-f]{12}"(?:,"[0-9a-f]{12}")*)(\])')
_LINK = re.compile(r"(‹address›/link/)[\w.~%-]+")
_ID = re.compile(r"[0-9a-f]{12}")
STAMPS = "stamps.json"


def plain(name: str, body: bytes, address: str) -> bytes:
    """The file, without those two; `address` is where its side is served."""
    if name == STAMPS:
        return _names(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return body
    text = _LINK.sub(r"\1‹signed›", text.replace(address, "‹address›"))
    text = _RUN.sub("‹run›", text)
    return _RESTATED.sub(
        lambda found: found[1] + _ID.sub("‹id›", found[2]) + found[3], text
    ).encode()


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Names of files that only one side has, and where those of both begin to differ."""
    found = [f"only on one side: {name}" for name in sorted(set(one) ^ set(other))]
    both = (name for name in sorted(set(one) & set(other)) if one[name] != other[name])
    return found + [f"{name}: {_first_difference(one[name], other[name])}" for name in both]


def _names(body: bytes) -> bytes:
    """Which files were made together."""
    stamps = json.loads(body)
    groups = {key: group["names"] for key, group in stamps["groups"].items()}
    return json.dumps([groups, stamps["names"]], sort_keys=True).encode()


def _first_difference(one: bytes, other: bytes) -> str:
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    place = min(len(one), len(other)) if place is None else place
    first, second = (text[max(0, place - 60) : place + 60] for text in (one, other))
    return f"{first!r} / {second!r}"
