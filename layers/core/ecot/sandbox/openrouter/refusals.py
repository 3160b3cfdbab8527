"""What OpenRouter refuses: its error bodies, and parameters that it does not know."""

from collections.abc import Mapping

from ecot.sandbox.messages import Request

INVALID = "Invalid request parameters"


class Refused(Exception):
    """A request that OpenRouter refuses: {"error": {"code": …, "message": …}}."""

    def __init__(self, status: int, message: str = INVALID) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def known(request: Request, *names: str) -> Mapping[str, str]:
    """The parameters of a request, each of which must be one of these."""
    if {name for name, _ in request.query} - set(names):
        raise Refused(400)
    return dict(request.query)


def whole(asked: Mapping[str, str], name: str, default: int) -> int:
    """A whole number that is not negative."""
    text = asked.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise Refused(400)
    return int(text)
