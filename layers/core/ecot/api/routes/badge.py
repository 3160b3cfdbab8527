"""`GET /badge.svg` and `/badge.json`: what today costs, for everybody where the settings say so."""

from collections.abc import Mapping

from aws_lambda_powertools.event_handler import Response

from ecot.api.answers import FRESH, JSON
from ecot.api.asked import asked
from ecot.api.routes.routers import new_router
from ecot.api.shapes import Badge, described_as, described_as_file
from ecot.jobs.site.history import History

router = new_router()
_SVG = "image/svg+xml"


@router.get(
    "/badge.svg",
    summary="The badge",
    tags=["public"],
    responses={200: described_as_file((_SVG,), "A picture")},
)
def picture() -> Response[str]:
    """Draws what today costs. Without a token only where `[report.badge] public = true`."""
    return Response(200, _SVG, _files()["badge.svg"].decode(), _headers())


@router.get(
    "/badge.json",
    summary="The badge's words",
    tags=["public"],
    responses={200: described_as(Badge)},
)
def words() -> Response[str]:
    """Says what today costs, as shields.io asks for it."""
    return Response(200, JSON, _files()["badge.json"].decode(), _headers())


def _files() -> Mapping[str, bytes]:
    from ecot.jobs.site.badge import badge_facts  # with templates, which no other answer needs
    from ecot.report.badge import badge_files

    one = asked()
    edition = one.setup.edition()
    facts = badge_facts(History(one.place, edition))
    return badge_files(facts, edition.language, edition.thresholds)


def _headers() -> dict[str, str]:
    """Pages of others may show what is public, and whoever stands between may keep it."""
    is_public = asked().setup.settings.report.badge.public
    kept = "public" if is_public else "private"
    more = {"Cross-Origin-Resource-Policy": "cross-origin"} if is_public else {}
    return {"Cache-Control": f"{kept}, max-age={FRESH}", **more}
