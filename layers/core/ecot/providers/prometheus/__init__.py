"""Prometheus: what metrics of a proxy or of an application say that others bill, and by whom.

Reads `/api/v1/query` (prometheus.io/docs/prometheus/latest/querying/api, 2026; the specification of
3.14), once a UTC day and entry of the settings, at the day's end: then the window is that day, and
no step has to fit. At the end of a day that still runs the window holds the samples that there are;
`increase` reaches at most one interval past the last one (promql/functions.go, extrapolatedRate).

Everything is a breakdown: the money is in the bill of whoever sold it, and is never added. What
Prometheus does not tell: what was billed at all, who bills it where no label says so, what happened
before the first sample of a new series and between the last one and a restart. It keeps 15 days
unless set otherwise (storage docs, 2026), and answers for older ones with nothing: `history_days`.

Warnings of an answer say that something is not in it (Thanos: a partial response; `limit`: results
truncated), and so does `isPartial` of a VictoriaMetrics cluster: it is refused. Before 2.53 hints
on the expression stood among them, as "PromQL info".
Who may ask is decided by what stands in front: a token, a user and password, a tenant.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ecot.errors import ProviderError, UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.period import DAY, Period
from ecot.model.sentence import Sentence
from ecot.providers.contract import Facts, Options, Provider
from ecot.providers.http import Http
from ecot.providers.prometheus.entries import Entry
from ecot.providers.prometheus.options import (
    KEPT_DAYS,
    PrometheusOptions,
    entries,
    feeds,
    history,
    personal,
)
from ecot.providers.prometheus.rows import row
from ecot.providers.reading import Node, opened

MOST_SERIES = 10_000  # of one answer: more is an expression that groups by too much
ANY_DAY = date(2026, 1, 1)
INFO = "PromQL info"
SILENT = (
    "{day} has nothing for {entries}: either nothing happened, or a metric or a label is called "
    "otherwise there"
)


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """One answer a day."""
    (entry,) = (one for one in entries(http.options) if one.feed == stream)
    for day in period.days():
        yield await _answer(http, entry, day)


async def check(http: Http) -> None:
    """Every entry, asked about yesterday, and its answer understood. No series may be a day on
    which nothing happened; a metric whose name is wrong looks the same, every day."""
    yesterday, silent = (http.today or ANY_DAY) - DAY, list[str]()
    for entry in entries(http.options):
        if not list(parse(await _answer(http, entry, yesterday))):
            silent.append(entry.feed)
    if silent:
        http.note = Sentence(SILENT, {"day": str(yesterday), "entries": ", ".join(silent)})


async def _answer(http: Http, entry: Entry, day: date) -> Answer:
    params = (
        ("query", entry.over_a_day()),
        ("time", str(_second(Period.of_day(day).end))),
        ("limit", str(MOST_SERIES + 1)),
    )
    try:
        return await http.answer(entry.feed, "/api/v1/query", params, day=day, asked=entry.asked())
    except ProviderError as error:
        raise _of_the_entry(error, entry) from None


def _of_the_entry(error: ProviderError, entry: Entry) -> ProviderError:
    """An expression that is wrong, or takes too long, is that entry's trouble, and not the
    server's: the others are asked all the same."""
    status, detail = error.values.get("status"), error.values.get("detail", "")
    if status not in ("400", "422") and not (status == "503" and "timed out" in detail):
        return error
    return UnexpectedAnswer(
        "{account}: {provider} does not accept the expression of {entry} ({status}): {detail}",
        remedy="Correct the expression of {entry} in the settings; Prometheus' own page shows what "
        "it gives.",
        entry=entry.feed,
        **error.values,
    )


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows that one answer states: one a series."""
    whole = opened(answer)
    whole.expect("status", "success")
    _is_complete(whole)
    for one in _series(whole["data"]):
        yield Parsed(one.place, row(one, answer.asked, _day(answer)))


def _series(found: Node) -> list[Node]:
    """The series of a vector. A complaint quotes none of them: labels may hold people's names."""
    kind = found["resultType"]
    if kind.text() != "vector":
        kind.refuse("{source}: {place} is not what was expected, {text}: {part}", text="vector")
    series = list(found["result"])
    if len(series) > MOST_SERIES:
        text = "{source}: {place} has more series than {most}, group by fewer labels: {part}"
        replace(kind, value=len(series), place="/data/result").refuse(text, most=str(MOST_SERIES))
    return series


