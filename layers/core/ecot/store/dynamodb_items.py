"""How an item is written in DynamoDB's own words: keys `pk` and `sk`, body `b`, version `v`."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ecot.store.protocol import Item, Key

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef


EXPIRES = "expires_at"
"""The attribute that the table's time to live looks at."""


def drawn_version() -> int:
    """Never 0, and never the same in two forks of a process, as `random` would be."""
    return secrets.randbelow(2**62) + 1


def sort_range(first: str, before: str | None) -> tuple[str, dict[str, Any]]:
    """The condition on the sort key. With both bounds it includes the second: one item too many is
    better than reading the rest of the partition, and no key condition says `>=` and `<`."""
    if first and before is not None:
        return " AND sk BETWEEN :first AND :before", {
            ":first": {"S": first},
            ":before": {"S": before},
        }
    if first:
        return " AND sk >= :first", {":first": {"S": first}}
    if before is not None:
        return " AND sk < :before", {":before": {"S": before}}
    return "", {}


def key_of(key: Key) -> dict[str, "UniversalAttributeValueTypeDef"]:
    return {"pk": {"S": key.partition}, "sk": {"S": key.sort}}


def attributes(
    key: Key, body: bytes, version: int, expires: datetime | None = None
) -> dict[str, "UniversalAttributeValueTypeDef"]:
    """The whole item; with the second since 1970 from which on the table may forget it, where it
    may. An empty body is allowed: only keys must not be empty
    (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html, as quoted in
    botocore 1.44.5, seen 2026-11-21). Before 2020-05-18 DynamoDB refused it."""
    item: dict[str, UniversalAttributeValueTypeDef] = {
        **key_of(key),
        "v": {"N": str(version)},
        "b": {"B": body},
    }
    return item if expires is None else {**item, EXPIRES: {"N": str(int(expires.timestamp()))}}


def item_of(found: Mapping[str, Any]) -> Item:
    key = Key(found["pk"]["S"], found["sk"]["S"])
    return Item(key, found["b"]["B"], int(found["v"]["N"]))
