"""Addresses of files in the bucket that are good for a minute, for answers too large for Lambda.

Whoever has such an address can read that one file until it ends: it is made for one reader, after
the check, is never kept, and names no more than the file.
"""

from ecot.store.aws import open_client
from ecot.store.names import inside
from ecot.store.s3 import address


def presigned(bucket: str, key: str, seconds: int, media_type: str) -> str:
    """The address, which gives the file as that type and as nothing that a cache may keep. Raises
    ValueError for a key that leaves its folder, LedgerError where there are no credentials."""
    client = open_client("s3", address(bucket))
    try:
        return client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": bucket,
                "Key": inside(key),
                "ResponseContentType": media_type,
                "ResponseCacheControl": "private, no-store",
            },
            ExpiresIn=seconds,
        )
    finally:
        client.close()
