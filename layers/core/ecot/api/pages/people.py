"""Whether a page answers a request, and not a route of the interface.

Pages are no part of the interface that scripts rely on, so `/openapi.json` does not describe them.
Where a page and a route have one address, whoever prefers HTML, and sends a form if anything, gets
the page. What pages are made with is loaded with the first of them, so that no script waits for it.
"""

from ecot.api.access import Refusal
from ecot.api.asked import Asked
from ecot.api.pages.forms import is_form
from ecot.api.rules import PAGE_RULES, Rule
from ecot.api.sealed import Built

SHARED = frozenset({("GET", "/collect"), ("POST", "/collect"), ("GET", "/runs/<run>")})
"""Where there is a route of the interface too."""
NOWHERE = Rule("GET", "", frozenset())
"""Of an address that is none."""


def page_of(one: Asked) -> Built | None:
    """The page; None where a route answers."""
    if one.rule not in PAGE_RULES and not _is_asked_by_people(one):
        return None
    from ecot.api.pages.table import answered

    return answered(one)


def _is_asked_by_people(one: Asked) -> bool:
    is_shared = (one.rule.method, one.rule.path) in SHARED
    return is_shared and one.request.wants_html and (one.rule.is_safe or is_form(one.request))


def refused_page(one: Asked, refusal: Refusal) -> Built | None:
    """What a browser is shown that may not ask; None where no browser asks."""
    if not one.request.wants_html:
        return None
    from ecot.api.pages.table import turned_away

    return turned_away(one, refusal)


def missing_page(one: Asked) -> Built | None:
    """What a browser is shown where there is no such address; None where no browser asks."""
    if not one.request.wants_html:
        return None
    from ecot.api.pages.table import nothing_there

    return nothing_there(one)
