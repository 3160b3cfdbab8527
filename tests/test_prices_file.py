"""`prices.toml`: what it comes to, and every sentence about what is wrong."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.errors import SettingsError
from ecot.jobs.known import priced, titles
from ecot.model.prices import OwnPrice
from ecot.settings import load_prices

KNOWN, PRICED = ("elevenlabs", "openai"), ("elevenlabs",)
PRICE = """
[[price]]
provider = "elevenlabs"
model = "*"
unit = "credits"
per = "1000"
price = "0.30"
currency = "usd"
from = 2026-01-01
source = "elevenlabs.io/pricing, Creator"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def prices(toml: str) -> tuple[OwnPrice, ...]:
    Path("prices.toml").write_text(toml, encoding="utf-8")
    return load_prices(None, KNOWN, PRICED)


def test_no_file_is_no_own_prices(folder: Path) -> None:
    assert load_prices(None, KNOWN, PRICED) == ()
    assert load_prices(folder / "ecot.toml", KNOWN, PRICED) == ()


def test_a_price_keeps_its_digits_and_its_source() -> None:
    assert prices(PRICE) == (
        OwnPrice(
            provider="elevenlabs",
            model="*",
            unit="credits",
            per=Decimal(1000),
            price=Decimal("0.30"),
            currency="USD",
            since=date(2026, 1, 1),
            source="elevenlabs.io/pricing, Creator",
        ),
    )
    assert str(prices(PRICE)[0].price) == "0.30"


def test_one_is_what_a_price_is_for_unless_it_says_more() -> None:
    [price] = prices(PRICE.replace('per = "1000"\n', ""))

    assert (price.per, price.tier) == (Decimal(1), "standard")


def test_the_file_lies_beside_the_settings_file(folder: Path) -> None:
    (folder / "etc").mkdir()
    (folder / "etc" / "prices.toml").write_text(PRICE, encoding="utf-8")

    assert len(load_prices(Path("etc/ecot.toml"), KNOWN, PRICED)) == 1


def test_a_later_price_of_the_same_unit_is_one_more() -> None:
    found = prices(PRICE + PRICE.replace("2026-01-01", "2026-05-01") + 'tier = "batch"')

    assert [price.since.month for price in found] == [1, 5]


@pytest.mark.parametrize(("line", "every"), [("", None), ('every = "month"', "month")])
def test_a_price_is_of_a_quantity_or_of_keeping_it_a_month(line: str, every: str | None) -> None:
    [price] = prices(f"{PRICE}{line}")
    assert price.every == every


@pytest.mark.parametrize("tier", ["batch+us", "us+batch", "Batch+US"])
def test_a_tier_is_written_as_tags_come_to_it(tier: str) -> None:
    assert prices(f'{PRICE}tier = "{tier}"')[0].tier == "batch+us"


@pytest.mark.parametrize(
    ("toml", "sentence", "remedy"),
    [
        ("= 1", "prices.toml is not TOML", "correct the line"),
        ("[[prices]]", "prices.toml: prices is not a setting", "did you mean price?"),
        ("[price]", "prices.toml: price must be a list of tables", "two brackets"),
        (PRICE.replace("unit", "units"), "price[1].units is not a setting", "mean unit?"),
        (PRICE.replace('unit = "credits"\n', ""), "price[1].unit is missing", "add it"),
        (PRICE.replace('"credits"', '"credit"'), "price[1].unit is no quantity", "docs/prices.md"),
        (PRICE.replace('"0.30"', "0.30"), "price[1].price is not in quotes, and pro", '"0.30"'),
        (PRICE.replace('"0.30"', "3"), "price[1].price is not in quotes", "in quotes"),
        (PRICE.replace('"1000"', "1000"), "price[1].per is not in quotes", "in quotes"),
        (PRICE.replace('"0.30"', '"-0.30"'), "price[1].price is no price", "not below zero"),
        (PRICE.replace('"0.30"', '"0,30"'), "price[1].price is no price", "with a dot"),
        (PRICE.replace('"0.30"', '"NaN"'), "price[1].price is no price", "with a dot"),
        (PRICE.replace('"1000"', '"0"'), "price[1].per is no quantity", "above zero"),
        (PRICE.replace("01-01", "13-01"), "prices.toml is not TOML", "correct the line"),
        (PRICE.replace("2026-01-01", '"2026-01"'), "price[1].from is no day", "2026-01-31"),
        (PRICE.replace('"usd"', '"credits"'), "price[1].currency is no currency code", "USD"),
        (PRICE.replace("elevenlabs\"", "Eleven Labs\""), "price[1].provider is no name", "small"),
        (PRICE.replace('"elevenlabs.io/pricing, Creator"', '""'), "price[1].source is em", "200"),
        (PRICE.replace('"*"', '" "'), "price[1].model is empty", "200"),
        (PRICE + 'every = "year"', "price[1].every must be 'month'", "choose"),
        (PRICE + "every = 1", "price[1].every must be 'month'", "choose"),
        (PRICE.replace("elevenlabs\"", "elevenlab\""), "provider is no provider", "mean eleven"),
        (PRICE.replace("elevenlabs\"", "openai\""), "is openai, which states money", "elevenlabs"),
        (PRICE.replace('"*"', '"V3"') + PRICE.replace('"*"', '"v3"'), "[2] is a second", "one of"),
        (PRICE + PRICE, "price[2] is a second price of the same unit", "later from"),
    ],
)  # fmt: skip
def test_a_wrong_price_is_named_with_its_remedy(toml: str, sentence: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as caught:
        prices(toml)
    error = caught.value

    assert sentence in str(error)
    assert str(error).startswith("prices.toml")
    assert remedy in error.remedy.format_map(error.values)


def test_only_usage_that_arrives_without_money_has_prices() -> None:
    assert priced() == {"copilot", "cursor", "elevenlabs", "weaviate"}


def test_the_example_of_the_page_is_right() -> None:
    page = (Path(__file__).parents[1] / "docs" / "prices.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)

    Path("prices.toml").write_text(example, encoding="utf-8")
    assert len(load_prices(None, titles(), priced())) == 3
