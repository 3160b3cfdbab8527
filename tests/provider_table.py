"""docs/providers/README.md: what each supplier can say, written from the records themselves.

`make golden` writes it; a test holds it against the records.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ecot.providers.contract import Provider
from ecot.providers.suppliers import PROVIDERS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "providers" / "README.md"
HEAD = """\
# What each supplier can say

Written from the records in `layers/core/ecot/providers/` by `make golden`; `ecot providers --json`
tells the same. What comes from a file is told in [FOCUS files](focus.md), flat subscriptions
are [plans](../settings.md).
"""
ROWS = {
    "bills": "What is read of the bill",
    "grain": "Finest grain",
    "history": "How far back",
    "late": "How late, and how long it changes",
    "key": "Key",
    "permission": "Permission",
    "sub_accounts": "Its workspaces and projects",
    "cannot_tell": "What it cannot tell",
}


def page(providers: Iterable[Provider] = PROVIDERS) -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for provider in providers for line in _section(provider))])


def _section(provider: Provider) -> Iterator[str]:
    yield f"## [{provider.title}]({provider.name}.md)\n"
    yield "| | |\n|---|---|"
    for name, title in ROWS.items():
        yield f"| {title} | {getattr(provider.facts, name)} |"
    if provider.feeds:
        yield f"| Feeds | {_names(provider.feeds)} |"
    if provider.snapshots:
        yield f"| Snapshots of the day | {_names(provider.snapshots)} |"
    yield f"| Read again | {_again(provider)} |"
    yield f"| First collection | {_first(provider)} |\n"


def _names(streams: Iterable[str]) -> str:
    return ", ".join(f"`{stream}`" for stream in streams)


def _again(provider: Provider) -> str:
    if not provider.feeds and provider.feeds_for is None:
        return "never: each day has the last reading of that day"
    hours = provider.lateness.total_seconds() / 3600
    return (
        f"every night the last {provider.restatement_days} days; what changes more than "
        f"{hours:g} hours after a day's end is a revised figure"
    )


def _first(provider: Provider) -> str:
    days, months = provider.history_days, provider.backfill_months
    if days is None or provider.archives or days > 31 * months:
        return f"{months} months, and the running one"
    return f"{days} days" if days else "today"


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
