"""The Content-Security-Policy of an answer: what the page says of itself, and that nobody frames
it. A page allows its one style and its one script by their digests; what is no page may do nothing.
"""

import re
from html import unescape

_STATED = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_HEAD = 4_000  # bytes, in which a page says it
_NOBODY = "frame-ancestors 'none'"
NOTHING = f"default-src 'none'; base-uri 'none'; form-action 'none'; {_NOBODY}; sandbox"


def policy_of(body: bytes) -> str:
    """The policy for a page of ours; for anything else, that it may do nothing."""
    stated = _STATED.search(body, 0, _HEAD)
    return f"{unescape(stated[1].decode('ascii', 'replace'))}; {_NOBODY}" if stated else NOTHING
