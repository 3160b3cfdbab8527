"""The page of connections: every account, and a button that reads it at once."""

from http import HTTPStatus

from ecot.api.asked import Asked
from ecot.api.pages.collecting import begun, may_collect, status_of
from ecot.api.pages.desks import desk_of
from ecot.api.pages.given import elsewhere, page
from ecot.api.pages.guarded import fields
from ecot.api.sealed import Built
from ecot.edge.desk import stack_of, stated_accounts
from ecot.jobs.desk.accounts import connections as all_connections
from ecot.jobs.desk.accounts import offers
from ecot.jobs.known import titles
from ecot.model.sentence import Sentence
from ecot.report.desk.connecting import ConnectionsFacts, connections_page
from ecot.report.desk.form import Form, Wrong
from ecot.report.desk.signing import FOREIGN

PATH = "/connections"
_NO_ACCOUNT = Wrong(
    Sentence("The settings have no such account that is active"),
    Sentence("Choose one of the list."),
)


def connections(one: Asked) -> Built:
    """`GET /connections`"""
    return _shown(one, Form())


def sync(one: Asked) -> Built:
    """`POST /connections`: asks for a collection of the account, and goes on to where it can be
    watched."""
    typed, is_theirs = fields(one)
    if not is_theirs:
        return _shown(one, Form(refused=FOREIGN), HTTPStatus.FORBIDDEN)
    if "/" not in typed.get("scope", ""):  # never every account, by a button beside one
        return _shown(one, Form(refused=_NO_ACCOUNT), HTTPStatus.UNPROCESSABLE_ENTITY)
    run = begun(one, typed)
    if isinstance(run, Form):
        return _shown(one, run, status_of(run))
    return elsewhere(desk_of(one, PATH).to(f"/runs/{run}"))


def _shown(one: Asked, form: Form, status: int = HTTPStatus.OK) -> Built:
    found = all_connections(one.place.store, stated_accounts(one.setup))
    facts = ConnectionsFacts(
        connections=found,
        offers=offers([each.account for each in found]),
        can_act=may_collect(one),
        stack=stack_of(one.setup),
        form=form,
    )
    return page(connections_page(desk_of(one, PATH), facts, titles()), status)
