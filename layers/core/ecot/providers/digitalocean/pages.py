"""DigitalOcean's two ways of paging, and that a list came whole.

Lists have `links.pages.next`, an address, and `meta.total`; insights have `current_page`,
`total_pages` and `total_items` (specification, 2026-08; the page of the Python client promises
`links` for insights too, which the specification does not know).
"""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, urlsplit

from ecot.model.answer import Answer
from ecot.providers.http import Http
from ecot.providers.pages import pages
from ecot.providers.reading import Node, opened

A_PAGE = ("per_page", "200")  # the most that is allowed
NUMBERED = "data_points"  # the list of the insights; every other one is linked


async def whole(http: Http, path: str, name: str) -> list[Answer]:
    """Every page of the list `name`; UnexpectedAnswer where they are not as many as announced."""
    following = _next_number if name == NUMBERED else _next_link
    found = pages(http, "costs", path, [A_PAGE], parameter="page", following=following)
    answers = [answer async for answer in found]
    last = opened(answers[-1], f"{http.account}: costs")
    stated = last["total_items"] if name == NUMBERED else last["meta"]["total"]
    if stated.whole() != (came := sum(1 for _ in entries(answers, name))):
        text = "{source}: {place} announces {part} entries, and {came} came"
        stated.refuse(text, came=str(came))
    return answers


def entries(answers: Iterable[Answer], name: str) -> Iterator[Node]:
    """The entries of the list `name` on all pages."""
    for answer in answers:
        yield from listed(opened(answer), name)


def listed(page: Node, name: str) -> Iterator[Node]:
    """The entries of a list. One without any may be null (third parties, 2026)."""
    found = page.get(name)
    return iter(found or ())


def _next_link(page: Node) -> str | None:
    """The number of the page after this one: only that is taken from its address."""
    links = page.get("links")
    near = links.get("pages") if links else None
    after = near.get("next") if near else None
    if after is None:
        return None
    query = parse_qs(urlsplit(after.text()).query)
    return next(iter(query.get("page", ()))) if "page" in query else after.refuse(_NO_PAGE)


def _next_number(page: Node) -> str | None:
    current, last = page["current_page"].whole(), page["total_pages"].whole()
    return str(current + 1) if current < last else None


_NO_PAGE = "{source}: {place} leads to no page: {part}"
