"""A made-up company's gateway, as its Prometheus has it: what each counter grew by, by hour.

A growth is what `increase` states of the hour, so counts are no whole numbers. Everything follows
from the names of things: the same hour always grew by the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Series:
    """One counter: a metric, its labels, and the size of what it grows by."""

    metric: str
    labels: Mapping[str, str]
    unit: Decimal

    def text(self) -> str:
        return f"{self.metric}{sorted(self.labels.items())}"


PEOPLE = (
    # user, team, key, provider, model
    ("anna@lumen.example", "studio", "anna-laptop", "openai", "gpt-5.2"),
    ("anna@lumen.example", "studio", "anna-laptop", "anthropic", "claude-sonnet-5"),
    ("bruno@lumen.example", "labo", "None", "mistral", "mistral-large-3"),
    ("None", "None", "None", "vertex_ai", "gemini-3-flash"),
)
UNITS = {
    "litellm_spend_metric_total": Decimal("0.0000001"),
    "litellm_input_tokens_metric_total": Decimal("0.01"),
    "litellm_output_tokens_metric_total": Decimal("0.001"),
    "litellm_requests_metric_total": Decimal("0.0001"),
}
FAILURES = "litellm_proxy_failed_requests_metric_total"
TOKENS = "gen_ai_client_token_usage_sum"
OPERATIONS = "gen_ai_client_operation_duration_seconds_count"


def _of_litellm() -> list[Series]:
    found = []
    for user, team, key, provider, model in PEOPLE:
        who = {"user": user, "team_alias": team, "api_key_alias": key, "end_user": "None"}
        for instance in ("gateway-0:4000", "gateway-1:4000"):  # two proxies: series of their own
            where = {"job": "litellm", "instance": instance}
            labels = {**who, **where, "model": model, "api_provider": provider}
            found += [Series(metric, labels, unit) for metric, unit in UNITS.items()]
            failed = {**who, **where, "requested_model": model, "exception_status": "429"}
            found.append(Series(FAILURES, failed, Decimal("0.00001")))
    return found


def _of_genai() -> list[Series]:
    found = []
    for system, model in (("openai", "gpt-5.2"), ("mistral_ai", "mistral-large-3")):
        newer = (
            {"gen_ai_provider_name": system} if system == "openai" else {"gen_ai_system": system}
        )
        labels = {"gen_ai_request_model": model, "gen_ai_operation_name": "chat", **newer}
        for kind in ("input", "output"):
            typed = {**labels, "gen_ai_token_type": kind}
            found.append(Series(TOKENS, typed, Decimal("0.1")))
        failed = {**labels, "error_type": "timeout"}
        found += [Series(OPERATIONS, which, Decimal("0.001")) for which in (labels, failed)]
        found.append(Series("gen_ai_usage_cost_USD_sum", labels, Decimal("0.000001")))
    return found


@dataclass
class PrometheusTruth:
    """What the server holds at the moment of its clock: nothing older than it keeps, nothing of the
    future. `factors` make a day's growth another one."""

    now: Callable[[], datetime]
    keeps: timedelta = timedelta(days=15)
    series: list[Series] = field(default_factory=lambda: [*_of_litellm(), *_of_genai()])
    factors: dict[date, Decimal] = field(default_factory=dict)

    def grown(self, series: Series, start: datetime, end: datetime) -> Decimal | None:
        """What it grew by in the whole hours of `[start, end)`; None where it has no samples."""
        first, after = max(start, self.now() - self.keeps), min(end, self.now())
        hours = []
        hour = start
        while hour < after:
            if hour >= first:
                hours.append(self._in_hour(series, hour))
            hour += HOUR
        return sum(hours, Decimal(0)) if hours else None

    def _in_hour(self, series: Series, hour: datetime) -> Decimal:
        digest = blake2b(f"{series.text()}{hour:%Y%m%d%H}".encode(), digest_size=3).digest()
        count = int.from_bytes(digest) % 100_000 if 6 <= hour.hour < 20 else 0  # nobody at night
        return count * series.unit * self.factors.get(hour.date(), Decimal(1))
