"""The routes: each file a part of the interface, with a Router that api/app.py includes."""

from ecot.api.routes import (
    adjustments,
    badge,
    collect,
    costs,
    described,
    export,
    health,
    mail,
    metrics,
    parts,
    report,
)
from ecot.api.routes.routers import APIGatewayHttpRouter

ROUTERS: tuple[APIGatewayHttpRouter, ...] = (
    collect.router,
    parts.router,
    costs.router,
    report.router,
    metrics.router,
    adjustments.router,
    mail.router,
    export.router,
    badge.router,
    health.router,
    described.router,
)
