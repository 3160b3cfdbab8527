"""GitHub activity: merged pull requests and commits by person, repository and UTC day.

The raw measure for cost against productivity: a correlation, not an effect. It has no money. What
is searched is described in `search.py`, what is counted of commits in `commits.py`, which
repositories in `repositories.py`.

A branch that is merged late brings commits of earlier days to the default branch: four weeks are
read again every night. The free text of pull requests and commits names people, and is needed for
nothing: titles, descriptions and messages are hidden like logins before an answer is kept.

What it does not tell: lines; work outside default branches; what one squashed commit was made of;
that two logins are one person; and what the token may not see, of which GitHub says nothing.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.sentence import Sentence
from ecot.providers.contract import Facts, Provider
from ecot.providers.github.access import (
    BASE_URL,
    PERSONAL,
    STATUS_PAGE,
    headers,
    is_of_another,
    only_renews,
)
from ecot.providers.github_activity import commits, search
from ecot.providers.github_activity.repositories import (
    GitHubActivityOptions,
    Repository,
    named,
    nothing_seen,
    page_of,
    repositories,
)
from ecot.providers.http import Http

PULL_REQUESTS, COMMITS = "pull_requests", "commits"
LATE = timedelta(weeks=4)
CHECKED_DAY = date(2026, 11, 1)  # any day proves a token; where today is known, yesterday

# Free text, in which people are named; and what a signature signs, which is name and address.
TEXTS = ("title", "body", "description", "message", "payload", "signature", "value")
TOKENS = "https://github.com/settings/personal-access-tokens"
CREATE = (
    "somebody who sees all repositories of the organization creates a fine-grained token with the "
    "organization as its resource owner, for all repositories, with the repository permissions "
    f"Contents: read and Pull requests: read under {TOKENS}."
)
ONLY_PUBLIC = (
    "{account}: the token sees public repositories of {organization} only. If there are others, "
    "their pull requests and commits are not counted."
)


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every answer of the stream for the period."""
    options = _options(http)
    if stream == PULL_REQUESTS:
        async for answer in search.merged(http, stream, _scopes(options), period):
            yield answer
        return
    for repository in await repositories(http, options, period):
        async for answer in commits.commits_of(http, stream, repository, period):
            yield answer


def _options(http: Http) -> GitHubActivityOptions:
    options = http.options
    return options if isinstance(options, GitHubActivityOptions) else GitHubActivityOptions()


def _scopes(options: GitHubActivityOptions) -> list[str]:
    """What is searched: the organisation, or each repository that the settings name."""
    if options.repositories:
        return [f"repo:{one.name}" for one in named(options)]
    return [f"org:{options.organization}"]


async def check(http: Http) -> None:
    """One call of each permission: the list, the search, the commits of a repository."""
    options = _options(http)
    day = CHECKED_DAY if http.today is None else http.today - timedelta(days=1)
    period = Period.of_day(day)
    one = named(options)[0] if options.repositories else await _first_listed(http, options)
    scope, until = _scopes(options)[0], period.end - search.SECOND
    found = await search.searched(http, PULL_REQUESTS, scope, period.start, until)
    list(parse(found))
    made = await commits.made(http, COMMITS, one, period)
    list(parse(made) if made else ())


async def _first_listed(http: Http, options: GitHubActivityOptions) -> Repository:
    """The first repository of the list; says so where there is no private one in its first page."""
    _, page = await page_of(http, options.organization or "", 1)
    found = [(one["full_name"].text(), one["private"].flag()) for one in page]
    if not found:
        raise nothing_seen(http, options)
    if not any(is_private for _, is_private in found):
        about = {"account": http.account, "organization": str(options.organization)}
        http.note = Sentence(ONLY_PUBLIC, about)
    return Repository(found[0][0], True)


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of the wrong kind."""
    if is_of_another(secret):
        return f"This is a key of another supplier; GitHub's activity needs a token: {CREATE}"
    if only_renews(secret):
        return f"This only renews a token of an app; GitHub's activity needs a token: {CREATE}"
    return None


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows of an answer, by the stream that it is of."""
    return _PARSE[answer.feed](answer)


_PARSE = {
    PULL_REQUESTS: search.parse,
    COMMITS: commits.parse,
}

GITHUB_ACTIVITY = Provider(
    name="github-activity",
    title="GitHub activity",
    category="developer tools",
    base_url=BASE_URL,
    variables=("GITHUB_ACTIVITY_ADMIN_KEY", "GITHUB_ACTIVITY_API_KEY"),
    facts=Facts(
        bills="Nothing: merged pull requests and commits of each person.",
        grain="UTC day × person × repository, bots apart.",
        history="For ever; a first collection reads 3 months.",
        late="A branch that is merged late brings commits of earlier days; the last 4 weeks are "
        "read again every night.",
        key="A fine-grained token of somebody who sees all repositories of the organization.",
        permission="Repository permissions Contents: read, Pull requests: read, for all "
        "repositories.",
        cannot_tell="Lines, work outside default branches, what a squashed commit was made of, "
        "that two logins are one person; what the token may not see.",
        sub_accounts="Repositories.",
    ),
    feeds=(PULL_REQUESTS, COMMITS),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page=STATUS_PAGE,
    remedies={"access_denied": f"GitHub's activity needs a token that may read it: {CREATE}"},
    tells="breakdowns",
    lateness=LATE,
    restatement_days=LATE.days,
    backfill_months=3,
    # GitHub: 900 points a minute, of which a GET is one, for all accounts of a person; the search
    # keeps its own pace of 30 (docs.github.com/rest/using-the-rest-api/rate-limits, 2026).
    per_minute=240,
    wider=(COMMITS,),
    personal=lambda _: (*PERSONAL, "email", *TEXTS),
    needs={"organization": "GITHUB_ORGANIZATION"},
    options=GitHubActivityOptions,
)
