"""A hundred nights."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from ecot.model.period import DAY
from tests.jobs.cycle.town import LABO, STUDIO, town


def test_x(tmp_path: Path) -> None:
    begins = datetime(2026, 1, 5, 5, tzinfo=UTC)
    prices = {STUDIO: lambda day: Decimal(day.day) / 8, LABO: lambda day: Decimal("1.10")}
    with town(tmp_path, begins, prices) as here:
        for n in (0, 28):
            t = time.monotonic()
            e = here.run(begins.date() + n * DAY)
            print(
                n,
                here.clock.today,
                [o.state for o in e.outcomes],
                e.synced.state,
                e.synced.calls,
                e.synced.message,
                e.mailed.month,
                e.mailed.sending and e.mailed.sending.state,
                e.mailed.sending and (e.mailed.sending.mail.problem, e.mailed.sending.mail.remedy),
                e.alerted.notice,
                round(time.monotonic() - t, 3),
            )
        print(here.titles())
        print(here.rows())
