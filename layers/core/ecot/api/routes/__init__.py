"""The routes: each file a part of the interface, with a Router that api/app.py includes."""

from ecot.api.routes import costs, described, health, metrics, parts, report
from ecot.api.routes.routers import APIGatewayHttpRouter

ROUTERS: tuple[APIGatewayHttpRouter, ...] = (
    costs.router,
    parts.router,
    report.router,
    metrics.router,
    health.router,
    described.router,
)
