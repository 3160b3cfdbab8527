"""The demo's site and ledger, made once for all tests of this folder."""

from collections.abc import Iterator

import pytest

from ecot.jobs.site.history import History
from tests.once import shared_folder
from tests.site.site import DEMO, Site, site_in


@pytest.fixture(scope="package")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The made-up company's report; nobody writes to it."""
    site = site_in(shared_folder(tmp_path_factory), DEMO)
    yield site
    site.place.store.close()


@pytest.fixture(scope="package")
def demo(demo_site: Site) -> History:
    """What its report is made of."""
    return History(demo_site.place, demo_site.edition)
