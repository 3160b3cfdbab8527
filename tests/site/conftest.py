"""One Chromium and one copy of each site for all tests of this folder."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.once import shared_folder
from tests.site.site import Site, site_in

_QUIET = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(_QUIET)
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def site_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Site]]:
    """The site of a state by its name, made once."""
    with ExitStack() as ledgers:

        @cache
        def site(name: str) -> Site:
            found = site_in(shared_folder(tmp_path_factory), name)
            ledgers.callback(found.place.store.close)
            return found

        yield site
