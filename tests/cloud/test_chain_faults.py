"""What can go wrong between steps of the built chain: the next run, or check, ends it in the right
state, with one mail, and what the ledger holds is what a laptop has that met with nothing.

Meanwhile `/health`, the page of that name and the run say what is the matter, a while after the
fault and before anything mends it; afterwards that all is well.
"""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ecot.jobs.access import new_token
from ecot.jobs.place import place_at
from ecot.language import Language
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response
from ecot.sandbox.notion.faults import unavailable
from ecot.sandbox.resend.refusals import DOWN
from ecot.sandbox.resend.troubles import said
from tests.cloud.aws import refusing, throttled
from tests.cloud.built import Built, built
from tests.cloud.canary import secrets_in, unreadable
from tests.cloud.company import Sinks, open_company, open_sinks
from tests.cloud.deployment import PEOPLE_KEY, SIGNING_KEY, STACK, Cloud, open_stack
from tests.cloud.invoker import Done, Mischief
from tests.cloud.laptop import Laptop
from tests.cloud.translated import ROOT

__all__ = ["built"]  # a fixture, found by its name
pytestmark = pytest.mark.tools

ACCOUNTS = ("deepgram/lumen", "digitalocean/lumen", "vercel/lumen")
EVENING = datetime(2026, 10, 31, 22, tzinfo=UTC)
SINCE = date(2026, 10, 30)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
A_WHILE = timedelta(minutes=20)  # longer than a step may take
FRENCH = Language("fr-FR", "Europe/Zurich")
REPORT_LACKS = FRENCH.say("Every account has its outcome, but the report was not made")
MAILS_LACK = FRENCH.say("The mails that follow the collection have not gone out")
NIGHT_LACKS = FRENCH.say(
    "No collection of a night was published: the report is older than it should be"
)
TOTALS = ("totals", "--from", "2026-10-30", "--to", "2026-12-31", "--by", "account", "--json")


class Told(NamedTuple):
    """What `/health` says: whether all is well, the troubles by what they are about, and the runs
    whose results are not published."""

    ok: bool
    troubles: dict[str, str]
    unfinished: list[str]


@dataclass
class Nights:
    """A stack to which something happens every night, and a laptop that nothing happens to."""

    cloud: Cloud
    laptop: Laptop
    now: datetime = EVENING
    token: str = ""

    def night(self, mischief: Mischief | None = None, *, at: datetime | None = None) -> list[Done]:
        """The next morning: the schedule's event, and everything that follows it. Returns all
        attempts."""
        self.now = at or datetime(self.now.year, self.now.month, self.now.day, 6, tzinfo=UTC) + DAY
        self.cloud.company.morning(self.now)
        self.cloud.functions.forget()
        self.cloud.functions.mischief = mischief or Mischief()
        self._go_on("dispatch", "daily")
        done = self.laptop.ecot(self.now, "run", "--send")
        assert done.code == 0, done.err
        return self.cloud.functions.done

    def check(self, after: timedelta = HOUR, mischief: Mischief | None = None) -> list[Done]:
        """Later: the schedule of `check`, and what follows it."""
        self.now += after
        self.cloud.functions.forget()
        self.cloud.functions.mischief = mischief or Mischief()
        self._go_on("check", "check")
        return self.cloud.functions.done

    def _go_on(self, step: str, file: str) -> None:
        self.cloud.at(self.now)
        self.cloud.schedule(step, file, self.now)
        self.cloud.functions.settle()

    @property
    def mails(self) -> int:
        """How many mails went out so far."""
        return len(self.cloud.sinks.post.mails)

    def sign_in(self) -> None:
        """From now on somebody may read."""
        with pytest.MonkeyPatch.context() as patched:
            self.cloud.lead(patched)
            place = place_at(self.cloud.address)
            self.token = new_token(place.store, "report", self.now, "reader").shown
            place.store.close()

    def told(self, after: timedelta = A_WHILE) -> Told:
        """What is said so much later, without a token, with one, and on the page of health."""
        self.cloud.at(self.now + after)
        found = self.read("/health")
        page = self.page("/site/health.fr.html")
        bare = json.loads(self.ask("/health"))
        runs = [self.read(f"/runs/{run}") for run in found["unfinished"]]
        self.cloud.at(self.now)
        assert bare == {"ok": found["ok"]}
        troubles = {one["about"]: one["message"] for one in found["troubles"]}
        for message in troubles.values():
            assert message in page
        assert ("En ce moment" in page) == bool(troubles or found["unfinished"])
        assert all(not run["finished"] and run["stands_since"] for run in runs)
        return Told(found["ok"], troubles, found["unfinished"])

    def is_well(self) -> bool:
        """Whether nothing at all is the matter any more."""
        return self.told() == Told(ok=True, troubles={}, unfinished=[])

    def read(self, path: str) -> Any:
        """The document that a reader is answered."""
        return json.loads(self.ask(path, self.token))

    def page(self, path: str) -> str:
        """The page that a reader is shown, as plain text."""
        return unescape(self.ask(path, self.token))

    def ask(self, path: str, token: str | None = None) -> str:
        """The body that the API answers."""
        event = json.loads((ROOT / "events" / "api-health.json").read_text("utf-8"))
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        if token is not None:
            event["headers"]["authorization"] = f"Bearer {token}"
        result = self.cloud.functions.call(f"{STACK}-api", event)
        assert result.ending == "answered", result
        assert result.payload["statusCode"] == 200, result
        body: str = result.payload["body"]
        return base64.b64decode(body).decode() if result.payload["isBase64Encoded"] else body


