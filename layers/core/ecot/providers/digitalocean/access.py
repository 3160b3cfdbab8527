"""Whose figures a token of DigitalOcean reads: the team's URN, found or configured.

Billing insights are asked by the team's URN, `do:team:<uuid>`. A token belongs to one team, which
`/v2/account` names to whoever has `account:read`; without that scope the URN is in the settings.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

from pydantic import Field

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.rows import Name
from ecot.providers.contract import Options
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened

ACCOUNT = "/v2/account"
TEAM = "do:team:"
TOKENS = "https://cloud.digitalocean.com/account/api/tokens"
CREATE = (
    f"create one with custom scopes under {TOKENS}: billing:read, and account:read (or write the"
    " account's team_urn into ecot.toml)."
)
CONFIGURE = (
    'Write the URN of the token\'s own team into ecot.toml: team_urn = "do:team:…" (the uuid of'
    " account.team in the API's answer to /v2/account), or leave it out to have it asked for."
)


class DigitalOceanOptions(Options):
    """`team_urn`: the team that the token belongs to, "do:team:<uuid>" (None: it is asked for).

    The URN of an organisation (`do:teamgroup:…`) is refused: an invoice is a team's, and in the
    place of several teams' insights it would hide what the others cost.
    """

    team_urn: Annotated[str, Field(pattern=r"^do:team:[0-9A-Za-z-]+$")] | None = None


def headers(secret: str, _: Options) -> Mapping[str, str]:
    """The token, as DigitalOcean wants it."""
    return {"Authorization": f"Bearer {secret}"}


async def team_urn(http: Http) -> str:
    """The URN of the token's team."""
    options = http.options
    if isinstance(options, DigitalOceanOptions) and options.team_urn:
        return options.team_urn
    answer = await http.answer("team", ACCOUNT)
    account = opened(answer, f"{http.account}: team")["account"]
    team = account.get("team")  # "when authorized in a team context" (specification, 2026-08)
    if team is None or (uuid := team.optional("uuid")) is None:
        text = "{account}: {provider} does not say which team the token belongs to"
        raise UnexpectedAnswer(text, remedy=CONFIGURE, account=http.account, provider=http.provider)
    return TEAM + uuid


def confirm(pages: Iterable[Answer], urn: str, http: Http) -> None:
    """Refuse figures of another team than the one that was asked about."""
    for page in pages:
        for point in opened(page, f"{http.account}: {page.feed}").get("data_points") or ():
            if point.optional("usage_team_urn") not in (None, urn):
                point.refuse("{source}: {place} is not of the team {urn}: {part}", urn=urn)


def names(content: Node) -> Iterator[Parsed]:
    """What the team is called."""
    team = content["account"].get("team")
    if team is not None and (name := team.optional("name")):
        urn = TEAM + team["uuid"].text()
        yield Parsed(team.place, Name("sub_account_id", urn, name))


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of the wrong kind."""
    if secret.startswith(("sk-", "sk_")):
        return f"This is a key of another supplier; DigitalOcean's costs need a token: {CREATE}"
    if secret.startswith("dor_v1_"):
        return f"This token only renews others (dor_v1_…); costs need a personal one: {CREATE}"
    if secret.startswith("DO") and len(secret) == _SPACES_KEY:
        return f"This is a key of Spaces, for files; costs need a personal token: {CREATE}"
    return None


_SPACES_KEY = 20  # characters of the id of a key of Spaces: DO00…, DO801…
