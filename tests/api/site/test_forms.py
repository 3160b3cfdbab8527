"""Forms: whose they are, what is wrong with them, and what they do."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import pytest

from ecot.errors import StoreUnavailable
from ecot.jobs.access import tokens
from ecot.jobs.bills import histories, stands
from ecot.jobs.runs.events import Dispatch, Publish
from ecot.jobs.runs.look import run_state
from ecot.jobs.signing import sign
from tests.api.asking import KEY, Interface
from tests.api.site.browsing import Seen, Visitor

ACCOUNT = "openai/studio"
BILL: Mapping[str, str] = {
    "account": ACCOUNT,
    "number": "INV 7",
    "issued": "2026-11-02",
    "month": "2026-10",
    "net": "1 234,56",
    "tax": "20.00",
    "currency": "eur",
    "kind": "invoice",
    "note": "<b>paid</b>",
}


class Away(list[object]):
    """Nobody takes an event."""

    def append(self, _: object) -> None:
        raise StoreUnavailable("nobody answers")


@pytest.fixture
def admin(empty: Interface) -> Visitor:
    visitor = Visitor(empty)
    visitor.sign_in(empty.token("admin", label="Camille").shown)
    return visitor


def sent(visitor: Visitor, path: str, fields: Mapping[str, str], page: str = "/bills") -> Seen:
    """The form as the page gives it."""
    return visitor.post(path, {**fields, "guard": visitor.get(page).guard})


def typed(visitor: Visitor) -> int:
    """How often anything was said about a bill."""
    with visitor.at.open_setup() as setup:
        return len(list(histories(setup.place.store)))


def test_a_bill_is_entered_and_the_report_follows(admin: Visitor) -> None:
    done = sent(admin, "/bills", BILL)

    assert done.status == 303
    with admin.at.open_setup() as setup:
        bill = stands(setup.place.store, ACCOUNT)["INV 7"]
        ((_, entry),) = histories(setup.place.store)
    assert (bill.net, bill.tax, bill.currency) == (Decimal("1234.56"), Decimal("20.00"), "EUR")
    assert (str(bill.first), str(bill.after)) == ("2026-10-01", "2026-11-01")
    assert entry.by.startswith("Camille (")
    assert admin.at.handed == [("publish", Publish())]
    page = admin.get(done.way).text
    assert "is in the ledger: €1,234.56, October 2026 ·" in page.replace("<bdi>", "").replace(
        "</bdi>", ""
    )
    assert "The report follows within a minute or two." in page
    assert "&lt;b&gt;paid&lt;/b&gt;" in page
    assert "<b>paid" not in page


def test_days_are_typed_with_the_last_one_inside(admin: Visitor) -> None:
    days = {"month": "", "first": "2026-10-05", "last": "2026-10-31"}

    assert sent(admin, "/bills", {**BILL, **days}).status == 303

    with admin.at.open_setup() as setup:
        bill = stands(setup.place.store, ACCOUNT)["INV 7"]
    assert (str(bill.first), str(bill.after)) == ("2026-10-05", "2026-11-01")


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("account", "opneai/studio", "Did you mean"),
        ("account", "", "This is missing"),
        ("account", "studio", "names no provider and account"),
        ("number", "", "This is missing"),
        ("issued", "2026-13-01", "is not a day"),
        ("issued", "2027-11-02", "is in the future"),
        ("net", "1,234", "is not an amount, or could be two"),
        ("net", "12 €", "is not an amount, or could be two"),
        ("net", "1 23", "is not an amount, or could be two"),
        ("currency", "EURO", "is not a currency"),
        ("month", "October", "is not a month"),
        ("last", "2026-10-31", "names a month and days besides"),
        ("kind", "gift", "is none of"),
        ("note", "x" * 600, "is too long"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    admin: Visitor, field: str, text: str, said: str
) -> None:
    found = sent(admin, "/bills", {**BILL, field: text})

    assert (found.status, typed(admin), admin.at.handed) == (422, 0, [])
    assert said in found.text
    assert 'aria-invalid="true"' in found.text
    for name in ("number", "note", "net"):
        kept = text if name == field else BILL[name]
        shown = kept.replace("<", "&lt;").replace(">", "&gt;")
        assert f'name="{name}" type="text" value="{shown}"' in found.text
    assert '<option value="invoice"' in found.text


def test_everything_wrong_is_said_at_once(admin: Visitor) -> None:
    found = sent(admin, "/bills", {"account": "opneai/studio", "net": "x"})

    assert "Nothing was done: 5 fields have to be corrected." in found.text


def test_a_new_account_is_taken_where_the_person_says_so(admin: Visitor) -> None:
    new = {**BILL, "account": "landlord/office"}
    assert sent(admin, "/bills", new).status == 422

    assert sent(admin, "/bills", {**new, "is_new": "yes"}).status == 303


def test_a_bill_is_corrected_and_voided_with_a_reason(admin: Visitor) -> None:
    sent(admin, "/bills", BILL)
    form = admin.get("/bills?account=openai/studio&number=INV%207").text
    for name, value in (("net", "1234.56"), ("month", "2026-10"), ("currency", "EUR")):
        assert f'id="{name}" name="{name}"' in form
        assert f'value="{value}"' in form
    sent(admin, "/bills", {**BILL, "net": "1.234,50"})
    which = {"account": ACCOUNT, "number": "INV 7"}

    wrong = sent(admin, "/bills/void", {**which, "reason": " "})
    assert (wrong.status, "the reason is missing" in wrong.text) == (422, True)
    done = sent(admin, "/bills/void", {**which, "reason": "entered twice"})

    assert done.status == 303
    assert "no longer stands" in admin.get(done.way).text
    with admin.at.open_setup() as setup:
        assert stands(setup.place.store, ACCOUNT) == {}
        said = [entry.action for _, entry in histories(setup.place.store)]
    assert said == ["entered", "entered", "voided"]
    again = sent(admin, "/bills/void", {**which, "reason": "entered twice"})
    assert (again.status, "There is no bill" in again.text) == (422, True)


def test_what_an_address_says_of_a_bill_is_not_repeated(admin: Visitor) -> None:
    page = admin.get("/bills?account=openai/studio&number=INV%207&said=now").text

    assert "is in the ledger" not in page
    assert "no longer stands" not in page


def test_a_report_that_cannot_be_asked_to_follow_loses_no_bill(
    admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin.at, "handed", Away())

    done = sent(admin, "/bills", BILL)

    assert typed(admin) == 1
    assert "could not be asked to follow" in admin.get(done.way).text


FORMS = (("/bills", "/bills"), ("/bills/void", "/bills"), ("/collect", "/collect"))


@pytest.mark.parametrize(("path", "page"), [*FORMS, ("/connections", "/connections")])
def test_no_form_of_anybody_else_does_anything(admin: Visitor, path: str, page: str) -> None:
    at, fields = admin.at, {**BILL, "scope": ACCOUNT, "reason": "x"}
    guard = admin.get(page).guard
    with at.open_setup() as setup:
        (token,) = tokens(setup.place.store)
    later = at.now + timedelta(hours=1)
    other = Visitor(at)
    other.sign_in(at.token("admin").shown)
    for stated in (
        *("", "x", guard[:-1], other.get(page).guard),
        sign(KEY, "form", token.id, later, "0" * 32),
        sign(KEY, "cookie", token.id, later),
        sign(b"9" * 32, "form", token.id, later),
    ):
        found = admin.post(path, {**fields, "guard": stated})
        assert (found.status, typed(admin), at.handed) == (403, 0, []), stated
        assert "too old" in found.text
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1"},
        {"sec-fetch-site": "same-site"},
    ):
        found = admin.post(path, {**fields, "guard": guard}, headers)
        assert (found.status, typed(admin), at.handed) == (403, 0, []), headers
    at.now += timedelta(hours=12)
    assert admin.post(path, {**fields, "guard": guard}).status == 403


def test_a_form_that_is_too_old_keeps_what_was_typed(admin: Visitor) -> None:
    found = admin.post("/bills", {**BILL, "guard": "x"})

    assert 'value="INV 7"' in found.text


@pytest.mark.parametrize(("path", "page"), FORMS)
def test_whoever_may_only_read_is_told_so_and_changes_nothing(
    empty: Interface, path: str, page: str
) -> None:
    reader = Visitor(empty)
    reader.sign_in(empty.token("report").shown)
    guard = reader.get(page).guard

    assert "Your token may read." in reader.get(page).text
    found = reader.post(path, {**BILL, "guard": guard})

    assert (found.status, typed(reader), empty.handed) == (403, 0, [])


def test_a_collection_is_asked_for_once_and_watched(admin: Visitor) -> None:
    at = admin.at
    asked = sent(admin, "/collect", {"scope": ACCOUNT, "month": "2026-10"}, "/collect")

    assert asked.way.startswith("/runs/")
    ((step, event),) = at.handed
    assert (step, isinstance(event, Dispatch)) == ("dispatch", True)
    run = asked.way.rpartition("/")[2]
    with at.open_setup() as setup:
        state = run_state(setup.place.store, run, at.now)
    assert state is not None
    assert (state.account, str(state.month), state.send_email) == (ACCOUNT, "2026-10", False)
    again = sent(admin, "/connections", {"scope": ACCOUNT}, "/connections")
    assert again.way != asked.way
    same = sent(admin, "/collect", {"scope": ACCOUNT, "month": "2026-10"}, "/collect")
    assert (same.way, len(at.handed)) == (asked.way, 2)
    page = admin.get(asked.way).text
    assert 'data-state="running"' in page
    assert '<meta http-equiv="refresh" content="10">' in page
    assert f'href="/runs/{run}?lang=fr"' in admin.get(f"/collect?run={run}").text
    assert admin.get("/runs/nobody").status == 404


def test_looking_starts_nothing(admin: Visitor) -> None:
    for path in ("/collect", "/collect?scope=openai/studio&month=2026-10", "/connections"):
        assert admin.get(path).status == 200
    assert admin.at.handed == []


def test_a_bookmark_chooses_beforehand_and_starts_nothing(admin: Visitor) -> None:
    admin.at.settings += '\n[mail]\nto = ["camille@lumen.example"]\n'
    page = admin.get("/collect?provider=openai&month=2026-10&send_email=true").text
    assert re.findall(r'<option value="([^"]*)" selected', page) == [ACCOUNT, "2026-10"]
    assert re.search(r'name="mail" value="yes" checked', page)
    admin.at.settings += '\n[[account]]\nprovider = "openai"\nname = "labo"\n'
    several = admin.get("/collect?provider=openai").text
    assert re.findall(r'<option value="([^"]*)" selected', several) == ["openai", ""]
    one = admin.get(f"/collect?account={ACCOUNT}").text
    assert re.findall(r'<option value="([^"]*)" selected', one) == [ACCOUNT, ""]
    other = admin.get('/collect?provider="><script>&month=1999-01&send_email=yes').text
    assert re.findall(r'<option value="([^"]*)" selected', other) == []
    assert not re.search(r'name="mail" value="yes" checked', other)
    assert '"><script>' not in other
    assert admin.at.handed == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"scope": "openai/nobody"}, "no such account"),
        ({"scope": "stripe"}, "no such account"),
        ({"month": "2026-12"}, "This month cannot be asked for here"),
        ({"month": "1999-01"}, "This month cannot be asked for here"),
        ({"month": "x"}, "This month cannot be asked for here"),
    ],
)
def test_what_cannot_be_collected_is_refused(
    admin: Visitor, fields: Mapping[str, str], said: str
) -> None:
    found = sent(admin, "/collect", fields, "/collect")

    assert (found.status, said in found.text, admin.at.handed) == (422, True, [])


def test_nobody_can_burn_the_suppliers_limits(admin: Visitor) -> None:
    months = [f"2026-{number:02}" for number in range(1, 9)]
    found = [sent(admin, "/collect", {"month": month}, "/collect") for month in months]

    assert [one.status for one in found].count(303) == len(admin.at.handed) == 6
    assert (found[-1].status, "which is as many as there may be" in found[-1].text) == (429, True)


def test_a_run_that_cannot_be_handed_on_is_no_page_that_says_it_runs(
    admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin.at, "handed", Away())

    found = sent(admin, "/collect", {"scope": ACCOUNT}, "/collect")

    assert (found.status, "nobody answers" in found.text) == (503, True)


def test_a_bookmark_with_a_token_asks_and_can_watch(empty: Interface) -> None:
    token, visitor = empty.token("collect").shown, Visitor(empty)
    page = visitor.get(f"/collect?token={token}")
    assert page.status == 200
    assert token not in page.text

    asked = visitor.post(f"/collect?token={token}", {"scope": ""})

    assert (asked.status, len(empty.handed)) == (303, 1)
    assert token not in asked.way
    assert "Max-Age=3600" in asked.cookies[0]
    assert visitor.get(asked.way).status == 200
    assert visitor.get("/bills").status == 403
    visitor.jar.clear()
    assert visitor.get("/collect?token=ecot_collect_of_yesterday").way == "/sign-in?back=/collect"


def test_a_script_that_sends_a_form_gets_json(admin: Visitor) -> None:
    token = admin.at.token("admin").shown
    found = admin.at.ask("POST", "/collect", token=token, form={"provider": "openai"})

    assert "json" in found.headers["Content-Type"]
