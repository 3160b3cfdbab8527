"""Settings of where results go: the databases of Notion, the mail, and where the report is read."""

from pathlib import Path

import pytest

from ecot.settings import Mail, Notion
from ecot.settings.values import NO_DOMAIN
from tests.test_settings import CANARY, folder, problem, settings

__all__ = ["folder"]  # a fixture, found by its name

ID = "0123456789abcdef0123456789abcdef"
LINK = f"https://www.notion.so/lumen/Usages-{ID}?v=ffffffffffffffffffffffffffffffff&pvs=4"
DASHED = "01234567-89ab-cdef-0123-456789abcdef"


def test_nothing_is_synced_and_nothing_is_mailed_without_settings() -> None:
    found = settings()
    assert found.notion == Notion(secret_name="NOTION_API_KEY")
    assert not found.notion.is_ready
    assert (found.mail.to, found.mail.sender, found.mail.day) == ((), NO_DOMAIN, 2)
    assert (found.mail.secret_name, found.mail.secret) == ("RESEND_API_KEY", None)
    assert found.report.url is None


@pytest.mark.parametrize("written", [ID, DASHED, LINK, f"{LINK.partition('?')[0]}/", ID.upper()])
def test_a_database_is_known_by_its_id_or_its_link(written: str) -> None:
    found = settings(f'[notion]\nservices = "{written}"\nusages = "{written}"').notion
    assert (found.services, found.usages) == (ID, ID)


def test_variables_alone_are_enough_and_the_file_wins() -> None:
    dotenv = (
        f"NOTION_API_KEY=ntn_{CANARY}\nNOTION_SERVICES_DB_ID={ID}\nNOTION_USAGES_DB_ID={DASHED}\n"
        "RESEND_API_KEY=re_1\nREPORT_EMAIL_TO=ana@lumen.example, Ben <ben@lumen.example>,\n"
    )
    found = settings(dotenv=dotenv)
    assert found.notion.is_ready
    assert (found.notion.services, found.notion.usages) == (ID, ID)
    assert found.mail.to == ("ana@lumen.example", "Ben <ben@lumen.example>")
    assert CANARY not in repr(found)
    assert f"ntn_{CANARY}" in found.secrets()
    other = "f" * 32
    toml = f'[notion]\nusages = "{other}"\n[mail]\nto = ["eva@lumen.example"]'
    found = settings(toml, dotenv=dotenv)
    assert (found.notion.services, found.notion.usages) == (ID, other)
    assert found.mail.to == ("eva@lumen.example",)


def test_everything_that_can_be_set_is_read() -> None:
    found = settings(
        '[report]\nurl = "https://costs.lumen.example/site"\n'
        '[notion]\nsecret = "MY_NOTION"\nbase_url = "http://127.0.0.1:4010"\n'
        'on_missing_property = "create"\non_deleted_row = "restore"\n'
        '[mail]\nto = ["a@b.example", "a@b.example"]\nfrom = "Costs <costs@b.example>"\n'
        'reply_to = "c@b.example"\nday = 5\nfailures = false\nsecret = "MY_RESEND"\n'
        'base_url = "http://127.0.0.1:4011"\n',
        {"MY_NOTION": "ntn_1", "MY_RESEND": "re_1", "NOTION_API_KEY": "ntn_2"},
    )
    assert found.report.url == "https://costs.lumen.example/site"
    notion, mail = found.notion, found.mail
    assert notion.secret is not None
    assert (notion.secret_name, notion.secret.get_secret_value()) == ("MY_NOTION", "ntn_1")
    assert (notion.on_missing_property, notion.on_deleted_row) == ("create", "restore")
    assert notion.base_url == "http://127.0.0.1:4010"
    assert mail.secret is not None
    assert mail == Mail(
        to=("a@b.example",),
        sender="Costs <costs@b.example>",
        reply_to="c@b.example",
        day=5,
        failures=False,
        secret_name="MY_RESEND",
        secret=mail.secret,
        base_url="http://127.0.0.1:4011",
    )


