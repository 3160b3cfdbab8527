"""How GitHub writes users, repositories, pull requests and commits (@octokit/openapi 23.0.2).

The free text names people, as people do.
"""

from datetime import datetime
from typing import Any

from ecot.sandbox.github.truth import ORGANIZATION
from ecot.sandbox.github_activity.truth import Commit, Merge, Person, Repo

API = "https://api.github.com"


def stamp(moment: datetime) -> str:
    """2026-11-01T00:00:00Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def user(person: Person) -> dict[str, Any] | None:
    """A user of GitHub; None for somebody whom GitHub does not know."""
    if person.login is None:
        return None
    home, api = f"https://github.com/{person.login}", f"{API}/users/{person.login}"
    return {
        "login": person.login,
        "id": 7,
        "node_id": f"MDQ6{person.login}",
        "avatar_url": f"https://avatars.githubusercontent.com/{person.login}",
        "gravatar_id": "",
        "url": api,
        "html_url": home,
        **{f"{what}_url": f"{api}/{what}" for what in ("followers", "subscriptions", "repos")},
        "organizations_url": f"{api}/orgs",
        "received_events_url": f"{api}/received_events",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "events_url": f"{api}/events{{/privacy}}",
        "type": "Bot" if person.is_bot else "User",
        "site_admin": False,
    }


def repository(repo: Repo, now: datetime) -> dict[str, Any]:
    """An entry of the organisation's list."""
    pushed = now if repo.rests is None else datetime.combine(repo.rests, now.timetz())
    return {
        "id": 1,
        "name": repo.name,
        "full_name": repo.full_name,
        "owner": {"login": ORGANIZATION, "type": "Organization"},
        "private": repo.is_private,
        "fork": repo.is_fork,
        "archived": repo.rests is not None,
        "pushed_at": stamp(pushed),
    }


def pull_request(merge: Merge) -> dict[str, Any]:
    """A result of the search."""
    home = f"{API}/repos/{merge.repo.full_name}"
    page = f"https://github.com/{merge.repo.full_name}/pull/{merge.number}"
    return {
        "url": f"{home}/issues/{merge.number}",
        "repository_url": home,
        "comments_url": f"{home}/issues/{merge.number}/comments",
        "html_url": page,
        "id": merge.number,
        "number": merge.number,
        "title": f"Fix what {merge.by.login} broke",
        "user": user(merge.by),
        "labels": [],
        "state": "closed",
        "assignees": [user(merge.by)],
        "created_at": stamp(merge.at),
        "updated_at": stamp(merge.at),
        "closed_at": stamp(merge.at),
        "draft": False,
        "pull_request": {
            "url": f"{home}/pulls/{merge.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": stamp(merge.at),
        },
        "body": f"Thanks, @{merge.by.login}!\n\nCo-authored-by: {merge.by.login} <x@y.example>",
        "score": 1.0,
        "author_association": "MEMBER",
    }


def commit(one: Commit) -> dict[str, Any]:
    """An entry of a repository's commits."""
    home = f"{API}/repos/{one.repo.full_name}/commits/{one.sha}"
    name = one.by.login or "Somebody Else"
    by = {"name": name, "email": one.by.email or "", "date": stamp(one.at.replace(year=2020))}
    return {
        "url": home,
        "sha": one.sha,
        "node_id": one.sha,
        "html_url": home,
        "comments_url": f"{home}/comments",
        "commit": {
            "author": by,
            "committer": {**by, "date": stamp(one.at)},
            "message": f"Merge {name}'s work\n\nSigned-off-by: {name} <{one.by.email}>",
            "tree": {"sha": one.sha, "url": f"{home}/tree"},
            "comment_count": 0,
            "verification": {"verified": True, "payload": f"author {name}", "signature": name},
        },
        "author": user(one.by),
        "committer": user(one.by),
        "parents": [{"sha": one.sha, "url": home} for _ in range(one.parents)],
    }
