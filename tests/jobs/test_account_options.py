"""What an account's options change: how far back it is read, and whose answer is whose."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from ecot.jobs.known import provider
from ecot.jobs.round import Round, Source
from ecot.jobs.streams import Streams, kept_answer
from ecot.ledger.reading import reading
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.rows import Role, Usage
from ecot.providers.contract import Options

NOW = datetime(2026, 11, 8, 6, tzinfo=UTC)
ROUND = Round(run="r", today=NOW.date(), now=lambda: NOW)
SOURCE = Source(
    provider=provider("openai"), account="openai/lumen", secret=None, secret_name="OPENAI_ADMIN_KEY"
)


class Keeps(Options):
    """A server that keeps what its owner wants."""

    days: int = 14


def test_an_accounts_options_say_how_far_back_it_answers() -> None:
    kept = replace(
        SOURCE.provider,
        history_days=14,
        history_for=lambda options: options.days if isinstance(options, Keeps) else 1,
    )
    longer = replace(SOURCE, provider=kept, options=Keeps(days=90))

    assert longer.oldest(NOW.date()) == date(2026, 8, 10)
    assert replace(longer, options=Keeps()).oldest(NOW.date()) == date(2026, 10, 25)
    assert SOURCE.oldest(NOW.date()) == date.min


def test_what_was_asked_besides_is_part_of_an_answers_name() -> None:
    def name(asked: Mapping[str, str]) -> str:
        answer = Answer(feed="query", endpoint="GET /", body=b"{}", asked=asked)
        return kept_answer(SOURCE, "query", answer, NOW, ROUND)[0]

    assert name({"label": "model"}) != name({"label": "user"}) != name({})
    assert name({"a": "1", "b": "2"}) == name({"b": "2", "a": "1"})


def test_what_a_breakdown_is_about_is_claimed_by_nobody() -> None:
    def claimed(role: Role) -> set[str]:
        row = Usage(
            charge_period=Period.of_day(NOW.date()),
            category="ai",
            sub_account_id="studio",
            role=role,
            quantities={"requests": Decimal(1)},
        )
        streams = Streams()
        parsed = {"answer": [Parsed("/0", row)]}
        streams.count(reading("query", [NOW.date()], parsed, read_at=NOW))
        return streams.sub_accounts

    assert claimed("counted") == {"studio"}
    assert claimed("breakdown") == set()
