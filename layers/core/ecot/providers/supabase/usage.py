"""What Supabase counts: the requests of each project, and how full the disk of its database is."""

from collections.abc import Iterator
from datetime import date, datetime

from ecot.model.answer import Answer, Parsed
from ecot.model.money import total
from ecot.model.period import Period
from ecot.model.rows import Activity, Usage
from ecot.providers.reading import Node
from ecot.providers.supabase.projects import CATEGORY, tags

REQUESTS = {
    "total_auth_requests": "auth_requests",
    "total_realtime_requests": "realtime_requests",
    "total_rest_requests": "rest_requests",
    "total_storage_requests": "storage_requests",
}
DISK = {"fs_size_bytes": "disk_byte_days", "fs_used_bytes": "disk_used_byte_days"}
YEARS = range(2020, 2100)  # of an answer that can be meant: Supabase began in 2020


def requests(whole: Node, answer: Answer) -> Iterator[Parsed]:
    """The requests of each bucket, on the UTC day that it begins in."""
    if (error := whole.get("error")) is not None:
        error.refuse("{source}: {place} stands beside the figures, which may lack some: {part}")
    for bucket in whole["result"]:
        parts = {ours: bucket[theirs].amount() for theirs, ours in REQUESTS.items()}
        row = Usage(
            charge_period=Period.of_day(_day(bucket["timestamp"])),
            category=CATEGORY,
            sub_account_id=answer.sub_account_id,
            tags=tags(answer),
            quantities={"requests": total(parts.values()), **parts},
        )
        yield Parsed(bucket.place, row)


def _day(moment: Node) -> date:
    """The UTC day of a time, which bears a zone in the reference and none in answers (seen
    2026-09): Supabase's own query writes UTC."""
    try:
        found = datetime.fromisoformat(moment.text())
    except ValueError:
        found = None
    if found is None or found.utcoffset() or found.year not in YEARS:
        moment.refuse("{source}: {place} is no time in UTC: {part}")
    return found.date()


def disk(whole: Node, answer: Answer, day: date) -> Parsed:
    """The bytes of the database's disk on the day: bytes of many days cannot be added up, byte days
    can."""
    metrics = whole["metrics"]
    row = Activity(
        charge_period=Period.of_day(day),
        category=CATEGORY,
        sub_account_id=answer.sub_account_id,
        tags=tags(answer),
        quantities={ours: metrics[theirs].amount() for theirs, ours in DISK.items()},
    )
    return Parsed(metrics.place, row)
