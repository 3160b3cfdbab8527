"""Files in a bucket: the evidence and the copies of a ledger on AWS, and its site."""

from collections.abc import Iterator, Mapping
from mimetypes import MimeTypes
from typing import TYPE_CHECKING, TypeVar

from ecot.store.aws import Asking, Unfinished, open_client
from ecot.store.names import inside
from ecot.store.patience import Patience

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import DeleteObjectOutputTypeDef, ListObjectsV2RequestTypeDef

_T = TypeVar("_T", bound=Mapping[str, object])
_DELETED = 204
_UNKNOWN = "application/octet-stream"
_TYPES = MimeTypes()  # of Python alone, and not of whichever machine this is


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
        key, kind = self._key(name), _type_of(name)

        def write() -> None:
            answer = self._client.put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType=kind
            )
            _check_whole(answer, "ETag")

        self._ask(write)

    def get(self, name: str) -> bytes | None:
        key = self._key(name)

        def read() -> bytes | None:
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=key)
            except self._client.exceptions.NoSuchKey:
                return None
            return _check_whole(found, "ETag")["Body"].read()

        return self._ask(read)

    def names(self, prefix: str = "") -> Iterator[str]:
        request: ListObjectsV2RequestTypeDef = {
            "Bucket": self._bucket,
            "Prefix": self._prefix + prefix,
        }
        while True:
            page = self._ask(lambda: _check_whole(self._client.list_objects_v2(**request), "Name"))
            for found in page.get("Contents", []):
                yield found["Key"].removeprefix(self._prefix)
            if not page.get("NextContinuationToken"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]

    def delete(self, name: str) -> None:
        key = self._key(name)
        self._ask(lambda: _check_done(self._client.delete_object(Bucket=self._bucket, Key=key)))

    def _key(self, name: str) -> str:
        return self._prefix + inside(name)


def _type_of(name: str) -> str:
    """What a browser is to take the file for, where CloudFront hands it out as it lies there."""
    kind, packed = _TYPES.guess_type(name)
    if kind is None or packed is not None:
        return _UNKNOWN
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _check_whole(answer: _T, field: str) -> _T:
    """The answer itself, where it has the field. botocore takes a body that is empty, or other XML,
    for a page without files, and asks for no header. S3 names the bucket in every page, and gives
    every file that it takes or hands out an ETag."""
    if field not in answer:
        raise Unfinished("garbled")
    return answer


def _check_done(answer: "DeleteObjectOutputTypeDef") -> None:
    """A delete has nothing in its answer but its status, which is no other one (`responseCode` in
    botocore's s3/2006-03-01/service-2.json, 1.44.5, seen 2026-11-21)."""
    if answer["ResponseMetadata"]["HTTPStatusCode"] != _DELETED:
        raise Unfinished("garbled")
