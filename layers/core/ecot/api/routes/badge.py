"""`GET /badge.svg` and `/badge.json`: what today costs, for everybody where the settings say so."""

from collections.abc import Mapping

from aws_lambda_powertools.event_handler import Response

from ecot.api.answers import FRESH, JSON, dated, is_known, kept
from ecot.api.asked import Asked, asked
from ecot.api.routes.routers import new_router
from ecot.api.shapes.base import described_as, described_as_file
from ecot.api.shapes.report import Badge
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
    return _read("badge.svg", _SVG)


@router.get(
    "/badge.json",
    summary="The badge's words",
    tags=["public"],
    responses={200: described_as(Badge)},
)
def words() -> Response[str]:
    """Says what today costs, as shields.io asks for it."""
    return _read("badge.json", JSON)


def _read(name: str, kind: str) -> Response[str]:
    """The file; nothing is drawn where whoever asks has the same already."""
    one = asked()
    headers = kept(one) | dated(one) | _openness(one)
    if is_known(one, headers["ETag"]):
        return Response(304, None, "", headers)
    return Response(200, kind, _files(one)[name].decode(), headers)


def _files(one: Asked) -> Mapping[str, bytes]:
    from ecot.jobs.site.badge import badge_facts  # with templates, which no other answer needs
    from ecot.report.badge import badge_files

    edition = one.setup.edition()
    facts = badge_facts(History(one.place, edition))
    return badge_files(facts, edition.language, edition.thresholds)


def _openness(one: Asked) -> dict[str, str]:
    """Pages of others may show what is public, and whoever stands between may keep it."""
    if not one.setup.settings.report.badge.public:
        return {}
    shared = {"Cross-Origin-Resource-Policy": "cross-origin"}
    return {"Cache-Control": f"public, max-age={FRESH}", **shared}
