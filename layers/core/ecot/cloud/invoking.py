"""Starting the functions of a stack: each event is taken at once and worked on by itself."""

from typing import TYPE_CHECKING

import msgspec

from ecot.cloud.opened import Opened
from ecot.store.aws import Asking, Unfinished, open_client
from ecot.store.patience import Patience

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

_TAKEN = 202  # of an asynchronous invocation (docs.aws.amazon.com/lambda, Invoke, read 2026-11)


def open_invoking(stack: str) -> "Invoking":
    """The functions of the stack, with the credentials and region that boto3 finds."""
    return Invoking(open_client("lambda", f"lambda:{stack}"), stack)


class Invoking(Opened):
    """Hands events to the functions of a stack. Several may be handed on at once, from threads; of
    one whose answer was lost, the function may hear twice. Whoever opens it closes it, or uses it
    in a `with`."""

    def __init__(self, client: "LambdaClient", stack: str, patience: Patience = Patience()) -> None:
        super().__init__(client)
        self._client, self._stack, self._patience = client, stack, patience

    def __call__(self, step: str, event: msgspec.Struct) -> None:
        """Starts the step's function with the event. Raises StoreUnavailable where Lambda does not
        answer, and LedgerError where it refuses."""
        name, body = f"{self._stack}-{step}", msgspec.json.encode(event)

        def invoke() -> None:
            answer = self._client.invoke(FunctionName=name, InvocationType="Event", Payload=body)
            if answer["StatusCode"] != _TAKEN:
                raise Unfinished("garbled")

        Asking(f"lambda:{name}", self._patience)(invoke)
