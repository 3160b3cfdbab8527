"""Which quantity contains which: a part is never added to what it is in."""

import pytest

from ecot.model.quantities import INSIDE, QUANTITIES, container


@pytest.mark.parametrize(
    ("name", "stated", "expected"),
    [
        ("input_text_tokens", {"input_uncached_tokens", "input_tokens"}, "input_uncached_tokens"),
        ("input_text_tokens", {"input_tokens"}, "input_tokens"),
        ("input_text_tokens", set(), None),
        ("input_tokens", {"input_tokens"}, None),
        ("auth_requests", {"requests"}, "requests"),
        ("calls", {"minutes"}, None),
    ],
)
def test_the_smallest_that_is_stated(name: str, stated: set[str], expected: str | None) -> None:
    assert container(name, stated) == expected


def test_every_quantity_is_known_and_none_is_in_itself() -> None:
    assert {*INSIDE, *INSIDE.values()} <= QUANTITIES
    assert all(container(name, QUANTITIES) != name for name in QUANTITIES)
