"""`POST /collect`: collect now; `GET /collect`, `/runs`: what becomes of it."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from ecot.api.answers import json_answer, newest
from ecot.api.asked import Asked, asked
from ecot.api.beginning import begin
from ecot.api.bodies import body_of
from ecot.api.problems import Failed
from ecot.api.routes.routers import new_router
from ecot.api.shapes.base import described_as, sent_as
from ecot.api.shapes.runs import Asked as AskedShape
from ecot.api.shapes.runs import CollectBody, Collection, Run, Runs
from ecot.edge.documents import said
from ecot.jobs.runs.look import RunState, latest_runs, run_state
from ecot.jobs.written import month_of
from ecot.model.rows import provider_of
from ecot.model.run import Wanted
from ecot.model.sentence import Sentence

router = new_router()
_LAST = 5  # runs on the page
_NO_PROVIDER = Sentence("No account of {name} is collected")
_NO_ACCOUNT = Sentence("No account is called {name}")
_KNOWN = Sentence("Those that are collected: {known}.")
_NOT_OF = Sentence("{account} is no account of {provider}")
_ONE_OF_BOTH = Sentence("Say either `account` or `provider`.")
_NO_RUN = Sentence("There is no run {name}")
_NO_RUN_REMEDY = Sentence("`/runs` lists the last ones; they are kept for 90 days.")
_RUN_ID = r"^[0-9A-Za-z.-]{1,60}$"
_OfRun = Annotated[str, Path(description="The id of a run.", pattern=_RUN_ID)]
_WhichRun = Annotated[str | None, Query(description="The id of a run.", pattern=_RUN_ID)]
_Most = Annotated[int, Query(description="How many at most.", ge=1, le=100)]


@router.post(
    "/collect",
    summary="Collect now",
    tags=["collecting"],
    status_code=HTTPStatus.ACCEPTED,
    responses={202: described_as(AskedShape, "It is being done; `watch` shows how far it is")},
    openapi_extensions=sent_as(CollectBody, {"provider": "openai", "month": "2026-10"}),
)
def collect() -> Response[str]:
    """Starts a collection, and says where to look what becomes of it. The same again, while it is
    not finished, is the same run. Only some a hour are taken, and only of the last months."""
    one = asked()
    found = begin(one, _wanted(one, body_of(one, CollectBody)))
    watch = f"/collect?run={found.run}"
    if one.request.wants_html:
        return Response(HTTPStatus.SEE_OTHER, None, "", {"Location": watch})
    document = {
        "run": found.run,
        "is_new": found.is_new,
        "status": f"/runs/{found.run}",
        "watch": f"{one.request.own_url}{watch}",
    }
    return json_answer(document, HTTPStatus.ACCEPTED, {"Location": f"/runs/{found.run}"})


@router.get(
    "/collect",
    summary="What is being collected",
    tags=["collecting"],
    responses={200: described_as(Collection)},
)
def collecting(run: _WhichRun = None) -> Response[str]:
    """Says how far a run is (by default: the last ones), and what can be collected. It starts
    nothing: whoever follows a link, or previews one, must not."""
    return json_answer(collection(asked(), run))


def collection(one: Asked, run: str | None) -> dict[str, Any]:
    """What can be collected, and how far the run, or the last ones, are."""
    return {
        "collected_at": newest(one),
        "accounts": _collected(one),
        "runs": [_found(one, run)] if run else _last(one, _LAST),
    }


@router.get("/runs", summary="Runs", tags=["collecting"], responses={200: described_as(Runs)})
def runs(limit: _Most = 20) -> Response[str]:
    """Lists the last runs, the last first, with how each account of them went."""
    return json_answer({"runs": _last(asked(), limit)})


@router.get("/runs/<run>", summary="A run", tags=["collecting"], responses={200: described_as(Run)})
def one_run(run: _OfRun) -> Response[str]:
    """Says how far a run is, and how each of its accounts went."""
    return json_answer(_found(asked(), run))


def _wanted(one: Asked, body: CollectBody) -> Wanted:
    accounts = _collected(one)
    listed = {"known": ", ".join(accounts) or "—"}
    if body.account is not None and body.account not in accounts:
        raise _unknown(_NO_ACCOUNT, body.account, listed)
    if body.provider is not None and not any(
        account.startswith(f"{body.provider}/") for account in accounts
    ):
        raise _unknown(_NO_PROVIDER, body.provider, listed)
    if body.provider and body.account and body.provider != provider_of(body.account):
        names = {"account": body.account, "provider": body.provider}
        raise Failed(HTTPStatus.BAD_REQUEST, Sentence(_NOT_OF.text, names), _ONE_OF_BOTH)
    return Wanted(
        provider=body.provider,
        account=body.account,
        month=month_of(body.month) if body.month else None,
        send_email=body.send_email,
    )


def _unknown(text: Sentence, name: str, listed: dict[str, str]) -> Failed:
    shown = Sentence(text.text, {"name": ascii(name)})
    return Failed(HTTPStatus.BAD_REQUEST, shown, Sentence(_KNOWN.text, listed))


def _collected(one: Asked) -> list[str]:
    return sorted(account.key for account in one.setup.settings.accounts if account.active)


def _last(one: Asked, most: int) -> list[dict[str, Any]]:
    store = one.place.store
    states = (run_state(store, run.id, one.now) for run in latest_runs(store, most))
    return [_fields(one, state) for state in states if state is not None]


def _found(one: Asked, run: str) -> dict[str, Any]:
    state = run_state(one.place.store, run, one.now)
    if state is None:
        shown = Sentence(_NO_RUN.text, {"name": ascii(run)})
        raise Failed(HTTPStatus.NOT_FOUND, shown, _NO_RUN_REMEDY)
    return _fields(one, state)


def _fields(one: Asked, state: RunState) -> dict[str, Any]:
    return {
        "run": state.id,
        "kind": state.kind,
        "time": state.time,
        "provider": state.provider,
        "account": state.account,
        "month": str(state.month) if state.month else None,
        "send_email": state.send_email,
        "progress": state.progress,
        "finished": state.finished,
        "begun_at": state.begun_at,
        "complete_at": state.complete_at,
        "published_at": state.published_at,
        "sent_at": state.sent_at,
        "stands_since": state.stands_since,
        "accounts": [
            {
                "account": each.account,
                "provider": each.provider,
                "state": each.state,
                "at": each.at,
                "message": said(each.message, one.language),
                "remedy": said(each.remedy, one.language),
            }
            for each in state.accounts
        ],
    }
