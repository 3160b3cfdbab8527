"""The part of PromQL that the sandbox's Prometheus understands: the growth of counters, summed.

`sum by (model) (increase(my_total{job="x"}[1d])) > 0`, and the same with a label copied from
another inside. Anything else is a parse error, said as Prometheus says it (2.42, seen 2026-11-21).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from ecot.sandbox.prometheus.truth import PrometheusTruth, Series

Vector = dict[tuple[tuple[str, str], ...], Decimal]

_COPIED = r'(?:, "(?P<to>\w+)", "\$1", "(?P<from>\w+)", "\(\.\+\)"\))'
_EXPRESSION = re.compile(
    r"sum by \((?P<by>\w+(?:, \w+)*)\) \((?P<copies>label_replace\()?"
    r"increase\((?P<metric>\w*)(?:\{(?P<matchers>[^}]*)\})?\[(?P<count>\d+)(?P<unit>[hd])\]\)"
    rf"(?(copies){_COPIED})\)(?P<grown> > 0)?"
)
_MATCHER = re.compile(r'(\w+)(=~|!=|=)"([^"]*)"(?:, ?|$)')
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}
_HOLDS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda label, value: label == value,
    "!=": lambda label, value: label != value,
    "=~": lambda label, value: re.fullmatch(value, label) is not None,
}


class ParseError(Exception):
    """The expression is none that is understood."""


@dataclass(frozen=True)
class Expression:
    """A sum of growths."""

    by: tuple[str, ...]
    matchers: tuple[tuple[str, str, str], ...]
    window: timedelta
    copied: tuple[str, str] | None
    only_grown: bool

    def at(self, truth: PrometheusTruth, moment: datetime) -> Vector:
        """Its value at a moment: by labels, without those that are empty."""
        found: Vector = {}
        for series in filter(self._concerns, truth.series):
            grown = truth.grown(series, moment - self.window, moment)
            if grown is not None:
                key = self._key(series)
                found[key] = found.get(key, Decimal(0)) + grown
        return {key: value for key, value in found.items() if value > 0 or not self.only_grown}

    def _concerns(self, series: Series) -> bool:
        labels = {**series.labels, "__name__": series.metric}
        return all(_HOLDS[sign](labels.get(name, ""), text) for name, sign, text in self.matchers)

    def _key(self, series: Series) -> tuple[tuple[str, str], ...]:
        labels = dict(series.labels)
        if self.copied and self.copied[1] in labels:
            labels[self.copied[0]] = labels[self.copied[1]]
        return tuple((name, labels[name]) for name in sorted(self.by) if labels.get(name))


def expression(text: str) -> Expression:
    """The expression that the text is; ParseError for any other."""
    if not text:
        raise ParseError("1:1: parse error: no expression found in input")
    found = _EXPRESSION.fullmatch(text)
    if found is None:
        raise ParseError("1:9: parse error: unclosed left parenthesis")
    matchers = tuple(
        (name, sign, value) for name, sign, value in _MATCHER.findall(found["matchers"] or "")
    )
    named = (("__name__", "=", found["metric"]),) if found["metric"] else ()
    return Expression(
        by=tuple(found["by"].split(", ")),
        matchers=(*named, *matchers),
        window=int(found["count"]) * _UNITS[found["unit"]],
        copied=(found["to"], found["from"]) if found["copies"] else None,
        only_grown=found["grown"] is not None,
    )
