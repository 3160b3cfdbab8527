"""From facts to files: one page a month and language, and the index."""

from collections.abc import Iterator, Mapping, Sequence

from ecot.language import Language
from ecot.model.period import Month
from ecot.report.facts import MonthFacts
from ecot.report.frame import rendered
from ecot.report.share_facts import Shared
from ecot.report.shell import Shell, page_name
from ecot.report.views import MonthView, month_view

INDEX = "index.html"


def pages(facts_by_month: Mapping[Month, MonthFacts], shell: Shell) -> dict[str, bytes]:
    """The pages of the months, by name."""
    return {
        name: body for facts in facts_by_month.values() for name, body in month_pages(facts, shell)
    }


def month_pages(facts: MonthFacts, shell: Shell) -> Iterator[tuple[str, bytes]]:
    """The month's page in both languages; that of the front month in the reader's own is the index
    as well."""
    view = month_view(facts)
    for spoken in shell.languages:
        body = page(view, spoken, shell)
        yield file_name(facts.month, spoken), body
        if (facts.month, spoken) == (shell.front, shell.language):
            yield INDEX, body


def shell_of(
    front: MonthFacts,
    language: Language,
    others: Sequence[str] = (),
    shared: Shared | None = None,
) -> Shell:
    """What is around all pages of a site that opens on the month of `front`."""
    return Shell(
        language=language,
        today=front.today,
        currency=front.currency,
        collected_at=front.collected_at,
        months=front.months,
        front=front.month,
        pages=tuple(others),
        titles=front.titles,
        demo=front.demo,
        people=front.people,
        shared=shared,
    )


def file_name(month: Month, language: Language) -> str:
    """Where the page of a month is: "2026-01.fr.html"."""
    return page_name(month, language)


def page(view: MonthView, language: Language, shell: Shell) -> bytes:
    """The month's page in one language."""
    return rendered(
        shell,
        str(view.facts.month),
        "month.html",
        language,
        view=view,
        facts=view.facts,
        sourced=view.facts.month,
        is_settled=view.facts.state == "closed",
    )
