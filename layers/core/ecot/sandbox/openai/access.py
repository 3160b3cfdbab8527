"""Who may read what at OpenAI: keys, the organisations they belong to, and the refusals.

The wording of the 401 and 403 bodies is OpenAI's (seen 2026, notes of CodexBar PR 1802 and others);
a refusal shows no more of a key than its first five and last four characters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ecot.sandbox.company import ALL_SCOPES, Company
from ecot.sandbox.messages import Request
from ecot.sandbox.openai.query import Refused

KEYS_PAGE = "https://platform.openai.com/account/api-keys"
PROJECT_KEY_PREFIX = "sk-proj-"
NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header"
    " using Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from"
    f" {KEYS_PAGE}."
)
MISSING_SCOPES = (
    "You have insufficient permissions for this operation. Missing scopes: {scope}. Check that you"
    " have the correct role in your organization (Reader, Writer, Owner), and if you're using a"
    " restricted API key, that it has the necessary scopes."
)


@dataclass(frozen=True, slots=True)
class Access:
    """What one key opens: an organisation (its id), and the scopes it has there."""

    organisation_id: str
    scopes: frozenset[str] = ALL_SCOPES


def company_keys(company: Company) -> dict[str, Access]:
    """Every admin key of the company; two keys of one organisation open the same one."""
    return {
        key.value: Access(organisation.id, key.scopes) for organisation, key in company.admin_keys()
    }


def admitted(request: Request, keys: Mapping[str, Access], scope: str) -> Access:
    """What the request's key opens; Refused with 401 or 403 as OpenAI would."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Refused(NO_KEY, status=401)
    access = keys.get(key.strip())
    if access is None and not key.strip().startswith(PROJECT_KEY_PREFIX):
        message = f"Incorrect API key provided: {masked(key.strip())}. You can find your API key at"
        raise Refused(f"{message} {KEYS_PAGE}.", "invalid_api_key", status=401)
    if access is None or scope not in access.scopes:
        raise Refused(MISSING_SCOPES.format(scope=scope), status=403)
    return access


def masked(key: str) -> str:
    """A key as OpenAI's messages show it: sk-ad****1234; a short one not at all."""
    return f"{key[:5]}****{key[-4:]}" if len(key) > 12 else "****"
