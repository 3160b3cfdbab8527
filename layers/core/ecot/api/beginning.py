"""Beginning a run that somebody asks for, by whichever form or script."""

import logging

from ecot.api.asked import Asked
from ecot.jobs.runs.asking import Asked as Answered
from ecot.jobs.runs.asking import ask
from ecot.jobs.runs.events import Dispatch
from ecot.model.run import Wanted

_log = logging.getLogger("ecot.api")


def begin(one: Asked, wanted: Wanted) -> Answered:
    """The run that answers, handed on where nobody has begun it. The log has its id, by which all
    that comes of it is found, with the token's. Raises what `ask` does."""
    found = ask(one.place.store, wanted, one.now)
    if found.is_new:
        one.world.hand("dispatch", Dispatch(time=one.now, kind="asked", run=found.run))
    by = one.grant.id if one.grant else ""
    said = {"run": found.run, "is_new": found.is_new, "token": by}
    _log.info("asked for", extra={"step": "api", **said})
    return found
