"""Paging ends at the last page, and never goes in circles."""

import httpx
import pytest

from ecot.errors import UnexpectedAnswer
from ecot.providers import pages as paging
from ecot.providers.pages import has_more, pages
from tests.providers.asking import Answering, all_of, http, run


def numbered(last: int) -> Answering:
    """Pages 0 to `last`, each leading to the next."""

    def answering(request: httpx.Request) -> httpx.Response:
        at = int(request.url.params.get("page", "0"))
        more = at < last
        following = str(at + 1) if more else None
        return httpx.Response(200, json={"at": at, "has_more": more, "next_page": following})

    return answering


def read(answering: Answering) -> list[bytes]:
    asked = http(answering)
    stream = pages(
        asked,
        "costs",
        "/organization/costs",
        [("limit", "8")],
        parameter="page",
        following=has_more("next_page"),
    )
    return [answer.body for answer in run(asked, all_of(stream))]


def fixed(**content: object) -> Answering:
    return lambda _request: httpx.Response(200, json=content)


def test_every_page_comes_in_order() -> None:
    assert [body[:8] for body in read(numbered(3))] == [b'{"at":%d,' % at for at in range(4)]


def test_a_repeated_cursor_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="leads back to the page page_A") as caught:
        read(fixed(has_more=True, next_page="page_A"))
    assert str(caught.value).startswith("openai/lumen: costs: ")


def test_pages_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 5)

    with pytest.raises(UnexpectedAnswer, match="has no end"):
        read(numbered(100))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"has_more": True, "next_page": None}, "has no next_page"),
        ({"has_more": True}, "has no next_page"),
        ({"has_more": True, "next_page": 7}, "is not a text"),
        ({"next_page": "page_A"}, "has no has_more"),
        ({"has_more": "no"}, "is neither true nor false"),
    ],
)
def test_more_to_come_without_a_way_there_is_refused(content: dict[str, object], why: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=why):
        read(fixed(**content))


def test_the_last_page_is_the_last_even_with_a_cursor() -> None:
    assert len(read(fixed(has_more=False, next_page="page_A"))) == 1


def test_a_cursor_may_be_the_whole_query_of_the_next_page() -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        more = query == {"limit": "8"}
        following = "limit=8&page=1&mark=a%20b&empty=" if more else None
        return httpx.Response(200, json={"q": query, "has_more": more, "next_page": following})

    asked = http(answering)
    stream = pages(
        asked,
        "costs",
        "/organization/costs",
        [("limit", "8")],
        following=has_more("next_page"),
        asked={"kind": "b"},
    )
    answers = run(asked, all_of(stream))

    assert [answer.asked for answer in answers] == [{"kind": "b"}] * 2
    assert b'{"limit":"8","page":"1","mark":"a b","empty":""}' in answers[1].body
