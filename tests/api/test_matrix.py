"""Every route × every role × how a token is shown: made of the table that the check reads, which
has to have a row for every route."""

from datetime import timedelta
from typing import get_args

import pytest

from ecot.api.app import missing_rules
from ecot.api.rules import RULES, Rule
from ecot.jobs.access import New, new_link
from ecot.jobs.signing import sign
from ecot.model.access import Role
from tests.api.asking import KEY, Answer, Interface

ROLES: tuple[Role, ...] = get_args(Role)
OWN = {"sec-fetch-site": "same-origin"}


def name_of(rule: Rule) -> str:
    return f"{rule.method} {rule.path}"


def path_of(rule: Rule) -> str:
    """An address that the route is for."""
    return rule.path.replace("<run>", "20261122T010000Z-daily")


def ask(
    interface: Interface,
    rule: Rule,
    token: str | None = None,
    query: str = "",
    **headers: str,
) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    body: object = {"nothing": "known"} if rule.method == "POST" else None
    return interface.ask(
        rule.method, path_of(rule), query, token=token, headers=sent, json_body=body
    )


def is_let_in(found: Answer) -> bool:
    """Whether the route itself answered, well or not."""
    assert found.status != 500, found.text
    return found.status not in (401, 403)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert missing_rules() == set()
    assert len({name_of(rule) for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_without_a_token_nobody_is_let_in_but_where_everybody_is(
    empty: Interface, rule: Rule
) -> None:
    found = ask(empty, rule)

    assert is_let_in(found) == (rule.open == "always")
    if rule.open != "always":
        assert found.status == 401
        assert found.headers["WWW-Authenticate"].startswith("Bearer")
        assert found.document["remedy"]


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_a_token_that_does_not_hold_opens_nothing(empty: Interface, rule: Rule) -> None:
    for role in ROLES:
        expired = empty.token(role, expires=empty.now)
        revoked = empty.token(role, over=True)
        wrong = expired.shown[:-1] + ("a" if expired.shown[-1] != "a" else "b")
        for shown in (expired.shown, revoked.shown, wrong, "", "x"):
            assert ask(empty, rule, shown).status == 401
        for made in (expired, revoked):
            value = cookie(empty, made)
            assert is_let_in(ask(empty, rule, cookie=value, **OWN)) == (rule.open == "always")


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_a_right_token_opens_what_its_role_may(empty: Interface, rule: Rule) -> None:
    for role in ROLES:
        made = empty.token(role)
        may = role in rule.roles

        assert is_let_in(ask(empty, rule, made.shown)) == may
        assert may or ask(empty, rule, made.shown).status == 403
        by_cookie = ask(empty, rule, cookie=cookie(empty, made), **OWN)
        assert is_let_in(by_cookie) == (may or rule.open == "always")


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_a_token_in_the_address_counts_on_collect_alone(empty: Interface, rule: Rule) -> None:
    made = empty.token("admin")
    found = ask(empty, rule, query=f"token={made.shown}")
    if rule.path == "/collect":
        assert is_let_in(found)
    else:
        assert found.status == (400 if rule.open == "always" else 401)


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_a_form_of_another_site_is_refused(empty: Interface, rule: Rule) -> None:
    value = cookie(empty, empty.token("admin"))
    found = ask(empty, rule, cookie=value, origin="https://evil.example")
    assert is_let_in(found) == rule.is_safe


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_link_of_a_mail_opens_no_route(empty: Interface, rule: Rule) -> None:
    ends = empty.now + timedelta(days=1)
    with empty.open_setup() as setup:
        link = new_link(setup.place.store, "2026-10", empty.now, ends)
    for about in ("2026-10", ""):
        value = empty.canary.hide(sign(KEY, "cookie", link, ends, about))
        found = ask(empty, rule, cookie=f"ecot={value}", **OWN)
        assert is_let_in(found) == (rule.open == "always")
        shown = empty.canary.hide(sign(KEY, "link", link, ends, about))
        assert not is_let_in(ask(empty, rule, query=f"link={shown}")) or rule.open == "always"


def test_a_collector_collects_and_sees_no_figure(lumen: Interface) -> None:
    token = lumen.token("collect").shown
    asked = lumen.ask("POST", "/collect", token=token, json_body={})

    assert asked.status == 202
    run = asked.document["run"]
    assert lumen.ask("GET", f"/runs/{run}", token=token).status == 200
    for path in ("/costs", "/report", "/export", "/adjustments", "/providers"):
        assert lumen.ask("GET", path, token=token).status == 403


def test_a_revoked_token_ends_its_cookie_at_once(empty: Interface) -> None:
    from ecot.jobs.access import revoke

    made = empty.token("report")
    value = cookie(empty, made)
    assert empty.ask("GET", "/costs", headers={"cookie": value}).status == 200
    with empty.open_setup() as setup:
        revoke(setup.place.store, made.id, empty.now)
    assert empty.ask("GET", "/costs", headers={"cookie": value}).status == 401


def cookie(interface: Interface, made: New) -> str:
    ends = interface.now + timedelta(days=1)
    return f"ecot={interface.canary.hide(sign(KEY, 'cookie', made.id, ends))}"
