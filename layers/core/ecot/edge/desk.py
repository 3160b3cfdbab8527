"""What the served pages are told of the settings: names and switches, and never a key."""

from ecot.edge.setup import Setup
from ecot.jobs.desk.accounts import Stated


def stated_accounts(setup: Setup) -> list[Stated]:
    """Every account that the settings name."""
    knows_keys = stack_of(setup) is None
    return [
        Stated(
            account=one.key,
            is_active=one.active,
            variable=one.secret_name,
            has_key=(one.secret is not None and one.fault is None) if knows_keys else None,
        )
        for one in setup.settings.accounts
    ]


def wanted_accounts(setup: Setup) -> tuple[str, ...]:
    """Those that are collected."""
    return tuple(sorted(setup.expected))


def stack_of(setup: Setup) -> str | None:
    """The name of the deployed stack; None on a laptop, which knows its keys. The function that
    serves pages is given none."""
    deployed = getattr(setup, "deployed", None)
    return deployed.stack if deployed is not None else None
