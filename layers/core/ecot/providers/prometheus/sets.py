"""Ready-made entries for what LiteLLM, OpenLIT and the OpenTelemetry GenAI conventions measure.

LiteLLM: the proxy's own code, 1.109.1 (litellm/types/integrations/prometheus.py, 2026). Its tokens
have no `api_provider` in every version, failures know the `requested_model` only, and `end_user`
series are capped since May 2026: `user` is the owner of the key. OpenTelemetry: semantic
conventions 0.66b2; `gen_ai_system` is the older name of `gen_ai_provider_name`. Tokens are a
histogram with one record for input and one for output, so requests are counted by the duration.
OpenLIT 1.45.0 adds a cost, whose name ends in the unit or not, as the exporter is set.
"""

from collections.abc import Mapping

from ecot.providers.prometheus.entries import COST, WINDOW, Entry, Labels

LITELLM_LABELS = Labels(
    model="model",
    user="user",
    sub_account_id="team_alias",
    api_key_id="api_key_alias",
    parent="api_provider",
)
OF_FAILURES = LITELLM_LABELS.model_copy(update={"model": "requested_model", "parent": None})
GENAI_LABELS = Labels(
    model="gen_ai_request_model",
    service="gen_ai_operation_name",
    parent="gen_ai_provider_name",
)


def _grown(metric: str, labels: Labels) -> str:
    """The growth of a counter in a day. Per series first, and summed after: each begins again at
    zero by itself (litellm#27519). What did not grow is left out."""
    by = ", ".join(labels.model_dump(exclude_none=True).values())
    return f"sum by ({by}) (increase({metric}[{WINDOW}])) > 0"


def _genai(metric: str) -> str:
    """The same, with the provider under its newer name."""
    grown = f"increase({metric}[{WINDOW}])"
    by = ", ".join(GENAI_LABELS.model_dump(exclude_none=True).values())
    named = f'label_replace({grown}, "gen_ai_provider_name", "$1", "gen_ai_system", "(.+)")'
    return f"sum by ({by}) ({named}) > 0"


def _litellm(name: str, metric: str, measures: str, labels: Labels = LITELLM_LABELS) -> Entry:
    origin = "LiteLLM's own price map (litellm_spend_metric_total)" if measures == COST else None
    return Entry(
        name=f"litellm-{name}",
        promql=_grown(f"litellm_{metric}_total", labels),
        measures=measures,
        labels=labels,
        price_list=origin,
    )


def _of_genai(name: str, metric: str, measures: str, price_list: str | None = None) -> Entry:
    return Entry(
        name=name,
        promql=_genai(metric),
        measures=measures,
        labels=GENAI_LABELS,
        price_list=price_list,
    )


_LITELLM = (
    _litellm("cost", "spend_metric", COST),
    _litellm("input-tokens", "input_tokens_metric", "input_tokens"),
    _litellm("output-tokens", "output_tokens_metric", "output_tokens"),
    _litellm("requests", "requests_metric", "requests"),
    _litellm("errors", "proxy_failed_requests_metric", "errors", OF_FAILURES),
)
_TOKENS = "gen_ai_client_token_usage_sum"
_OPERATIONS = "gen_ai_client_operation_duration_seconds_count"
_GENAI = (
    _of_genai("genai-input-tokens", f'{_TOKENS}{{gen_ai_token_type="input"}}', "input_tokens"),
    _of_genai("genai-output-tokens", f'{_TOKENS}{{gen_ai_token_type="output"}}', "output_tokens"),
    _of_genai("genai-requests", _OPERATIONS, "requests"),
    _of_genai("genai-errors", f'{_OPERATIONS}{{error_type!=""}}', "errors"),
)
_OPENLIT = (
    _of_genai(
        "openlit-cost",
        '{__name__=~"gen_ai_usage_cost(_USD)?_sum"}',
        COST,
        price_list="OpenLIT's own price file (gen_ai_usage_cost)",
    ),
    *_GENAI,
)

SETS: Mapping[str, tuple[Entry, ...]] = {
    "litellm": _LITELLM,
    "openlit": _OPENLIT,
    "otel-genai": _GENAI,
}
