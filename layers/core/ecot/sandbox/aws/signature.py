"""Who asks the sandbox's AWS: a Signature Version 4, worked out anew with the secret that is known.

As the reference describes it (docs.aws.amazon.com, "Create a signed AWS API request", 2026).
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ecot.sandbox.aws.query import Refused
from ecot.sandbox.messages import Request

HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/"
    r"(?P<scope>[0-9]{8}/[a-z0-9-]+/ce/aws4_request), "
    r"SignedHeaders=(?P<signed>[a-z0-9;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Access:
    """What an access key opens: its secret, who it belongs to, and whether that may read costs."""

    secret: str
    user: str = "ecot"
    may_read: bool = True


def admitted(request: Request, keys: Mapping[str, Access]) -> Access:
    """What the request's key opens; Refused for one that is unknown, and for a wrong signature."""
    found = HEADER.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise Refused("MissingAuthenticationTokenException", "Missing Authentication Token")
    access = keys.get(found["key"])
    if access is None:
        message = "The security token included in the request is invalid."
        raise Refused("UnrecognizedClientException", message)
    canonical = _canonical(request, found["signed"])
    expected = _signature(access.secret, found["scope"], canonical, request)
    if not hmac.compare_digest(expected, found["signature"]):
        message = (
            "The request signature we calculated does not match the signature you provided. Check "
            "your AWS Secret Access Key and signing method. Consult the service documentation for "
            f"details.\n\nThe Canonical String for this request should have been\n'{canonical}'"
        )
        raise Refused("InvalidSignatureException", message)
    return access


def _canonical(request: Request, signed: str) -> str:
    headers = [f"{name}:{request.headers.get(name, '').strip()}" for name in signed.split(";")]
    body = hashlib.sha256(request.body).hexdigest()
    return "\n".join([request.method, request.path, "", *headers, "", signed, body])


def _signature(secret: str, scope: str, canonical: str, request: Request) -> str:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    moment = request.headers.get("x-amz-date", "")
    signed = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashed])
    return hmac.digest(key, signed.encode(), "sha256").hex()
