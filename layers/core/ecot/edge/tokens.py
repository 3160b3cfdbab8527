"""The tokens that open the interface: those of the ledger, and those of earlier systems'
variables."""

from ecot.edge.setup import Setup
from ecot.jobs.access import digest_of, tokens
from ecot.model.access import Token
from ecot.settings import SHORTEST_TOKEN, SecretToken


def known_tokens(setup: Setup) -> list[Token]:
    """All that may be shown. A variable that is too short to be a secret opens nothing."""
    of_variables = map(token_of, setup.settings.tokens)
    return [*(one for one in of_variables if one.digest), *tokens(setup.place.store)]


def token_of(one: SecretToken) -> Token:
    """The variable's token; without a digest where it is too short. Its id is another one for
    another value, so that a sign-in ends when the variable changes."""
    value = one.secret.get_secret_value()
    digest = digest_of(value) if len(value) >= SHORTEST_TOKEN else ""
    return Token(
        id=f"{one.secret_name}-{digest[:6]}" if digest else one.secret_name,
        role=one.role,
        digest=digest,
        created=one.created,
        label=one.secret_name,
    )
