"""An id that every customer has names another thing in each account: the two are never one line."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ecot.jobs.known import titles
from ecot.jobs.publish import publish
from ecot.jobs.query import By, Totals, answer
from ecot.model.period import Month
from ecot.model.rows import AnyRow
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.jobs.shelf import Shelf
from tests.jobs.world import edition
from tests.rows import charge, usage

JANUARY = Month(2026, 1)


@pytest.fixture
def shelf(place: Place) -> Shelf:
    """Two organisations, each with costs and usage in its default workspace and without one."""
    shelf = Shelf(place)
    for name, cost in (("first", "3.00"), ("second", "4.00")):
        at_home: dict[str, Any] = {"sub_account_id": "default", "model": "claude"}
        rows: list[AnyRow] = [
            charge(cost, JANUARY.first, **at_home),
            usage({"requests": "2"}, JANUARY.first, **at_home),
            charge("0.50", JANUARY.first),
        ]
        shelf.put(f"anthropic/{name}", rows, JANUARY.period)
    return shelf


def told(shelf: Shelf, *by: By) -> Totals:
    return answer(shelf.place.store, shelf.question(JANUARY), by[0], titles(), by[1:])


def test_the_default_workspaces_of_two_organisations_are_two_lines(shelf: Shelf) -> None:
    lines = [
        (one.key, one.provider, one.account, one.billed_cost)
        for one in told(shelf, "sub_account").groups
    ]

    assert lines == [
        ("default", "anthropic", "anthropic/second", Decimal(4)),
        ("default", "anthropic", "anthropic/first", Decimal(3)),
        (None, None, None, Decimal(1)),
    ]


@pytest.mark.parametrize("by", [("sub_account", "month"), ("model", "sub_account")])
def test_they_are_two_lines_by_several_dimensions_too(shelf: Shelf, by: tuple[By, ...]) -> None:
    lines = [
        (one.account, one.billed_cost, one.quantities.get("requests"))
        for one in told(shelf, *by).groups
    ]

    assert lines[:2] == [
        ("anthropic/second", Decimal(4), Decimal(2)),
        ("anthropic/first", Decimal(3), Decimal(2)),
    ]


def test_a_project_that_moved_to_another_account_stays_one_line(place: Place) -> None:
    shelf = Shelf(place)
    for account in ("anthropic/first", "anthropic/second"):
        shelf.put(account, [charge("3", JANUARY.first, sub_account_id="wrkspc_1")], JANUARY.period)

    (line,) = told(shelf, "sub_account").groups
    assert (line.key, line.account, line.billed_cost) == ("wrkspc_1", None, Decimal(6))


def test_the_page_says_whose_each_is(shelf: Shelf, tmp_path: Path) -> None:
    site = Folder(tmp_path)
    publish(shelf.place, site, edition(shelf.now.date()), JANUARY)
    page = (site.get("2026-01.en.html") or b"").decode()

    assert "Anthropic · first · default" in page
    assert "Anthropic · second · default" in page
