"""The pages of collections: what was read when, asking for more, and watching it."""

import re
from http import HTTPStatus

from ecot.api.asked import Asked
from ecot.api.beginning import begin
from ecot.api.pages.cookies import LASTS_FOR_MONTH, cookie_of
from ecot.api.pages.desks import desk_of
from ecot.api.pages.given import elsewhere, page
from ecot.api.pages.guarded import fields
from ecot.api.rules import COLLECTORS
from ecot.api.sealed import Built
from ecot.edge.desk import wanted_accounts
from ecot.errors import TooMany
from ecot.jobs.desk.accounts import accounts_read
from ecot.jobs.desk.asked_for import months_to_ask, wanted_of
from ecot.jobs.desk.runs import last_runs, run_of
from ecot.jobs.known import titles
from ecot.model.rows import provider_of
from ecot.model.sentence import Sentence
from ecot.report.desk.collecting import CollectFacts, collect_page, run_page
from ecot.report.desk.form import Form, Wrong
from ecot.report.desk.signing import FOREIGN, problem_page

PATH = "/collect"
_RUNS = 10
_RUN = re.compile(r"[0-9A-Za-z.-]{1,60}")
_NO_RUN = Sentence("There is no such collection")
_NO_RUN_BECAUSE = Wrong(
    Sentence("Nobody has started one of this name, or it is too long ago to be kept"),
    Sentence("The page of collections lists the last ones."),
)


def collect_form(one: Asked) -> Built:
    """`GET /collect`: it shows, and never does anything. With `?run=` it shows that one. The words
    of `POST /collect` choose beforehand what a bookmark is for."""
    watched = _stated(one, "run")
    return _watched(one, watched) if watched else _shown(one, Form(typed=_chosen(one)))


def _chosen(one: Asked) -> dict[str, str]:
    """What the form begins with. A word that is none of the list chooses nothing; a provider of one
    account is that account."""
    provider = _stated(one, "provider")
    theirs = [each for each in wanted_accounts(one.setup) if provider_of(each) == provider]
    return {
        "scope": _stated(one, "account") or (theirs[0] if len(theirs) == 1 else provider),
        "month": _stated(one, "month"),
        "mail": "yes" if _stated(one, "send_email") == "true" else "",
    }


def _stated(one: Asked, name: str) -> str:
    return one.request.query.get(name, [""])[0]


def collect(one: Asked) -> Built:
    """`POST /collect` of the form: asks for a collection, and goes on to its page."""
    typed, is_theirs = fields(one)
    if not is_theirs:
        return _shown(one, Form(typed=typed, refused=FOREIGN), HTTPStatus.FORBIDDEN)
    asked_for = begun(one, typed)
    if isinstance(asked_for, Form):
        return _shown(one, asked_for, status_of(asked_for))
    return _on_to(one, asked_for)


def begun(one: Asked, typed: dict[str, str]) -> str | Form:
    """The id of the run that was asked for, or the form with why there is none."""
    wanted, wrong = wanted_of(typed, wanted_accounts(one.setup), one.setup.today)
    if wanted is None:
        return Form(typed=typed, wrong=wrong)
    try:
        return begin(one, wanted).run
    except TooMany as error:
        remedy = Sentence(error.remedy, error.values)
        return Form(typed=typed, refused=Wrong(Sentence(error.text, error.values), remedy))


def status_of(form: Form) -> int:
    """The status of a form that begins nothing: it is wrong, or there were too many."""
    return HTTPStatus.TOO_MANY_REQUESTS if form.refused else HTTPStatus.UNPROCESSABLE_ENTITY


def run(one: Asked) -> Built:
    """`GET /runs/<run>`"""
    return _watched(one, one.request.path.rpartition("/")[2])


def _watched(one: Asked, name: str) -> Built:
    """The page of the run, whose other language is the run's too where `?run=` named it."""
    desk = desk_of(one, f"/runs/{name}")
    found = run_of(one.place.store, name, one.now) if _RUN.fullmatch(name) else None
    if found is None:
        return page(problem_page(desk, _NO_RUN, _NO_RUN_BECAUSE), HTTPStatus.NOT_FOUND)
    return page(run_page(desk, found, titles()))


def may_collect(one: Asked) -> bool:
    """Whether this reader may ask for a collection."""
    return one.grant is not None and one.grant.role in COLLECTORS


def _on_to(one: Asked, run_id: str) -> Built:
    """To the run's page. Whoever came with a bookmark that holds a token is given a short cookie,
    so that they can watch it."""
    way = desk_of(one, PATH).to(f"/runs/{run_id}")
    if one.grant is None or one.grant.by != "query":
        return elsewhere(way)
    key = one.world.signing_key()
    return elsewhere(way, (cookie_of(one.request, key, one.grant.id, one.now, LASTS_FOR_MONTH),))


def _shown(one: Asked, form: Form, status: int = HTTPStatus.OK) -> Built:
    wanted = wanted_accounts(one.setup)
    facts = CollectFacts(
        today=one.setup.today,
        accounts=accounts_read(one.place.store, wanted),
        wanted=wanted,
        months=months_to_ask(one.setup.today),
        runs=last_runs(one.place.store, _RUNS, one.now),
        can_act=may_collect(one),
        can_mail=bool(one.setup.settings.mail.to),
        form=form,
    )
    return page(collect_page(desk_of(one, PATH), facts, titles()), status)
