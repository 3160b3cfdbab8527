"""The e-mail address of a user of Supabase Auth, asked for by the user's id.

A company's own product users stand in measurements by their id alone. `GET /auth/v1/admin/users/
{id}` of the project's own server tells who that is, as in the specification of the Auth server
(github.com/supabase/auth, openapi.yaml, `/admin/users/{userId}`, read 2026-11-22). Needs a secret
key of the project (sb_secret_…, or the older service_role, eyJ…), sent as `apikey` and as bearer.
It is not a supplier, and not in `PROVIDERS`.

One user is asked for, never the list (`/auth/v1/admin/users?page=`): it has everybody, with phone
numbers and whatever the product keeps beside, its total stands in a header alone, and who signs up
meanwhile moves its pages (newest first). Surprises, all from the server's code (internal/api):

* An id that nobody has is 404 with the words "User not found"; any other 404 is another server's.
* The address is "" of who signed up by phone or anonymously. A user who was deleted softly is still
  there, with a hash in its place.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, SecretStr

from ecot.errors import AccessDenied, ProviderError, UnexpectedAnswer
from ecot.model.sentence import Sentence
from ecot.providers.http import Http
from ecot.providers.patience import Budget
from ecot.providers.reading import Node, decoded

if TYPE_CHECKING:  # 30 ms, which a function that asks no provider starts without
    import httpx

NAME = "supabase-auth"
VARIABLES = ("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY")
USERS = "/auth/v1/admin/users"
REMEDY = (
    "Until it answers, people keep their pseudonym, or the address last known; every run asks "
    "again. url and secret in [people.supabase] are those of your project: its address, and a "
    "secret key (sb_secret_… or service_role) from its settings, under API Keys."
)
_PUT_IT = "Put {variable}=… into the .env file of the folder that you run Ecot in."
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NOBODY = "00000000-0000-0000-0000-000000000000"
_NOT_KEYS = ("sbp_", "sb_publishable_", "https://", "http://", "postgres", "sk-", "sk_")


class Project(BaseModel):
    """The project whose users people are. `secret` is None where `secret_name` is not set, or holds
    what cannot be sent; then `fault` says so."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )

    url: str
    secret_name: str
    secret: SecretStr | None = None
    fault: Sentence | None = None


def is_id(text: str) -> bool:
    """Whether it may be a user's id: a UUID."""
    return _ID.fullmatch(text) is not None


def opened(shared: "httpx.AsyncClient", project: Project, budget: Budget) -> Http:
    """The project's server. Raises AccessDenied where there is no key, or none that opens it."""
    values = {"account": NAME, "variable": project.secret_name}
    if project.fault:
        raise AccessDenied(project.fault.text, remedy=REMEDY, **project.fault.values)
    if project.secret is None:
        raise AccessDenied("{account}: {variable} is not set", remedy=_PUT_IT, **values)
    key = project.secret.get_secret_value()
    if key.startswith(_NOT_KEYS):
        text = "{account}: the key in {variable} is not of the kind that is needed"
        raise AccessDenied(text, remedy=REMEDY, **values)
    return Http(
        shared,
        base_url=project.url,
        headers=_headers(key),
        secrets=[key],
        provider="Supabase Auth",
        account=NAME,
        budget=budget,
    )


async def check(http: Http) -> None:
    """Proves address and key by asking for somebody who does not exist: nobody is read."""
    await email(http, _NOBODY)


async def email(http: Http, user: str) -> str | None:
    """The user's address; None where there is no such user, or none with an address. No error
    quotes the id, or the answer: both say who somebody is."""
    try:
        body = await http.get(f"{USERS}/{user}")
    except ProviderError as error:
        if _is_unknown(error):
            return None
        values = error.values | {"endpoint": f"GET {USERS}/…"}
        raise type(error)(error.text, remedy=REMEDY, **values) from None
    found, address = _read(body)
    if found != user.casefold():  # nobody is to have another's name
        text = "{account}: {provider} does not answer about the user that it was asked for"
        raise UnexpectedAnswer(text, remedy=REMEDY, account=NAME, provider=http.provider)
    return address


def _is_unknown(error: ProviderError) -> bool:
    said = (error.values.get("status"), error.values.get("detail"))
    return said == ("404", "User not found")


def _read(body: bytes) -> tuple[str | None, str | None]:
    """Whom the answer is about, and the address. Of what is no user, nobody."""
    try:
        user = Node(decoded(body), NAME)
        address = user.optional("email")
        return user["id"].text().casefold(), address if address and "@" in address else None
    except UnexpectedAnswer:  # it quotes the answer; the caller says what is wrong
        return None, None


def _headers(key: str) -> Mapping[str, str]:
    return {"apikey": key, "Authorization": f"Bearer {key}"}
