"""What people paste: a page or a database of Notion, and addresses of mail."""

import re
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import urlsplit

_HEX = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_DASHED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HOST = re.compile(r"(?!-)[A-Za-z0-9.-]+\.[A-Za-z0-9-]{2,63}")
_MOST = 254  # RFC 5321


def notion_id(text: str) -> str:
    """The id, 32 hex digits, of the page or the database that the text is the id or the link of.

    A link ends in the title and the id; what follows `?v=` is a view's, and no database opens by
    it (notero issue 1, read 2026-11). Raises ValueError where there is no id.
    """
    path = urlsplit(text.strip()).path.lower()
    last = path.rstrip("/").rpartition("/")[2]
    found = _DASHED.findall(last) or _HEX.findall(last)
    if not found:
        raise ValueError
    return str(found[-1]).replace("-", "")


def mail_address(text: str) -> str:
    """`name@host`, or `Name <name@host>`, as it was written. Raises ValueError for anything that
    is not one address: a line break in it would begin another header."""
    if not text.isprintable() or text.strip() != text or "," in text or ";" in text:
        raise ValueError
    name, spec = parseaddr(text)
    local, _, host = spec.rpartition("@")
    if not local or not spec.isascii() or len(spec) > _MOST or not _HOST.fullmatch(host):
        raise ValueError
    if text not in (spec, f"<{spec}>") and not (name and text.endswith(f"<{spec}>")):
        raise ValueError
    Address(addr_spec=spec)
    return text
