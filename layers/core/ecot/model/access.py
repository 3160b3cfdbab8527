"""Who may ask: tokens as they are kept, and what somebody who shows one is granted."""

from datetime import datetime
from typing import Literal

import msgspec

Role = Literal["collect", "report", "admin", "ingest"]
Means = Literal["token", "query", "cookie", "link"]
"""How somebody shows that they may: the Authorization header, `?token=`, the cookie of the sign-in
page, a signed link."""


class Token(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token as it is kept: never itself, only the SHA-256 of it, in hexadecimal.

    `hint` are its last characters, for whoever looks which one it is. After `expires`, and from
    `revoked` on (both UTC), it opens nothing. A signed link has one without a digest, which no
    header can match, and is about one `month` alone ("2026-10").
    """

    id: str
    role: Role
    digest: str
    created: datetime
    label: str = ""
    hint: str = ""
    expires: datetime | None = None
    revoked: datetime | None = None
    month: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything at the moment."""
        is_over = self.expires is not None and now >= self.expires
        return not is_over and self.revoked is None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking: the token's id and label, its role, and by what means it was shown. With a
    `month`, nothing but the report of that month is for them."""

    id: str
    role: Role
    by: Means
    label: str = ""
    month: str | None = None
