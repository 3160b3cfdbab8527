"""What GitHub's activity is asked with, and what its settings may say."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from ecot.errors import SettingsError, UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.quantities import QUANTITIES
from ecot.model.rows import Activity
from ecot.providers.github import GITHUB
from ecot.providers.github_activity import GITHUB_ACTIVITY
from ecot.providers.github_activity.repositories import GitHubActivityOptions, named
from ecot.providers.people import People
from ecot.providers.suppliers import PROVIDERS
from ecot.settings.environment import accounts_of_environment, needed
from ecot.settings.problems import checked

NAMES = {"GITHUB_ACTIVITY_ADMIN_KEY": "ghp_x", "GITHUB_ACTIVITY_API_KEY_WORK": "ghp_y"}


def found(values: dict[str, str]) -> set[tuple[str, str, str]]:
    accounts = accounts_of_environment(values, PROVIDERS, [])
    return {(one.provider, one.name, one.secret_name) for one in accounts}


def test_its_keys_and_those_of_github_are_told_apart() -> None:
    github = {"GITHUB_ADMIN_KEY": "ghp_a", "GITHUB_ADMIN_KEY_ACTIVITY": "ghp_b"}

    assert found({**NAMES, **github}) == {
        ("github-activity", "github-activity", "GITHUB_ACTIVITY_ADMIN_KEY"),
        ("github-activity", "work", "GITHUB_ACTIVITY_API_KEY_WORK"),
        ("github", "github", "GITHUB_ADMIN_KEY"),
        ("github", "activity", "GITHUB_ADMIN_KEY_ACTIVITY"),
    }


def test_the_organization_is_that_of_github() -> None:
    values = {"GITHUB_ORGANIZATION": "lumen-lab", "GITHUB_ORGANIZATION_WORK": "other"}

    assert needed(GITHUB_ACTIVITY, "github-activity", values) == {"organization": "lumen-lab"}
    assert needed(GITHUB_ACTIVITY, "work", values) == {"organization": "other"}


def test_repositories_are_named_with_or_without_their_owner() -> None:
    names = ["web", "lumen-lab/Web", "infra.core", "mona/notes"]
    options = checked(
        GitHubActivityOptions, {"organization": "lumen-lab", "repositories": names}, "f", "account"
    )

    assert [one.name for one in named(options)] == [
        "lumen-lab/Web",
        "lumen-lab/infra.core",
        "mona/notes",
    ]
    assert not any(one.is_listed for one in named(options))


@pytest.mark.parametrize("name", ["", "a b", "a/b/c", "web is:open", "../x?y", "/web"])
def test_what_is_no_repository_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="does not have the form"):
        checked(GitHubActivityOptions, {"repositories": [name]}, "ecot.toml", "account[1]")


@pytest.mark.parametrize("name", ["", "lumen lab", "lumen-lab is:open", "x/y"])
def test_what_is_no_organization_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        GitHubActivityOptions(organization=name)


@pytest.mark.parametrize(
    ("secret", "remedy"),
    [
        ("sk-ant-admin01-x", "a key of another supplier"),
        ("sk_live_x", "a key of another supplier"),
        ("dop_v1_x", "a key of another supplier"),
        ("ghr_x", "only renews a token"),
    ],
)
def test_keys_of_a_wrong_kind_are_recognised(secret: str, remedy: str) -> None:
    said = str(GITHUB_ACTIVITY.recognise(secret))

    assert remedy in said
    assert "Contents: read and Pull requests: read" in said
    assert "illing" not in said
    assert secret not in said


@pytest.mark.parametrize("prefix", ["ghp_", "github_pat_", "gho_", "ghu_", "ghs_"])
def test_tokens_that_may_be_right_are_tried(prefix: str) -> None:
    assert GITHUB_ACTIVITY.recognise(f"{prefix}abcdef0123456789") is None


def test_what_it_sends_is_what_github_is_sent() -> None:
    sent = GITHUB_ACTIVITY.headers("ghp_x", GitHubActivityOptions())

    assert sent == GITHUB.headers("ghp_x", GitHubActivityOptions())


def test_what_it_counts_has_a_name() -> None:
    assert {"merged_pull_requests", "commits", "merge_commits"} <= QUANTITIES


# What an answer means


def parsed(feed: str, body: str) -> list[Activity]:
    people = People(lambda: b"k" * 32)
    hidden = people.hidden(body, GITHUB_ACTIVITY.personal(GitHubActivityOptions()))
    answer = Answer(feed=feed, endpoint="GET /", body=hidden.encode())
    rows = [row for _, row in GITHUB_ACTIVITY.parse(answer)]
    assert all(isinstance(row, Activity) for row in rows)
    return [row for row in rows if isinstance(row, Activity)]


def commit(author: str, by: str = '"name": "Ada", "email": "ada@lumen.example"') -> str:
    home = "https://github.lumen.example/api/v3/repos/lumen-lab/web/commits/1"
    stamps = f'{{"author": {{{by}}}, "committer": {{"date": "2026-10-06T23:30:00-02:00"}}}}'
    fields = f'"comments_url": "{home}/comments", "commit": {stamps}, "author": {author}'
    return f'[{{"sha": "1", {fields}, "parents": []}}]'


def test_a_person_is_the_same_with_a_login_and_as_another_tool_tells_it() -> None:
    people = People(lambda: b"k" * 32)
    (row,) = parsed("commits", commit('{"login": "Mona-Lisa", "type": "User"}'))

    assert row.user == people.pseudonym("mona-lisa")
    assert row.sub_account_id == "lumen-lab/web"
    assert row.day.isoformat() == "2026-10-07"
    assert row.quantities == {"commits": Decimal(1)}


@pytest.mark.parametrize("author", ["null", "{}"])
def test_whom_github_does_not_know_is_called_by_the_address(author: str) -> None:
    people = People(lambda: b"k" * 32)

    assert parsed("commits", commit(author))[0].user == people.pseudonym("ada@lumen.example")
    local = '"email": "root@localhost"'
    assert parsed("commits", commit(author, local))[0].user == people.pseudonym("root@localhost")
    assert parsed("commits", commit(author, '"email": ""'))[0].user is None


def test_a_kind_of_author_that_nobody_knows_is_no_bot() -> None:
    (row,) = parsed("commits", commit('{"login": "mona", "type": "Mannequin"}'))

    assert row.tags == {}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("/repos/lumen-lab/web", "/gists", "leads to no repository"),
        ("2026-10-06T23:30:00-02:00", "yesterday", "is not a UTC day"),
        ('"parents": []', '"parents": 1', "is not a list"),
    ],
)
def test_what_is_not_understood_is_refused(before: str, after: str, said: str) -> None:
    strange = commit('{"login": "mona"}').replace(before, after)
    with pytest.raises(UnexpectedAnswer, match=said) as refused:
        parsed("commits", strange)
    assert "mona" not in str(refused.value)
