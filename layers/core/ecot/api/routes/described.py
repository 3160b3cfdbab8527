"""`GET /openapi.json`: the interface, described for programs."""

from aws_lambda_powertools.event_handler import Response

from ecot.api.answers import JSON
from ecot.api.routes.routers import new_router
from ecot.api.shapes.base import described_as_file

router = new_router()


@router.get(
    "/openapi.json",
    summary="This description",
    tags=["about"],
    responses={200: described_as_file((JSON,), "OpenAPI 3.1")},
)
def openapi() -> Response[str]:
    """Describes every route: who may ask it, what can be said, and what is answered."""
    from ecot.api.openapi import described  # a third of a second that no other answer needs

    return Response(
        200, JSON, described(router.api_resolver), {"Cache-Control": "private, max-age=3600"}
    )
