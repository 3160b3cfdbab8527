"""Documents against code: what is not described fails, and what is described exists."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from ecot.cli.app import app, run
from ecot.model.quantities import QUANTITIES
from ecot.providers.contract import Provider
from ecot.providers.supabase_auth import VARIABLES
from ecot.providers.suppliers import PROVIDERS
from ecot.settings.entries import (
    AccountEntry,
    BadgeEntry,
    BudgetEntry,
    Entry,
    MailEntry,
    NotionEntry,
    PeopleEntry,
    PlanEntry,
    PriceEntry,
    RateEntry,
    ReportEntry,
    ShareEntry,
    SupabaseEntry,
)
from ecot.settings.environment import (
    DATABASES,
    MAIL_VARIABLE,
    MONTHLY_COSTS,
    NOTION_VARIABLE,
    RECIPIENTS,
    TOKENS,
)
from tests import provider_table as provider_table_of

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
OUR_PAGES = [page for page in PAGES if page.name != "CHANGELOG.md"]
TABLES: dict[str, type[Entry]] = {
    "report": ReportEntry,
    "report.badge": BadgeEntry,
    "share": ShareEntry,
    "people": PeopleEntry,
    "people.supabase": SupabaseEntry,
    "account": AccountEntry,
    "plan": PlanEntry,
    "budget": BudgetEntry,
    "rate": RateEntry,
    "notion": NotionEntry,
    "mail": MailEntry,
}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def text_of(path: Path) -> str:
    """The page, which has to be there."""
    assert path.is_file(), f"{path.relative_to(ROOT)} is missing"
    return path.read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next one of its level or above."""
    level = heading.split(" ")[0]
    start = re.search(rf"^{re.escape(heading)}.*$", page, re.MULTILINE)
    assert start is not None, f"no heading {heading!r}"
    return re.split(rf"^#{{1,{len(level)}}} ", page[start.end() :], maxsplit=1, flags=re.MULTILINE)[
        0
    ]


