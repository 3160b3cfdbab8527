"""What a provider lists, and does not find when it is asked about it: somebody removed it since."""

from collections.abc import Iterator
from contextlib import contextmanager

from ecot.errors import UnexpectedAnswer
from ecot.providers.redaction import quotable

_GONE = (
    "{account}: {provider} listed {sub_account}, and did not find it when asked about it"
    " ({status}): {detail}"
)
_AGAIN = (
    "It was probably removed while it was read: collect again. If this comes back, look for a newer"
    " Ecot, else report this message."
)


@contextmanager
def listed(sub_account: str) -> Iterator[None]:
    """Questions about a sub account that was listed just before. A 404 fails like any other answer
    that was not expected, for without it days would look cheaper; but with a remedy of its own."""
    try:
        yield
    except UnexpectedAnswer as error:
        if error.values.get("status") != "404":
            raise
        known = {**error.values, "sub_account": quotable(sub_account)}
        raise UnexpectedAnswer(_GONE, remedy=_AGAIN, **known) from None
