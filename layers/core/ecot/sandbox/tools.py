"""The developer tools of the demo's company: the same few people at several suppliers."""

from collections.abc import Callable, Iterator
from datetime import datetime

from ecot.sandbox import claude_code
from ecot.sandbox.claude_code.truth import Actor, ClaudeCodeTruth
from ecot.sandbox.copilot import CopilotSite, Grant
from ecot.sandbox.copilot.truth import CopilotTruth
from ecot.sandbox.cursor import CursorSite
from ecot.sandbox.cursor.truth import CursorTruth, Member
from ecot.sandbox.github.truth import ORGANIZATION
from ecot.sandbox.github_activity import GitHubActivitySite, Seen
from ecot.sandbox.github_activity.truth import BOT, GitHubActivityTruth, Person
from ecot.sandbox.supplier import Supplier

CAMILLE, NOE, INES, THEO, ZOE = (
    f"{name}@atelier-lumen.example" for name in ("camille", "noe", "ines", "theo", "zoe")
)
ACTORS = (
    Actor(email=CAMILLE),
    Actor(email=NOE),
    Actor(email=INES, plan="team"),
    Actor(email=CAMILLE, plan="team"),  # one person, both ways
    Actor(key="relecture-de-nuit"),
)
MEMBERS = (
    Member(101, "Théo Müller", THEO, "owner"),
    Member(102, "Noé Béguin", NOE),
    Member(103, "Zoé Lefèvre", ZOE),
    Member(104, "Comptabilité", "compta@atelier-lumen.example", "free-owner"),
    Member(105, "Stagiaire", "stage@atelier-lumen.example", is_removed=True),
)
LOGINS, UNUSED = ("camille-a", "noe-b", "ines-f", "theo-m"), ("zoe-l", "stagiaire")
AUTHORS = tuple(
    Person(login, email) for login, email in zip(LOGINS, (CAMILLE, NOE, INES, THEO), strict=True)
)
GITHUB_KEY = "github_pat_lumen"
OF_HOUSE = {"organization": ORGANIZATION}


def tools(clock: Callable[[], datetime]) -> Iterator[Supplier]:
    """Claude Code, Copilot, Cursor, and what was merged and committed on GitHub."""
    code = ClaudeCodeTruth(clock, actors=ACTORS)
    for name, key in (("lumen", claude_code.ADMIN_KEY), ("labo", None)):
        yield Supplier(
            account=f"claude-code/{name}",
            site=claude_code.ClaudeCodeSite(code),
            truth=code,
            key=key,
        )
    pilot = CopilotTruth(clock, people=LOGINS, idle=UNUSED)
    yield Supplier(
        account="copilot/lumen",
        site=CopilotSite(pilot, {GITHUB_KEY: Grant()}),
        truth=pilot,
        key=GITHUB_KEY,
        options=OF_HOUSE,
        months_ago=1,
    )
    editor, key = CursorTruth(clock, members=MEMBERS), "key_lumen"
    yield Supplier(
        account="cursor/lumen",
        site=CursorSite(editor, {key: "enterprise"}),
        truth=editor,
        key=key,
    )
    activity = GitHubActivityTruth(
        clock, merges_a_day=4, commits_a_day=6, authors=(*AUTHORS, BOT), committers=(*AUTHORS, BOT)
    )
    yield Supplier(
        account="github-activity/lumen",
        site=GitHubActivitySite(activity, {GITHUB_KEY: Seen()}),
        truth=activity,
        key=GITHUB_KEY,
        options=OF_HOUSE,
    )
