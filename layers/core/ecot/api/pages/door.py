"""Signing in, signing out, and the links of mails.

A wrong token is answered as slowly as a right one, by the same page. How many can be tried is
bounded by the throttling of the API: a token has 256 bits.
"""

from http import HTTPStatus

from ecot.api.access import is_own, matching
from ecot.api.asked import Asked
from ecot.api.pages.cookies import LASTS, LASTS_FOR_MONTH, cookie_of, no_cookie
from ecot.api.pages.desks import bare_desk, desk_of
from ecot.api.pages.forms import fields_of, is_ours
from ecot.api.pages.given import elsewhere, page
from ecot.api.pages.ways import own_path
from ecot.api.rules import READERS
from ecot.api.sealed import Built
from ecot.edge.tokens import known_tokens
from ecot.jobs.signing import verify
from ecot.model.sentence import Sentence
from ecot.report.desk.form import Form, Wrong
from ecot.report.desk.frame import REPORT, SIGN_IN, SIGN_OUT
from ecot.report.desk.signing import (
    FOREIGN,
    OTHER_ROLE,
    WRONG_TOKEN,
    SignIn,
    problem_page,
    sign_in_page,
    sign_out_page,
)
from ecot.report.shell import page_name

_OVER = Sentence("This link opens nothing any more")
_OVER_BECAUSE = Wrong(
    Sentence("It is over, was revoked, or was not copied whole"),
    Sentence("Sign in with a token, or ask whoever sent the mail."),
)


def front(one: Asked) -> Built:
    """`GET /`: the report for whoever has signed in, else the page where one does."""
    grant = one.grant
    if grant is None or grant.role not in READERS:
        return elsewhere(bare_desk(one, "/").to(SIGN_IN))
    return elsewhere(_of_month(one, grant.month) if grant.month else REPORT)


def sign_in_form(one: Asked) -> Built:
    """`GET /sign-in`"""
    back = own_path(one.request.query.get("back", [""])[0])
    is_limited = one.grant is not None and one.grant.month is not None
    view = SignIn(back=back, month_only=is_limited)
    return page(sign_in_page(desk_of(one, SIGN_IN), view))


def sign_in(one: Asked) -> Built:
    """`POST /sign-in`: a cookie for a token that may read, and back to where one came from."""
    fields = fields_of(one.request)
    back = own_path(fields.get("back", ""))
    if not is_own(one.request.headers):
        view = SignIn(back=back, form=Form(refused=FOREIGN))
        return page(sign_in_page(desk_of(one, SIGN_IN), view), HTTPStatus.FORBIDDEN)
    token = matching(fields.get("token", "").strip(), known_tokens(one.setup), one.now)
    if token is None or token.role not in READERS or token.month is not None:
        is_other = token is not None and token.month is None
        wrong = {"token": OTHER_ROLE if is_other else WRONG_TOKEN}
        view = SignIn(back=back, form=Form(wrong=wrong))
        return page(sign_in_page(desk_of(one, SIGN_IN), view), HTTPStatus.UNAUTHORIZED)
    lasts = LASTS if token.expires is None else min(LASTS, token.expires - one.now)
    cookie = cookie_of(one.request, one.world.signing_key(), token.id, one.now, lasts)
    return elsewhere(back, (cookie,))


def sign_out_form(one: Asked) -> Built:
    """`GET /sign-out`: it asks, for links are followed by machines too."""
    desk = desk_of(one, SIGN_OUT)
    return page(sign_out_page(desk)) if one.grant else elsewhere(SIGN_IN, (no_cookie(one.request),))


def sign_out(one: Asked) -> Built:
    """`POST /sign-out`"""
    guard = fields_of(one.request).get("guard", "")
    key, grant = one.world.signing_key(), one.grant
    is_theirs = grant is None or is_ours(one.request, grant, guard, key, one.now)
    if not (is_own(one.request.headers) and is_theirs):
        body = problem_page(desk_of(one, SIGN_OUT), Sentence("Sign out"), FOREIGN)
        return page(body, HTTPStatus.FORBIDDEN)
    return elsewhere(bare_desk(one, SIGN_OUT).to(SIGN_IN), (no_cookie(one.request),))


def link(one: Asked) -> Built:
    """`GET /link/<signed>`: a short cookie for one month, and on to its page, so that nothing that
    opens anything stays in the address. Whoever has signed in keeps their own cookie."""
    key = one.world.signing_key()
    signed = verify(key, "link", one.request.path.rpartition("/")[2], one.now)
    token = next(
        (each for each in known_tokens(one.setup) if signed and each.id == signed.id), None
    )
    if token is None or token.month is None or not token.holds(one.now):
        body = problem_page(desk_of(one, SIGN_IN), _OVER, _OVER_BECAUSE)
        return page(body, HTTPStatus.NOT_FOUND)
    if one.grant is not None and one.grant.month is None and one.grant.role in READERS:
        return elsewhere(_of_month(one, token.month))
    lasts = min(LASTS_FOR_MONTH, (token.expires or one.now + LASTS) - one.now)
    cookie = cookie_of(one.request, key, token.id, one.now, lasts, token.month)
    return elsewhere(_of_month(one, token.month), (cookie,))


def _of_month(one: Asked, month: str) -> str:
    """Its page in the language of the settings."""
    return f"/site/{page_name(month, one.setup.language)}"
