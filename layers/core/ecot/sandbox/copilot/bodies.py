"""A made-up Copilot's bodies, in the form in which GitHub writes them."""

from datetime import date
from decimal import Decimal
from typing import Any

from ecot.sandbox import exact_json
from ecot.sandbox.copilot.truth import (
    CENT,
    ORGANIZATION,
    SEAT_PRICE,
    CopilotTruth,
    Credits,
    PersonDay,
    Seat,
)

USERS = "https://api.github.com/users"


def credits_item(line: Credits) -> dict[str, Any]:
    """A line of the AI credit report."""
    product, sku, unit = line.labels
    return {
        "product": product,
        "sku": sku,
        "model": line.model,
        "unitType": unit,
        "pricePerUnit": CENT,
        "grossQuantity": line.used,
        "grossAmount": line.used * CENT,
        "discountQuantity": line.included,
        "discountAmount": line.included * CENT,
        "netQuantity": line.used - line.included,
        "netAmount": line.net,
    }


def usage_items(truth: CopilotTruth, day: date) -> list[dict[str, Any]]:
    """The day's lines of the usage report: seats, the same AI credits again, and Actions."""
    months, used = truth.seat_months(day), sum(line.used for line in truth.credits(day))
    net = sum(line.net for line in truth.credits(day))
    lines: list[tuple[str, str, str, Decimal | int, Decimal | int]]
    lines = [("Actions", "Actions Linux", "minutes", 100, 0)]
    if used:
        lines.append(("copilot", "copilot_ai_credit", "AI-Credits", used, net))
    if months is not None:
        lines.append(("Copilot", "Copilot Business", "user-months", months, months * SEAT_PRICE))
    return [
        {
            "date": f"{day}T00:00:00Z",
            "product": product,
            "sku": sku,
            "quantity": quantity,
            "unitType": unit,
            "pricePerUnit": CENT,
            "grossAmount": amount,
            "discountAmount": 0,
            "netAmount": amount,
            "organizationName": ORGANIZATION,
        }
        for product, sku, unit, quantity, amount in lines
    ]


def details(truth: CopilotTruth) -> dict[str, Any]:
    """How many seats there are."""
    total, active = len(truth.seats()), len(truth.people)
    return {
        "seat_breakdown": {
            "total": total,
            "added_this_cycle": 0,
            "pending_invitation": 0,
            "pending_cancellation": 0,
            "active_this_cycle": active,
            "inactive_this_cycle": total - active,
        },
        "seat_management_setting": "assign_selected",
        "public_code_suggestions": "block",
        "plan_type": "business",
    }


def seat(one: Seat) -> dict[str, Any]:
    """A seat of the list, with its assignee's addresses."""
    return {
        "created_at": one.created.isoformat(),
        "pending_cancellation_date": None,
        "last_activity_at": None if one.used is None else one.used.isoformat(),
        "last_activity_editor": None if one.used is None else "vscode/1.105.0/copilot-chat/0.32.0",
        "plan_type": "business",
        "assignee": {
            "login": one.login,
            "id": 1,
            "html_url": f"https://github.com/{one.login}",
            "url": f"{USERS}/{one.login}",
            "followers_url": f"{USERS}/{one.login}/followers",
            "type": "User",
            "site_admin": False,
        },
    }


def line(one: PersonDay, day: date) -> bytes:
    """A line of a report."""
    content: dict[str, Any] = {
        "day": str(day),
        "organization_id": "42",
        "user_id": 1,
        "user_login": one.login,
        "ai_credits_used": one.credits,
        **one.counts,
        "totals_by_ide": [{"ide": "vscode", "loc_added_sum": one.counts["loc_added_sum"]}],
    }
    if one.cli is not None:
        sessions, requests, sent, received = one.cli
        tokens = {"prompt_tokens_sum": sent, "output_tokens_sum": received}
        content["totals_by_cli"] = {
            "session_count": sessions,
            "request_count": requests,
            "prompt_count": requests,
            "token_usage": {**tokens, "avg_tokens_per_request": (sent + received) // requests},
        }
    return exact_json.dumps(content) + b"\n"
