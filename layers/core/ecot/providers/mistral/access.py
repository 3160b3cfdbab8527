"""How Mistral's Admin API is asked: the header of the key, and what a refusal of it can mean."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from ecot.errors import AccessDenied, NotOffered, UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.providers.contract import Options
from ecot.providers.http import Http, Params

ELSEWHERE = (
    "Look at the account's base_url: Mistral's pages name https://api.mistral.ai/v1/admin and "
    "https://console.mistral.ai/api/admin."
)
OTHERS = ("sk-ant-", "sk-admin-", "sk-proj-", "sk-svcacct-", "sk-or-", "sk_")


class MistralOptions(Options):
    """`header`: how the key is sent.

    The prose has `x-api-key` (docs.mistral.ai/admin/admin-api/authentication, 2026), with
    https://console.mistral.ai/api/admin; the specification has a bearer token, with the base that
    is ours. A third-party client sends both (2026), and so do we: each server reads the one that
    it knows, and no other server gets to see either.
    """

    header: Literal["x-api-key", "authorization", "both"] = "both"


def headers(secret: str, options: Options) -> Mapping[str, str]:
    """The key in one header or in both."""
    header = options.header if isinstance(options, MistralOptions) else MistralOptions().header
    sent = {"x-api-key": secret, "authorization": f"Bearer {secret}"}
    return sent if header == "both" else {header: sent[header]}


async def offered(
    http: Http, feed: str, path: str, params: Params = (), day: date | None = None
) -> Answer:
    """An answer. A refusal is NotOffered: none is documented, and those that other plans and
    standard keys get cannot be told from that of a wrong Admin key. What is not found, unless it
    is a workspace, may be at the other address that Mistral's pages name."""
    try:
        return await http.answer(feed, path, params, day=day)
    except UnexpectedAnswer as error:
        if error.values.get("status") != "404" or "workspace_id" in dict(params):
            raise
        raise UnexpectedAnswer(error.text, remedy=ELSEWHERE, **error.values) from None
    except AccessDenied as error:
        if "status" not in error.values:  # nobody was asked: the key could not even be sent
            raise
        raise NotOffered(error.text, **error.values) from None


def recognise(secret: str) -> str | None:
    """The remedy for another supplier's key. Mistral's own kinds look the same."""
    if secret.startswith(OTHERS):
        return (
            "This is a key of another supplier; Mistral's costs need an Admin key: create one "
            "under https://backoffice.mistral.ai (Enterprise plans only)."
        )
    return None
