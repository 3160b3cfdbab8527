"""Short forms of what requests say."""

from typing import Any


def title(text: str) -> dict[str, Any]:
    return {"title": [{"text": {"content": text}}]}


def text(content: str) -> dict[str, Any]:
    return {"rich_text": [{"text": {"content": content}}]}


def relation(*pages: str) -> dict[str, Any]:
    return {"relation": [{"id": page} for page in pages]}


def day(start: str, end: str | None = None) -> dict[str, Any]:
    return {"date": {"start": start, "end": end}}


def chosen(name: str) -> dict[str, Any]:
    return {"select": {"name": name}}
