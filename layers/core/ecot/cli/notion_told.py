"""How a sync and a check of Notion are told: lines for a person, fields for a script."""

from collections.abc import Iterable
from typing import Any

from ecot.cli.show import complain, tell
from ecot.edge.documents import said
from ecot.jobs.notion.databases import Examined
from ecot.jobs.notion.kept import Notice, NotionSync
from ecot.language import Language

_MARKS = {"ok": "✓", "partial": "~", "failed": "✗", "busy": "·", "not_configured": "·"}


def tell_sync(language: Language, sync: NotionSync) -> None:
    """What it came to, what a person should look at, and why it stopped where it did."""
    say = language.say
    if sync.months:
        text = "Notion, {months}: rows made {created}, changed {updated}, unchanged {unchanged}"
        counts = {
            name: language.number(getattr(sync, name))
            for name in ("created", "updated", "unchanged")
        }
        tell(f"{_MARKS[sync.state]} {say(text, months=_months(language, sync), **counts)}")
    if sync.skipped:
        left = language.count("{count} row was left as it is", "{count} rows were left as they are",
                              sync.skipped)  # fmt: skip
        tell(f"  {left}")
    if sync.entered or sync.voided:
        text = "Typed in Notion: bills entered or corrected {entered}, voided {voided}"
        tell(f"  {say(text, entered=sync.entered, voided=sync.voided)}")
    tell_notices(language, sync.notices)
    if sync.message:
        complain(language, sync.message, sync.remedy, _MARKS[sync.state])


def tell_notices(language: Language, notices: Iterable[Notice], mark: str = "!") -> None:
    """Each with the row that it is about, and what to do."""
    for one in notices:
        row = f"{one.row}: " if one.row else ""
        tell(f"{mark} {row}{language.sentence(one.problem)}")
        if one.remedy:
            tell(f"  → {language.sentence(one.remedy)}")
        if one.url:
            tell(f"  {one.url}")


def tell_examined(language: Language, found: Examined) -> None:
    """What is missing, what is only called otherwise, and what is there twice."""
    say = language.say
    tell_notices(language, found.problems, "✗")
    tell_notices(language, found.remarks, "·")
    if found.is_earlier:
        tell(f"· {say('An earlier system has made these databases: they are used as they are.')}")
    for title in found.doubles:
        tell(f"! {say('There twice: {row}', row=title)}")
    if found.doubles:
        tell(f"  → {say('`ecot notion check --merge` puts the second ones into the trash.')}")
    if not (found.problems or found.doubles):
        tell(f"✓ {say('Both databases of Notion are as they should be.')}")


def sync_document(sync: NotionSync, language: Language) -> dict[str, Any]:
    """The result for a script."""
    names = ("created", "updated", "unchanged", "skipped", "entered", "voided", "calls", "seconds")
    return {
        "state": sync.state,
        "at": sync.at,
        "months": [str(month) for month in sync.months],
        **{name: getattr(sync, name) for name in names},
        "notices": notice_fields(sync.notices, language),
        "message": said(sync.message, language),
        "remedy": said(sync.remedy, language),
    }


def examined_document(found: Examined, language: Language) -> dict[str, Any]:
    """The check for a script."""
    return {
        "problems": notice_fields(found.problems, language),
        "remarks": notice_fields(found.remarks, language),
        "doubles": list(found.doubles),
        "earlier": found.is_earlier,
        "usable": found.can_sync,
    }


def notice_fields(notices: Iterable[Notice], language: Language) -> list[dict[str, Any]]:
    """Each in the reader's language."""
    return [
        {
            "row": one.row,
            "url": one.url,
            "message": said(one.problem, language),
            "remedy": said(one.remedy, language),
        }
        for one in notices
    ]


def _months(language: Language, sync: NotionSync) -> str:
    first, last = sync.months[0], sync.months[-1]
    return language.month(first) if first == last else language.months(first, last)
