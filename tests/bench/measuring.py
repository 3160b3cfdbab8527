"""Measuring: the median of several runs, the peak memory of a process, and what machine it was."""

import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Generic, NamedTuple, ParamSpec, TypeVar

import msgspec

T = TypeVar("T")
P = ParamSpec("P")


class Measure(msgspec.Struct, frozen=True):
    """One number: what it is, its value and unit, and the design's promise where there is one."""

    what: str
    value: float | int
    unit: str = ""
    promise: str = ""


class Machine(msgspec.Struct, frozen=True):
    """What the numbers were measured on; they mean nothing without it."""

    cores: int
    python: str
    platform: str


def machine() -> Machine:
    """This one. No names of hosts or people."""
    return Machine(
        cores=len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        platform=f"{platform.system()} {platform.machine()}",
    )


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes, once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_seconds(work: Callable[[], object], runs: int = 5) -> float:
    """The median of several runs, each of which starts where the one before left off."""
    return statistics.median(seconds(work) for _ in range(runs))


class Alone(NamedTuple, Generic[T]):
    """What a function returned in a process of its own, how long it took there, and the memory of
    that process in MB: when everything was imported, and at its peak."""

    value: T
    seconds: float
    imported_mb: float
    peak_mb: float


def alone(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Alone[T]:
    """Runs a function of a module in a fresh process."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=fresh) as processes:
        return processes.submit(_watched, partial(work, *args, **kwargs)).result()


def _watched(work: Callable[[], T]) -> Alone[T]:
    imported, start = peak_mb(), time.perf_counter()
    value = work()
    return Alone(value, time.perf_counter() - start, imported, peak_mb())


def peak_mb() -> float:
    """The most memory that this process has held so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says on Linux begins with the parent's own peak
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        line = next(line for line in lines if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1000
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / (1_000_000 if sys.platform == "darwin" else 1_000)
