"""Made-up workspaces' ElevenLabs: usage and subscription, answered as ElevenLabs answers them.

Covers `/v1/user/subscription` and the usage query of the API reference of 2026. The bodies of
refusals are those that third parties have recorded (2026); the name of the permission that the
query needs is not among them, and made up here.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass

from ecot.sandbox import exact_json
from ecot.sandbox.elevenlabs.query import Invalid, read_question
from ecot.sandbox.elevenlabs.table import as_documented, table
from ecot.sandbox.elevenlabs.truth import Speech, Workspace
from ecot.sandbox.messages import Request, Response, json_response

USER_READ, ANALYTICS = "user_read", "workspace_analytics"
PERMISSIONS = {
    ("GET", "/v1/user/subscription"): USER_READ,
    ("POST", "/v1/workspace/analytics/query/usage-by-product-over-time"): ANALYTICS,
}


@dataclass(frozen=True, slots=True)
class Access:
    """What one key opens: a workspace (its id), and the permissions it has there."""

    workspace_id: str
    permissions: frozenset[str] = frozenset({USER_READ, ANALYTICS})


class ElevenLabsSite:
    """Serves workspaces as ElevenLabs would; `keys` may be changed at any time.

    With `documented` the table has the documentation's columns instead of those seen since.
    """

    def __init__(
        self, truth: Speech, keys: MutableMapping[str, Access], documented: bool = False
    ) -> None:
        self.truth = truth
        self.keys = keys
        self.documented = documented

    def answer(self, request: Request, /) -> Response:
        """ElevenLabs' answer, or its refusal with a true error body."""
        permission = PERMISSIONS.get((request.method, request.path))
        if permission is None:
            return json_response({"detail": "Not Found"}, 404)
        access = self.keys.get(request.headers.get("xi-api-key", ""))
        if access is None:
            return _refused("invalid_api_key", "invalid_api_key", "Invalid API key")
        if permission not in access.permissions:
            return _refused("unauthorized", "missing_permissions", MISSING.format(permission))
        workspace = self.truth.workspaces[access.workspace_id]
        if permission == USER_READ:
            # A workspace that another pays for is shown the credits of the whole group.
            payer = self.truth.workspaces[workspace.billed_by or workspace.id]
            return json_response(self._subscription(payer))
        return self._usage(workspace, request)

    def _usage(self, workspace: Workspace, request: Request) -> Response:
        try:
            question = read_question(request.body)
        except Invalid as refusal:
            return json_response({"detail": refusal.detail}, 422)
        # The bucket that begins at the end is answered whole.
        uses = self.truth.uses(workspace, question.start, question.end + question.interval)
        answer = table(question, uses)
        return json_response(as_documented(answer) if self.documented else answer)

    def _subscription(self, workspace: Workspace) -> dict[str, object]:
        _, end = self.truth.cycle(workspace)
        renewed = int(end.timestamp())
        is_free = workspace.tier == "free"
        money = {
            "currency": workspace.currency,
            "current_overage": {
                "amount": exact_json.plain(self.truth.owed(workspace)),
                "currency": workspace.currency or "usd",
            },
            "next_invoice": None
            if is_free
            else {"amount_due_cents": 2662, "next_payment_attempt_unix": renewed},
        }
        return {
            "tier": workspace.tier,
            "status": "free" if is_free else "active",
            "billing_period": "monthly_period",
            "character_refresh_period": "monthly_period",
            "next_character_count_reset_unix": renewed,
            "character_count": self.truth.used(workspace),
            "character_limit": workspace.credits_a_month,
            "max_character_limit_extension": None,
            "max_credit_limit_extension": 0 if is_free else "unlimited",
            **money,
            "open_invoices": [],
            **SETTINGS,
        }


MISSING = "The API key you used is missing the permission {} to execute this operation."
SETTINGS = {
    "can_extend_character_limit": True,
    "allowed_to_extend_character_limit": True,
    "voice_slots_used": 1,
    "professional_voice_slots_used": 0,
    "professional_voice_slots_used_in_workspace": 0,
    "voice_limit": 10,
    "voice_add_edit_counter": 0,
    "professional_voice_limit": 1,
    "can_extend_voice_limit": True,
    "can_use_instant_voice_cloning": True,
    "can_use_professional_voice_cloning": True,
    "has_open_invoices": False,
}


def _refused(code: str, status: str, message: str) -> Response:
    """The documentation promises 403 for a missing permission; it is 401 (seen 2026)."""
    detail = {"type": "authentication_error", "code": code, "status": status, "message": message}
    return json_response({"detail": detail}, 401)
