"""What `/health`, the page of that name and the page of a run say while something has not come to
its end: a run that stands still, a report that was not made, Notion, a mail."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ecot.jobs.notion.kept import NotionSync, keep_last
from ecot.jobs.place import site_at
from ecot.jobs.runs.check import LATE, STILL
from ecot.jobs.runs.publish import Note, Watch
from ecot.jobs.runs.state import move_on
from ecot.model.mail import Mail, Mails, MailState
from ecot.model.outcome import Outcome
from ecot.model.run import Run, Waiting, Wanted
from ecot.model.sentence import Sentence
from ecot.store.mails import put_mails, read_mails
from ecot.store.protocol import Store
from ecot.store.records import put_outcome
from ecot.store.runs import put_all_waiting, put_collected, put_mark, put_run
from tests.api.asking import NOW, SETTINGS, Interface
from tests.api.site.browsing import Visitor

STUDIO, LUMEN = "openai/studio", "anthropic/lumen"
RUN = "20261122T110000Z-daily"
AT = NOW - timedelta(hours=1)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PAGE = b'<header class="top">\n</header>\n<main><div class="hero"><h1>Health</h1></div></main>\n'
SINKS = """
[notion]
services = "0123456789abcdef0123456789abcdef"
usages = "0123456789abcdef0123456789abcde0"
[mail]
to = ["camille@lumen.example"]
"""


def outcome(account: str, at: datetime, run: str = RUN) -> Outcome:
    provider = account.partition("/")[0]
    return Outcome(provider=provider, account=account, run=run, at=at, state="ok")


def begun(store: Store, at: datetime, *accounts: str) -> Run:
    """The night's run, whose accounts wait."""
    run = Run(id=RUN, kind="daily", time=AT, made_at=at, begun_at=at, handed_at=at,
              accounts=len(accounts))  # fmt: skip
    waiting = (
        Waiting(account=one, provider=one.partition("/")[0], handed_at=at) for one in accounts
    )
    put_all_waiting(store, run, waiting)
    put_run(store, run, 0)
    return run


def moved(store: Store, **changed: Any) -> None:
    move_on(store, RUN, lambda run: replace(run, **changed))


@pytest.fixture
def well(empty: Interface) -> Interface:
    """Both accounts were read within the hour, and there is a page of health."""
    empty.settings += SINKS
    with empty.open_setup() as setup:
        for account in (STUDIO, LUMEN):
            put_outcome(setup.place.store, outcome(account, AT - DAY / 2, "r"))
    for code in ("fr", "en"):
        site_at(str(empty.home)).put(f"health.{code}.html", PAGE)
    return empty


def page(at: Interface, code: str = "en") -> str:
    visitor = Visitor(at)
    visitor.sign_in(at.token("report").shown)
    return visitor.get(f"/site/health.{code}.html").text


def troubles(at: Interface) -> list[tuple[str, str]]:
    """What the answer with a token says is not well; the one without says whether there is any."""
    found = at.get("/health")
    assert at.ask("GET", "/health").document == {"ok": found["ok"]}
    assert found["ok"] == (not found["troubles"])
    for one in found["troubles"]:
        assert one["message"] in page(at), "the page says the same"
    return [(one["about"], one["message"]) for one in found["troubles"]]


def test_where_all_is_well_nothing_is_added(well: Interface) -> None:
    assert troubles(well) == []
    assert well.get("/health")["unfinished"] == []
    assert "Just now" not in page(well)


def test_a_run_under_way_is_told_and_no_trouble(well: Interface) -> None:
    with well.open_setup() as setup:
        begun(setup.place.store, NOW - MINUTE, STUDIO, LUMEN)

    assert troubles(well) == []
    assert well.get("/health")["unfinished"] == [RUN]
    assert f'<a href="/runs/{RUN}?lang=fr">Où elle en est</a>' in page(well, "fr")
    assert "this page was made before it" in page(well)
    assert well.get(f"/runs/{RUN}")["stands_since"] is None


def test_a_run_that_waits_for_an_account_says_for_which(well: Interface) -> None:
    with well.open_setup() as setup:
        store = setup.place.store
        begun(store, AT, STUDIO, LUMEN)
        read_at = NOW - STILL + MINUTE
        put_collected(store, RUN, outcome(STUDIO, read_at))
        assert troubles(well) == []  # it moved a quarter of an hour ago

        well.now += MINUTE
        told = f"The collection still waits for {LUMEN}"
        assert troubles(well) == [("collection", told)]
        (one,) = well.get("/health")["troubles"]
        assert (one["run"], one["since"]) == (RUN, f"{read_at:%Y-%m-%dT%H:%M:%SZ}")
        assert "again every hour" in one["remedy"]
        assert well.get(f"/runs/{RUN}")["stands_since"] == one["since"]

        moved(store, handed_at=well.now)  # `check` tries again: it has not come any further
        assert troubles(well) == [("collection", told)]
        put_collected(store, RUN, outcome(LUMEN, well.now))
        assert troubles(well) == []


