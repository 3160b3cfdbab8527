"""OpenRouter's entries of workspaces and keys, and what a key is told about itself."""

from datetime import timedelta
from decimal import Decimal

from ecot.sandbox.openrouter.truth import FIRST_DAY, Activity, Key, OpenRouterTruth, Workspace

Entry = dict[str, object]
CREATED = "2026-01-01T09:30:00Z"
CREATOR = "user_2dHFtVWx2n56w6HkM0000000000"


def workspace_entry(workspace: Workspace) -> Entry:
    """A workspace as it is listed."""
    return {
        "id": workspace.id,
        "name": workspace.name,
        "slug": workspace.name.lower(),
        "description": None,
        "created_at": CREATED,
        "updated_at": None,
        "created_by": CREATOR,
        "default_guardrail_id": workspace.id,
        "default_image_model": None,
        "default_provider_sort": None,
        "default_text_model": None,
        "include_byok_in_budgets": False,
        "io_logging_api_key_ids": None,
        "io_logging_sampling_rate": 1,
        "is_data_discount_logging_enabled": True,
        "is_observability_broadcast_enabled": False,
        "is_observability_io_logging_enabled": False,
    }


def key_entry(key: Key, truth: OpenRouterTruth) -> Entry:
    """A key as it is listed, with its counters until now."""
    today = truth.now().date()
    starts = {
        "": FIRST_DAY,
        "_daily": today,
        "_weekly": today - timedelta(days=today.weekday()),
        "_monthly": today.replace(day=1),
    }
    counters: dict[str, Decimal] = {}
    for suffix, start in starts.items():
        days = (start + timedelta(days=at) for at in range((today - start).days + 1))
        done = [each for day in days for each in truth.on(day) if each.key == key]
        counters |= _counters(suffix, done)
    suffix = f"_{key.reset}" if key.reset else ""
    used = counters[f"usage{suffix}"]
    if key.counts_own_keys:
        used += counters[f"byok_usage{suffix}"]
    return {
        "hash": key.hash,
        "name": key.name,
        "label": f"sk-or-v1-{key.hash[:3]}...{key.hash[-3:]}",
        "disabled": key.disabled,
        "limit": key.limit,
        "limit_remaining": None if key.limit is None else key.limit - used,
        "limit_reset": key.reset,
        "include_byok_in_limit": key.counts_own_keys,
        **counters,
        "created_at": CREATED,
        "updated_at": None,
        "expires_at": None,
        "creator_user_id": CREATOR,
        "workspace_id": key.workspace.id,
    }


def _counters(suffix: str, done: list[Activity]) -> dict[str, Decimal]:
    return {
        f"usage{suffix}": sum((each.usage for each in done), Decimal(0)),
        f"byok_usage{suffix}": sum((each.beside for each in done), Decimal(0)),
    }


def own_key(secret: str, is_management_key: bool) -> Entry:
    """What a key is told about itself; one that manages has spent nothing."""
    counters = {
        f"{kind}{suffix}": 0
        for kind in ("usage", "byok_usage")
        for suffix in ("", "_daily", "_weekly", "_monthly")
    }
    return {
        "label": f"{secret[:12]}...{secret[-3:]}",
        "limit": None,
        "limit_remaining": None,
        "limit_reset": None,
        "include_byok_in_limit": False,
        "is_free_tier": False,
        "is_management_key": is_management_key,
        "is_provisioning_key": is_management_key,
        "creator_user_id": CREATOR,
        "expires_at": None,
        "rate_limit": {
            "interval": "1h",
            "requests": -1,
            "note": "This field is deprecated and safe to ignore.",
        },
        **counters,
    }
