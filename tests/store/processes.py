"""Work in a forked process: what two collectors on one machine do to each other."""

import os
import traceback
import warnings
from collections.abc import Callable


def started(work: Callable[[], object]) -> int:
    """Starts the work in a child of its own and returns the child's id.

    The parent must have closed its connections to what the child opens.
    """
    with warnings.catch_warnings():
        # A test runner may have threads; the child touches nothing of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def ended(child: int) -> int:
    """How the child ended: its exit status, or less than zero, the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
