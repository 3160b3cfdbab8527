"""Cost and usage joined: where a provider states them apart, which of them are about the same.

A cost and a usage belong together where the same account names the same project, UTC day and model
in both (and whatever else a table tells apart). Nothing is guessed: a cost without a model is not
spread over the models, "gpt-5.2" is not "gpt-5.2-2025-12-11", and what finds nothing beside it
stays as it is. Providers promise no more: OpenAI's usage "may not always reconcile perfectly with
the Costs" (API reference, 2026-08).
"""

from collections.abc import Collection, Iterator
from typing import Literal

from ecot.analysis.groups import By, key_of
from ecot.model.figure import Figure

Join = Literal["joined", "no usage", "no cost", "cost without model", "usage without model"]


def joins(figures: Collection[Figure], dimensions: tuple[By, ...]) -> Iterator[tuple[Figure, Join]]:
    """Each figure, in the order given, with what stands beside it in a table by `dimensions`."""
    places = [_place(figure, dimensions) for figure in figures]
    sides = list(zip(figures, places, strict=True))
    both = {place for one, place in sides if _is_cost(one) and not one.cell.tax}
    both &= {place for one, place in sides if not _is_cost(one)}
    for figure, place in sides:
        yield figure, _join(figure, is_joined=place in both)


def _place(figure: Figure, dimensions: tuple[By, ...]) -> tuple[object, ...]:
    cell = figure.cell
    keys = (key_of(figure, by) for by in dimensions)
    return (figure.account, cell.sub_account_id, cell.day, cell.model, *keys)


def _is_cost(figure: Figure) -> bool:
    """A cost may be unknown, or have a bill in its place: it is a cost all the same."""
    return figure.cell.basis is not None


def _join(figure: Figure, *, is_joined: bool) -> Join:
    if figure.cell.model is None:
        return "cost without model" if _is_cost(figure) else "usage without model"
    if is_joined:
        return "joined"
    return "no usage" if _is_cost(figure) else "no cost"
