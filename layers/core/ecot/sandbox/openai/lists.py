"""OpenAI's lists of projects and keys, and its spend limit, out of the made-up company.

Source: OpenAI's specification of 2026-08-21. Archived projects are listed only when asked for,
although their costs stay; `threshold_amount` is in cents.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from ecot.sandbox.company import ApiKey, Company, Organisation, Project
from ecot.sandbox.openai.query import Query, Refused

Entry = dict[str, object]
PAGING = ("limit", "after")
DEFAULT_LIMIT, LARGEST_LIMIT = 20, 100


def projects(organisation: Organisation, query: Query, today: date) -> Entry:
    """The projects that exist today, without the archived ones unless asked for."""
    query.known(*PAGING, "include_archived")
    archived = query.one_of("include_archived", ("true", "false"), "false") == "true"
    entries = [_project(each, today) for each in organisation.projects if each.created <= today]
    return _listed([each for each in entries if archived or each["status"] == "active"], query)


def api_keys(organisation: Organisation, project_id: str, query: Query) -> Entry:
    """The keys of one project of this organisation, with the names that people gave them."""
    query.known(*PAGING, "owner_project_access")
    access = query.one_of("owner_project_access", ("active", "inactive", "any"), "active")
    for project in organisation.projects:
        if project.id == project_id:
            keys = project.api_keys if access != "inactive" else ()
            return _listed([_api_key(key, project) for key in keys], query)
    raise Refused(f"Project with id {project_id} not found.", "not_found", status=404)


def admin_api_keys(company: Company, organisation: Organisation, query: Query) -> Entry:
    """The admin keys of this organisation, their values masked."""
    query.known(*PAGING, "order")
    created = _unix(company.start)
    owner: Entry = {"type": "user", "object": "organization.user"}
    owner |= {"id": organisation.users[0].id, "name": organisation.users[0].name}
    entries: list[Entry] = [
        {
            "object": "organization.admin_api_key",
            "id": key.id,
            "name": key.name,
            "redacted_value": f"{key.value[:8]}...{key.value[-4:]}",
            "created_at": created,
            "expires_at": None,
            "last_used_at": None,
            "owner": {**owner, "created_at": created, "role": "owner"},
        }
        for key in organisation.admin_keys
    ]
    descending = query.one_of("order", ("asc", "desc"), "asc") == "desc"
    return _listed(entries[::-1] if descending else entries, query)


def spend_limit(organisation: Organisation, query: Query) -> Entry:
    """The organisation's hard limit for a month."""
    query.known()
    return {
        "object": "organization.spend_limit",
        "threshold_amount": organisation.spend_limit_cents,
        "currency": "USD",
        "interval": "month",
        "enforcement": {"status": "inactive"},
    }


def _project(project: Project, today: date) -> Entry:
    archived = project.archived if project.archived and project.archived <= today else None
    return {
        "id": project.id,
        "object": "organization.project",
        "name": project.name,
        "created_at": _unix(project.created),
        "archived_at": _unix(archived) if archived else None,
        "status": "archived" if archived else "active",
    }


def _api_key(key: ApiKey, project: Project) -> Entry:
    return {
        "object": "organization.project.api_key",
        "redacted_value": f"sk-proj...{key.id[-4:]}",
        "name": key.name,
        "created_at": _unix(project.created),
        "last_used_at": None,
        "id": key.id,
        "owner_project_access": "active",
        "owner": _owner(key, project),
    }


def _owner(key: ApiKey, project: Project) -> Entry:
    created = {"created_at": _unix(project.created), "role": "member"}
    if key.user is None:
        account = {"id": f"svc_{key.id}", "name": key.name, **created}
        return {"type": "service_account", "service_account": account}
    user = {"id": key.user.id, "email": key.user.email, "name": key.user.name, **created}
    return {"type": "user", "user": user}


def _listed(entries: Sequence[Entry], query: Query) -> Entry:
    limit = query.limit(DEFAULT_LIMIT, LARGEST_LIMIT)
    ids = [str(entry["id"]) for entry in entries]
    after = query.text("after")
    if after is not None and after not in ids:
        raise Refused(f"No such object: '{after}'.", "invalid_value", "after")
    start = 0 if after is None else ids.index(after) + 1
    shown = list(entries[start : start + limit])
    return {
        "object": "list",
        "data": shown,
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
        "has_more": start + limit < len(entries),
    }


def _unix(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
