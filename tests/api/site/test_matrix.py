"""Every page × every role × no token, a wrong one, one that is over: from the table of rules."""

import subprocess
import sys
from datetime import timedelta
from typing import get_args

import pytest

from ecot.api.pages.people import SHARED
from ecot.api.pages.table import PAGES
from ecot.api.rules import PAGE_RULES, RULES, Rule
from ecot.jobs.signing import sign
from ecot.model.access import Role
from tests.api.asking import KEY, Interface
from tests.api.site.browsing import Visitor
from tests.api.test_matrix import name_of

ROLES: tuple[Role, ...] = get_args(Role)
CLOSED = [
    *(rule for rule in PAGE_RULES if rule.open == "never"),
    *(rule for rule in RULES if (rule.method, rule.path) in SHARED),
]
JSON = {"accept": "application/json"}


def path_of(rule: Rule) -> str:
    """An address that the page is for."""
    path = rule.path.replace("<name>", "index.html").replace("<signed>", "x.y")
    return path.replace("<run>", "20261122T010000Z-daily")


def test_every_page_has_its_rule_and_every_rule_its_page() -> None:
    rules = {(one.method, one.path) for one in PAGE_RULES}
    routes = {(one.method, one.path) for one in RULES}

    assert rules | SHARED == set(PAGES)
    assert routes >= SHARED
    assert rules & routes == set()


def test_no_script_waits_for_what_pages_are_made_with() -> None:
    code = "import sys, ecot.api.app; print('ecot.api.pages.table' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_only_the_door_and_what_is_shared_are_open() -> None:
    assert {one.path for one in PAGE_RULES if one.open != "never"} == {
        "/", "/sign-in", "/sign-out", "/link/<signed>", "/public/<name>",
    }  # fmt: skip


@pytest.mark.parametrize("rule", CLOSED, ids=name_of)
def test_nobody_without_a_token_that_holds_gets_in(empty: Interface, rule: Rule) -> None:
    tokens: list[str | None] = [None, "nonsense", ""]
    cookies = ["", "nonsense.nonsense"]
    for role in ROLES:
        for made in (empty.token(role, expires=empty.now), empty.token(role, over=True)):
            tokens += [made.shown, f"{made.shown[:-1]}-"]
            cookies.append(cookie_of(empty, made.id))
    for shown in tokens:
        found = empty.ask(rule.method, path_of(rule), token=shown, headers=JSON)
        assert found.status == 401, shown
    for value in cookies:
        page = Visitor(empty, jar={"ecot": value} if value else {})
        asked = page.get(path_of(rule)) if rule.is_safe else page.post(path_of(rule), {})
        assert (asked.status, asked.way.partition("?")[0], asked.body) == (303, "/sign-in", b"")
    assert empty.handed == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("rule", CLOSED, ids=name_of)
def test_each_role_gets_in_where_its_rule_says(empty: Interface, rule: Rule, role: Role) -> None:
    made = empty.token(role)
    form: dict[str, str] | None = None if rule.is_safe else {}
    headers = {"accept": "text/html"}

    found = empty.ask(rule.method, path_of(rule), token=made.shown, headers=headers, form=form)
    page = Visitor(empty, jar={"ecot": cookie_of(empty, made.id)})
    asked = page.get(path_of(rule)) if rule.is_safe else page.post(path_of(rule), {})

    assert (found.status == 403) == (role not in rule.roles), found.text
    assert found.status in (200, 303, 403, 404, 422)
    if rule.is_safe:
        assert asked.status == found.status
    else:  # a form that no page of ours has shown
        assert asked.status == 403
    assert len(empty.handed) == (found.status == 303)


def cookie_of(interface: Interface, token: str) -> str:
    ends = interface.now + timedelta(days=1)
    return interface.canary.hide(sign(KEY, "cookie", token, ends))
