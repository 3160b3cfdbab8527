"""What people typed in Notion: rows with the status `Manuel`, and budgets of services.

What cannot be read is told, with the row and what stands there; nothing of it is guessed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from ecot.model.money import currency
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.sinks.notion.cells import Cell, kind_of
from ecot.sinks.notion.difference import Columns, is_manual, key_on
from ecot.sinks.notion.pages import Page
from ecot.sinks.notion.reading import amount_of, ids_of, month_of, span_of, text_of
from ecot.sinks.notion.rows import NOBODY, Budget, TypedRow
from ecot.sinks.notion.schema import loosely
from ecot.sinks.notion.view import Table

Found = TypeVar("Found")
MOST_QUOTED = 80


def typed_in(
    usages: Table, services: Table, keys: Mapping[str, str]
) -> tuple[tuple[TypedRow, ...], list[Sentence]]:
    """The rows that people typed; `keys` are those of the pages that are a key's row. A copy that a
    person made of such a row is another row, and has no key yet."""
    suppliers = {page.id: provider_of(page, services.columns) for page in services.pages}
    warnings: list[Sentence] = []
    rows = [
        _typed(page, usages.columns, suppliers, keys.get(page.id), warnings)
        for page in usages.pages
        if is_manual(page, usages.columns)
    ]
    return tuple(rows), warnings


def _typed(
    page: Page,
    columns: Columns,
    suppliers: Mapping[str, str | None],
    key: str | None,
    warnings: list[Sentence],
) -> TypedRow:
    unread: list[str] = []

    def read(name: str, how: Callable[[Cell], Found]) -> Found | None:
        before = len(warnings)
        found = _read(page, columns, name, how, warnings)
        unread.extend([name] * (len(warnings) - before))
        return found

    linked = [suppliers.get(one) for one in ids_of(page.cell(columns.get("service")))]
    period = read("period", span_of)
    return TypedRow(
        page_id=page.id,
        title=title_on(page, columns),
        key=key,
        provider=next(iter(linked), None),
        account=read("account", text_of),
        sub_account=_somebody(read("sub_account", text_of)),
        month=Month.of(period[0]) if period else read("period", month_of),
        cost_usd=read("cost_usd", amount_of),
        native=read("native", lambda cell: _native(cell, page, columns)),
        note=read("notes", text_of),
        edited_at=page.edited_at,
        edited_by=page.edited_by,
        edited_by_name=page.edited_by_name,
        url=page.url,
        period=period,
        unread=tuple(unread),
    )


def _read(
    page: Page,
    columns: Columns,
    name: str,
    how: Callable[[Cell], Found],
    warnings: list[Sentence],
) -> Found | None:
    cell = page.cell(columns.get(name))
    try:
        return how(cell)
    except ValueError:
        warnings.append(_unread(page, columns, name))
        return None


def _native(cell: Cell, page: Page, columns: Columns) -> tuple[Decimal, str] | None:
    """An amount without a currency says nothing; a ValueError where the code is none."""
    amount, code = amount_of(cell), text_of(page.cell(columns.get("native_currency")))
    if amount is None:
        return None
    return amount, currency(code or "")


def _unread(page: Page, columns: Columns, name: str) -> Sentence:
    if name == "native":
        code = text_of(page.cell(columns.get("native_currency"))) or "—"
        return Sentence(
            'The row "{row}" in Notion has an amount in no currency that is known: {shown}',
            {"row": title_on(page, columns), "shown": code[:MOST_QUOTED]},
        )
    return Sentence(
        'What stands in {column} of the row "{row}" in Notion cannot be read: {shown}',
        {
            "column": columns[name].name,
            "row": title_on(page, columns),
            "shown": _shown(page.cell(columns[name]))[:MOST_QUOTED],
        },
    )


def _shown(held: Cell) -> str:
    """What stands there, as it stands there."""
    if kind_of(held) == "number":
        return str(held.get("number"))
    return text_of(held) or " – ".join(map(str, span_of(held) or "?"))


def _somebody(sub_account: str | None) -> str | None:
    return None if sub_account == NOBODY else sub_account


def title_on(page: Page, columns: Columns) -> str:
    """How the row is called, for a sentence; its address where it has no name."""
    return text_of(page.cell(columns.get("title"))) or page.url or page.id


def provider_of(page: Page, columns: Columns) -> str | None:
    """The key of a service; where it has none yet, its title as a key: `Google Cloud` is
    `google-cloud`."""
    title = text_of(page.cell(columns.get("title")))
    return key_on(page, columns) or (slug(title) if title else None)


def slug(title: str) -> str | None:
    """A title as a name of the ledger."""
    return re.sub(r"[^a-z0-9]+", "-", loosely(title)).strip("-") or None


def budgets_in(services: Table) -> tuple[tuple[Budget, ...], list[Sentence]]:
    """What people said that services may cost a month."""
    warnings: list[Sentence] = []
    return tuple(_budgets(services, warnings)), warnings


def _budgets(services: Table, warnings: list[Sentence]) -> Iterator[Budget]:
    for page in services.pages:
        usd = _read(page, services.columns, "budget", amount_of, warnings)
        provider = provider_of(page, services.columns)
        if usd is not None and usd < 0:
            warnings.append(_unread(page, services.columns, "budget"))
        elif usd is not None and provider is not None:
            yield Budget(provider, usd)
