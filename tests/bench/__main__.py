"""`python -m tests.bench [NAME…] [--json]`: measure and print. Slowness is never a failure."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from tests.bench import collecting, dollars, prices, site, starting, views, volume
from tests.bench.measuring import Measure, machine


class Bench(NamedTuple):
    """A group of numbers, and what it is about."""

    title: str
    measure: Callable[[], Iterator[Measure]]


BENCHES = {
    "together": Bench("15 accounts of 6 serial pages, 100 ms each", collecting.together),
    "again": Bench("collecting again with the same answers, 15 accounts", collecting.again),
    "changed": Bench("collecting again after some days of one account changed", collecting.changed),
    "months": Bench("a view of 13 months × 15 accounts", views.months),
    "dollars": Bench("a month of nights on DynamoDB, beside rewriting all rows", dollars.month),
    "site": Bench("the pages of the site", site.pages),
    "focus": Bench("importing a FOCUS file", volume.focus_file),
    "usage": Bench("usage rows added up in a stream", volume.usage_stream),
    "starts": Bench("what a function of AWS unpacks and imports", starting.starts),
    "prices": Bench("pricing usage rows, beside genai_prices.calc_price", prices.rows),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="make bench", description="Measure the numbers that hold."
    )
    parser.add_argument("bench", nargs="*", help=f"{', '.join(BENCHES)}; default: all")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.bench) - BENCHES.keys():
        parser.error(f"no bench is called {', '.join(sorted(unknown))}")
    results = ((name, BENCHES[name].measure()) for name in asked.bench or BENCHES)
    if asked.json:
        print(_as_json(results))
    else:
        _print(results)
    return 0


def _as_json(results: Iterable[tuple[str, Iterable[Measure]]]) -> str:
    benches = {name: msgspec.to_builtins(list(measures)) for name, measures in results}
    whole = {"machine": msgspec.to_builtins(machine()), "benches": benches}
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _print(results: Iterable[tuple[str, Iterable[Measure]]]) -> None:
    here = machine()
    print(f"{here.python} on {here.platform}, {here.cores} cores; times are medians")
    for name, measures in results:
        print(f"\n{name}: {BENCHES[name].title}")
        for measure in measures:
            value = f"{_shown(measure.value)} {measure.unit}".rstrip()
            promise = f"   ({measure.promise})" if measure.promise else ""
            print(f"  {measure.what:<58} {value:>16}{promise}", flush=True)


def _shown(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
