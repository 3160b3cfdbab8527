"""What may stand behind an address, each with one name and one meaning."""

from datetime import date
from typing import Annotated, get_args

from aws_lambda_powertools.event_handler.openapi.params import Query

from ecot.errors import SettingsError
from ecot.jobs.query import By
from ecot.jobs.written import begun, begun_month, day_of
from ecot.model.period import DAY, Month

DIMENSIONS: tuple[By, ...] = get_args(By)
_MOST_MONTHS = 120  # of one question
_A_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
A_MONTH = r"^[0-9]{4}-[0-9]{2}$"

Provider = Annotated[
    str | None, Query(description="Only this provider.", max_length=64, examples=["openai"])
]
Account = Annotated[
    str | None, Query(description="Only this account.", max_length=265, examples=["openai/edugami"])
]
OfMonth = Annotated[
    str | None,
    Query(description="A month (UTC). Default: the running one.", pattern=A_MONTH),
]
From = Annotated[
    str | None, Query(alias="from", description="The first day (UTC).", pattern=_A_DAY)
]
To = Annotated[
    str | None,
    Query(alias="to", description="The day after the last one. Default: tomorrow.", pattern=_A_DAY),
]
Limit = Annotated[int, Query(description="How many at most.", ge=1, le=1000)]
Cursor = Annotated[
    str | None,
    Query(description="Where the page before ended: its `next`.", pattern=r"^[0-9a-f]{1,48}$"),
]


def span_of(
    month: str | None, first: str | None, after: str | None, today: date
) -> tuple[date, date]:
    """The days `[first, after)` that are asked about; by default the running month. Raises
    SettingsError for what contradicts itself."""
    if month is not None:
        if first is not None or after is not None:
            raise SettingsError("Say either `month`, or `from` and `to`")
        chosen = begun_month(month, today)
        return chosen.first, chosen.after
    if first is None:
        if after is not None:
            raise SettingsError("`to` needs `from`", remedy="Add `from`.")
        return Month.of(today).first, Month.of(today).after
    start = begun(day_of(first), today)
    end = today + DAY if after is None else day_of(after)
    if start >= end:
        raise SettingsError(
            "`from` ({first}) is not before `to` ({after})",
            remedy="`to` is the day after the last one.",
            first=start,
            after=end,
        )
    if Month.of(end - DAY) > Month.of(start).shifted(_MOST_MONTHS - 1):
        raise SettingsError(
            "That is more than {most} months at once",
            remedy="Ask about fewer, several times.",
            most=_MOST_MONTHS,
        )
    return start, end


def dimensions_of(text: str) -> tuple[By, ...]:
    """`sub_account,model,day`: each once. Raises SettingsError for what is none."""
    known: dict[str, By] = {by: by for by in DIMENSIONS}
    words = [word.strip() for word in text.split(",")]
    unknown = [word for word in words if word not in known]
    if unknown:
        raise SettingsError(
            "{word} is nothing to add up by",
            remedy="Known are: {known}.",
            word=ascii(unknown[0][:40]),
            known=", ".join(DIMENSIONS),
        )
    return tuple(dict.fromkeys(known[word] for word in words))
