"""Something that is not as it ought to be at this moment: what, since when, and what to do."""

from datetime import datetime
from typing import Literal

import msgspec

from ecot.model.sentence import Sentence

About = Literal["collection", "report", "notion", "mail"]


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """What it is `about`, since when (UTC), and what somebody can do. `run` is the collection that
    does not come to its end, where it is one."""

    about: About
    since: datetime
    message: Sentence
    remedy: Sentence | None = None
    run: str | None = None
