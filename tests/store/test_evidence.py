"""Answers are kept as they came, under a name that tells account and day, for 400 days."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from ecot.model.answer import Answer, Evidence
from ecot.store.evidence import (
    KEPT,
    evidence_name,
    expired_evidence,
    put_evidence,
    read_evidence,
)
from ecot.store.folder import Folder
from tests.rows import ACCOUNT, MONDAY, on

BODY = b'{"amount": 0.0000008}\xff\n' * 100


@pytest.fixture
def files(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def keep(files: Folder, day: date, account: str = ACCOUNT, body: bytes = BODY) -> str:
    answer = Answer(feed="costs", endpoint="GET /v1/organization/costs?page=é", body=body)
    name = evidence_name(account, on(day), body)
    put_evidence(
        files, name, Evidence(account=account, answer=answer, read_at=on(day), run="run-1")
    )
    return name


def test_a_kept_answer_comes_back_to_the_byte_and_is_smaller_on_disk(files: Folder) -> None:
    name = keep(files, MONDAY)
    kept = read_evidence(files, name)
    assert kept is not None
    assert (kept.answer.body, kept.read_at, kept.run) == (BODY, on(MONDAY), "run-1")
    assert len(files.get(name) or b"") < len(BODY)
    assert read_evidence(files, name.replace("evidence", "evidence/x")) is None


def test_the_same_answer_is_kept_once_with_the_same_bytes(files: Folder) -> None:
    first = files.get(keep(files, MONDAY))
    assert files.get(keep(files, MONDAY)) == first
    assert len(list(files.names("evidence/"))) == 1


def test_no_account_name_leads_out_of_the_folder_or_into_another_account(files: Folder) -> None:
    names = {keep(files, MONDAY, account) for account in ("openai/../../x", "openai/a b", "../é")}
    assert len(names) == 3
    assert all(name.count("/") == 3 and name.startswith("evidence/") for name in names)


def test_an_answer_expires_after_400_days_and_not_on_the_400th(files: Folder) -> None:
    old, kept = keep(files, MONDAY - timedelta(days=1)), keep(files, MONDAY)
    files.put("site/2020-01-01/index.html", b"not evidence")
    assert kept != old
    assert expired_evidence(files, MONDAY + KEPT) == [old]
    assert expired_evidence(files, MONDAY + KEPT - timedelta(days=1)) == []
