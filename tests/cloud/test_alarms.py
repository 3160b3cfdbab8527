"""Alarms that say what to do, and reach somebody."""

import re

import pytest

from tests.cloud.template import (
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


def test_alarms_watch_errors_throttles_dead_letters_and_silence() -> None:
    found = properties("AWS::CloudWatch::Alarm").values()
    watched = {(one["Namespace"], one["MetricName"]) for one in found}
    errors = {one["Dimensions"][0]["Value"] for one in found if one["MetricName"] == "Errors"}

    assert errors == {f"{STACK}-{name}" for name in FUNCTIONS}
    assert watched == {
        ("AWS/Lambda", "Errors"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("Ecot", "HoursSincePublished"),
    }
    assert len(ALARMS) <= 10  # more cost money


def test_no_run_for_26_hours_is_an_alarm_also_where_nobody_says_so() -> None:
    alarm = properties("AWS::CloudWatch::Alarm")["NoRunAlarm"]

    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 26)
    assert (alarm["Statistic"], alarm["TreatMissingData"]) == ("Maximum", "breaching")
    assert alarm["Dimensions"] == [{"Name": "Stack", "Value": STACK}]


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
