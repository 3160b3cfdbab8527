"""What must not stand in a log, looked for in every line that function processes wrote."""

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from urllib.parse import quote


def secrets_in(lines: Iterable[str], secrets: Iterable[str]) -> list[str]:
    """The lines that hold one of the secrets: as it is, as JSON or an address writes it, in base64
    (as HTTP's basic authentication sends it), or its middle alone."""
    looked_for = {form for secret in secrets for form in _forms(secret)}
    return [line for line in lines if any(form in line for form in looked_for)]


def unreadable(lines: Sequence[str]) -> list[str]:
    """The lines that are no JSON document."""
    return [line for line in lines if not _is_document(line)]


def _forms(secret: str) -> Iterable[str]:
    yield from (secret, json.dumps(secret)[1:-1], quote(secret, safe=""))
    yield b64encode(secret.encode()).decode().rstrip("=")[:-1]
    if len(secret) >= 24:
        yield secret[8:-4]


def _is_document(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
