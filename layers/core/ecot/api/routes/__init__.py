"""The routes: each file a part of the interface, with a Router that api/app.py includes."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from ecot.api.routes import described, health

ROUTERS: tuple[APIGatewayHttpRouter, ...] = (
    health.router,
    described.router,
)
