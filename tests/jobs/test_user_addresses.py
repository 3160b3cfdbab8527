"""Product users whom a supplier knows by an id: an address where the settings ask for it, else a
pseudonym; and a key that is found nowhere."""

import asyncio
import csv
import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from pydantic import SecretStr

from ecot.jobs import people
from ecot.jobs.dump import read_dump, write_dump
from ecot.jobs.export import write_csv
from ecot.jobs.query import Question, names
from ecot.jobs.restore import reset, restore
from ecot.jobs.round import Round
from ecot.jobs.run import run
from ecot.model.sentence import Sentence
from ecot.providers.supabase_auth import Project
from ecot.sandbox import supabase_auth as sandbox
from ecot.sandbox import troubles
from ecot.sandbox.prometheus.truth import Series
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.supabase_auth import SupabaseAuthSite
from ecot.store.protocol import Place
from tests.jobs.world import dump
from tests.kept import kept_answers
from tests.providers.prometheus_around import DAYS, Around, a_prometheus
from tests.store.faulty import FaultyStore, Fuse

KEY = "sb_secret_Can4ryBird-Tw33tTweet_9Zk3QwLmNo"
ANA, BO = "7F3C0B1E-52a4-4c1d-9e0f-0a1b2c3d4e5f", "11111111-2222-4333-8444-555555555555"
GONE, NOBODY = "99999999-aaaa-4bbb-8ccc-dddddddddddd", "deadbeef-0000-4000-8000-000000000000"
MAIL = "zoe@lumen.example"
TOLD = {MAIL, "ana@lumen.example"}


@dataclass
class Product:
    """A gateway that measures users by their id, and the project that knows them."""

    around: Around
    site: SupabaseAuthSite
    server: LoopbackServer
    place: Place
    warned: list[tuple[str, str]] = field(default_factory=list)
    key: str | None = KEY

    def project(self) -> Project:
        secret = None if self.key is None else SecretStr(self.key)
        return Project(url=self.server.url, secret_name="SUPABASE_SECRET_KEY", secret=secret)

    def round(self) -> Round:
        return replace(self.around.clock.round(DAYS.days()), warned=self._warn)

    def night(self, *, asks: bool = True) -> None:
        """A whole run, which always ends well."""
        project = self.project() if asks else None
        (outcome,) = asyncio.run(
            run(self.place, [self.around.source], [], self.round(), project=project)
        )
        assert outcome.state == "ok", outcome

    def _warn(self, warning: Sentence, remedy: Sentence | None) -> None:
        self.warned.append((str(warning), str(remedy)))

    def named(self, *, shown: bool = True) -> set[str]:
        """Everybody as the rows of an export show them: by name, else by pseudonym."""
        table = b"".join(write_csv(self.place, question(shown))).decode()
        lines = csv.DictReader(io.StringIO(table))
        return {line["user_name"] or line["user"] for line in lines if line["user"]}

    def asked(self) -> list[str]:
        return [request.path.rpartition("/")[2] for request in self.server.requests]


def question(people: bool = True) -> Question:
    first, after = DAYS.start.date(), DAYS.end.date()
    return Question(first=first, after=after, today=after, currency="USD", people=people)


def pseudonyms(found: set[str]) -> int:
    return sum(name.startswith("user-") and len(name) == 13 for name in found)


def series(users: Sequence[str]) -> list[Series]:
    return [
        Series(
            "litellm_spend_metric_total",
            {"user": user, "model": "gpt-5.2", "api_provider": "openai", "team_alias": "web"},
            Decimal("0.0000001"),
        )
        for user in users
    ]


@pytest.fixture
def product(place: Place) -> Iterator[Product]:
    site = SupabaseAuthSite(
        {ANA.lower(): "ana@lumen.example", BO: "", GONE: sandbox.SOFTLY_DELETED}, {KEY: True}
    )
    with ExitStack() as stack:
        around = stack.enter_context(a_prometheus())
        around.truth.series = series([ANA, BO, GONE, NOBODY, MAIL, "None"])
        server = stack.enter_context(LoopbackServer(site))
        yield Product(around, site, server, place)


def test_an_id_becomes_an_address_where_there_is_one(product: Product) -> None:
    product.night()
    found = product.named()

    assert found >= TOLD
    assert (len(found), pseudonyms(found)) == (5, 3)
    assert sorted(product.asked()) == sorted(one.lower() for one in (ANA, BO, GONE, NOBODY))
    assert product.warned == []


def test_nobody_is_asked_without_the_settings(product: Product) -> None:
    product.night(asks=False)
    found = product.named()

    assert product.asked() == []
    assert (MAIL in found, pseudonyms(found)) == (True, 4)