def steps(done: list[Done], step: str) -> list[Any]:
    """What the attempts of a step answered (None: they ended otherwise)."""
    return [
        one.result.payload if one.result.ending == "answered" else None
        for one in done
        if one.sent.name == f"{STACK}-{step}"
    ]


def states(done: list[Done], step: str) -> list[str]:
    """The states that the attempts of a step answered, sorted; "-" where they ended otherwise."""
    return sorted("-" if one is None else one["state"] for one in steps(done, step))


def is_whole(done: list[Done]) -> bool:
    """Whether a run was published, and everything that was tried went well."""
    return [one for one in states(done, "publish") if one == "published"] == ["published"] and all(
        one.result.ending == "answered" for one in done
    )


@contextmanager
def opened(built: Built, folder: Path, name: str, collectors: int) -> Iterator[Nights]:
    """After a first night on which nothing went wrong."""
    with ExitStack() as around:
        company = around.enter_context(open_company(EVENING, SINCE, *ACCOUNTS))
        sinks = [around.enter_context(open_sinks(company)) for _ in range(2)]
        cloud = around.enter_context(open_stack(built, company, sinks[0], folder, name, collectors))
        monkeypatch = around.enter_context(pytest.MonkeyPatch.context())
        laptop = Laptop(folder, sinks[1], monkeypatch)
        laptop.settle(company, PEOPLE_KEY, SIGNING_KEY)
        nights = Nights(cloud, laptop)
        assert is_whole(nights.night(at=EVENING))
        nights.sign_in()
        assert nights.is_well()
        yield nights


def test_events_that_come_twice_late_or_never(built: Built, tmp_path: Path) -> None:
    with opened(built, tmp_path, "twice", 2) as nights:
        notion_and_resend_are_down_for_a_while(nights)
        each_event_is_lost_once(nights)
        a_run_is_never_begun(nights)
        every_event_comes_twice_and_backwards(nights)
        assert_same_ledger(nights)


def test_processes_that_are_killed_and_services_that_refuse(built: Built, tmp_path: Path) -> None:
    with opened(built, tmp_path, "killed", 1) as nights:
        a_collector_is_killed_at_its_deadline(nights)
        a_publisher_is_killed_holding_its_lease(nights)
        aws_turns_calls_away(nights)
        s3_refuses_the_site(nights)
        assert_same_ledger(nights)


