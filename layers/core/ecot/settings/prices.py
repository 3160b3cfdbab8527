"""`prices.toml`, beside `ecot.toml`: the user's own dated prices."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ecot.errors import SettingsError
from ecot.model.prices import OwnPrice
from ecot.settings.entries import PriceEntry
from ecot.settings.file import read_toml, tables
from ecot.settings.problems import checked, unknown_key, unknown_provider

FILE = "prices.toml"


def load_prices(
    settings_file: Path | None, providers: Collection[str], priced: Collection[str]
) -> tuple[OwnPrice, ...]:
    """The prices of the file beside `settings_file` (without one: in the working folder), in the
    order of the file; none where there is no such file. Raises SettingsError for the first thing
    that is wrong; so is a price that nothing would ask for, because its provider is none of
    `providers`, or none of the `priced` ones among them: the others state money themselves."""
    path = settings_file.with_name(FILE) if settings_file is not None else Path(FILE)
    if not path.exists():
        return ()
    return prices_of(read_toml(path), str(path), providers, priced)


def prices_of(
    document: Mapping[str, Any], file: str, providers: Collection[str], priced: Collection[str]
) -> tuple[OwnPrice, ...]:
    """Those of a `document` out of `file`, as `load_prices` reads them."""
    for key in document:
        if key != "price":
            raise unknown_key(file, key, key, ["price"])
    prices: dict[tuple[object, ...], OwnPrice] = {}
    for where, table in tables(file, document, "price"):
        price = OwnPrice(**checked(PriceEntry, table, file, where).model_dump())
        _expect_asked(price.provider, providers, priced, file, f"{where}.provider")
        what = price.provider, price.model.lower(), price.unit, price.tier, price.since
        if what in prices:
            text = (
                "{file}: {path} is a second price of the same unit and model from the same day on"
            )
            remedy = "remove one of the two; a new price has a later from, and the old one stays"
            raise SettingsError(text, remedy=remedy, file=file, path=where)
        prices[what] = price
    return tuple(prices.values())


def _expect_asked(
    name: str, providers: Collection[str], priced: Collection[str], file: str, path: str
) -> None:
    if name not in providers:
        raise unknown_provider(file, path, name, providers)
    if name not in priced:
        text = "{file}: {path} is {provider}, which states money itself: the price has no effect"
        remedy = "remove the price; prices of your own are for the usage of: {known}"
        known = ", ".join(sorted(priced))
        raise SettingsError(text, remedy=remedy, file=file, path=path, provider=name, known=known)
