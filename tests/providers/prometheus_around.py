"""A made-up gateway's Prometheus on loopback, an account of it, and its truth, added up."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from ecot.jobs.query import Question, names
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Charge, Usage
from ecot.providers.prometheus import PROMETHEUS
from ecot.providers.prometheus.options import PrometheusOptions
from ecot.sandbox.prometheus import PrometheusSite
from ecot.sandbox.prometheus.truth import PrometheusTruth
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Place
from tests.jobs.world import Clock
from tests.providers.around import Account, source

TOKEN = "gw-Can4ryBird-Tw33tTweet-9Zk3QwLmNo"
NOW = datetime(2026, 11, 8, 6, tzinfo=UTC)
DAYS = Period.of_days(date(2026, 11, 5), date(2026, 11, 8))
Split = dict[tuple[object, ...], Decimal]

METRICS = {  # as docs/providers/prometheus.md has them, and not taken from the entries
    "litellm_spend_metric_total": "cost",
    "litellm_input_tokens_metric_total": "input_tokens",
    "litellm_output_tokens_metric_total": "output_tokens",
    "litellm_requests_metric_total": "requests",
    "litellm_proxy_failed_requests_metric_total": "errors",
}
PARENTS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "mistral": "mistral",
    "vertex_ai": "google-cloud",
}


@dataclass
class Around(Account[PrometheusTruth, PrometheusSite]):
    """A Prometheus on loopback that lets the token in, and an account of it."""

    token: str | None = TOKEN
    options: PrometheusOptions = field(default_factory=lambda: PrometheusOptions(set=("litellm",)))

    @property
    def source(self) -> Source:
        return source(PROMETHEUS, self.server.url, self.token, options=self.options)

    def collected(self, place: Place, days: Iterable[date] | None = None) -> Outcome:
        """The three days before today, unless told."""
        return super().collected(place, days or DAYS.days())

    def asked(self) -> list[tuple[str, str]]:
        """Every expression that the server was asked for, and the time."""
        queries = [dict(one.query) for one in self.server.requests]
        return [(query["query"], query["time"]) for query in queries]


@contextmanager
def a_prometheus(keeps: int = 15) -> Iterator[Around]:
    """A morning in November."""
    clock = Clock(NOW)
    truth = PrometheusTruth(clock, keeps=timedelta(days=keeps))
    site = PrometheusSite(truth, {f"Bearer {TOKEN}"})
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server)


def expected(truth: PrometheusTruth, period: Period) -> Split:
    """What LiteLLM's counters grew by, added up by what a row is about."""
    found: Split = {}
    for series in truth.series:
        if (measure := METRICS.get(series.metric)) is None:
            continue
        labels = {name: None if text == "None" else text for name, text in series.labels.items()}
        model = labels.get("model", labels.get("requested_model"))
        who = (model, labels["user"], labels["team_alias"], labels["api_key_alias"])
        parent = None if measure == "errors" else PARENTS[str(labels["api_provider"])]
        for day in period.days():
            whole = Period.of_day(day)
            if grown := truth.grown(series, whole.start, whole.end):
                where = (day, measure, *who, parent)
                found[where] = found.get(where, Decimal(0)) + grown
    return found


def found_in(place: Place, period: Period = DAYS) -> Split:
    """What the ledger says, by what it is about, people named; no two rows are the same."""
    question = Question(
        first=period.start.date(), after=period.end.date(), today=NOW.date(), currency="USD"
    )
    kept: list[AnyRow] = [one.row for one in rows(place, question, Charge)]
    kept += [one.row for one in rows(place, question, Usage)]
    known = names(place.store, {}, people=True)
    found = dict(_said(row, known) for row in kept)
    assert len(found) == len(kept)
    return found


def _said(row: AnyRow, known: Mapping[str, str]) -> tuple[tuple[object, ...], Decimal]:
    assert row.role == "breakdown"
    user = row.user and known[f"prometheus/{row.user}"]
    who = (row.model, user, row.sub_account_id, row.api_key_id, row.parent)
    if isinstance(row, Charge):
        assert (row.currency, row.basis) == ("USD", "estimated")
        assert row.price_list == "LiteLLM's own price map (litellm_spend_metric_total)"
        assert row.billed_cost is not None
        return (row.day, "cost", *who), row.billed_cost
    assert isinstance(row, Usage)
    ((measure, value),) = row.quantities.items()
    return (row.day, measure, *who), value