def _day(answer: Answer) -> Period:
    if answer.day is None:
        raise UnexpectedAnswer("{feed}: nothing says what day was asked for", feed=answer.feed)
    return Period.of_day(answer.day)


def _is_complete(whole: Node) -> None:
    """Refuses an answer that says that something is not in it."""
    text = "{source}: Prometheus warns that the answer is not whole: {part}"
    partial = whole.get("isPartial")
    if partial is not None and partial.flag():
        replace(partial, value={"isPartial": True}).refuse(text)
    for warning in whole.get("warnings") or ():
        if not warning.text().startswith(INFO):
            warning.refuse(text)


def _second(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def headers(secret: str, options: Options) -> Mapping[str, str]:
    """What stands in front of Prometheus asks for a token, or for a user's password; Mimir and
    Grafana Cloud may ask for a tenant."""
    username = options.username if isinstance(options, PrometheusOptions) else None
    tenant = options.tenant if isinstance(options, PrometheusOptions) else None
    found = {"X-Scope-OrgID": tenant} if tenant else {}
    if secret and username:
        pair = b64encode(f"{username}:{secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}", **found}
    return {"Authorization": f"Bearer {secret}", **found} if secret else found


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be a supplier's."""
    if secret.startswith(("sk-", "sk_", "rk_")):
        return (
            "This is a key of another supplier; Prometheus needs the token, or the password, of "
            "what stands in front of it, or none."
        )
    return None


PROMETHEUS = Provider(
    name="prometheus",
    title="Prometheus",
    category="ai",
    base_url="http://localhost:9090",
    variables=("PROMETHEUS_API_KEY", "PROMETHEUS_ADMIN_KEY"),
    facts=Facts(
        bills="Nothing: what a proxy or an application measured of others' bills, by user, team, "
        "model or key, beside every total.",
        grain="UTC day × labels that the entries name.",
        history="What the server keeps: 15 days unless set otherwise; 14 are read, or as set.",
        late="Within minutes; the last 7 days are read again every night.",
        key="What stands in front of it asks for: a token, a password with its user name, or none.",
        permission="Reading /api/v1/query.",
        cannot_tell="What was billed; counts to the last one; what came before a series' first "
        "sample or was lost at a restart.",
        sub_accounts="Teams, or whatever label the entries name.",
    ),
    feeds=("query",),
    feeds_for=feeds,
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    personal=personal,
    status_page="https://prometheus.io/docs/prometheus/latest/querying/api/",
    remedies={
        "access_denied": "Give what stands in front of Prometheus what it asks for: a token in "
        "PROMETHEUS_API_KEY; for a password also username, for Mimir and Grafana Cloud also tenant "
        "in the settings.",
        "unexpected_answer": "Look at what the expression gives for that day on Prometheus' own "
        "page; a division by zero gives NaN, which is no figure.",
        "unavailable": "Look whether Prometheus runs, and whether its address (base_url) is right, "
        "then collect again; nothing is lost.",
    },
    # Samples are there within minutes. But sums of floats differ in the last digit with the order
    # of the series, and more between replicas: while a month is still read that is no revision.
    lateness=timedelta(days=45),
    history_days=KEPT_DAYS,
    history_for=history,
    tells="breakdowns",
    needs={"base_url": "PROMETHEUS_URL", "set": "PROMETHEUS_SET"},
    keyless=True,
    options=PrometheusOptions,
)
