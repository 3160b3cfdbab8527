"""A file of a bucket as it was read."""

from typing import NamedTuple


class Text(NamedTuple):
    """Its bytes, and the mark that S3 gave them."""

    body: bytes
    etag: str
