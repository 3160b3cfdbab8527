"""`ecot tokens new`, `list`, `revoke`: what opens the interface and the private site."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from ecot.cli import options
from ecot.cli.keeping import make_signing_key
from ecot.cli.options import examples
from ecot.cli.session import Session
from ecot.cli.show import out, print_json, print_table, tell
from ecot.edge.cloud import of_tokens
from ecot.edge.tokens import token_of
from ecot.jobs.access import new_token
from ecot.jobs.access import revoke as revoke_token
from ecot.jobs.access import tokens as tokens_of
from ecot.language import Language
from ecot.model.access import Token
from ecot.model.sentence import Sentence

_LONGEST_DAYS = 3660
_HEADINGS = (
    Sentence("Id"),
    Sentence("Role"),
    Sentence("Ends with"),
    Sentence("Label"),
    Sentence("Made on"),
    Sentence("State"),
)


class Role(StrEnum):
    """What a token is for."""

    collect = "collect"
    report = "report"
    admin = "admin"
    ingest = "ingest"


Which = Annotated[Role, typer.Argument(metavar="ROLE", help="collect, report, admin or ingest.")]
OnlyOf = Annotated[Role | None, typer.Argument(metavar="[ROLE]", help="Only those of this role.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The id that `ecot tokens list` shows.")]
Label = Annotated[str, options.valued("--label", "TEXT", "Whose it is, or what it is for.")]
Days = Annotated[
    int | None,
    typer.Option(
        "--expires",
        metavar="DAYS",
        min=1,
        max=_LONGEST_DAYS,
        help="After how many days it opens nothing any more (default: never).",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    parts = typer.Typer(help="Make, list and revoke what opens the interface and the private site.")
    of_new = examples(
        "ecot tokens new report --label 'Camille, dashboard'",
        "ecot tokens new collect --expires 90 --json",
    )
    parts.command("new", epilog=of_new)(new)
    parts.command("list", epilog=examples("ecot tokens list", "ecot tokens list report --json"))(
        list_
    )
    parts.command("revoke", epilog=examples("ecot tokens revoke k3v9x2ab"))(revoke)
    app.add_typer(parts, name="tokens", rich_help_panel="Serve", no_args_is_help=True)


def new(
    role: Which,
    label: Label = "",
    expires: Days = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Make a token and print it, once: the ledger keeps a digest of it, from which nobody gets it
    back.

    `report` reads, `collect` starts collections and sees how they went, `admin` may do everything;
    `ingest` is for what comes later. There may be several of a role, so that one can be replaced
    while the other still works.
    """
    session = Session(config, wanted=of_tokens)
    ends = None if expires is None else session.now() + timedelta(days=expires)
    make_signing_key(session)
    made = new_token(session.place.store, role.value, session.now(), label, ends)
    if json:
        document = {"id": made.id, "role": role.value, "token": made.shown, "expires": ends}
        print_json(document | {"label": label.strip()})
    else:
        out().print(made.shown, markup=False)
    tell(session.language.say("Keep it where you keep keys: it is not shown again."))


def list_(role: OnlyOf = None, json: options.Json = False, config: options.Config = None) -> None:
    """List the tokens, also those that are revoked or over, and links to single months; never a
    token itself."""
    session = Session(config, wanted=of_tokens)
    of_variables = [token_of(one) for one in session.settings.tokens]
    every = [*of_variables, *tokens_of(session.place.store)]
    found = [one for one in every if role is None or one.role == role.value]
    if json:
        print_json({"tokens": [_fields(one, session.now()) for one in found]})
    elif found:
        language = session.language
        headings = [language.sentence(one) for one in _HEADINGS]
        print_table(headings, [list(_line(language, one, session.now())) for one in found])
    else:
        text = "There is no token: `ecot tokens new {role}` makes one."
        tell(session.language.say(text, role=role.value if role else "report"))


def revoke(token_id: Id, json: options.Json = False, config: options.Config = None) -> None:
    """Make a token open nothing any more, at once, nor a sign-in or a link that came of it."""
    session = Session(config, wanted=of_tokens)
    token = revoke_token(session.place.store, token_id, session.now())
    if json:
        print_json(_fields(token, session.now()))
    else:
        tell(session.language.say("{id} opens nothing any more", id=token.id))


def _state(one: Token, now: datetime) -> str:
    if one.revoked is not None:
        return "revoked"
    if not one.holds(now):
        return "expired"
    return "too short" if not one.digest and one.month is None else "valid"


def _fields(one: Token, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "role": one.role,
        "kind": "token" if one.month is None else "link",
        "month": one.month,
        "label": one.label,
        "hint": one.hint,
        "created": one.created if one.hint or one.month else None,
        "expires": one.expires,
        "revoked": one.revoked,
        "state": _state(one, now),
    }


def _line(language: Language, one: Token, now: datetime) -> Iterator[str]:
    is_ours = bool(one.hint or one.month)
    yield one.id
    yield one.role if one.month is None else f"{one.role} {one.month}"
    yield f"…{one.hint}" if one.hint else "—"
    yield one.label or "—"
    yield language.date(one.created.date()) if is_ours else "—"
    yield language.sentence(_told(one, now, language))


def _told(one: Token, now: datetime, language: Language) -> Sentence:
    match _state(one, now):
        case "revoked":
            day = language.date((one.revoked or now).date())
            return Sentence("revoked on {day}", {"day": day})
        case "expired":
            return Sentence("over")
        case "too short":
            return Sentence("too short to be a secret: it opens nothing")
        case _ if one.expires is not None:
            return Sentence("valid until {day}", {"day": language.date(one.expires.date())})
        case _:
            return Sentence("valid")
