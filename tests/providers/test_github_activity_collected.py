"""GitHub's activity, collected into a ledger: everything, once, and nobody's name."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.period import DAY, Period
from ecot.model.rows import Activity, Charge
from ecot.providers.github_activity import GITHUB_ACTIVITY
from ecot.providers.github_activity.repositories import GitHubActivityOptions
from ecot.sandbox import troubles
from ecot.sandbox.edits import edited, unknown_field
from ecot.sandbox.faults import Fault
from ecot.sandbox.github.truth import ORGANIZATION
from ecot.sandbox.github_activity import Seen
from ecot.sandbox.github_activity.truth import FORK, INFRA, OPEN, WEB
from ecot.store.protocol import Place
from tests.jobs.world import dump, figures, totals
from tests.kept import kept_answers
from tests.providers.around import OCTOBER
from tests.providers.github_activity_around import (
    A_WEEK,
    NOW,
    QUESTION,
    SINCE,
    TOKEN,
    Around,
    github_at,
    happened,
    told,
)
from tests.providers.github_refusals import assert_told, documented, message

RUSH = date(2026, 10, 7)
A_DAY = Period.of_day(date(2026, 10, 6))
NAMED = GitHubActivityOptions(
    organization=ORGANIZATION, repositories=("web", "lumen-lab/infra.core", "Lumen-Lab/Web")
)


@pytest.fixture
def github() -> Iterator[Around]:
    with github_at() as around:
        yield around


def naming(*names: str) -> GitHubActivityOptions:
    return GitHubActivityOptions(organization=ORGANIZATION, repositories=names)


# What is collected


def test_a_month_is_the_truth(github: Around, place: Place) -> None:
    github.truth.merges_a_day, github.truth.commits_a_day = 20, 40

    outcome = github.collected(place, OCTOBER.days())

    assert (outcome.state, outcome.message) == ("ok", None)
    assert told(place) == happened(github.truth, place, OCTOBER)
    assert told(place).total() > 600
    pages = [one["page"] for one in github.asked("/search/issues")]
    assert pages == ["1", "2", "3", "4"]
    assert {one["page"] for one in github.asked("/web/commits")} >= {"1", "2"}


@pytest.mark.parametrize("with_ends", [True, False])
def test_commits_at_the_edges_of_a_span_are_read_once(
    github: Around, place: Place, with_ends: bool
) -> None:
    github.site.with_ends = with_ends

    for day in A_WEEK.days():
        assert github.collected(place, [day]).state == "ok"

    assert told(place) == happened(github.truth, place)
    seconds = [one.at for day in A_WEEK.days() for one in github.truth.commits(day)]
    assert {f"{one:%H:%M:%S}" for one in seconds} >= {"00:00:00", "23:59:59"}


def test_without_being_asked_it_reads_since_the_day_that_is_set(
    github: Around, place: Place
) -> None:
    assert github.collected(place, None).state == "ok"

    assert told(place) == happened(github.truth, place, Period.of_days(SINCE, NOW.date() + DAY))


def test_there_is_no_money_and_no_total_lacks_any(github: Around, place: Place) -> None:
    github.collected(place)

    assert not list(rows(place, QUESTION, Charge))
    found = totals(place, "service", SINCE, NOW.date(), NOW.date())
    assert (found.coverage.missing, found.coverage.without_cost) == ((), ())
    assert [(one.key, one.billed_cost, one.only) for one in found.groups] == [
        ("GitHub", None, "activity")
    ]


def test_forks_are_searched_and_their_history_is_not_read(github: Around, place: Place) -> None:
    github.collected(place)

    kinds = {kind for _, repo, _, kind, _ in told(place) if repo == FORK.full_name}
    assert kinds == {"merged_pull_requests"}
    assert not github.asked("/linux/commits")


def test_what_nobody_pushed_to_is_not_asked(github: Around, place: Place) -> None:
    github.collected(place)

    assert not github.asked("/attic/commits")
    assert len(github.asked("/void/commits")) == 1


def test_named_repositories_are_all_that_is_read(github: Around, place: Place) -> None:
    assert github.collected(place, options=NAMED).state == "ok"

    repos = {WEB.full_name, INFRA.full_name}
    expected = happened(github.truth, place)
    assert told(place) == {key: n for key, n in expected.items() if key[1] in repos}
    assert not github.asked("/repos")
    assert len(github.asked("/search/issues")) == 2


def test_a_figure_leads_back_to_what_github_said(github: Around, place: Place) -> None:
    github.collected(place)

    walk = Walk(place.files)
    for found in rows(place, QUESTION, Activity):
        traces = walk.traces(found)
        assert len(traces) == sum(found.row.quantities.values())
        stamps = [one.raw.get("pull_request", one.raw.get("commit")) for one in traces]
        assert all(str(found.row.day) in str(one) for one in stamps)


def test_a_branch_that_is_merged_late_brings_its_commits(github: Around, place: Place) -> None:
    day = date(2026, 10, 20)
    github.truth.late[day] = date(2026, 11, 9)
    github.collected(place, None)
    assert not [one for one in told(place) if one[0] == day and "commits" in one[3]]

    github.clock.at(date(2026, 11, 9))
    outcome = github.collected(place, None)

    question = replace(QUESTION, after=date(2026, 11, 10), today=date(2026, 11, 9))
    period = Period.of_days(SINCE, date(2026, 11, 10))
    assert told(place, question) == happened(github.truth, place, period)
    assert [one for one in told(place) if one[0] == day and "commits" in one[3]]
    assert outcome.restatements == ()


# A search that is not whole


def test_more_than_a_search_gives_is_searched_in_parts(github: Around, place: Place) -> None:
    github.truth.rush[RUSH] = 1100

    assert github.collected(place).state == "ok"

    assert told(place) == happened(github.truth, place)
    assert told(place).total() > 1100


def test_more_in_an_hour_than_a_search_gives_is_refused(github: Around, place: Place) -> None:
    def endless(content: Any) -> Any:
        return content | {"total_count": 1001}

    github.server.faults.add(edited("endless", endless).on("search").repeated(None))
    outcome = github.collected(place, A_DAY.days())

    assert (outcome.state, outcome.unread) == ("partial", ("pull_requests",))
    assert "1000 results at the most, and found 1001" in str(outcome.message)
    assert "from 2026-10-06T00:00:00Z to 2026-10-06T00:44:59Z" in str(outcome.message)
    assert str(outcome.remedy).startswith("Name the repositories")
    assert not [one for one in told(place) if one[3] == "merged_pull_requests"]


def test_a_search_that_stops_early_is_asked_in_parts(github: Around, place: Place) -> None:
    def stopped(content: Any) -> Any:
        return content | {"incomplete_results": True, "items": content["items"][:1]}

    github.server.faults.add(edited("stopped", stopped).on("search").repeated(3))

    assert github.collected(place).state == "ok"
    assert told(place) == happened(github.truth, place)


def test_a_search_that_always_stops_early_is_not_taken_for_the_whole(
    github: Around, place: Place
) -> None:
    def stopped(content: Any) -> Any:
        return content | {"incomplete_results": True}

    github.server.faults.add(edited("stopped", stopped).on("search").repeated(None))
    outcome = github.collected(place, A_DAY.days())

    assert (outcome.state, outcome.unread) == ("partial", ("pull_requests",))
    assert "stopped before it had found everything" in str(outcome.message)


def moved(content: Any) -> Any:
    return content | {"items": content["items"][1:]}


def doubled(content: Any) -> Any:
    return content | {"items": content["items"][:1] + content["items"][:-1]}


@pytest.mark.parametrize("change", [moved, doubled])
def test_a_search_that_changes_while_it_is_read_is_asked_in_parts(
    github: Around, place: Place, change: Callable[[Any], Any]
) -> None:
    github.truth.merges_a_day = 80
    github.server.faults.add(edited("changed", change).on("search", query={"page": "2"}))

    assert github.collected(place).state == "ok"
    assert told(place) == happened(github.truth, place)
    assert len(github.asked("/search/issues")) > 6


def test_a_search_that_never_comes_to_its_count_is_refused(github: Around, place: Place) -> None:
    def fewer(content: Any) -> Any:
        return content | {"total_count": content["total_count"] + 1}

    github.server.faults.add(edited("fewer", fewer).on("search").repeated(None))
    outcome = github.collected(place, A_DAY.days())

    assert (outcome.state, outcome.unread) == ("partial", ("pull_requests",))
    assert "they changed while they were read" in str(outcome.message)
    assert not [one for one in told(place) if one[3] == "merged_pull_requests"]


def test_commits_that_move_while_they_are_read_are_not_kept(github: Around, place: Place) -> None:
    first: list[Any] = []

    def moved(content: Any) -> Any:
        first.append(content)
        return content if len(first) == 1 else [first[0][-1], *content]

    github.truth.commits_a_day = 180
    github.server.faults.add(edited("moved", moved).on("web/commits"))
    outcome = github.collected(place)

    assert (outcome.state, outcome.unread) == ("partial", ("commits",))
    assert "the commits of lumen-lab/web changed" in str(outcome.message)
    assert github.collected(place).state == "ok"
    assert told(place) == happened(github.truth, place)


def test_a_list_that_never_ends_is_refused(github: Around, place: Place) -> None:
    first: list[Any] = []

    def again(content: Any) -> Any:
        first.append(content)
        return first[0]

    github.server.faults.add(edited("again", again).on("/repos$").repeated(None))
    outcome = github.collected(place)

    assert outcome.unread == ("commits",)
    assert "the page 2 is the one before" in str(outcome.message)


# People, secrets


def test_nobody_is_named_in_what_is_kept(github: Around, place: Place) -> None:
    def gossip(content: Any) -> Any:
        return [{**one, "your_token": TOKEN} for one in content]

    github.server.faults.add(edited("gossip", gossip).on("commits").repeated(None))
    assert github.collected(place).state == "ok"

    bodies = kept_answers(place.files, at_least=4)
    names = (b"mona", b"linus", b"ada-l", b"renovate", b"Somebody Else", b"lumen.example")
    for secret in (*names, b"Can4ry"):
        assert [body for body in bodies if secret in body] == [], secret
    for secret in (b"Can4ry", b"Co-authored", b"Signed-off", b"broke"):
        assert secret not in dump(place)


def test_bots_are_told_apart(github: Around, place: Place) -> None:
    github.collected(place)

    expected = happened(github.truth, place)
    bots = {key: n for key, n in told(place).items() if key[4] == "bot"}
    assert bots
    assert bots == {key: n for key, n in expected.items() if key[4] == "bot"}
    assert len({key[2] for key in bots}) == 1


# What goes wrong


@pytest.mark.parametrize("path", ["search", "/orgs/", "open/commits"])
@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(3, message("You have exceeded a secondary rate limit.")),
        troubles.refused(403, message("rate limit"), {"retry-after": "60"}),
        troubles.refused(
            403, message("rate"), {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1791720000"}
        ),
        troubles.server_error(500, message("Server Error")),
        troubles.cut_off(),
        troubles.connection_reset(),
    ],
    ids=["429", "403 with Retry-After", "403 used up", "500", "cut off", "reset"],
)
def test_what_passes_loses_nothing(github: Around, place: Place, fault: Fault, path: str) -> None:
    github.server.faults.add(fault.on(path).repeated(2))

    assert github.collected(place, A_DAY.days()).state == "ok"
    assert told(place) == happened(github.truth, place, A_DAY)
    assert github.server.faults.struck


def test_an_unknown_field_changes_no_figure(github: Around, place: Place) -> None:
    github.server.faults.add(unknown_field())

    assert github.collected(place).state == "ok"
    assert told(place) == happened(github.truth, place)


@pytest.mark.parametrize("fault", [troubles.not_json(), troubles.truncated_json()])
def test_what_is_not_understood_leaves_the_ledger_as_it_was(
    github: Around, place: Place, fault: Fault
) -> None:
    github.collected(place)
    before = figures(place)
    github.server.faults.add(fault.repeated(None))

    assert github.collected(place).state == "failed"
    assert figures(place) == before


def test_a_merge_of_a_day_that_was_not_asked_for_is_refused(github: Around, place: Place) -> None:
    def other(content: Any) -> Any:
        for one in content["items"]:
            one["pull_request"]["merged_at"] = "2026-10-04T23:59:59Z"
        return content

    github.server.faults.add(edited("other", other).on("search").repeated(None))
    outcome = github.collected(place)

    assert outcome.unread == ("pull_requests",)
    assert "is about 2026-10-04, which was not asked for" in str(outcome.message)


def test_a_result_that_was_not_merged_is_refused(github: Around, place: Place) -> None:
    def unmerged(content: Any) -> Any:
        for one in content["items"]:
            one["pull_request"]["merged_at"] = None
        return content

    github.server.faults.add(edited("unmerged", unmerged).on("search").repeated(None))
    outcome = github.collected(place)

    assert outcome.unread == ("pull_requests",)
    assert "/items/0/pull_request has no merged_at" in str(outcome.message)
    assert "mona" not in str(outcome)


def test_a_repository_that_goes_while_it_is_read_is_told(github: Around, place: Place) -> None:
    github.server.faults.add(troubles.refused(404, message("Not Found")).on("web/comm"))
    outcome = github.collected(place)

    assert (outcome.state, outcome.unread) == ("partial", ("commits",))
    assert "listed lumen-lab/web, and did not find it" in str(outcome.message)
    assert github.collected(place).state == "ok"


# What is refused


@pytest.mark.parametrize(
    ("status", "remedy"),
    documented(GITHUB_ACTIVITY, {404: "GitHub answers so where there is no such organization"}),
)
def test_every_documented_refusal_has_a_remedy(github: Around, status: int, remedy: str) -> None:
    assert_told(github, status, remedy)


def test_a_search_that_is_refused_asks_to_look_at_the_names(github: Around) -> None:
    invalid = troubles.refused(422, message("Validation Failed"))
    github.server.faults.add(invalid.on("search").repeated(None))

    outcome = github.examined()

    assert outcome.state == "failed"
    assert "look at the names in the settings" in str(outcome.remedy)


def test_a_sufficient_token_is_well(github: Around) -> None:
    outcome = github.examined()

    assert (outcome.state, outcome.message) == ("ok", None)
    assert len(github.server.requests) == 3


def test_named_repositories_are_what_is_examined(github: Around) -> None:
    assert github.examined(NAMED).state == "ok"
    assert not github.asked("/repos")

    outcome = github.examined(naming("gone"))

    assert outcome.state == "failed"
    assert "look at the names in the settings" in str(outcome.remedy)


def test_a_repository_that_was_renamed_is_told(github: Around, place: Place) -> None:
    """GitHub leads to its new place, where no token is sent."""
    moved = troubles.refused(301, message("Moved Permanently"), {"location": "/repositories/1"})
    github.server.faults.add(moved.on("web/commits").repeated(None))
    named = GitHubActivityOptions(organization=ORGANIZATION, repositories=("web",))
    outcome = github.collected(place, options=named)

    assert (outcome.state, outcome.unread) == ("partial", ("commits",))
    assert "put its new name into the settings" in str(outcome.remedy)


def test_a_repository_that_is_named_wrongly_is_told(github: Around, place: Place) -> None:
    outcome = github.collected(place, options=naming("web", "gone"))

    assert outcome.state == "failed"
    assert "look at the names in the settings" in str(outcome.remedy)


def test_a_token_without_contents_reads_the_merges(github: Around, place: Place) -> None:
    github.site.tokens[TOKEN] = Seen(contents=False)

    outcome = github.collected(place)

    assert (outcome.state, outcome.unread) == ("partial", ("commits",))
    assert "Contents: read" in str(outcome.remedy)
    assert github.examined().state == "failed"


def test_a_token_that_sees_public_repositories_only_is_told_by_the_doctor(github: Around) -> None:
    github.site.tokens[TOKEN] = Seen(repos=(OPEN,))

    outcome = github.examined()

    assert outcome.state == "ok"
    assert "the token sees public repositories of lumen-lab only" in str(outcome.message)


def test_a_token_that_sees_nothing_is_no_idle_organization(github: Around, place: Place) -> None:
    github.server.faults.add(edited("nothing", lambda _: []).on("/repos$").repeated(None))
    outcome = github.collected(place)

    assert outcome.unread == ("commits",)
    assert "the token sees no repository of lumen-lab" in str(outcome.message)
    assert "the token sees no repository of lumen-lab" in str(github.examined().message)


def test_without_an_organization_nothing_is_asked(github: Around, place: Place) -> None:
    outcome = github.collected(place, options=GitHubActivityOptions())

    assert outcome.state == "not_configured"
    assert "GITHUB_ORGANIZATION" in str(outcome.message)
    assert github.server.requests == ()