def notion_and_resend_are_down_for_a_while(nights: Nights) -> None:
    """October's mail is due, and goes once it can, whatever Notion does; the rows follow."""
    sinks = nights.cloud.sinks
    sinks.resend.faults.add(said(DOWN, retry_after=3600).repeated(None))
    sinks.notion.faults.add(unavailable().repeated(None))
    rows = notion_rows(sinks)
    done = nights.night(at=datetime(2026, 11, 3, 6, tzinfo=UTC))
    assert states(done, "publish") == ["published"]
    assert states(done, "send") == ["later"]
    assert (nights.mails, notion_rows(sinks)) == (0, rows)
    told = nights.told()
    assert (told.ok, set(told.troubles), told.unfinished) == (False, {"mail", "notion"}, [])
    assert FRENCH.say("It stopped before its end:") in nights.page("/site/health.fr.html")
    assert nights.read("/runs")["runs"][0]["sent_at"] is None

    sinks.resend.faults.clear()
    done = nights.check()
    assert (states(done, "publish"), states(done, "send")) == (["published"], ["sent"])
    assert (nights.mails, notion_rows(sinks)) == (1, rows)
    told = nights.told()
    assert (told.ok, set(told.troubles)) == (False, {"notion"})

    sinks.notion.faults.clear()
    done = nights.check()
    assert (states(done, "publish"), states(done, "send")) == (["published"], [])
    assert nights.mails == 1
    found = notion_rows(sinks)
    assert found == notion_rows(nights.laptop.sinks) != rows
    assert nights.is_well()


def each_event_is_lost_once(nights: Nights) -> None:
    """Of each step in turn: of the night, and then of what `check` has handed on."""
    done = nights.night(Mischief(lost={f"{STACK}-collect": 1}))
    assert len(steps(done, "collect")) == len(ACCOUNTS) - 1
    assert steps(done, "publish") == []
    run, waiting = a_run_waits(nights)
    assert len(waiting) == 1

    done = nights.check(mischief=Mischief(lost={f"{STACK}-publish": 1}))
    assert states(done, "collect") == ["collected"]
    assert steps(done, "publish") == []
    assert a_report_is_lacking(nights) == run

    done = nights.check(mischief=Mischief(lost={f"{STACK}-send": 1}))
    assert is_whole(done)
    assert steps(done, "send") == []
    assert nights.told() == Told(ok=False, troubles={"mail": MAILS_LACK}, unfinished=[])

    assert states(nights.check(), "send") == ["sent"]
    assert nights.mails == 1
    assert nights.is_well()


def a_run_is_never_begun(nights: Nights) -> None:
    """The event of the schedule is lost: `check` sees that a run is missed. The night before was
    published at eight."""
    assert nights.night(Mischief(lost={f"{STACK}-dispatch": 1})) == []
    late = Told(ok=False, troubles={"report": NIGHT_LACKS}, unfinished=[])
    assert nights.told(4 * HOUR) == late
    assert is_whole(nights.check(4 * HOUR))
    assert nights.is_well()


def every_event_comes_twice_and_backwards(nights: Nights) -> None:
    """On the day of November's mail, which goes once."""
    mischief = Mischief(copies=2, is_backwards=True)
    done = nights.night(mischief, at=datetime(2026, 12, 3, 6, tzinfo=UTC))
    collected = [one for one in states(done, "collect") if one == "collected"]
    assert len(collected) == len(ACCOUNTS)
    assert [one for one in states(done, "publish") if one == "published"] == ["published"]
    assert all(one.result.ending == "answered" for one in done)
    assert nights.mails == 2
    assert nights.is_well()


def a_collector_is_killed_at_its_deadline(nights: Nights) -> None:
    """Meanwhile the run says that it waits; an hour later the account is collected."""
    supplier = nights.cloud.company.suppliers["digitalocean/lumen"]
    supplier.faults.add(killing(nights.cloud, "collect"))
    done = nights.night()
    assert states(done, "collect") == ["-", "busy", "collected", "collected"]
    assert steps(done, "publish") == []
    _, waiting = a_run_waits(nights)
    assert waiting == ["digitalocean/lumen"]

    done = nights.check()
    assert states(done, "collect") == ["collected"]
    assert is_whole(done)
    assert nights.is_well()