@pytest.mark.parametrize("name", ["NOTION_API_KEY", "RESEND_API_KEY"])
def test_a_key_that_cannot_be_sent_is_a_fault_and_no_error(name: str) -> None:
    found = settings(environ={name: f"{CANARY} é"})
    one = found.notion if name.startswith("NOTION") else found.mail
    assert one.secret is None
    assert one.fault is not None
    assert name in str(one.fault)
    assert CANARY not in repr(found)


NOT_AN_ADDRESS = [
    "ana",
    "ana@lumen",
    "ana@lumen.example,",
    "a\\nb@lumen.example",
    "é@lumen.example",
]


@pytest.mark.parametrize(
    ("toml", "sentence", "remedy"),
    [
        ('[report]\nurl = "http://x.example"', "report.url is no https address", "share.html"),
        ('[notion]\nusages = "Usages"', "notion.usages is neither the link nor", "full page"),
        (f'[notion]\nservices = "?v={ID}"', "notion.services is neither the link", "copy its link"),
        ("[notion]\nusages = 7", "notion.usages must be text", "quotes"),
        ('[notion]\nusage = "x"', "notion.usage is not a setting", "mean usages?"),
        (f'[notion]\nsecret = "{CANARY}"', "notion.secret must be the name of", "in .env"),
        ('[notion]\nbase_url = "http://x.example"', "notion.base_url is neither", "https"),
        ('[notion]\non_missing_property = "add"', "must be 'warn' or 'create'", "choose one"),
        ('[notion]\non_deleted_row = "keep"', "'ignore', 'restore' or 'recreate'", "choose one"),
        *((f'[mail]\nto = ["{one}"]', "mail.to[1] is no address of mail", "Ana <ana@example.com>")
          for one in NOT_AN_ADDRESS),
        ('[mail]\nto = "ana@lumen.example"', "mail.to must be a list", "brackets"),
        ('[mail]\nfrom = "Ana"', "mail.from is no address of mail", "ana@example.com"),
        ('[mail]\nreply_to = "Ana"', "mail.reply_to is no address of mail", "ana@example.com"),
        ("[mail]\nday = 29", "mail.day is no day that every month has", "1 to 28"),
        ("[mail]\nday = 0", "mail.day is no day that every month has", "1 to 28"),
        ('[mail]\nday = "2"', "mail.day is no day that every month has", "without quotes"),
        ("[mail]\nfailures = 1", "mail.failures must be true or false", "without quotes"),
        ('[mail]\nsender = "a@b.example"', "mail.sender is not a setting", "known are"),
        (f"[mail]\nto = {[f'a{number}@b.example' for number in range(51)]}",
         "mail has more than 50 addresses", "mailing list"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_with_its_remedy(toml: str, sentence: str, remedy: str) -> None:
    error = problem(toml)
    assert sentence in str(error)
    assert str(error).startswith("ecot.toml")
    assert remedy in error.remedy.format_map(error.values)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("NOTION_USAGES_DB_ID", "Usages", "NOTION_USAGES_DB_ID is neither the link nor the id"),
        ("NOTION_SERVICES_DB_ID", "x", "NOTION_SERVICES_DB_ID is neither the link nor the id"),
        ("REPORT_EMAIL_TO", "ana@lumen.example, ben", "REPORT_EMAIL_TO is no address of mail"),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str, sentence: str) -> None:
    assert str(problem(environ={name: value})) == f"environment: {sentence}" + (
        " of a database of Notion" if name.startswith("NOTION") else ""
    )


def test_the_tables_of_an_env_example_configure_nothing() -> None:
    example = (Path(__file__).parents[1] / ".env.example").read_text(encoding="utf-8")
    found = settings(dotenv=example)
    assert (found.notion.secret, found.mail.secret, found.mail.to) == (None, None, ())


def test_tokens_of_earlier_systems_are_secrets_of_a_role() -> None:
    dotenv = f"COLLECT_SECRET_TOKEN={CANARY}\nREPORT_SECRET_TOKEN=\n"
    found = settings(dotenv=dotenv)

    assert [(one.role, one.secret_name) for one in found.tokens] == [
        ("collect", "COLLECT_SECRET_TOKEN")
    ]
    assert CANARY in found.secrets()
    assert CANARY not in repr(found)


def test_the_badge_is_public_only_where_that_is_said() -> None:
    assert not settings().report.badge.public
    assert settings("[report.badge]\npublic = true").report.badge.public
