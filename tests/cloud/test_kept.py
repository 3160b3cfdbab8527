"""What outlives the stack, what is private, and what the address tells nobody."""

import json

import pytest

from tests.cloud.template import (
    Stack,
    functions,
    properties,
    resources,
    source,
    statements,
)

FUNCTIONS = functions()


def test_the_ledger_outlives_the_stack() -> None:
    for name in ("Table", "Bucket"):
        resource = source()["Resources"][name]
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_every_other_thing_that_holds_something_says_that_it_goes() -> None:
    for kind in ("AWS::Logs::LogGroup", "AWS::SQS::Queue"):
        for name, resource in resources(kind).items():
            assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Delete", name


def test_the_table_is_the_stores() -> None:
    table = properties("AWS::DynamoDB::Table")["Table"]

    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert {one["AttributeType"] for one in table["AttributeDefinitions"]} == {"S"}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_the_bucket_is_private_and_remembers() -> None:
    bucket = properties("AWS::S3::Bucket")["Bucket"]
    rules = {one["Id"]: one for one in bucket["LifecycleConfiguration"]["Rules"]}

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert {one.get("Prefix") for one in rules.values()} == {
        *("ledger/", "site/", "config/", "lent/", None)
    }
    assert {one["Status"] for one in rules.values()} == {"Enabled"}
    expiring = [name for name, one in rules.items() if "ExpirationInDays" in one]
    assert expiring == ["what-was-lent"]  # evidence is swept by the program
    assert rules["leftovers"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}


@pytest.mark.parametrize(
    ("cdn", "shown"),
    [
        ("none", set()),
        ("badge", {"badge.svg", "badge.json"}),
        ("share", {"share.html", "share.png"}),
        ("both", {"badge.svg", "badge.json", "share.html", "share.png"}),
    ],
)
def test_the_bucket_hands_out_what_is_public_and_nothing_without_tls(
    cdn: str, shown: set[str]
) -> None:
    stack = Stack(Cdn=cdn)
    policy = properties("AWS::S3::BucketPolicy", stack)["BucketPolicy"]["PolicyDocument"]
    refusal, *allowing = statements(policy)

    assert refusal["Effect"] == "Deny"
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert {arn.rpartition("/site/")[2] for one in allowing for arn in one["Resource"]} == shown
    for one in allowing:
        assert one["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert one["Action"] == ["s3:GetObject"]
        assert "aws:SourceArn" in one["Condition"]["StringEquals"]
    assert stack.exists("Distribution") == bool(shown)


def test_the_log_of_the_address_holds_no_token() -> None:
    settings = properties("AWS::Serverless::HttpApi")["HttpApi"]["AccessLogSettings"]
    columns = json.loads(settings["Format"]).values()

    assert set(columns) == {
        "$context.requestId",
        "$context.requestTime",
        "$context.identity.sourceIp",
        "$context.httpMethod",
        "$context.status",
        "$context.responseLength",
        "$context.responseLatency",
        "$context.integrationErrorMessage",
    }
    assert properties("AWS::Logs::LogGroup")["HttpLogs"]["RetentionInDays"] == 30


def test_requests_are_limited() -> None:
    stack = Stack(RequestsPerSecond=7, RequestsAtOnce=11)
    route = properties("AWS::Serverless::HttpApi", stack)["HttpApi"]["DefaultRouteSettings"]

    assert route == {"ThrottlingRateLimit": 7, "ThrottlingBurstLimit": 11}


def test_every_request_goes_to_the_function() -> None:
    (event,) = FUNCTIONS["api"]["Events"].values()

    assert event["Type"] == "HttpApi"
    assert event["Properties"].keys() == {"ApiId", "PayloadFormatVersion"}
    assert event["Properties"]["PayloadFormatVersion"] == "2.0"
