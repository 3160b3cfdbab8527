"""Rows that we have written and that are not where they were: what became of them, and what the
user wants of those that somebody deleted."""

from typing import Literal

import msgspec

from ecot.sinks.notion.errors import NotFound, RowRefused
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.making import read_page
from ecot.sinks.notion.pages import Page
from ecot.sinks.notion.schema import undashed

Fate = Literal["there", "make", "deleted", "moved"]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings say: whether a column that is missing is made, and whether a row that
    somebody deleted stays deleted, comes back from the trash, or is made anew."""

    on_missing_property: Literal["warn", "create"] = "warn"
    on_deleted_row: Literal["ignore", "restore", "recreate"] = "ignore"


class Found(msgspec.Struct, frozen=True):
    """What became of a row: it is `there`, it is to be made, or it stays away."""

    fate: Fate
    page: Page | None = None


def look_for(link: Link, page_id: str, data_source: str, policy: Policy) -> Found:
    """One call, and one more where the row is taken out of the trash."""
    try:
        page = read_page(link.page(page_id))
    except (NotFound, RowRefused):  # deleted for good
        return Found("deleted" if policy.on_deleted_row == "ignore" else "make")
    if page.data_source is not None and page.data_source != undashed(data_source):
        return Found("make" if policy.on_deleted_row == "recreate" else "moved", page)
    if not page.in_trash:
        return Found("there", page)
    if policy.on_deleted_row == "restore":
        return Found("there", read_page(link.restore_page(page_id)))
    return Found("make" if policy.on_deleted_row == "recreate" else "deleted", page)
