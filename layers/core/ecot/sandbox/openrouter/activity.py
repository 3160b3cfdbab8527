"""OpenRouter's rows of activity: a day, a model and an endpoint, split by workspace where asked."""

from collections.abc import Iterable
from decimal import Decimal

from ecot.sandbox.openrouter.truth import Activity, Endpoint, Workspace

Entry = dict[str, object]


def grouped(done: Iterable[Activity], time: str, *, by_workspace: bool) -> list[Entry]:
    """One row for each group. Without `by_workspace` the rows do not name any. `time` is what
    stands behind a day."""
    groups: dict[tuple[object, ...], list[Activity]] = {}
    for each in done:
        workspace = each.key.workspace if by_workspace else None
        groups.setdefault((each.day, each.endpoint, workspace), []).append(each)
    return [_row(members, time, by_workspace) for members in groups.values()]


def _row(members: list[Activity], time: str, by_workspace: bool) -> Entry:
    first = members[0]
    named = _workspace(first.key.workspace) if by_workspace else {}
    return {
        "date": f"{first.day}{time}",
        **_endpoint(first.endpoint),
        "usage": sum((each.usage for each in members), Decimal(0)),
        "byok_usage_inference": sum((each.beside for each in members), Decimal(0)),
        "requests": sum(each.requests for each in members),
        "prompt_tokens": sum(each.prompt_tokens for each in members),
        "completion_tokens": sum(each.completion_tokens for each in members),
        "reasoning_tokens": sum(each.reasoning_tokens for each in members),
        **named,
    }


def _endpoint(endpoint: Endpoint) -> Entry:
    return {
        "model": endpoint.slug,
        "model_permaslug": endpoint.permaslug,
        "endpoint_id": endpoint.id,
        "provider_name": endpoint.server,
    }


def _workspace(workspace: Workspace) -> Entry:
    return {"workspace_id": workspace.id}
