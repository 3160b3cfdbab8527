"""Where a mail's links lead: into the report, behind its own sign-in, and never with a token."""

from urllib.parse import urljoin, urlsplit, urlunsplit

from ecot.language import Language
from ecot.report.shell import page_name


def page_link(report_url: str | None, stem: object, language: Language, at: str = "") -> str | None:
    """The address of a page of the report, and of a place on it; None where the report is on the
    machine of whoever makes it. A query or a fragment of the report's own address is left out: it
    could hold what opens it."""
    if report_url is None:
        return None
    scheme, host, path, _, _ = urlsplit(report_url)
    is_folder = "." not in path.rpartition("/")[2]
    folder = urlunsplit((scheme, host, f"{path.rstrip('/')}/" if is_folder else path, "", ""))
    return urljoin(folder, page_name(stem, language)) + (f"#{at}" if at else "")
