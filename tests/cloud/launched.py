"""What Lambda starts in the place of a program: its own runtime, which imports the handler.

The functions' clock may stand: the file that ECOT_TESTS_CLOCK names has the moment (UTC), read each
time that somebody asks. Only the edge's one reading of the clock is set; limits
and deadlines go by the real one. Nothing of Ecot knows about it.
"""

import os
import sys
from datetime import datetime
from pathlib import Path


def set_clock(file: Path) -> None:
    """From now on the edge's clock says what the file says then."""
    from ecot.edge import waiting

    def utc_now() -> datetime:
        return datetime.fromisoformat(file.read_text("ascii"))

    waiting.utc_now = utc_now


if __name__ == "__main__":
    from awslambdaric.__main__ import main  # type: ignore[import-untyped]

    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]  # it was this folder, which Lambda does not have
    if (clock := os.environ.pop("ECOT_TESTS_CLOCK", None)) is not None:
        set_clock(Path(clock))
    main(sys.argv)
