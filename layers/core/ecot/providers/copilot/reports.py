"""What each person did with Copilot on a day, from the reports that GitHub makes of it.

A report is a list of signed links to files at another server (seen in the specification:
`download_links`); the list is as good as a key, and is not kept. The files are fetched without the
token, right away, for the links expire. A line is a person's day. GitHub publishes an example of
one and no schema of it (docs.github.com/copilot/reference/copilot-usage-metrics/example-schema,
2026, a JSON array; the files are JSON lines: both are read).

Reports come some days late. How far they have come is told by the last day of the newest 28-day
report: days after it are not asked for yet, and a day until it without a report (204, or 404 while
the 28-day report is there) is one that nobody used Copilot on. The lines of the 28-day report
itself are not read: no specification says that each is of one day.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NoReturn

from ecot.errors import AccessDenied, Unavailable, UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.rows import Activity
from ecot.providers.copilot.ai_credits import CATEGORY, TOOL
from ecot.providers.github.access import is_missing
from ecot.providers.http import Http, Params
from ecot.providers.reading import Node, decoded, opened

CLI = "Copilot CLI"
REPORTS = "/orgs/{owner}/copilot/metrics/reports"
LATEST = timedelta(days=7)  # later than that a report is not late, but missing
A_YEAR = timedelta(days=365)  # so long they are kept (docs.github.com/rest/copilot, 2026)
POLICY = (
    "An owner of the organization (or of its enterprise) sets the policy “Copilot usage metrics” "
    "to “Enabled everywhere”, and gives the token the organization permission Organization "
    "Copilot metrics: read."
)

PERSONS = {
    "user_initiated_interaction_count": "interactions",
    "code_generation_activity_count": "suggestions",
    "code_acceptance_activity_count": "acceptances",
    "loc_suggested_to_add_sum": "lines_suggested",
    "loc_added_sum": "lines_added",
    "loc_deleted_sum": "lines_removed",
    "ai_credits_used": "ai_credits",
}
COMMAND_LINE = {"session_count": "sessions", "request_count": "requests"}
TOKENS = {"prompt_tokens_sum": "input_tokens", "output_tokens_sum": "output_tokens"}


async def reports_of(http: Http, stream: str, owner: str, period: Period) -> AsyncIterator[Answer]:
    """Every file of the days whose reports are there."""
    latest = await latest_day(http, owner)
    for day in _kept(http, period):
        if latest is not None and day > latest:
            _refuse_missing(http, day, latest)
            continue
        for link in await _links(http, owner, day):
            yield await _file(http, stream, link, {"day": str(day), "organization": owner})


def _kept(http: Http, period: Period) -> Iterator[date]:
    """The days of which GitHub still has reports."""
    oldest = date.min if http.today is None else http.today - A_YEAR
    return (day for day in period.days() if day >= oldest)


async def latest_day(http: Http, owner: str) -> date | None:
    """The last day that reports have come to; None where there is none of 28 days."""
    body = await _reported(http, f"{REPORTS.format(owner=owner)}/users-28-day/latest")
    if not body:
        return None
    return _day(Node(decoded(body), http.account)["report_end_day"])


def _refuse_missing(http: Http, day: date, latest: date) -> None:
    """That reports have stopped is not that nobody used Copilot."""
    if http.today is not None and day <= http.today - LATEST:
        raise Unavailable(
            "{account}: there is no report of {day} yet; they end with {latest}",
            account=http.account,
            day=day,
            latest=latest,
        )


async def _links(http: Http, owner: str, day: date) -> list[str]:
    """Where the files of the day's report are; none where nobody used Copilot."""
    try:
        path = f"{REPORTS.format(owner=owner)}/users-1-day"
        body = await _reported(http, path, [("day", str(day))])
    except UnexpectedAnswer as error:
        if is_missing(error):
            return []
        raise
    return links(Node(decoded(body), http.account), day) if body else []


def links(listing: Node, day: date) -> list[str]:
    """The links of a day's report."""
    if _day(listing["report_day"]) != day:
        listing["report_day"].refuse(
            "{source}: {place} is not the day {day}, which was asked for: {part}", day=str(day)
        )
    return [link.text() for link in listing["download_links"]]


async def _reported(http: Http, path: str, params: Params = ()) -> bytes:
    """The list of links. Where it may not be read, the policy may be off: GitHub does not say."""
    try:
        return await http.get(path, params)
    except AccessDenied as error:
        _deny(error)
    except UnexpectedAnswer as error:
        if params or not is_missing(error):
            raise
        _deny(error)


def _deny(error: AccessDenied | UnexpectedAnswer) -> NoReturn:
    raise AccessDenied(error.text, remedy=POLICY, **error.values) from None


async def _file(http: Http, stream: str, link: str, asked: dict[str, str]) -> Answer:
    """A file of a report. A link that is refused has expired: that is no wrong token."""
    try:
        return await http.download(stream, link, asked=asked)
    except AccessDenied as error:
        raise Unavailable(
            "{account}: a file of the report of {day} is not given, its link may have expired "
            "({status}): {detail}",
            **{"account": http.account, "status": "", "detail": "", **error.values, **asked},
        ) from None


def parse(answer: Answer) -> Iterator[Parsed]:
    """What each line says of a person; the command line is a tool of its own."""
    for line in _lines(answer):
        yield Parsed(line.place, _activity(line, answer, TOOL, _counted(line, PERSONS)))
        if (cli := line.get("totals_by_cli")) is not None:
            tokens = cli.get("token_usage")
            counts = _counted(cli, COMMAND_LINE) | (_counted(tokens, TOKENS) if tokens else {})
            yield Parsed(line.place, _activity(line, answer, CLI, counts))


def _lines(answer: Answer) -> Iterator[Node]:
    if answer.body.lstrip().startswith(b"["):
        yield from opened(answer)
        return
    for number, line in enumerate(answer.body.splitlines(), start=1):
        if line.strip():
            yield Node(decoded(line, answer.feed), answer.feed, f"line {number}")


def _activity(line: Node, answer: Answer, tool: str, counts: dict[str, Decimal]) -> Activity:
    day, asked = _day(line["day"]), answer.asked.get("day")
    if asked not in (None, str(day)):
        line.refuse(
            "{source}: {place} is not the day {day}, which was asked for: {part}", day=asked
        )
    return Activity(
        charge_period=Period.of_day(day),
        category=CATEGORY,
        service=tool,
        sub_account_id=answer.asked.get("organization") or answer.sub_account_id,
        user=line.optional("user_login"),
        quantities=counts,
    )


def _counted(part: Node, names: Mapping[str, str]) -> dict[str, Decimal]:
    """What is stated of these, under our names; a line that states none of them has changed."""
    stated = ((ours, part.get(name)) for name, ours in names.items())
    counts = {ours: count.amount() for ours, count in stated if count is not None}
    if not counts:
        part.refuse("{source}: {place} counts nothing that is known: {part}")
    return counts


def _day(stated: Node) -> date:
    try:
        return date.fromisoformat(stated.text())
    except ValueError:
        return stated.refuse("{source}: {place} is not a UTC day: {part}")
