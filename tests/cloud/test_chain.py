"""The built chain: schedule, dispatch, collect, publish, send, as on AWS; then the same nights on a
laptop, against the same suppliers. What they show and mail is the same to the byte."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cloud.alike import differences, plain
from tests.cloud.built import Built, built
from tests.cloud.canary import secrets_in, unreadable
from tests.cloud.company import Sinks, open_company, open_sinks
from tests.cloud.deployment import PEOPLE_KEY, SIGNING_KEY, Cloud, open_stack
from tests.cloud.laptop import URL, Laptop

__all__ = ["built"]  # a fixture, found by its name
pytestmark = pytest.mark.tools

EVENING = datetime(2026, 10, 31, 22, tzinfo=UTC)
MORNING = datetime(2026, 11, 8, 6, tzinfo=UTC)
SINCE = date(2026, 10, 25)
TOTALS = ("totals", "--month", "2026-10", "--by", "model", "--json")


@dataclass
class Nights:
    """Both sides after two nights: on the last evening of a month, and once its mail is due."""

    cloud: Cloud
    laptop: Laptop
    totals: dict[str, str]

    @property
    def sides(self) -> list[tuple[Sinks, str]]:
        """Each side's sinks, and the address at which it is served."""
        return [(self.cloud.sinks, self.cloud.url), (self.laptop.sinks, URL)]


@contextmanager
def two_nights(built: Built, folder: Path) -> Iterator[Nights]:
    """The chain first, then the laptop, each night."""
    with ExitStack() as around:
        company = around.enter_context(open_company(EVENING, SINCE))
        sinks = [around.enter_context(open_sinks(company)) for _ in range(2)]
        cloud = around.enter_context(open_stack(built, company, sinks[0], folder, "chain"))
        monkeypatch = around.enter_context(pytest.MonkeyPatch.context())
        laptop = Laptop(folder, sinks[1], monkeypatch)
        laptop.settle(company, PEOPLE_KEY, SIGNING_KEY)
        for moment in (EVENING, MORNING):
            company.morning(moment)
            cloud.at(moment)
            cloud.schedule("dispatch", "daily", moment)
            cloud.functions.settle()
            done = laptop.ecot(moment, "run", "--send")
            assert done.code == 0, done.err
        totals = {"laptop": laptop.ecot(MORNING, *TOTALS).out}
        cloud.lead(monkeypatch)
        totals["cloud"] = laptop.ecot(MORNING, *TOTALS).out
        yield Nights(cloud, laptop, totals)


def test_the_built_chain_shows_and_mails_what_a_laptop_does(
    built: Built, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """One test, for two nights take a minute: those that run side by side would each make them."""
    record_property("the functions ran on Python", built.python)
    with two_nights(built, tmp_path) as nights:
        every_step_is_done_once(nights)
        every_file_of_the_site_is_the_laptops(nights)
        totals_are_the_laptops(nights)
        one_mail_is_sent_and_it_is_the_laptops(nights)
        notion_has_the_laptops_rows(nights)
        no_log_line_holds_a_secret_and_each_is_one_document(nights)


def every_step_is_done_once(nights: Nights) -> None:
    done = nights.cloud.functions.done
    steps = Counter(one.sent.name.rpartition("-")[2] for one in done)
    accounts = len(nights.cloud.company.accounts)

    assert {one.result.ending for one in done} == {"answered"}
    assert steps == {"dispatch": 2, "collect": 2 * accounts, "publish": 2, "send": 2}
    payloads = [one.result.payload for one in done]
    assert {one["outcome"] for one in payloads if "outcome" in one} == {"ok"}
    assert nights.cloud.functions.dead == []


def every_file_of_the_site_is_the_laptops(nights: Nights) -> None:
    sites = [nights.cloud.files("site"), nights.laptop.site]
    shown = [
        {name: plain(name, body, address) for name, body in site.items()}
        for site, (_, address) in zip(sites, nights.sides, strict=True)
    ]

    assert len(shown[0]) > 100
    assert differences(*shown) == []


def totals_are_the_laptops(nights: Nights) -> None:
    assert json.loads(nights.totals["cloud"])["total"] != "0"
    assert nights.totals["cloud"] == nights.totals["laptop"]


def one_mail_is_sent_and_it_is_the_laptops(nights: Nights) -> None:
    mails = [[one.body for one in sinks.post.mails] for sinks, _ in nights.sides]

    assert [len(some) for some in mails] == [1, 1]
    shown = [
        {name: plain(name, as_bytes(value), address) for name, value in some[0].items()}
        for some, (_, address) in zip(mails, nights.sides, strict=True)
    ]
    assert differences(*shown) == []


def notion_has_the_laptops_rows(nights: Nights) -> None:
    rows = [
        {str(n): as_bytes(repr(row)) for n, row in enumerate(sinks.notes.world.pages(sinks.usages))}
        for sinks, _ in nights.sides
    ]
    shown = [
        {name: plain(name, body, address) for name, body in some.items()}
        for some, (_, address) in zip(rows, nights.sides, strict=True)
    ]

    assert len(rows[0]) > 20
    assert differences(*shown) == []


def no_log_line_holds_a_secret_and_each_is_one_document(nights: Nights) -> None:
    """The log is everything that any process of a function wrote; signed links are those of the
    mails."""
    cloud = nights.cloud
    (mail,) = cloud.sinks.post.mails
    links = re.findall(r"/link/([\w.~%-]+)", json.dumps(mail.body))
    logs = cloud.logs()

    assert links
    assert len(logs) > 50
    assert secrets_in(logs, [*cloud.secrets, *links]) == []
    assert unreadable(logs) == []


def as_bytes(value: Any) -> bytes:
    """A part of a mail as it is compared."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode()
