"""Rich text as it is written and as it is answered."""

import re
from collections.abc import Sequence
from typing import Any

from ecot.sandbox.notion.records import Json
from ecot.sandbox.notion.refusals import invalid, misshapen

MOST_SIGNS = 2000
"""Of one text element, and of one web address."""

MOST_ELEMENTS = 100
ADDRESS = re.compile(r"https?://\S+$|mailto:\S+$|/")
PLAIN = {
    "bold": False,
    "italic": False,
    "strikethrough": False,
    "underline": False,
    "code": False,
    "color": "default",
}


def rich_text(written: Any, path: str) -> list[Json]:
    """What Notion keeps of a rich text; elements without a sign are dropped."""
    if not isinstance(written, list):
        raise misshapen(path, "an array", written)
    within_elements(written, path)
    elements = [_element(each, f"{path}[{place}]") for place, each in enumerate(written)]
    return [element for element in elements if element["plain_text"]]


def plain_text(elements: Sequence[Json]) -> str:
    """The signs alone."""
    return "".join(element["plain_text"] for element in elements)


def typed(text: str) -> list[Json]:
    """A text that somebody typed, in as many elements as it needs."""
    parts = [text[start : start + MOST_SIGNS] for start in range(0, len(text), MOST_SIGNS)]
    return [{"type": "text", "text": {"content": part}} for part in parts]


def within_elements(written: Sequence[Any], path: str) -> None:
    """At most a hundred elements of anything in one request."""
    if len(written) > MOST_ELEMENTS:
        raise misshapen(f"{path}.length", f"≤ `{MOST_ELEMENTS}`", len(written))


def within_signs(text: Any, path: str, most: int = MOST_SIGNS) -> str:
    """A string of at most so many signs, counted as JavaScript counts them (UTF-16)."""
    if not isinstance(text, str):
        raise misshapen(path, "a string", text)
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if length > most:
        raise misshapen(f"{path}.length", f"≤ `{most}`", length)
    return text


def _element(written: Any, path: str) -> Json:
    if not isinstance(written, dict) or not isinstance(written.get("text"), dict):
        raise invalid(f"body failed validation: {path}.text should be defined.")
    content = within_signs(written["text"].get("content"), f"{path}.text.content")
    link = written["text"].get("link")
    if link is not None:
        link = {"url": within_signs(link.get("url"), f"{path}.text.link.url")}
        if not ADDRESS.match(link["url"]):
            raise invalid("Invalid URL for link.")
    return {
        "type": "text",
        "text": {"content": content, "link": link},
        "annotations": {**PLAIN, **written.get("annotations", {})},
        "plain_text": content,
        "href": link and link["url"],
    }
