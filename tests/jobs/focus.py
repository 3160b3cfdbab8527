"""Small FOCUS files for tests, and the real sample where it is."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecot.jobs.imports import import_focus
from ecot.model.outcome import Outcome
from ecot.store.protocol import Place
from tests.jobs.world import Clock

REAL = Path(__file__).parents[3] / "shared" / "data" / "focus-1.0-sample.csv"
needs_real = pytest.mark.skipif(not REAL.is_file(), reason=f"{REAL} is not on this machine")
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
COLUMNS = (
    *("BilledCost", "BillingCurrency", "ChargeCategory", "ChargePeriodStart", "ChargePeriodEnd"),
    *("ProviderName", "BillingAccountId", "ServiceName"),
)


def line(
    cost: str = "1.00",
    start: str = "2026-05-01",
    end: str = "2026-05-02",
    *,
    category: str = "Usage",
    provider: str = "AWS",
    billing: str = "111",
    service: str = "S3",
    currency: str = "USD",
) -> str:
    """A charge as a line of CSV."""
    return ",".join([cost, currency, category, start, end, provider, billing, service])


def file(folder: Path, *lines: str, name: str = "costs.csv") -> Path:
    """A file of such lines."""
    path = folder / name
    path.write_text("\n".join([",".join(COLUMNS), *lines, ""]))
    return path


def imported(
    place: Place,
    *paths: Path,
    account: str | None = None,
    is_replacing: bool = False,
    clock: Clock | None = None,
) -> Sequence[Outcome]:
    """What the import of the files comes to."""
    clock = clock or Clock(NOW)
    return import_focus(place, paths, clock.round(), account=account, is_replacing=is_replacing)
