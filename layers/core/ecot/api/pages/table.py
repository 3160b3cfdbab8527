"""Which page answers which request, and what a browser is told that may not ask."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from ecot.api.access import TOKEN, Refusal
from ecot.api.asked import Asked
from ecot.api.pages import billing, collecting, connecting, door, files
from ecot.api.pages.desks import bare_desk, desk_of
from ecot.api.pages.given import elsewhere, page
from ecot.api.pages.ways import sign_in_for
from ecot.api.sealed import Built
from ecot.errors import EcotError, StoreUnavailable
from ecot.model.sentence import Sentence
from ecot.report.desk.form import Wrong
from ecot.report.desk.frame import SIGN_IN
from ecot.report.desk.signing import problem_page

Page = Callable[[Asked], Built]
PAGES: Mapping[tuple[str, str], Page] = {
    ("GET", "/"): door.front,
    ("GET", "/sign-in"): door.sign_in_form,
    ("POST", "/sign-in"): door.sign_in,
    ("GET", "/sign-out"): door.sign_out_form,
    ("POST", "/sign-out"): door.sign_out,
    ("GET", "/link/<signed>"): door.link,
    ("GET", "/site/<name>"): files.site,
    ("GET", "/public/<name>"): files.shared,
    ("GET", "/collect"): collecting.collect_form,
    ("POST", "/collect"): collecting.collect,
    ("GET", "/runs/<run>"): collecting.run,
    ("GET", "/bills"): billing.bills,
    ("POST", "/bills"): billing.add,
    ("POST", "/bills/void"): billing.void,
    ("GET", "/connections"): connecting.connections,
    ("POST", "/connections"): connecting.sync,
}
_FAILED = Sentence("This could not be done")


def answered(one: Asked) -> Built:
    """The page; where the ledger or the settings stand in its way, a page that says so."""
    try:
        return PAGES[one.rule.method, one.rule.path](one)
    except EcotError as error:
        is_away = isinstance(error, StoreUnavailable)
        status = HTTPStatus.SERVICE_UNAVAILABLE if is_away else HTTPStatus.CONFLICT
        remedy = Sentence(error.remedy, error.values) if error.remedy else None
        wrong = Wrong(Sentence(error.text, error.values), remedy)
        return page(problem_page(bare_desk(one, one.request.path), _FAILED, wrong), status)


def turned_away(one: Asked, refusal: Refusal) -> Built:
    """The page where one signs in, or why not."""
    if refusal.status == HTTPStatus.UNAUTHORIZED or refusal.reason == "month":
        if not one.rule.is_safe:
            return elsewhere(SIGN_IN)
        query = "" if TOKEN in one.request.query else one.request.raw_query  # never repeated
        return elsewhere(sign_in_for(one.request.path, query))
    return _told(one, refusal.status, _FAILED, Wrong(refusal.text, refusal.remedy))


def nothing_there(one: Asked) -> Built:
    """That there is no such address."""
    wrong = Wrong(Sentence("Nothing of Ecot has this address"), Sentence("Begin at the report."))
    return _told(one, HTTPStatus.NOT_FOUND, Sentence("There is no such page"), wrong)


def _told(one: Asked, status: int, title: Sentence, wrong: Wrong) -> Built:
    return page(problem_page(desk_of(one, one.request.path), title, wrong), status)
