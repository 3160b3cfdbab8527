"""Making a router, with a type."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

__all__ = ["APIGatewayHttpRouter", "new_router"]


def new_router() -> APIGatewayHttpRouter:
    """One for the routes of a file."""
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]
