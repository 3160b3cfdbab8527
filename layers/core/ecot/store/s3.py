"""Files in a bucket: the evidence and the site of a ledger on AWS."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecot.store.aws import Asking, Unfinished, open_client
from ecot.store.names import inside
from ecot.store.patience import Patience

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ListObjectsV2OutputTypeDef, ListObjectsV2RequestTypeDef


def address(bucket: str) -> str:
    """How the bucket is called in sentences."""
    return f"s3:{bucket}"


def open_bucket(bucket: str, prefix: str = "") -> "S3Files":
    """The files in the bucket, with the credentials and region that boto3 finds."""
    return S3Files(open_client("s3", address(bucket)), bucket, prefix)


class S3Files:
    """`Files` in one bucket, all below `prefix` where one is given. A name that would leave it
    raises ValueError."""

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        prefix: str = "",
        patience: Patience = Patience(),
    ) -> None:
        self._client, self._bucket = client, bucket
        self._prefix = f"{inside(prefix)}/" if prefix else ""
        self._ask = Asking(address(bucket), patience)

    def put(self, name: str, body: bytes) -> None:
        key = self._key(name)
        self._ask(lambda: self._client.put_object(Bucket=self._bucket, Key=key, Body=body))

    def get(self, name: str) -> bytes | None:
        key = self._key(name)

        def read() -> bytes | None:
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=key)
            except self._client.exceptions.NoSuchKey:
                return None
            return found["Body"].read()

        return self._ask(read)

    def names(self, prefix: str = "") -> Iterator[str]:
        request: ListObjectsV2RequestTypeDef = {
            "Bucket": self._bucket,
            "Prefix": self._prefix + prefix,
        }
        while True:
            page = self._ask(lambda: _check_whole(self._client.list_objects_v2(**request)))
            for found in page.get("Contents", []):
                yield found["Key"].removeprefix(self._prefix)
            if not page.get("NextContinuationToken"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]

    def delete(self, name: str) -> None:
        key = self._key(name)
        self._ask(lambda: self._client.delete_object(Bucket=self._bucket, Key=key))

    def _key(self, name: str) -> str:
        return self._prefix + inside(name)


def _check_whole(page: "ListObjectsV2OutputTypeDef") -> "ListObjectsV2OutputTypeDef":
    """The page itself. botocore takes a body that is empty, or other XML, for a page without files;
    S3 names the bucket in every one."""
    if "Name" not in page:
        raise Unfinished("garbled")
    return page
