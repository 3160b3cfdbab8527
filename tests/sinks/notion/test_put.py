"""A sync writes what differs, and nothing else."""

import pytest

from tests.sinks.notion.office import Office, many, office_of, usage

KEY = "openai:edugami:proj_1:2026-11"


def test_a_row_says_what_is_known_where_it_comes_from_and_no_zero(office: Office) -> None:
    office.sync([usage("proj_1", sub_account_name="Recherche", page_url="https://a.test/m.html")])

    row = office.row(KEY)
    assert row["Nom"] == "OpenAI · edugami · Recherche · 2026-11"
    assert row["Période"] == "2026-11-01/2026-11-30"
    assert (row["Compte"], row["Sous-compte"], row["Nom du sous-compte"]) == (
        "edugami",
        "proj_1",
        "Recherche",
    )
    assert (row["Coût USD"], row["Origine du coût"]) == (3.02, "Facturé")
    assert row["Modèles"] == ("gpt-5", "o3")
    assert (row["Requêtes"], row["Tokens entrée"], row["Quantité"]) == (28, None, None)
    assert (row["Statut Collecte"], row["Collecte"], row["Page"]) == (
        "OK",
        "run-1",
        "https://a.test/m.html",
    )
    assert row["Service"] == (office.services()["OpenAI"].id,)
    assert office.services()["OpenAI"]["Clé"] == "openai"
    assert office.services()["OpenAI"]["Coût total USD"] == pytest.approx(3.02)


def test_a_failed_collection_is_a_row_without_a_cost(office: Office) -> None:
    office.sync(
        [usage(cost_usd=None, origin="unknown", status="failed", log="HTTP 401", models=())]
    )

    row = office.row("openai:edugami:—:2026-11")
    assert row["Coût USD"] is None
    assert (row["Statut Collecte"], row["Log Status"]) == ("Erreur", "HTTP 401")
    assert row["Sous-compte"] == "—"


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (40, 1), (200, 2)])
def test_calls_are_those_of_the_table(office: Office, count: int, pages: int) -> None:
    office.site.budget.most = 1000
    office.time.sleep(3600)
    office.sync(many(200))
    office.time.sleep(120)

    def calls(changed: int) -> int:
        before = office.asked
        rows = [*many(changed, cents=7), *many(200)[changed:]][: max(count, 40)]
        assert office.sync(rows).stopped is None
        return office.asked - before

    assert calls(count) == 3 + 2 + count
    office.time.sleep(120)
    assert calls(count) == 3 + 2


def test_more_rows_than_a_minute_allows_cost_one_wait_and_no_row(office: Office) -> None:
    start, began = office.asked, office.time.seconds

    synced = office.sync(many(200))

    assert (synced.created, synced.stopped, len(office.rows())) == (200, None, 200)
    assert office.asked - start == 4 + 2 + 200 + 1  # two services, and one 429
    assert 0 < office.time.seconds - began <= 60


def test_answers_may_be_shorter_than_was_asked_for() -> None:
    with office_of(most_per_answer=7) as office:
        office.sync(many(30))

        again = office.sync(many(30))

        assert (again.created, again.unchanged, again.calls) == (0, 30, 0)
