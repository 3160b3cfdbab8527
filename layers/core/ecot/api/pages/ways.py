"""Where somebody came from: only a page of ours is ever gone back to."""

import re
from urllib.parse import parse_qs, quote, urlencode

from ecot.report.desk.frame import REPORT

_OWN = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+(?:\?[A-Za-z0-9._~=&%+-]*)?")
_LONGEST = 300
_SPOKEN = ("fr", "en")
_NOT_BACK = ("/sign-in", "/sign-out", "/link/")


def is_own_way(path: str) -> bool:
    """Whether a link to the path stays here; to a browser `//name` is another site."""
    return _OWN.fullmatch(path) is not None


def own_path(text: str) -> str:
    """The path, if it is one of ours; else where the report opens. An address of another site has a
    colon, a second slash or a backslash somewhere, and none of these is in a path of ours."""
    is_own = len(text) <= _LONGEST and _OWN.fullmatch(text) is not None
    return text if is_own and not text.startswith(_NOT_BACK) else REPORT


def sign_in_for(path: str, raw_query: str = "") -> str:
    """The sign-in page that leads back to the path, in the language that was asked for there."""
    back = own_path(f"{path}?{raw_query}" if raw_query else path)
    asked = {"back": back} if back != REPORT else {}
    if (spoken := parse_qs(raw_query).get("lang", [""])[-1]) in _SPOKEN:
        asked["lang"] = spoken
    return f"/sign-in?{urlencode(asked, safe='/', quote_via=quote)}" if asked else "/sign-in"
