"""Keys of rows: a row has one, no two rows have the same, and Notion keeps it as it is."""

from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from ecot.model.period import Month
from ecot.sinks.notion.cells import cut
from ecot.sinks.notion.rows import key_of, parts_of

JANUARY = Month(2026, 1)
ODD = [
    "—",
    ":",
    "%",
    "%3A",
    "é",
    "e\u0301",
    "\u0301",
    "a\n",
    "x" * 3000,
    "é" * 601,
    "😀\u200d" * 900,
]
PARTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.sampled_from(ODD)
SUB_ACCOUNTS = st.none() | PARTS


@given(PARTS, PARTS, SUB_ACCOUNTS, PARTS, PARTS, SUB_ACCOUNTS)
def test_no_two_rows_have_the_same_key(
    provider: str,
    account: str,
    sub: str | None,
    other: str,
    other_account: str,
    other_sub: str | None,
) -> None:
    one = key_of(provider, account, sub, JANUARY)
    assert one == cut(one)
    assert normalize("NFC", one) == one
    is_same = (provider, account, sub) == (other, other_account, other_sub)
    assert (key_of(other, other_account, other_sub, JANUARY) == one) is is_same


@given(PARTS, PARTS, SUB_ACCOUNTS)
def test_a_key_says_which_row_it_is(provider: str, account: str, sub: str | None) -> None:
    key = key_of(provider, account, sub, JANUARY)
    parts = parts_of(key)
    assert key_of(*parts) == key
    if not any(len(one or "") > 40 for one in (provider, account, sub)):
        assert parts == (provider, account, sub, JANUARY)


def test_an_ordinary_key_is_as_it_is_spoken() -> None:
    assert key_of("openai", "edugami", "proj_1", JANUARY) == "openai:edugami:proj_1:2026-01"
    assert key_of("aws", "main", None, JANUARY) == "aws:main:—:2026-01"
    assert key_of("x", "Zoë & Co", "été, 50 €", JANUARY) == "x:Zoë & Co:été, 50 €:2026-01"
