"""What a function tells of itself: a line a step and a figure to count, never a secret.

Lambda's own runtime writes a record of Python's `logging` as one line of JSON, with what `extra`
holds; a figure is a line in CloudWatch's embedded metric format
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
CloudWatch_Embedded_Metric_Format_Specification.html), which no library has to be imported for.
"""

import json
import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal, TextIO

Counter = Literal["Errors", "AccountsCollected", "HoursSincePublished"]
Count = Callable[[Counter, float], None]
"""Notes a figure. None of them has a dimension of a provider: each metric is paid for."""

NAMESPACE = "Ecot"
UNITS: Mapping[Counter, str] = {
    "Errors": "Count",
    "AccountsCollected": "Count",
    "HoursSincePublished": "None",
}
_HIDDEN = "[secret]"


def count_nothing(_name: Counter, _value: float) -> None:
    """Where nobody collects figures: on a laptop."""


def emf(stack: str, out: TextIO | None = None, clock: Callable[[], float] = time.time) -> Count:
    """Figures as lines for CloudWatch, on `out` (default: stdout as it then is)."""

    def count(name: Counter, value: float) -> None:
        metric = {"Name": name, "Unit": UNITS[name]}
        directive = {"Namespace": NAMESPACE, "Dimensions": [["Stack"]], "Metrics": [metric]}
        line = {
            "_aws": {"Timestamp": int(clock() * 1000), "CloudWatchMetrics": [directive]},
            "Stack": stack,
            name: value,
        }
        stream = out or sys.stdout
        stream.write(json.dumps(line) + "\n")
        stream.flush()

    return count


@contextmanager
def discreet(secrets: Sequence[str], run: str | None = None) -> Iterator[None]:
    """While it lasts no handler of the root writes one of the secrets, nor what libraries tell
    below a warning: that is about connections, and not about money. Each record names the `run`
    that it is about, where there is one."""
    discretion = Discretion(secrets, run)
    handlers = list(logging.getLogger().handlers)
    for handler in handlers:
        handler.addFilter(discretion)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(discretion)


class Discretion(logging.Filter):
    """Takes secrets out of a record: its message, its `extra`, its traceback. Adds the run."""

    def __init__(self, secrets: Sequence[str], run: str | None = None) -> None:
        super().__init__()
        self._run = run
        self._secrets = sorted((one for one in secrets if one), key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is worth a line."""
        if record.levelno < logging.WARNING and record.name.partition(".")[0] != "ecot":
            return False
        if self._run is not None:
            record.__dict__.setdefault("run", self._run)
        record.msg, record.args = self.hide(record.getMessage()), None
        if record.exc_info:
            text = "".join(traceback.format_exception(*record.exc_info))
            record.exc_text, record.exc_info = self.hide(text), None
            record.__dict__["trace"] = record.exc_text
        for name, value in record.__dict__.items():
            if isinstance(value, str):
                record.__dict__[name] = self.hide(value)
        return True

    def hide(self, text: str) -> str:
        """The text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text
