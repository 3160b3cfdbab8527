"""What came of a request instead of an answer, as a value."""

from typing import NamedTuple


class Failure(NamedTuple):
    """`status` is None where nothing came, and 200 where what came could not be read; `message` is
    what Notion says, or what we saw. `limit` is Notion's reason for a 429, `wait` what Retry-After
    asks for (seconds), `committed` the id of what was saved all the same. `arrived` says whether
    Notion may have got the request."""

    status: int | None
    message: str
    code: str = ""
    limit: str = ""
    committed: str | None = None
    wait: float | None = None
    is_full: bool = False
    arrived: bool = True
