"""One Chromium, and the company served, for all tests of this folder that need them."""

from tests.site.conftest import browser

__all__ = ["browser"]
