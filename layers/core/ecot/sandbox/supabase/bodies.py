"""The bodies of Supabase's answers, as the specification of 2026-06-01 describes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ecot.sandbox.supabase.truth import Addon, Organization, Project


def organization(one: Organization) -> dict[str, Any]:
    """An organisation that was asked for by its slug: the answer has it as `id` alone."""
    settings: Mapping[str, object] = {"opt_in_tags": [], "allowed_release_channels": ["ga"]}
    plan = {} if one.plan is None else {"plan": one.plan}
    return {"id": one.slug, "name": one.name, **plan, **settings}


def project_of(one: Project) -> dict[str, Any]:
    """A project in the list."""
    return {
        "id": one.ref,
        "ref": one.ref,
        "organization_id": one.organization,
        "organization_slug": one.organization,
        "name": one.name,
        "region": "eu-central-1",
        "created_at": f"{one.since}T08:00:00Z",
        "status": one.status,
        "database": {
            "host": f"db.{one.ref}.supabase.co",
            "version": "17.4.1.069",
            "postgres_engine": "17",
            "release_channel": "ga",
        },
    }


def addons(project: Project) -> dict[str, Any]:
    """What a project has beside its plan."""
    selected = [{"type": one.type, "variant": _variant(one)} for one in project.addons]
    return {"selected_addons": selected, "available_addons": []}


def _variant(one: Addon) -> dict[str, Any]:
    price = {
        "description": one.description,
        "type": one.kind,
        "interval": one.interval,
        "amount": one.amount,
    }
    return {"id": one.id, "name": one.name, "price": price, "meta": {}}


def disk(project: Project, now: datetime) -> dict[str, Any]:
    """How full the disk of the database is."""
    size, used = project.disk
    metrics = {"fs_size_bytes": size, "fs_avail_bytes": size - used, "fs_used_bytes": used}
    return {"timestamp": f"{now:%Y-%m-%dT%H:%M:%S.000Z}", "metrics": metrics}
