"""Restatements have short names of their own, and sentences keep their values apart."""

from typing import Any

import msgspec
import pytest

from ecot.model.outcome import Restatement
from ecot.model.sentence import Sentence
from tests.rows import ACCOUNT, MONDAY, MUCH_LATER

RESTATEMENT = Restatement(
    account=ACCOUNT,
    day=MONDAY,
    feeds=("costs",),
    old="a" * 32,
    new="b" * 32,
    old_cost={},
    new_cost={},
    seen_at=MUCH_LATER,
    run="run-1",
)


@pytest.mark.parametrize(
    "other",
    [
        {"account": "openai/b"},
        {"day": MUCH_LATER.date()},
        {"old": None},
        {"new": None},
        {"run": "run-2"},
    ],
)
def test_each_change_that_a_run_sees_is_a_restatement_of_its_own(other: dict[str, Any]) -> None:
    assert msgspec.structs.replace(RESTATEMENT, **other).id != RESTATEMENT.id
    assert len(RESTATEMENT.id) == 12


def test_a_sentence_fills_its_places_in_any_language() -> None:
    sentence = Sentence("{account} has no key", {"account": ACCOUNT})
    assert str(sentence) == "openai/edugami has no key"
    assert sentence.filled("{account} n’a pas de clé") == "openai/edugami n’a pas de clé"
    assert str(Sentence("100 % {sure}")) == "100 % {sure}"
