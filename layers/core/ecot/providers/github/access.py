"""What GitHub's interfaces share: the token, its look, and what a 404 means.

Headers and limits are the same everywhere (docs.github.com/rest, 2026). A limit is told by 403 or
429; `patience` knows its headers.
"""

from collections.abc import Awaitable, Mapping
from typing import TypeVar

from ecot.errors import AccessDenied, UnexpectedAnswer
from ecot.providers.contract import Options, Trouble

T = TypeVar("T")

BASE_URL = "https://api.github.com"
STATUS_PAGE = "https://www.githubstatus.com"
API_VERSION = "2022-11-28"

TOKENS = "https://github.com/settings/personal-access-tokens"
CREATE = (
    "an owner of the organization creates a fine-grained token with the organization as its "
    "resource owner and the organization permission Administration: read (for a user's own "
    f"billing: Plan: read) under {TOKENS}."
)
NOT_FOUND = (
    "GitHub answers so where the token may not read billing, and where there is no such "
    "organization (or user): look at its name in the settings. If that is right, "
    f"{CREATE}"
)
RENAMED = (
    "GitHub answers so where an organization or a repository was renamed or moved: put its new "
    "name into the settings."
)
# Fields of what GitHub calls a user that name the person, or hold the login inside an address.
PERSONAL = (
    *("login", "name", "node_id", "gravatar_id", "url", "html_url", "avatar_url"),
    *("followers_url", "following_url", "gists_url", "starred_url", "subscriptions_url"),
    *("organizations_url", "repos_url", "events_url", "received_events_url"),
)
REMEDIES: Mapping[Trouble, str] = {
    "access_denied": f"Billing needs a token that may read it: {CREATE}",
}


_MOVED = ("301", "302", "307", "308")


async def permitted(asking: Awaitable[T], remedy: str = "") -> T:
    """What is asked for. What is not found is what may not be read: a private thing is not told
    from one that is not there. Without a `remedy` it was about billing."""
    try:
        return await asking
    except UnexpectedAnswer as error:
        if error.values.get("status") in _MOVED:
            raise UnexpectedAnswer(error.text, remedy=RENAMED, **error.values) from None
        if not is_missing(error):
            raise
        if remedy:
            raise AccessDenied(error.text, remedy=remedy, **error.values) from None
        raise AccessDenied(error.text, remedy=NOT_FOUND, **error.values) from None


def is_missing(error: UnexpectedAnswer) -> bool:
    """Whether the answer was a 404."""
    return error.values.get("status") == "404"


def headers(secret: str, _: Options) -> dict[str, str]:
    """The token, and the version of the interface that these providers were written for."""
    return {
        "Authorization": f"Bearer {secret}",
        "Accept": "application/vnd.github+json, application/json",
        "X-GitHub-Api-Version": API_VERSION,
    }


def is_of_another(secret: str) -> bool:
    """Whether the beginning of a key shows that it is another supplier's."""
    return secret.startswith(("sk-", "sk_", "vcp_", "dop_"))


def only_renews(secret: str) -> bool:
    """Whether it is a token that reads nothing, and only renews a token of an app."""
    return secret.startswith("ghr_")


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of the wrong kind."""
    if is_of_another(secret):
        return f"This is a key of another supplier; GitHub's billing needs a token: {CREATE}"
    if only_renews(secret):
        return f"This only renews a token of an app; GitHub's billing needs a token: {CREATE}"
    return None