def test_of_many_that_are_waited_for_some_are_named(well: Interface) -> None:
    with well.open_setup() as setup:
        begun(setup.place.store, AT, *(f"openai/team-{one}" for one in range(6)))
    ((_, told),) = troubles(well)

    assert told.endswith("openai/team-0, openai/team-1, openai/team-2, openai/team-3, and 2 more")


@pytest.mark.parametrize(
    ("done", "about", "told"),
    [
        ({"begun_at": None}, "collection", "has not begun"),
        ({"complete_at": AT}, "collection", "the report was not made"),
        ({"complete_at": AT, "published_at": AT}, "mail", "have not gone out"),
    ],
)
def test_a_run_that_stands_says_at_which_step(
    well: Interface, done: dict[str, Any], about: str, told: str
) -> None:
    with well.open_setup() as setup:
        begun(setup.place.store, AT)
        moved(setup.place.store, **done)
        ((found, message),) = troubles(well)
        assert found == about
        assert told in message
        visitor = Visitor(well)
        visitor.sign_in(well.token("report").shown)
        assert "It has not come any further since" in visitor.get(f"/runs/{RUN}").text

        moved(setup.place.store, complete_at=AT, begun_at=AT, published_at=AT, sent_at=AT)
        assert troubles(well) == []


def test_a_run_that_owes_no_mail_is_over(well: Interface) -> None:
    with well.open_setup() as setup:
        begun(setup.place.store, AT)
        silent = Wanted(send_email=False)
        moved(setup.place.store, complete_at=AT, published_at=AT, wanted=silent)
    assert troubles(well) == []
    assert well.get("/health")["unfinished"] == []


def test_a_night_that_was_not_published_is_told_where_somebody_watches(well: Interface) -> None:
    with well.open_setup() as setup:
        watch = Watch(since=NOW - 9 * DAY, published_at=NOW - LATE + MINUTE)
        put_mark(setup.place.store, "watch", watch, 0)
    assert troubles(well) == []
    published_at = f"{watch.published_at:%Y-%m-%dT%H:%M:%SZ}"
    assert well.get("/health")["published_at"] == published_at

    well.now += MINUTE
    ((about, message),) = troubles(well)
    assert (about, message.partition(":")[0]) == (
        "report",
        "No collection of a night was published",
    )


def test_what_was_typed_and_is_not_shown_is_told(well: Interface) -> None:
    with well.open_setup() as setup:
        put_mark(setup.place.store, "publish", Note(NOW - STILL + MINUTE), 0)
    assert troubles(well) == []
    well.now += MINUTE
    assert troubles(well) == [("report", "What was typed is not in the report yet")]


def test_notion_is_behind_until_a_sync_comes_to_its_end(well: Interface) -> None:
    down = Sentence("Notion does not answer")
    with well.open_setup() as setup:
        keep_last(setup.place.store, NotionSync(state="failed", at=AT, message=down))
        assert troubles(well) == [("notion", "Notion does not answer")]
        keep_last(setup.place.store, NotionSync(state="ok", at=NOW))
        assert troubles(well) == []
        keep_last(setup.place.store, NotionSync(state="partial", at=NOW))
        assert troubles(well) == [("notion", "Its rows are not as the ledger wants them")]
    well.settings = SETTINGS  # nobody wants it any more
    assert troubles(well) == []


@pytest.mark.parametrize("state", ["later", "refused", "unknown", "uncertain"])
def test_a_mail_that_did_not_surely_go_is_told_for_a_day(well: Interface, state: MailState) -> None:
    mail = Mail(to=("camille@lumen.example",), key="k", file="f", title="Costs", sender="Ecot",
                by="resend", state=state, tried_at=AT)  # fmt: skip
    with well.open_setup() as setup:
        store = setup.place.store
        keep_mail(store, mail)
        assert [about for about, _ in troubles(well)] == ["mail"]
        keep_mail(store, replace(mail, state="sent"))
        assert troubles(well) == []

        keep_mail(store, mail)
        well.now = AT + LATE
        for account in (STUDIO, LUMEN):
            put_outcome(store, outcome(account, well.now, "s"))
        assert troubles(well) == []


def keep_mail(store: Store, mail: Mail) -> None:
    """The month's mail, as it is now."""
    _, version = read_mails(store, "report/2026-10")
    put_mails(store, Mails("report/2026-10", (mail,)), version)


def test_what_somebody_else_says_is_text_on_the_page(well: Interface) -> None:
    with well.open_setup() as setup:
        said = Sentence("Notion: {why}", {"why": "<script>alert(1)</script>"})
        keep_last(setup.place.store, NotionSync(state="failed", at=AT, message=said))
    assert "Notion: &lt;script&gt;alert(1)&lt;/script&gt;" in page(well)
    assert "<strong>Notion</strong>" in page(well, "fr")
    assert "Depuis le 22 novembre 2026" in page(well, "fr")
