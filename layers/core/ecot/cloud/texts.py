"""The settings files in a stack's bucket: read again only where they changed, and written only over
what was read.

S3 writes with If-Match and If-None-Match, and answers 412 where they do not hold, 409 where two
write at once (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html, read 2026-11).
"""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ecot.cloud.opened import Opened
from ecot.cloud.text import Text
from ecot.errors import Conflict
from ecot.store.aws import Asking, Unfinished, open_client
from ecot.store.names import inside
from ecot.store.patience import Patience
from ecot.store.s3 import address

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectRequestTypeDef, PutObjectRequestTypeDef

_UNCHANGED, _MISSING, _BROKEN = 304, 404, (409, 412)


def open_texts(bucket: str, prefix: str) -> "Texts":
    """The files in the bucket, with the credentials and region that boto3 finds."""
    return Texts(open_client("s3", address(bucket)), bucket, prefix)


class Texts(Opened):
    """Small files below a prefix of a bucket. Whoever opens it closes it, or uses it in a `with`.

    Every call raises LedgerError for what AWS refuses, StoreUnavailable where it does not answer.
    """

    def __init__(
        self, client: "S3Client", bucket: str, prefix: str, patience: Patience = Patience()
    ) -> None:
        super().__init__(client)
        self._client, self._bucket, self._prefix = client, bucket, prefix
        self._ask = Asking(address(bucket), patience)

    def get(self, name: str, known: Text | None = None) -> Text | None:
        """The file, or None where there is none; `known` itself where it has not changed."""
        request: GetObjectRequestTypeDef = {"Bucket": self._bucket, "Key": self._key(name)}
        if known is not None:
            request["IfNoneMatch"] = known.etag

        def read() -> Text | None:
            try:
                found = self._client.get_object(**request)
            except ClientError as error:
                if known is not None and _status(error) == _UNCHANGED:
                    return known
                if _is_absent(error):
                    return None
                raise
            if "ETag" not in found:
                raise Unfinished("garbled")
            return Text(found["Body"].read(), found["ETag"])

        return self._ask(read)

    def put(self, name: str, body: bytes, over: Text | None) -> Text:
        """Writes the file over what was read; None is a file that was not there. Raises Conflict,
        and writes nothing, where somebody else has written it meanwhile."""
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": self._key(name),
            "Body": body,
        }
        if over is None:
            request["IfNoneMatch"] = "*"
        else:
            request["IfMatch"] = over.etag

        def write() -> Text | None:
            try:
                answer = self._client.put_object(**request)
            except ClientError as error:
                if _status(error) in _BROKEN or _is_absent(error):
                    return None
                raise
            if "ETag" not in answer:
                raise Unfinished("garbled")
            return Text(body, answer["ETag"])

        written = self._ask(write)
        if written is None:
            written = self._mine(name, body)
        return written

    def _mine(self, name: str, body: bytes) -> Text:
        """What lies there, if it is this very text: an earlier attempt's answer may have been
        lost."""
        there = self.get(name)
        if there is None or there.body != body:
            raise Conflict(
                "{name} was changed by somebody else meanwhile",
                remedy="Look at what it says now with `ecot config show`, and do it again; nothing "
                "was written.",
                name=name,
            )
        return there

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{inside(name)}"


def _status(error: ClientError) -> int:
    status: int = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
    return status


def _is_absent(error: ClientError) -> bool:
    """Of a bucket that is not there it is another sentence."""
    return error.response["Error"].get("Code") == "NoSuchKey"
