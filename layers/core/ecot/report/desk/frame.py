"""What is around every served page: who reads it, in which language, and the way to the others."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from ecot.language import Language
from ecot.model.sentence import Sentence
from ecot.report.frame import asset, speech, templates

REPORT = "/site/index.html"
PLACES: Mapping[str, Sentence] = {
    REPORT: Sentence("Report"),
    "/collect": Sentence("Collection"),
    "/bills": Sentence("Bills"),
    "/connections": Sentence("Connections"),
}
SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"
_STYLES = ("page.css", "desk.css", "print.css")
_SCRIPTS = ("page.js",)


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """`language` is the reader's, and `is_own` says that it is the one of the settings. `path` is
    the page's own, and `is_in` says that its reader has signed in. `guard` is what the page's forms
    carry to be believed; without it there are none. `is_demo` marks a made-up company."""

    language: Language
    path: str
    is_own: bool = True
    is_in: bool = True
    guard: str = ""
    is_demo: bool = False

    def to(self, path: str, language: Language | None = None, **asked: str) -> str:
        """The address of a served page, in the reader's language or in another."""
        spoken = language or self.language
        is_own = self.is_own == (spoken.code == self.language.code)
        query = urlencode(asked | ({} if is_own else {"lang": spoken.code}))
        return f"{path}?{query}" if query else path

    @property
    def report(self) -> str:
        """Where the report opens."""
        return REPORT


def desk_page(
    desk: Desk,
    template: str,
    *,
    styles: tuple[str, ...] = (),
    scripts: tuple[str, ...] = (),
    **values: object,
) -> bytes:
    """The page. `styles` and `scripts` are files of the templates that it needs beside those of all
    served pages; `values` are for the template."""
    *first, last = _STYLES
    html = templates().get_template(template).render(
        **speech(desk.language),
        desk=desk,
        language=desk.language,
        other=desk.language.other(),
        places=PLACES,
        style=asset((*first, *styles, last)),
        script=asset((*_SCRIPTS, *scripts)),
        sign_in=SIGN_IN,
        sign_out=SIGN_OUT,
        **values,
    )  # fmt: skip
    return html.encode("utf-8", "replace")
