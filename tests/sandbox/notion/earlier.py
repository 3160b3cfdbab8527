"""The pair of databases that the earlier system left in Notion, with rows that it made twice.

Property names, options and the form of a title are those of its own setup document; it made a new
row at every collection, so that a month that was collected twice stands there twice.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from typing import Any

from ecot.sandbox.notion.world import NotionWorld

BY = "Ancienne intégration"
FIRST_RUN = datetime(2025, 2, 2, 6, 0, tzinfo=UTC)
PROJECTS: Mapping[str, Sequence[str]] = {
    "OpenAI": ("edugami", "Studio", "Recherche"),
    "Anthropic": ("Default", "Support", "Équipe produit"),
    "ElevenLabs": ("Compte", "Voix", "Essais"),
    "Deepgram": ("Transcription", "Réunions", "Essais"),
    "OpenRouter": ("Clé principale", "Agents", "Tests"),
}
"""The projects of each service, by the names that its rows bear."""

STATES = ("Succes", "Echec", "Partiel", "Donnees indisponibles")
SERVICES: dict[str, Any] = {
    "Nom": {"title": {}},
    "ID Provider": {"rich_text": {}},
    "Statut": {
        "select": {"options": [{"name": n} for n in ("Actif", "Inactif", "En attente API")]}
    },
    "URL Console": {"url": {}},
    "Notes": {"rich_text": {}},
}
ROLLUPS = {
    "Total Coût USD": ("Coût USD", "sum"),
    "Total Tokens": ("Tokens Total", "sum"),
    "Nb Collectes": ("Identifiant", "count"),
    "Derniere Collecte": ("Collecte Le", "latest_date"),
}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the earlier system left: ids of the page and of the two tables, of its services by name,
    of every row, and of each row that was made twice (the older one, the younger one)."""

    root: str
    services: str
    usages: str
    service_pages: Mapping[str, str]
    rows: tuple[str, ...]
    twins: tuple[tuple[str, str], ...]


def earlier_system(
    world: NotionWorld,
    rows: int = 120,
    doubled: int = 15,
    projects: Mapping[str, Sequence[str]] = PROJECTS,
) -> Earlier:
    """Build the pair, with so many rows, of which `doubled` are the second of their month, service
    and project: a little dearer, and made some days later."""
    root = world.add_page("Suivi des coûts LLM")
    services = world.add_database(root, "Services", SERVICES)
    usages = world.add_database(root, "Usages", _usages(services))
    _relate(world, services)
    pages = {name: _service(world, services, name) for name in projects}
    single = rows - doubled
    places = list(islice(product(_months(), _pairs(projects)), single))
    if len(places) < single or doubled > single:
        raise ValueError(f"{rows} rows with {doubled} doubled are more than there are projects")
    firsts = [_row(world, usages, pages, month, *pair) for month, pair in places]
    seconds = [
        _row(world, usages, pages, month, *pair, again=True) for month, pair in places[:doubled]
    ]
    twins = tuple(zip(firsts[:doubled], seconds, strict=True))
    return Earlier(root, services, usages, pages, (*firsts, *seconds), twins)


def _usages(services: str) -> dict[str, Any]:
    dual = {"data_source_id": services, "type": "dual_property", "dual_property": {}}
    return {
        "Identifiant": {"title": {}},
        "Service": {"relation": dual},
        "Mois": {"rich_text": {}},
        "Projet/API Key": {"rich_text": {}},
        "Workspace": {"rich_text": {}},
        "Modèles": {"multi_select": {"options": []}},
        "Tokens Input": {"number": {"format": "number_with_commas"}},
        "Tokens Output": {"number": {"format": "number_with_commas"}},
        "Tokens Total": {"formula": {"expression": 'prop("Tokens Input") + prop("Tokens Output")'}},
        "Coût USD": {"number": {"format": "dollar"}},
        "Requêtes": {"number": {"format": "number_with_commas"}},
        "Breakdown JSON": {"rich_text": {}},
        "Collecte Le": {"date": {}},
        "Statut Collecte": {"select": {"options": [{"name": name} for name in STATES]}},
        "Log Status": {"rich_text": {}},
    }


def _relate(world: NotionWorld, services: str) -> None:
    world.rename_property(services, "Related to Usages (Service)", "Usages")
    for name, (rolled, function) in ROLLUPS.items():
        rollup = {"relation_property_name": "Usages", "rollup_property_name": rolled}
        world.add_property(services, name, {"rollup": {**rollup, "function": function}})


def _months() -> list[str]:
    return [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]


def _pairs(projects: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(service, project) for service, names in projects.items() for project in names]


def _service(world: NotionWorld, services: str, name: str) -> str:
    values = {"Nom": name, "ID Provider": name.lower(), "Statut": "Actif"}
    return world.add_row(services, values, by=BY, at=FIRST_RUN)


def _row(
    world: NotionWorld,
    usages: str,
    pages: Mapping[str, str],
    month: str,
    service: str,
    project: str,
    again: bool = False,
) -> str:
    """One collection's row. Without an answer the earlier system wrote a cost of 0."""
    seed = sum(map(ord, month + service + project))
    status = (
        "Donnees indisponibles" if seed % 11 == 0 else "Partiel" if seed % 13 == 0 else "Succes"
    )
    cost = 0.0 if status == "Donnees indisponibles" else round(seed / 97 + again * 0.13, 4)
    collected = _collected(month) + timedelta(days=6 * again, minutes=seed % 50)
    tokens = (seed * 1000, seed * 37) if cost else (None, None)
    model = f"{service.lower()}-{1 + seed % 3}"
    values = {
        "Identifiant": f"{month} - {service} - {project}",
        "Service": pages[service],
        "Mois": month,
        "Projet/API Key": project,
        "Workspace": "Principal",
        "Modèles": (model,) if cost else (),
        "Tokens Input": tokens[0],
        "Tokens Output": tokens[1],
        "Coût USD": cost,
        "Requêtes": seed if cost else None,
        "Breakdown JSON": json.dumps({model: cost}),
        "Collecte Le": collected.isoformat(),
        "Statut Collecte": status,
        "Log Status": "Collecte automatique",
    }
    return world.add_row(usages, values, by=BY, at=collected)


def _collected(month: str) -> datetime:
    """Six in the morning of the second day of the month after."""
    start = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    return (start + timedelta(days=32)).replace(day=2, hour=6)