def test_pseudonyms_stay_where_names_are_not_shown(product: Product) -> None:
    product.night()
    assert pseudonyms(product.named(shown=False)) == 5
    assert not TOLD & set(names(product.place.store, {}).values())
    hidden = b"".join([*write_dump(product.place), *write_csv(product.place, question(False))])
    assert b"lumen.example" not in hidden
    assert ANA.encode() not in hidden


def test_the_next_night_sees_what_changed_and_forgets_who_is_gone(product: Product) -> None:
    product.night()
    product.night()
    assert product.named() >= TOLD

    product.site.users[ANA.lower()] = "ana.pereira@lumen.example"
    product.night()
    assert product.named() >= {MAIL, "ana.pereira@lumen.example"}

    product.site.users[ANA.lower()] = sandbox.SOFTLY_DELETED
    product.night()
    assert pseudonyms(product.named()) == 4
    assert b"ana.pereira" not in dump(product.place)


FAULTS = {
    "refused": (sandbox.echo(), "refused the key"),
    "down": (troubles.refused(500, sandbox.DOWN), "could not answer"),
    "cut off": (troubles.cut_off(), "gave no answer"),
    "somebody else": (sandbox.somebody_else(), "does not answer about the user"),
    "no JSON": (troubles.not_json(), "does not answer about the user"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_failure_is_one_sentence_and_takes_no_name_away(product: Product, name: str) -> None:
    fault, words = FAULTS[name]
    product.server.faults.add(fault.on(f"{ANA.lower()}|{GONE}|{BO}|{NOBODY}").repeated(None))
    product.night()
    ((warning, remedy),) = product.warned
    assert words in warning
    assert "every run asks again" in remedy
    assert pseudonyms(product.named()) == 4

    product.server.faults.clear()
    product.night()
    product.server.faults.add(fault.repeated(None))
    product.night()
    assert product.named() >= TOLD


def test_what_was_learned_before_a_failure_is_kept(product: Product) -> None:
    product.around.truth.series = series([ANA, BO])
    product.site.users[BO] = "bo@lumen.example"
    down = troubles.refused(500, sandbox.DOWN).repeated(None)
    product.server.faults.add(down.on("/users/", first=2))
    product.night()

    found = product.named()
    assert (len(found), pseudonyms(found), len(product.warned)) == (2, 1, 1)


def test_a_key_that_is_not_there_is_said(product: Product) -> None:
    product.key = None
    product.night()
    ((warning, remedy),) = product.warned
    assert warning == "supabase-auth: SUPABASE_SECRET_KEY is not set"
    assert remedy.startswith("Put SUPABASE_SECRET_KEY=… into the .env")
    assert product.asked() == []


def test_a_run_asks_for_so_many_and_comes_round(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "MOST", 1)
    nights = 0
    while not product.named() >= TOLD:
        product.night()
        nights += 1
        assert len(product.asked()) == nights < 40


def test_an_export_with_names_brings_them_back(product: Product) -> None:
    product.night()
    exported = b"".join(write_dump(product.place, people=True))
    reset(product.place)
    restore(product.place, read_dump(exported, "x"), "x")
    assert product.named() >= TOLD


def test_a_ledger_that_cannot_keep_a_name_ends_no_run(product: Product) -> None:
    product.night(asks=False)
    for at in (1, 2):  # the reading of names, and their writing
        broken = Place(FaultyStore(product.place.store, Fuse(at=at)), product.place.files)
        asyncio.run(people.name_people(broken, product.project(), product.round()))
    assert product.warned == [("the store does not answer", "Try again.")] * 2
    assert pseudonyms(product.named()) == 4


@pytest.mark.parametrize("name", ["none", *FAULTS])
def test_the_key_is_found_nowhere(
    product: Product, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    if name in FAULTS:
        product.server.faults.add(FAULTS[name][0].repeated(None))
    product.night()

    store, files = product.place.store, product.place.files
    items = [item.body for part in store.partitions() for item in store.query(part)]
    everything = [
        *items,
        *kept_answers(files),
        *write_dump(product.place, people=True),
        *write_csv(product.place, question()),
        caplog.text.encode(),
        repr((product.warned, product.project())).encode(),
    ]
    said = b" ".join(everything).decode("latin-1")
    for secret in (KEY, KEY.removeprefix("sb_secret_"), KEY[-12:]):
        assert secret not in said
    for private in ("Camille", "33612345678"):
        assert private not in said
    ours = " ".join(one.getMessage() for one in caplog.records if one.name.startswith("ecot"))
    assert "ana@lumen.example" not in ours
    assert ANA.lower() not in ours.lower()