def a_publisher_is_killed_holding_its_lease(nights: Nights) -> None:
    nights.cloud.faults.add(killing(nights.cloud, "publish").on("/site/", method="PUT"))
    done = nights.night()
    assert states(done, "publish") == ["-", "busy"]
    assert steps(done, "send") == []
    a_report_is_lacking(nights)

    assert is_whole(nights.check())
    assert nights.is_well()


def aws_turns_calls_away(nights: Nights) -> None:
    """Every fifth call of the table, the bucket and the parameters, and every third event."""
    nights.cloud.faults.add(throttled(5))
    done = nights.night(Mischief(throttled_every=3))
    nights.cloud.faults.clear()
    assert is_whole(done)
    assert nights.is_well()


def s3_refuses_the_site(nights: Nights) -> None:
    """It is tried again, then kept among the dead letters, and done once S3 takes it."""
    nights.cloud.faults.add(refusing("site/"))
    done = nights.night()
    assert states(done, "publish") == ["-", "-", "-"]
    assert [one.sent.name for one in nights.cloud.functions.dead] == [f"{STACK}-publish"]
    a_report_is_lacking(nights)

    nights.cloud.faults.clear()
    assert is_whole(nights.check())
    assert nights.is_well()


def a_run_waits(nights: Nights) -> tuple[str, list[str]]:
    """It is said, with those that it waits for; the others were read."""
    told = nights.told()
    (run,) = told.unfinished
    found = nights.read(f"/runs/{run}")
    waiting = [one["account"] for one in found["accounts"] if one["at"] is None]
    waits = FRENCH.say("The collection still waits for {accounts}", accounts=", ".join(waiting))
    assert told == Told(ok=False, troubles={"collection": waits}, unfinished=[run])
    assert found["progress"] == "collecting"
    assert [one["state"] for one in found["accounts"]].count("ok") == len(ACCOUNTS) - len(waiting)
    return run, waiting


def a_report_is_lacking(nights: Nights) -> str:
    """It is said of which run: its accounts were read, and are not shown."""
    told = nights.told()
    (run,) = told.unfinished
    assert told == Told(ok=False, troubles={"collection": REPORT_LACKS}, unfinished=[run])
    found = nights.read(f"/runs/{run}")
    assert (found["progress"], found["published_at"]) == ("publishing", None)
    assert {one["state"] for one in found["accounts"]} == {"ok"}
    return run


def notion_rows(sinks: Sinks) -> Counter[tuple[str, float]]:
    """Each row's key, and what it costs."""
    rows = sinks.notes.world.pages(sinks.usages)
    return Counter((row["Clé"], row["Coût USD"]) for row in rows)


def killing(cloud: Cloud, step: str) -> Fault:
    """Whoever asks first is killed meanwhile, as Lambda kills at a deadline."""

    def effect(request: Request, rest: Next) -> Response:
        assert cloud.functions.kill(f"{STACK}-{step}")
        return Response(503)

    return Fault(f"{step} killed", effect)


def assert_same_ledger(nights: Nights) -> None:
    """A night on which nothing happens is a whole one; then both sides' totals say the same, either
    has sent as many mails, and no log has a secret in it."""
    assert is_whole(nights.night())
    laptop = nights.laptop
    before = laptop.ecot(nights.now, *TOTALS).out
    nights.cloud.lead(laptop.monkeypatch)
    assert laptop.ecot(nights.now, *TOTALS).out == before
    assert json.loads(before)["total"] != "0"
    assert nights.mails == len(laptop.sinks.post.mails)
    logs = nights.cloud.logs()
    assert secrets_in(logs, [*nights.cloud.secrets, nights.token]) == []
    assert unreadable(logs) == []
