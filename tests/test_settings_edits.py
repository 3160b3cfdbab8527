"""`ecot.toml` and `.env` changed as a person would: a line more, all others as they were."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import SettingsError
from ecot.settings.dotenv import read_dotenv, with_variable
from ecot.settings.editing import with_key, with_table

TEXT = """\
# mine
[report]
currency = "EUR" # as the bank has it

[[account]]
provider = "openai"
name = "one"
# a word about two
[[ account ]]
provider = "openai"
active = false   # for now
name = "two"

[notion]
services = "a"
"""
FILE = "ecot.toml"


def test_a_table_comes_at_the_end_and_all_else_stays() -> None:
    found = with_table(TEXT, "account", {"provider": "github", "name": "lumen"}, FILE)
    assert found == TEXT + '\n[[account]]\nprovider = "github"\nname = "lumen"\n'
    assert with_table("", "plan", {"name": "pro"}, FILE) == '[[plan]]\nname = "pro"\n'
    assert (
        with_table("# no end", "plan", {"name": "p"}, FILE) == '# no end\n\n[[plan]]\nname = "p"\n'
    )


def test_a_key_takes_its_own_place_or_the_first_of_its_table() -> None:
    found = with_key(TEXT, "account", "active", True, FILE, 1)
    assert found == TEXT.replace("active = false   # for now\n", "active = true\n")
    found = with_key(TEXT, "account", "base_url", "https://a.example", FILE, 0)
    header = '[[account]]\nprovider = "openai"\nname = "one"'
    wanted = header.replace("]]\n", ']]\nbase_url = "https://a.example"\n')
    assert found == TEXT.replace(header, wanted)
    found = with_key(TEXT, "notion", "usages", "b", FILE)
    assert found == TEXT.replace("[notion]\n", '[notion]\nusages = "b"\n')
    found = with_key(TEXT, "mail", "to", ["a@b.example"], FILE)
    assert found == TEXT + '\n[mail]\nto = ["a@b.example"]\n'


@pytest.mark.parametrize(
    "text",
    [
        'account = [{provider = "openai"}]\n',
        'note = """\n[[account]]\n"""\n[[account]]\nprovider = "openai"\n',
        '[[account]]\nprovider = """\nname = "x"\n"""\nname = """\nmore"""\n',
    ],
)
def test_what_only_a_person_can_change_is_left_with_the_line_to_write(text: str) -> None:
    with pytest.raises(SettingsError, match="only a person can add to") as caught:
        with_key(text, "account", "name", "two", FILE, 0)
    assert caught.value.values["lines"] == 'name = "two"'
    if text.startswith("account"):
        with pytest.raises(SettingsError):
            with_table(text, "account", {"provider": "github"}, FILE)


VALUES = st.text(st.characters(codec="utf-8"), max_size=30) | st.booleans()


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), VALUES, max_size=4), VALUES)
def test_what_is_written_is_what_is_read(table: dict[str, Any], value: str | bool) -> None:
    found = with_key(with_table(TEXT, "account", table, FILE), "account", "zz", value, FILE, 2)
    assert tomllib.loads(found)["account"][2] == {**table, "zz": value}
    assert tomllib.loads(found)["report"] == {"currency": "EUR"}


def test_a_variable_takes_the_place_of_its_line(tmp_path: Any) -> None:
    text = "# keys\nA=1\nexport B='two'\n\nA=3\nC=4"
    found = with_variable(text, "A", "new key")
    assert found == "# keys\nA=\"new key\"\nexport B='two'\n\nC=4\n"
    assert with_variable(found, "B", "2") == '# keys\nA="new key"\nB=2\n\nC=4\n'
    assert with_variable("", "A", "1") == "A=1\n"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_a_variable_is_read_as_it_was_written(value: str) -> None:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        file = Path(folder) / ".env"
        file.write_text(with_variable("A=1\nB=2\n", "A", value), encoding="utf-8")
        assert read_dotenv(file) == {"A": value, "B": "2"}
