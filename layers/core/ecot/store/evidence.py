"""Kept answers: every answer that changed a day, compressed, for 400 days (ledger rule 9)."""

import gzip
from datetime import date, datetime, timedelta
from hashlib import blake2b
from urllib.parse import quote

import msgspec

from ecot.model.answer import Evidence
from ecot.store.protocol import Files

KEPT = timedelta(days=400)
_EVIDENCE = msgspec.json.Decoder(Evidence)


def evidence_name(account: str, read_at: datetime, *content: bytes) -> str:
    """The name under which an answer is kept: by account, by the day it was read, and by `content`,
    which is what makes it another answer (of two feeds the same bytes may mean different rows)."""
    digest = blake2b(b"\n".join(content), digest_size=12).hexdigest()
    return f"evidence/{quote(account, safe='')}/{read_at.date()}/{digest}.json.gz"


def put_evidence(files: Files, name: str, evidence: Evidence) -> None:
    """Keeps the answer."""
    files.put(name, gzip.compress(msgspec.json.encode(evidence, order="sorted"), mtime=0))


def read_evidence(files: Files, name: str) -> Evidence | None:
    """The kept answer, or None where it was swept after 400 days."""
    packed = files.get(name)
    return _EVIDENCE.decode(gzip.decompress(packed)) if packed else None


def expired_evidence(files: Files, today: date) -> list[str]:
    """The names of the answers that were read more than 400 days ago."""
    oldest = str(today - KEPT)
    found = ((name, name.split("/")) for name in files.names("evidence/"))
    return [name for name, parts in found if len(parts) == 4 and parts[2] < oldest]
