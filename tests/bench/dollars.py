"""A month of nights: reads, writes, CPU and dollars, beside the usual way of keeping rows."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.bench.measuring import Measure
from tests.bench.meter import Meter, Share, together
from tests.bench.nights import HISTORY, REPORT_EVERY, kept
from tests.bench.rewriting import rewritten

ACCOUNTS, NIGHTS = 15, 30
# List prices on demand in us-east-1, from memory. Prices of other regions differ, some by half:
# https://aws.amazon.com/dynamodb/pricing/on-demand/ and https://aws.amazon.com/s3/pricing/
WRITE_DOLLARS, READ_DOLLARS = 0.625e-6, 0.125e-6  # a unit
STORAGE_DOLLARS = 0.25e-9  # a byte, a month
FILE_DOLLARS = 5e-6  # a file put into S3
Shares = Mapping[str, Share]


def month(
    accounts: int = ACCOUNTS, nights: int = NIGHTS, months: int = HISTORY
) -> Iterator[Measure]:
    """Nights of accounts with 40 rows a day each, and some months behind them."""
    reports = range(0, nights, REPORT_EVERY)
    times = nights / len(reports)
    with tempfile.TemporaryDirectory(prefix="ecot-bench-") as folder:
        company = kept(Path(folder) / "ours", accounts, nights, months)
        company.close()
        rewriter = rewritten(Path(folder) / "rewriting", accounts, nights, months)
        for _ in reports:
            rewriter.report(months)
        rewriter.store.close()
    ours = _shares(company.meter, ("collecting", "sweeping"), "publishing", times)
    theirs = _shares(rewriter.meter, ("deleting", "writing"), "reporting", times)
    yield from _by_work("Ecot", ours)
    for what, count in (("rates", "rate"), ("days", "day"), ("cubes", "cube"), ("heads", "head")):
        share = company.meter.share("collecting", count)
        yield Measure(f"Ecot, of collecting: write units of {what}", share.writes)
        yield Measure(f"Ecot, of collecting: read units of {what}", share.reads)
    yield from _by_work("rewriting", theirs)
    yield from _bills(company.meter, ours, rewriter.meter, theirs)
    nightly = [company.meter.share(what).cpu for what in ("collecting", "sweeping")]
    their_nightly = [rewriter.meter.share(what).cpu for what in ("deleting", "writing")]
    yield Measure("CPU time of the nights: Ecot", sum(nightly), "s")
    yield Measure("CPU time of the nights: rewriting", sum(their_nightly), "s")
    for way, meter, what in (
        ("Ecot, from cubes", company.meter, "adding up"),
        ("rewriting, from rows", rewriter.meter, "reporting"),
    ):
        share = meter.share(what).times(1 / len(reports))
        yield Measure(f"13 months added up once: {way}", share.cpu, "s")
        yield Measure(f"13 months added up once: {way}", round(share.reads), "read units")
    files = company.files.puts + round(company.site.puts * times)
    yield Measure("Ecot: answers and pages put into S3", files)
    yield Measure("Ecot: dollars of a month for these", files * FILE_DOLLARS, "$")


def _shares(meter: Meter, nightly: tuple[str, ...], report: str, times: float) -> Shares:
    shares = {what: meter.share(what) for what in nightly}
    return shares | {report: meter.share(report).times(times)}


def _by_work(way: str, shares: Shares) -> Iterator[Measure]:
    for what, share in shares.items():
        yield Measure(f"{way}, {what}: write units", round(share.writes))
        yield Measure(f"{way}, {what}: read units", round(share.reads))
        yield Measure(f"{way}, {what}: bytes read", share.read_bytes / 1e6, "MB")
        yield Measure(f"{way}, {what}: our own CPU time", share.cpu, "s")


def _bills(ours: Meter, our_work: Shares, theirs: Meter, their_work: Shares) -> Iterator[Measure]:
    """Both ways side by side."""
    pairs = zip(_bill(ours, our_work), _bill(theirs, their_work), strict=True)
    for (what, unit, our), (_, _, their) in pairs:
        yield Measure(f"{what}: Ecot", our, unit)
        yield Measure(f"{what}: rewriting", their, unit)
        yield Measure(f"{what}: rewriting over Ecot", their / our, "×")


def _bill(meter: Meter, work: Shares) -> Iterator[tuple[str, str, float]]:
    share, stored = together(work.values()), meter.store.stored_bytes
    units = share.writes * WRITE_DOLLARS + share.reads * READ_DOLLARS
    yield "write units", "", round(share.writes)
    yield "read units", "", round(share.reads)
    yield "bytes read", "MB", share.read_bytes / 1e6
    yield "stored in the end", "MB", stored / 1e6
    yield "dollars of a month", "$", units + stored * STORAGE_DOLLARS
