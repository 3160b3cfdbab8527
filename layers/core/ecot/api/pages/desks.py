"""What is around a page for this reader: their language, and what their forms carry."""

from msgspec.structs import replace

from ecot.api.asked import Asked
from ecot.api.pages.forms import guard_of
from ecot.api.pages.ways import is_own_way
from ecot.language import Language
from ecot.report.desk.frame import Desk


def desk_of(one: Asked, path: str) -> Desk:
    """The frame of the page at `path`, which says so where the ledger is made up. Reads the
    ledger."""
    return replace(bare_desk(one, path), is_demo=one.setup.is_demo)


def bare_desk(one: Asked, path: str) -> Desk:
    """The frame without a look at the ledger: for a page that says itself of whom it is, or that
    the ledger cannot be read. In the settings' language unless `?lang=` asks for the other. From
    an address that is none of ours the other language leads to the front page."""
    own = one.setup.language
    language = _language(one, own)
    grant = one.grant
    return Desk(
        language=language,
        path=path if is_own_way(path) else "/",
        is_own=language.code == own.code,
        is_in=grant is not None and grant.month is None,
        guard=guard_of(one.request, grant, one.world.signing_key, one.now),
    )


def _language(one: Asked, own: Language) -> Language:
    """The reader's."""
    wanted = one.request.query.get("lang", [""])[0]
    return own.other() if wanted == own.other().code else own


def may_act(one: Asked) -> bool:
    """Whether this reader may change anything."""
    return one.grant is not None and one.grant.role == "admin"
