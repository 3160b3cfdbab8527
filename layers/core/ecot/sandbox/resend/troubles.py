"""What goes wrong on the way to Resend, and with Resend: to be scripted into a server."""

from dataclasses import replace

from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Delivery, Request, Response
from ecot.sandbox.resend.refusals import CONCURRENT, DAILY, DOWN, MONTHLY, RATE, Words, refusal
from ecot.sandbox.troubles import connection_reset, cut_off, not_json


def said(words: Words, name: str = "", retry_after: int | None = None) -> Fault:
    """A refusal, without the mail having been looked at."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    response = refusal(words, headers)
    return Fault(name or words[1], lambda _request, _rest: response)


def failed_after_saving() -> Fault:
    """The mail was taken, and the answer is a server error."""
    return _after("500 after saving", refusal(DOWN))


def lost_after_saving() -> Fault:
    """The mail was taken, and the connection breaks before the answer."""
    return _after("lost after saving", Response(200, delivery=Delivery.RESET))


def silent_after_saving(seconds: float = 30.0) -> Fault:
    """The mail was taken, and no answer comes for so long."""
    silence = Response(200, delivery=Delivery.RESET, hold_seconds=seconds)
    return _after("silent after saving", silence)


def every_trouble() -> list[Fault]:
    """One of each that does not need a long wait."""
    return [
        said(RATE, retry_after=1),
        said(DAILY),
        said(MONTHLY),
        said(CONCURRENT),
        said(DOWN),
        said((503, "service_unavailable", "Service unavailable."), name="503"),
        replace(not_json(502), name="502 that is not JSON"),
        replace(not_json(200), name="200 that is not JSON"),
        cut_off(),
        connection_reset(),
        failed_after_saving(),
        lost_after_saving(),
    ]


def _after(name: str, response: Response) -> Fault:
    def effect(request: Request, rest: Next) -> Response:
        rest(request)
        return replace(response)

    return Fault(name, effect)
