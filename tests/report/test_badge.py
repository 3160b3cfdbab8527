"""The badge: exact at its thresholds, and never green where something is not known."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from ecot.language import Language
from ecot.report.badge import COLOURS, badge_files
from ecot.report.badge_facts import BadgeFacts, Thresholds, colour_of

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 6, 45, tzinfo=UTC)
ENGLISH = Language("en-GB", "Europe/Zurich")
FRENCH = Language("fr-FR", "Europe/Zurich")
SVG = "{http://www.w3.org/2000/svg}"
# https://shields.io/badges/endpoint-badge, seen 2026-11-22; any other key is refused.
SHIELDS = {
    *("schemaVersion", "label", "message", "color", "labelColor", "isError", "namedLogo"),
    *("logoSvg", "logoColor", "logoWidth", "logoSize", "style", "cacheSeconds"),
}


def told(cost: str | None, **changes: Any) -> BadgeFacts:
    known: dict[str, Any] = {
        "today": TODAY,
        "day": TODAY,
        "cost": None if cost is None else Decimal(cost),
        "currency": "EUR",
        "as_of": AT,
    }
    return BadgeFacts(**(known | changes))


def said(facts: BadgeFacts, language: Language = ENGLISH) -> tuple[str, str]:
    """Label and message, with ordinary spaces."""
    document = json.loads(badge_files(facts, language, Thresholds())["badge.json"])
    return re.sub(r"\s", " ", document["label"]), re.sub(r"\s", " ", document["message"])


def title(facts: BadgeFacts, language: Language = ENGLISH) -> str:
    picture = ElementTree.fromstring(badge_files(facts, language, Thresholds())["badge.svg"])
    return re.sub(r"\s", " ", picture.findtext(f"{SVG}title") or "")


@pytest.mark.parametrize(
    ("cost", "colour"),
    [
        ("-3", "green"),
        ("0", "green"),
        ("0.0999999", "green"),
        ("0.10", "amber"),
        ("0.9999999", "amber"),
        ("1", "red"),
        ("1000000", "red"),
        (None, "grey"),
    ],
)
def test_the_exact_cost_decides_and_not_the_one_that_is_shown(
    cost: str | None, colour: str
) -> None:
    assert colour_of(told(cost), Thresholds()) == colour


@pytest.mark.parametrize("lacking", [{"missing": 1}, {"is_part": True}])
@pytest.mark.parametrize(("cost", "colour"), [("0.05", "grey"), ("0.5", "amber"), ("5", "red")])
def test_what_is_not_whole_is_never_green(lacking: Any, cost: str, colour: str) -> None:
    assert colour_of(told(cost, **lacking), Thresholds()) == colour


def test_thresholds_are_the_owners() -> None:
    low = Thresholds(amber=Decimal(0), red=Decimal("0.01"))

    assert colour_of(told("0"), low) == "amber"
    assert colour_of(told("0.01"), low) == "red"


@pytest.mark.parametrize(
    ("facts", "label", "message"),
    [
        (told("0.415"), "cost of 22 Nov so far", "€0.42 · 06:45 UTC"),
        (told("0.4", missing=2), "cost of 22 Nov so far", "€0.40 · partial · 06:45 UTC"),
        (told("0.4", is_part=True), "cost of 22 Nov so far", "€0.40 + unknown · 06:45 UTC"),
        (told(None), "cost of 22 Nov so far", "unknown · 06:45 UTC"),
        (told("0.0004"), "cost of 22 Nov so far", "€0.0004 · 06:45 UTC"),
        (told("0", as_of=None), "cost of 22 Nov so far", "€0.00"),
        (told("3.1", day=date(2026, 11, 20)), "cost of 20 Nov", "€3.10"),
        (told(None, day=None), "cost of the day", "unknown"),
        (told("3.1", demo=True, as_of=None), "DEMO · cost of 22 Nov so far", "€3.10"),
    ],
)
def test_it_says_of_which_day_how_much_and_until_when(
    facts: BadgeFacts, label: str, message: str
) -> None:
    assert said(facts) == (label, message)


def test_it_speaks_french() -> None:
    assert said(told("1234.5", missing=1), FRENCH) == (
        "coût du 22 nov., en cours",
        "1 234,50 € · partiel · 06:45 UTC",
    )
    assert said(told(None, day=None), FRENCH) == ("coût du jour", "inconnu")


def test_its_title_says_everything_in_words() -> None:
    assert title(told("0.42", missing=2)) == (
        "Cost of 22 November 2026 (UTC) so far, net of tax: €0.42. "
        "2 accounts have not told of this day. That is €0.10 or more. "
        "Last reading: 22 November 2026, 07:45 (Europe/Zurich)."
    )
    assert title(told("0.02"), FRENCH).startswith(
        "Coût HT du 22 novembre 2026 (UTC), jour en cours : 0,02 €. C’est moins de 0,10 €."
    )
    assert "That is" not in title(told("0.02", missing=1))


def test_shields_accepts_its_document() -> None:
    document = json.loads(badge_files(told("0.42"), ENGLISH, Thresholds())["badge.json"])

    assert document.keys() <= SHIELDS
    assert document["schemaVersion"] == 1
    assert document["color"] == COLOURS["amber"]


def test_the_exact_figures_stand_beside_it_as_text() -> None:
    files = badge_files(told("0.123456789", missing=1), ENGLISH, Thresholds())

    assert json.loads(files["badge.facts.json"]) == {
        "version": 1,
        "demo": False,
        "today": "2026-11-22",
        "day": "2026-11-22",
        "cost": "0.123456789",
        "currency": "EUR",
        "complete": False,
        "missing_accounts": 1,
        "part_unknown": False,
        "as_of": "2026-11-22T06:45:00+00:00",
        "color": "amber",
        "amber_from": "0.10",
        "red_from": "1.00",
    }


def test_the_picture_is_complete_in_itself() -> None:
    body = badge_files(told("0.42"), FRENCH, Thresholds())["badge.svg"]
    picture = ElementTree.fromstring(body)
    words = picture.findall(f".//{SVG}text")

    assert picture.get("role") == "img"
    assert [re.sub(r"\s", " ", one.text or "") for one in words] == list(said(told("0.42"), FRENCH))
    assert all(int(one.get("textLength") or 0) > 0 for one in words)
    assert COLOURS["amber"].encode() in body
    assert not re.search(rb"href|url\((?!#)|@import|<script", body)


def luminance(colour: str) -> float:
    """Relative, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", COLOURS.values())
def test_white_words_can_be_read_on_every_colour(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5