# --- commands ------------------------------------------------------------------------------------


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name."""
    command = command or get_command(app)
    for name, part in getattr(command, "commands", {}).items():
        yield from commands(part, (*path, name))
    if path and not hasattr(command, "commands"):
        yield " ".join(("ecot", *path)), command


COMMANDS: Mapping[str, Any] = dict(commands())


def shown_commands(page: str) -> Iterator[str]:
    """Every `ecot …` to type: after a prompt in a console, and between backticks. What holds an
    ellipsis or a CAPITAL for something else is not to be typed as it stands."""
    for language, block in FENCE.findall(page):
        if language in ("", "console", "sh", "bash"):
            yield from re.findall(r"^\$ (?:[A-Z_]+=\S+ )*(ecot\b.*)$", block, re.MULTILINE)
    yield from re.findall(r"`(?:[A-Z_]+=\S+ )*(ecot [^`]+)`", FENCE.sub("", page))


def is_to_be_typed(command: str) -> bool:
    """Whether it is no pattern for commands, and no pipe."""
    return not re.search(r"[…\[|<]|\b[A-Z]{2,}\b(?!-)", command.split(" #")[0])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_described(name: str) -> None:
    described = section(text_of(DOCS / "cli.md"), f"## `{name}`")
    options = [opt for param in COMMANDS[name].params for opt in param.opts if opt.startswith("--")]

    assert [option for option in options if f"{option}" not in described] == []
    assert COMMANDS[name].help
    assert "Examples" in (COMMANDS[name].epilog or "")


def test_no_command_is_described_that_is_not_there() -> None:
    described = re.findall(r"^## `(ecot [^`]+)`", text_of(DOCS / "cli.md"), re.MULTILINE)

    assert sorted(described) == sorted(COMMANDS)


def test_no_option_is_described_that_is_not_there() -> None:
    page = text_of(DOCS / "cli.md")
    for name, command in COMMANDS.items():
        synopsis = FENCE.findall(section(page, f"## `{name}`"))[0][1]
        known = {opt for param in command.params for opt in param.opts}
        assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", synopsis)) <= known, name


@pytest.mark.parametrize("page", OUR_PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_shown_can_be_typed(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in filter(is_to_be_typed, shown_commands(text_of(page))):
        words = shlex.split(command, comments=True)[1:]
        assert run([*words, "--help"]) == 0, f"{command!r}: {capsys.readouterr().err}"


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_in_the_help_can_be_typed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    examples = re.findall(r"`(ecot [^`]+)`", COMMANDS[name].epilog)

    assert examples
    for example in examples:
        assert example == name or example.startswith(f"{name} ")
        assert run([*shlex.split(example)[1:], "--help"]) == 0, capsys.readouterr().err


# --- providers -----------------------------------------------------------------------------------


def provider_table() -> str:
    """What README.md has between its markers."""
    found = re.search(r"<!-- providers -->\n(.*?)<!-- /providers -->", text_of(README), re.DOTALL)
    assert found is not None, "README.md has no table between <!-- providers --> markers"
    return found[1]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: str(one.name))
def test_every_provider_has_a_page_and_a_row(provider: Provider) -> None:
    page = text_of(DOCS / "providers" / f"{provider.name}.md")
    rows = [row for row in provider_table().splitlines() if f"[{provider.title}]" in row]

    assert page.startswith(f"# {provider.title}\n")
    assert [option for option in provider.options.model_fields if f"`{option}`" not in page] == []
    assert provider.variables[0] in page
    (row,) = rows
    assert f"(docs/providers/{provider.name}.md)" in row
    assert f"`{provider.variables[0]}`" in row
    assert f"{provider.variables[0]}=" in text_of(ROOT / ".env.example")


def test_the_table_has_files_and_plans_and_nobody_else() -> None:
    names = re.findall(r"^\| \[([^\]]+)\]", provider_table(), re.MULTILINE)

    assert sorted(names) == sorted([*(one.title for one in PROVIDERS), "FOCUS files", "Plans"])


@pytest.mark.parametrize("readme", ["README.md", "README.fr.md"])
def test_suppliers_stand_in_one_order_everywhere(readme: str) -> None:
    titles = [provider.title for provider in PROVIDERS]
    variables = [provider.variables[0] for provider in PROVIDERS]
    rows = re.findall(r"^\| \[([^\]]+)\]\(\S+\) \| `", text_of(ROOT / readme), re.MULTILINE)
    named = re.findall(r"^(\w+)=", text_of(ROOT / ".env.example"), re.MULTILINE)
    keys = [variable for variable in named if variable in variables]

    assert titles == sorted(titles, key=str.lower)
    assert rows == titles
    assert keys == variables


def test_every_page_of_a_provider_is_of_one_that_exists() -> None:
    pages = {page.stem for page in (DOCS / "providers").glob("*.md")}

    assert pages == {"README", "focus", *(one.name for one in PROVIDERS)}


def test_the_page_of_suppliers_says_what_their_records_say() -> None:
    assert text_of(provider_table_of.PAGE) == provider_table_of.page(), "run `make golden`"


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_every_settings_key_is_described(table: str) -> None:
    brackets = f"[[{table}]]" if table in ("account", "plan", "budget", "rate") else f"[{table}]"
    level = "###" if "." in table else "##"
    described = section(text_of(DOCS / "settings.md"), f"{level} `{brackets}`")
    keys = [field.alias or name for name, field in TABLES[table].model_fields.items()]

    assert [key for key in keys if f"`{key}`" not in described] == []


def test_every_key_of_a_price_and_every_quantity_is_described() -> None:
    page = text_of(DOCS / "prices.md")
    keys = [field.alias or name for name, field in PriceEntry.model_fields.items()]

    assert [name for name in (*keys, *sorted(QUANTITIES)) if f"`{name}`" not in page] == []


def test_the_page_of_prices_says_whose_usage_they_are_for() -> None:
    page = text_of(DOCS / "prices.md")
    priced = [provider.title for provider in PROVIDERS if provider.estimated]

    assert re.findall(r"^\* \*\*(.+)\*\*: ", section(page, "# Prices"), re.MULTILINE) == priced


OF_SINKS = (NOTION_VARIABLE, *DATABASES.values(), MAIL_VARIABLE, RECIPIENTS, *TOKENS)


@pytest.mark.parametrize(
    "variable", ["ECOT_HOME", "ECOT_CONFIG", VARIABLES[0], *MONTHLY_COSTS, *OF_SINKS]
)
def test_every_variable_is_described(variable: str) -> None:
    assert f"`{variable}`" in text_of(DOCS / "settings.md")
    assert f"{variable}=" in text_of(ROOT / ".env.example")


# --- links ---------------------------------------------------------------------------------------


def links(page: str) -> Iterator[str]:
    """Where a page points, the web excepted."""
    targets = re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page))
    yield from (target for target in targets if not re.match(r"[a-z]+:", target))


def anchors(page: str) -> set[str]:
    """The headings of a page as a link names them on the web."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(text_of(page)):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} points to {link}"
        assert target.is_relative_to(ROOT)
        assert not anchor or anchor in anchors(text_of(target)), f"{page.name} points to {link}"


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (
            "```console\n$ ecot run\n✓ done\n$ ECOT_HOME=x ecot totals --json\n```",
            ["run", "totals"],
        ),
        ("```text\n$ ecot run\n```", []),
        ("say `ecot reset --yes`, edit `ecot.toml`", ["reset"]),
    ],
)
def test_shown_commands_are_found(page: str, shown: list[str]) -> None:
    assert [command.split()[1] for command in shown_commands(page)] == shown


def test_links_and_anchors_are_found() -> None:
    page = "# A `b`: c\n[x](docs/x.md#y) [z](https://z) ![i](i.png)\n```\n[no](no.md)\n```\n"

    assert list(links(page)) == ["docs/x.md#y", "i.png"]
    assert anchors(page) == {"a-b-c"}


def test_every_provider_is_in_the_checklist_of_the_first_month() -> None:
    rows = re.findall(r"^\| ☐ \| ([^|]+?) \|", text_of(DOCS / "first-month.md"), re.MULTILINE)

    assert rows == [*(one.title for one in PROVIDERS), "FOCUS files"]
