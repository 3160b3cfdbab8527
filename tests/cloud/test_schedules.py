"""Schedules that come when they should, and whose events somebody reads."""

import json
import re
from collections.abc import Iterator
from zoneinfo import available_timezones

import pytest

from ecot.jobs.runs.events import read_event
from tests.cloud.template import STACK, STEPS, Stack, properties, resources, source

SCHEDULES = resources("AWS::Scheduler::Schedule")


# Minutes, hours, day of month, month, day of week, year.
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html (read 2026-11-21)
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199))


def cron_problems(expression: str) -> list[str]:
    """What EventBridge Scheduler would refuse in an expression of the forms that we use: numbers,
    `*`, `?` and steps."""
    found = re.fullmatch(r"cron\(([^()]+)\)", expression)
    fields = found[1].split(" ") if found else []
    if len(fields) != len(RANGES):
        return ["not six fields"]
    problems = []
    if (fields[2] == "?") == (fields[4] == "?"):
        problems.append("`?` stands in exactly one of the two fields for days")
    for field, (least, most) in zip(fields, RANGES, strict=True):
        numbers = re.findall(r"\d+", field)
        if not re.fullmatch(r"\*|\?|\d+(/\d+)?|\*/\d+", field):
            problems.append(f"{field} is no field that we know")
        elif numbers and not least <= int(numbers[0]) <= most:
            problems.append(f"{field} is out of range")
    return problems + ["`?` is for days only" for at in (0, 1, 3, 5) if fields[at] == "?"]


@pytest.mark.parametrize(
    "wrong",
    [
        "cron(0 2 * * *)",
        "cron(0 2 * * * *)",
        "cron(0 2 ? * ? *)",
        "cron(60 2 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 2 0 * ? *)",
        "cron(0 2 32 * ? *)",
        "cron(? 2 * * ? *)",
        "cron(0 x * * ? *)",
        "rate(1 hour)",
    ],
)
def test_a_schedule_that_would_be_refused_is_seen(wrong: str) -> None:
    assert cron_problems(wrong)


def extremes() -> Iterator[Stack]:
    """Stacks with each number at its default, its least and its most."""
    numbers = {name: one for name, one in source()["Parameters"].items() if "MinValue" in one}
    yield Stack()
    for bound in ("MinValue", "MaxValue"):
        yield Stack(**{name: one[bound] for name, one in numbers.items()})


@pytest.mark.parametrize("stack", list(extremes()), ids=["default", "least", "most"])
def test_schedules_can_be_made_and_come(stack: Stack) -> None:
    for name, schedule in properties("AWS::Scheduler::Schedule", stack).items():
        assert cron_problems(schedule["ScheduleExpression"]) == [], name
        assert schedule["ScheduleExpressionTimezone"] in available_timezones(), name
        assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}, name


def test_every_zone_that_there_is_can_be_named() -> None:
    pattern = re.compile(source()["Parameters"]["TimeZone"]["AllowedPattern"])

    assert [zone for zone in available_timezones() if not pattern.fullmatch(zone)] == []
    assert not pattern.fullmatch("Europe/Zürich")
    assert not pattern.fullmatch("")


def test_the_collection_is_at_two_at_night_where_the_user_lives() -> None:
    daily = properties("AWS::Scheduler::Schedule", Stack(TimeZone="Europe/Zurich"))["DailySchedule"]

    assert daily["ScheduleExpression"] == "cron(0 2 * * ? *)"
    assert daily["ScheduleExpressionTimezone"] == "Europe/Zurich"


def test_check_comes_half_an_hour_after_dispatch_and_hourly() -> None:
    found = properties("AWS::Scheduler::Schedule")

    assert found["DailySchedule"]["ScheduleExpression"].startswith("cron(0 ")
    assert found["CheckSchedule"]["ScheduleExpression"] == "cron(30 * * * ? *)"
    zones = {
        found[name]["ScheduleExpressionTimezone"] for name in ("DailySchedule", "CheckSchedule")
    }
    assert len(zones) == 1  # some zones are half an hour apart from others


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_starts_a_function_with_an_event_that_it_reads(name: str) -> None:
    target = properties("AWS::Scheduler::Schedule")[name]["Target"]
    function = target["Arn"].rpartition(":")[2].removeprefix(f"{STACK}-")
    moment = "2026-11-22T01:00:00Z"

    event = read_event(
        STEPS[function],
        json.loads(target["Input"].replace("<aws.scheduler.scheduled-time>", moment)),
    )

    time = getattr(event, "time", None)
    assert time is None or f"{time:%Y-%m-%dT%H:%M:%SZ}" == moment


@pytest.mark.parametrize("name", SCHEDULES)
def test_what_a_schedule_cannot_deliver_is_kept(name: str) -> None:
    target = properties("AWS::Scheduler::Schedule")[name]["Target"]

    assert target["DeadLetterConfig"]["Arn"].endswith("-deadletters")
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert 60 <= target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 86400


def test_the_role_of_the_schedules_starts_what_they_start_and_nothing_else() -> None:
    role = properties("AWS::IAM::Role")["ScheduleRole"]
    start, fail = role["Policies"][0]["PolicyDocument"]["Statement"]
    targets = [one["Target"] for one in properties("AWS::Scheduler::Schedule").values()]

    assert sorted(start["Resource"]) == sorted({one["Arn"] for one in targets})
    assert start["Action"] == "lambda:InvokeFunction"
    assert {fail["Resource"]} == {one["DeadLetterConfig"]["Arn"] for one in targets}
    assert {one["RoleArn"] for one in targets} == {
        f"arn:aws:iam::123456789012:role/{STACK}-schedulerole"
    }


def test_the_monthly_report_can_be_switched_off() -> None:
    states = [
        properties("AWS::Scheduler::Schedule", Stack(SendReport=word))["ReportSchedule"]["State"]
        for word in ("true", "false")
    ]

    assert states == ["ENABLED", "DISABLED"]
