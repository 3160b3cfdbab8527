"""A deployed stack on moto."""

from tests.cloud.conftest import stack

__all__ = ["stack"]
