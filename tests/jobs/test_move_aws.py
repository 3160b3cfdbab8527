"""A ledger of years moves to DynamoDB and S3, and back, and says the same to the byte."""

from pathlib import Path

import pytest

from ecot.jobs.move import move
from ecot.jobs.place import open_place
from tests.jobs.world import dump
from tests.jobs.years import LAST, commit, fill, fill_beside
from tests.rows import ACCOUNT
from tests.store.backends import open_place_on

EVERYTHING = {"bill", "billed", "claim", "cube", "day", "head", "ledger", "names", "outcome",
              "progress", "rate", "restatement", "run"}  # fmt: skip


@pytest.mark.parametrize(
    ("backend", "months"),
    [
        ("moto", 2),  # which takes minutes for three years
        pytest.param("moto", 36, marks=pytest.mark.tools),
        pytest.param("dynalite", 36, marks=pytest.mark.tools),
    ],
)
def test_a_ledger_moves_to_dynamodb_and_back_the_same(
    backend: str, months: int, tmp_path: Path
) -> None:
    home = open_place(tmp_path / "home")
    accounts = {ACCOUNT: months, "anthropic/été": 2, "aws/990011223344": 1}
    for account, count in accounts.items():
        fill(home, count, rows_a_day=2, account=account)
    commit(home, LAST, 6)  # which restates every day of it
    fill_beside(home, months)
    assert {one.partition("#")[0] for one in home.store.partitions()} == EVERYTHING
    there = open_place_on(backend, tmp_path / "there")
    back = open_place_on("sqlite", tmp_path / "back")
    exported = dump(home)

    out = move(home, there)
    assert dump(there) == exported
    again = move(there, back)
    assert dump(back) == exported
    assert (out.items_digest, out.files_digest) == (again.items_digest, again.files_digest)
    assert out.items == out.items_written == again.items_written
    assert out.files == sum(accounts.values()) + 1
    for place in (home, there, back):
        place.store.close()
