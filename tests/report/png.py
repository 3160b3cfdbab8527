"""Enough of PNG to look at what was drawn: eight bits a channel, red, green, blue and alpha."""

import struct
import zlib
from itertools import pairwise


def pixels(body: bytes) -> list[bytes]:
    """The lines of the picture, four bytes a pixel."""
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colours = struct.unpack(">IIBB", body[16:26])
    assert (depth, colours) == (8, 6)
    data = zlib.decompress(b"".join(content for name, content in _chunks(body) if name == b"IDAT"))
    length = width * 4 + 1
    lines = [bytes(width * 4)]
    for at in range(height):
        raw = data[at * length : (at + 1) * length]
        lines.append(_unfiltered(raw[0], raw[1:], lines[-1]))
    return lines[1:]


def size(body: bytes) -> tuple[int, int]:
    """Width and height."""
    width, height = struct.unpack(">II", body[16:24])
    return width, height


def ink(lines: list[bytes], left: int, top: int, right: int, bottom: int) -> int:
    """How many pixels of the box differ from their left neighbour: none on an empty sheet."""
    found = 0
    for line in lines[top:bottom]:
        box = [line[at * 4 : at * 4 + 4] for at in range(left, right)]
        found += sum(one != other for one, other in pairwise(box))
    return found


def _chunks(body: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(body):
        (length,) = struct.unpack(">I", body[at : at + 4])
        found.append((body[at + 4 : at + 8], body[at + 8 : at + 8 + length]))
        at += length + 12
    return found


def _unfiltered(kind: int, raw: bytes, above: bytes) -> bytes:
    line = bytearray(len(raw))
    for at, value in enumerate(raw):
        left = line[at - 4] if at >= 4 else 0
        corner = above[at - 4] if at >= 4 else 0
        guess = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))[kind]
        line[at] = (value + guess) & 0xFF
    return bytes(line)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))
