"""A made-up Supabase project's Auth server, as far as its admin interface tells who a user is.

Paths and fields are those of the specification (github.com/supabase/auth, openapi.yaml); the words
of refusals are those of the server's code, and of the gateway in front of it. Anything else that is
asked is an error of whoever asks: the list of all users is not here to be read.
"""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from typing import Any

from ecot.sandbox.edits import edited
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response, json_response

USER = re.compile(
    r"/auth/v1/admin/users/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)
SOFTLY_DELETED = "deleted"  # in the place of an address
HASH = "Yh8yXz2cC5oVt0p1a9bQmL3nR7sK6wEu4dFgHjTiA-_"
UNKNOWN = {"code": 404, "error_code": "user_not_found", "msg": "User not found"}
DOWN = {"code": 500, "error_code": "unexpected_failure", "msg": "Database error loading user"}


class SupabaseAuthSite:
    """Serves `users`, addresses by id ("": who signed up by phone); `keys` may be changed at any
    time, and say of each whether it is a secret one."""

    def __init__(self, users: MutableMapping[str, str], keys: Mapping[str, bool]) -> None:
        self.users = users
        self.keys = keys

    def answer(self, request: Request, /) -> Response:
        """The user, or the refusal with a true body."""
        key = request.headers.get("apikey", "")
        if key not in self.keys or request.headers.get("authorization") != f"Bearer {key}":
            hint = "Double check your Supabase `anon` or `service_role` API key."
            return json_response({"message": "Invalid API key", "hint": hint}, 401)
        if not self.keys[key]:
            words = {"code": 403, "error_code": "not_admin", "msg": "User not allowed"}
            return json_response(words, 403)
        asked = USER.fullmatch(request.path)
        if request.method != "GET" or request.query or asked is None:
            return json_response({"message": "no Route matched with those values"}, 404)
        if asked[1] not in self.users:
            return json_response(UNKNOWN, 404)
        return json_response(_user(asked[1], self.users[asked[1]]))


def somebody_else() -> Fault:
    """The answer is about another user than was asked for."""
    return edited("somebody else", lambda user: {**user, "id": f"{0x5EED:032x}"})


def echo() -> Fault:
    """A refusal that repeats the key, as some gateways do."""

    def effect(request: Request, rest: Next) -> Response:
        refusal = {"message": f"Invalid API key {request.headers['apikey']}"}
        return replace(rest(request), status=401, body=json_response(refusal).body)

    return Fault("echo", effect, times=None)


def _user(user: str, address: str) -> dict[str, Any]:
    """What the server tells of a user, with what nobody should ask for."""
    is_deleted = address == SOFTLY_DELETED
    return {
        "id": user,
        "aud": "authenticated",
        "role": "authenticated",
        "email": HASH if is_deleted else address,
        "phone": "33612345678",
        "user_metadata": {"full_name": "Camille Canari"},
        "identities": [],
        "created_at": "2026-02-03T04:05:06.789012Z",
        "is_anonymous": False,
    } | ({"deleted_at": "2026-10-01T00:00:00Z"} if is_deleted else {})
