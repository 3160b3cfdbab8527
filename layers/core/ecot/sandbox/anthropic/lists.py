"""Anthropic's lists of workspaces and keys; the default workspace stands in none of them."""

from collections.abc import Callable, Mapping

from ecot.sandbox.anthropic.query import Query, invalid
from ecot.sandbox.anthropic.rows import Row
from ecot.sandbox.anthropic.truth import KEYS, WORKSPACES, AnthropicTruth


def page(truth: AnthropicTruth, query: Query, operation: str, entries_a_page: int) -> Row:
    """One page of a list; the cursor is the id of the last entry before it."""
    entries = ENTRIES[operation](truth, query)
    limit, first = min(query.whole("limit", 20, 1000), entries_a_page), 0
    if (after := query.text("after_id")) is not None:
        ids = [entry["id"] for entry in entries]
        first = ids.index(after) + 1 if after in ids else invalid("after_id: Object not found")
    shown = entries[first : first + limit]
    return {
        "data": shown,
        "has_more": first + limit < len(entries),
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
    }


def workspaces(truth: AnthropicTruth, query: Query) -> list[Row]:
    """The workspaces; archived ones only where they are asked for."""
    query.known("after_id", "before_id", "limit", "include_archived")
    today = truth.now().date()
    archived_too = query.text("include_archived") == "true"
    return [
        {
            "id": one.id,
            "type": "workspace",
            "name": one.name,
            "archived_at": f"{one.archived}T00:00:00Z" if one.archived else None,
            "created_at": f"{truth.start}T08:00:00Z",
            "display_color": "#6C5BB9",
        }
        for one in WORKSPACES
        if one.id and (archived_too or one.archived is None or today < one.archived)
    ]


def api_keys(truth: AnthropicTruth, query: Query) -> list[Row]:
    """The keys, whatever their status; the Console has none."""
    query.known("after_id", "before_id", "limit", "status", "workspace_id", "created_by_user_id")
    return [
        {
            "id": one.id,
            "type": "api_key",
            "name": one.name,
            "status": "active",
            "partial_key_hint": "sk-ant-api03-R2D...igAA",
            "created_at": f"{truth.start}T08:00:00Z",
            "workspace_id": one.workspace.id,
        }
        for one in KEYS
        if one.id
    ]


ENTRIES: Mapping[str, Callable[[AnthropicTruth, Query], list[Row]]] = {
    "workspaces": workspaces,
    "api_keys": api_keys,
}
