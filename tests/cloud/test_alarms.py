"""Alarms that say what to do, and reach somebody."""

import json
import re

import pytest

from ecot.jobs.runs.events import Dispatch, read_event
from ecot.model.run import Run
from tests.cloud.template import (
    ROOT,
    STACK,
    Stack,
    functions,
    properties,
    resources,
    statements,
)

FUNCTIONS = functions()
ALARMS = resources("AWS::CloudWatch::Alarm")


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_to_do_and_tells_somebody(name: str) -> None:
    alarm = properties("AWS::CloudWatch::Alarm")[name]

    assert alarm["AlarmActions"] == [f"arn:aws:sns:eu-west-3:123456789012:{STACK}-alarmtopic"]
    assert 80 < len(alarm["AlarmDescription"]) <= 1024
    assert re.search(r"Look at|read them|[Rr]aise", alarm["AlarmDescription"])
    assert "${" not in alarm["AlarmDescription"]


def test_alarms_watch_what_is_given_up_what_is_answered_wrongly_and_silence() -> None:
    """Each costs 0.10 USD a month where the free ones are used up."""
    found = properties("AWS::CloudWatch::Alarm").values()

    assert {(one["Namespace"], one["MetricName"]) for one in found} == {
        ("AWS/ApiGateway", "5xx"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("Ecot", "HoursSincePublished"),
    }
    assert len(ALARMS) == 3


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "api"])
def test_what_a_step_gives_up_is_a_dead_letter(name: str) -> None:
    """So that one alarm is for all of them, after their retries."""
    (queue,) = properties("AWS::SQS::Queue")
    given_up = FUNCTIONS[name]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]

    assert given_up["Type"] == "SQS"
    assert queue.lower() in given_up["Destination"].lower()


def test_no_run_for_26_hours_is_an_alarm_also_where_nobody_says_so() -> None:
    alarm = properties("AWS::CloudWatch::Alarm")["NoRunAlarm"]

    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 26)
    assert (alarm["Statistic"], alarm["TreatMissingData"]) == ("Maximum", "breaching")
    assert alarm["Dimensions"] == [{"Name": "Stack", "Value": STACK}]


def test_the_run_that_the_alarm_has_one_begin_counts_as_the_nights() -> None:
    """And is the one of docs/operate.md; `ecot run` would leave the alarm as it is."""
    text = properties("AWS::CloudWatch::Alarm")["NoRunAlarm"]["AlarmDescription"]
    command = text[text.index("aws lambda invoke") :]
    told = re.sub(r"\s*\\\n\s*", " ", (ROOT / "docs" / "operate.md").read_text("utf-8"))
    payload = re.search(r'--payload "(.*)" /dev/null', command)
    assert payload is not None
    raw = (
        payload[1]
        .replace('\\"', '"')
        .replace("$(date -u +%Y-%m-%dT%H:%M:%SZ)", "2026-11-22T10:15:00Z")
    )
    event = read_event(Dispatch, json.loads(raw))

    assert command.replace(f"{STACK}-", "ecot-") in told
    assert Run(
        id="x", kind=event.kind, time=event.time, made_at=event.time, handed_at=event.time
    ).is_of_the_night


def test_cloudwatch_alone_may_publish_and_reach_the_topic() -> None:
    (policy,) = properties("AWS::SNS::TopicPolicy").values()
    (topic,) = properties("AWS::SNS::Topic").values()
    allowing, refusing = statements(policy["PolicyDocument"])

    assert allowing["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert refusing["Effect"] == "Deny"
    assert "KmsMasterKeyId" not in topic  # alarms cannot publish through alias/aws/sns


def test_alarms_are_mailed_where_an_address_is_given() -> None:
    assert not Stack().exists("AlarmMail")
    assert Stack(AlarmEmail="ops@example.com").exists("AlarmMail")
