"""The store in a DynamoDB table: keys `pk` and `sk`, body `b`, version `v`; and `expires_at`, where
the table may forget the item.

A put's version is also its own mark: where the answer to a conditional put was lost and its
repetition finds the condition broken, the version that lies there tells whether the first attempt
was the one that broke it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from ecot.store.aws import Asking, ConditionFailed, Unfinished, open_client
from ecot.store.dynamodb_items import attributes, drawn_version, item_of, key_of, sort_range
from ecot.store.patience import Patience
from ecot.store.protocol import Item, Key, Write
from ecot.store.refusals import check_bounds, check_key, check_write, conflict

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        DeleteItemInputTypeDef,
        PutItemInputTypeDef,
        QueryInputTypeDef,
        ScanInputTypeDef,
        UniversalAttributeValueTypeDef,
        WriteRequestUnionTypeDef,
    )

_T = TypeVar("_T", bound=Mapping[str, object])
KEYS_A_READ = 100
ITEMS_A_WRITE = 25  # of at most 350 KB each, which is far below the 16 MB that a call may hold
WRITTEN = "ConsumedCapacity"
"""What the answer to a put or a delete is asked to hold: without that, a whole one is empty too."""


def address(table: str) -> str:
    """How the table is called in settings and sentences."""
    return f"dynamodb:{table}"


def open_table(table: str) -> "DynamoStore":
    """The store in the table, with the credentials and region that boto3 finds."""
    return DynamoStore(open_client("dynamodb", address(table)), table)


class DynamoStore:
    """A `Store` in one table. Safe across threads, as the client is; a fork needs its own."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        patience: Patience = Patience(),
    ) -> None:
        self._client, self._table = client, table
        self._ask = Asking(address(table), patience)

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        for key in keys:
            check_key(key)
        once = list(dict.fromkeys(keys))
        found: dict[Key, Item] = {}
        for start in range(0, len(once), KEYS_A_READ):
            for item in self._read(once[start : start + KEYS_A_READ]):
                found[item.key] = item
        return found

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        check_bounds(partition, first, before)
        if before is not None and before <= first:
            return  # DynamoDB refuses a range that ends before it begins
        condition, values = sort_range(first, before)
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "ConsistentRead": True,
            "KeyConditionExpression": f"pk = :partition{condition}",
            "ExpressionAttributeValues": {":partition": {"S": partition}, **values},
        }
        yield from (item for item in self._pages(request) if item.key.sort != before)

    def latest(self, partition: str, most: int) -> Sequence[Item]:
        check_bounds(partition, "", None)
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :partition",
            "ExpressionAttributeValues": {":partition": {"S": partition}},
            "ScanIndexForward": False,
            "Limit": most,
        }
        return list(islice(self._pages(request), most))

    def partitions(self) -> Iterator[str]:
        request: ScanInputTypeDef = {
            "TableName": self._table,
            "ConsistentRead": True,
            "ProjectionExpression": "pk",
        }
        found: set[str] = set()
        while True:
            page = self._ask(lambda: _check_whole(self._client.scan(**request), "Items"))
            found |= {item["pk"]["S"] for item in page["Items"]}
            if not page.get("LastEvaluatedKey"):
                break
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        yield from sorted(found)

    def put(
        self,
        key: Key,
        body: bytes,
        *,
        if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:
        check_write(key, body)
        version = drawn_version()
        request: PutItemInputTypeDef = {
            "TableName": self._table,
            "Item": attributes(key, body, version, expires),
            "ReturnConsumedCapacity": "TOTAL",
        }
        if if_version == 0:
            request["ConditionExpression"] = "attribute_not_exists(pk)"
        elif if_version is not None:
            request["ConditionExpression"] = "v = :version"
            request["ExpressionAttributeValues"] = {":version": {"N": str(if_version)}}
        try:
            self._ask(lambda: _check_whole(self._client.put_item(**request), WRITTEN))
        except ConditionFailed as failed:
            if not (failed.is_doubtful and self._version(key) == version):
                raise conflict(key) from None

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        for key, body in items:
            check_write(key, body)
        once = list(dict(items).items())  # a call that names a key twice is refused
        for start in range(0, len(once), ITEMS_A_WRITE):
            self._write(once[start : start + ITEMS_A_WRITE], expires)

    def delete(self, key: Key, *, if_version: int | None = None) -> None:
        """As promised, with one doubt: where an answer was lost and the item is gone, it counts as
        removed by us, though somebody else may have removed it. Nothing newer is lost by that."""
        check_key(key)
        request: DeleteItemInputTypeDef = {
            "TableName": self._table,
            "Key": key_of(key),
            "ReturnConsumedCapacity": "TOTAL",
        }
        if if_version is not None:
            request["ConditionExpression"] = "v = :version"
            request["ExpressionAttributeValues"] = {":version": {"N": str(if_version)}}
        try:
            self._ask(lambda: _check_whole(self._client.delete_item(**request), WRITTEN))
        except ConditionFailed as failed:
            if not (failed.is_doubtful and self._version(key) is None):
                raise conflict(key) from None

    def close(self) -> None:
        self._client.close()

    def _pages(self, request: "QueryInputTypeDef") -> Iterator[Item]:
        """What the query finds, page after page."""
        while True:
            page = self._ask(lambda: _check_whole(self._client.query(**request), "Items"))
            yield from map(item_of, page["Items"])
            if not page.get("LastEvaluatedKey"):
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _read(self, keys: Sequence[Key]) -> list[Item]:
        found: list[Item] = []
        left: Sequence[Mapping[str, UniversalAttributeValueTypeDef]] = [key_of(key) for key in keys]

        def read() -> None:
            nonlocal left
            wanted = {self._table: {"Keys": left, "ConsistentRead": True}}
            answer = self._client.batch_get_item(RequestItems=wanted)  # type: ignore[arg-type]
            _check_whole(answer, "Responses", "UnprocessedKeys")
            found.extend(map(item_of, answer["Responses"].get(self._table, [])))
            unread = answer["UnprocessedKeys"].get(self._table)
            left = unread["Keys"] if unread else []
            if left:
                raise Unfinished("throttled")

        self._ask(read)
        return found

    def _write(self, items: Sequence[Write], expires: datetime | None) -> None:
        left: Sequence[WriteRequestUnionTypeDef] = [
            {"PutRequest": {"Item": attributes(key, body, drawn_version(), expires)}}
            for key, body in items
        ]

        def write() -> None:
            nonlocal left
            answer = self._client.batch_write_item(RequestItems={self._table: left})
            _check_whole(answer, "UnprocessedItems")
            left = answer["UnprocessedItems"].get(self._table, [])
            if left:
                raise Unfinished("throttled")

        self._ask(write)

    def _version(self, key: Key) -> int | None:
        item = self.get([key]).get(key)
        return item.version if item else None


def _check_whole(answer: _T, *fields: str) -> _T:
    """The answer itself, where it has these fields.

    botocore takes a body that is no JSON for an empty answer: `_parse_body_as_json` in
    https://github.com/boto/botocore/blob/develop/botocore/parsers.py (1.44.5, seen 2026-11-21).
    """
    if not all(field in answer for field in fields):
        raise Unfinished("garbled")
    return answer
