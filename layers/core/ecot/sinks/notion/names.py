"""The French names of both databases: every property and option, what it is for and whose it is.

Names hold no apostrophe: people type ' or ’. Nor is an option spelt with a comma, which Notion
refuses. What databases of an earlier system call the same thing stands beside it, so that they are
adopted as they are.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from ecot.sinks.notion.rows import Origin, Status

Kind = Literal[
    "title",
    "rich_text",
    "number",
    "select",
    "multi_select",
    "date",
    "relation",
    "rollup",
    "checkbox",
    "url",
]
Owner = Literal["ours", "once", "user", "computed"]
"""Who writes it: `ours` at every sync, `once` when we make the row (the user's from then on), the
`user` alone, or Notion itself (`computed`)."""

SERVICES_TITLE, USAGES_TITLE = "Services", "Usages"
MARK = "Tenu par Ecot."
"""How the description of a database of ours begins: it is found by that under its page."""


class Option(msgspec.Struct, frozen=True):
    """A choice of a select. `also` are the names of an earlier system that mean the same."""

    name: str
    color: str = "default"
    also: tuple[str, ...] = ()


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """A property: how it is called, its kind, and whose it is.

    `also` are earlier systems' names, `kinds` the kinds that are accepted in place of its own. A
    roll-up `rolls_up` a property of the usages (our name for it) by a function of Notion's.
    `is_needed`: without it no row can be told from another.
    """

    name: str
    kind: Kind
    owner: Owner = "ours"
    format: str | None = None
    options: tuple[Option, ...] = ()
    description: str = ""
    also: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    rolls_up: tuple[str, str] | None = None
    is_needed: bool = False

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every kind that will do."""
        return (self.kind, *self.kinds)


STATUSES: Mapping[Status, Option] = {
    "ok": Option("OK", "green", ("Succes", "Succès")),
    "partial": Option("Partiel", "yellow"),
    "failed": Option("Erreur", "red", ("Echec", "Échec")),
    "not_configured": Option(
        "Non configuré", "gray", ("Donnees indisponibles", "Données indisponibles")
    ),
    "provisional": Option("Provisoire", "blue"),
    "manual": Option("Manuel", "purple"),
}
ORIGINS: Mapping[Origin, Option] = {
    "billed": Option("Facturé", "green"),
    "estimated": Option("Estimé", "yellow"),
    "entered": Option("Saisi", "blue"),
    "unknown": Option("Inconnu", "gray"),
}
ACTIVE = Option("Actif", "green")
"""What `Statut` of an earlier system says of a service in use."""

_CURRENCIES = tuple(
    Option(code, color)
    for code, color in (("USD", "green"), ("EUR", "blue"), ("CHF", "red"), ("GBP", "purple"))
)
_CATEGORIES = tuple(
    Option(name, color)
    for name, color in (
        ("LLM", "blue"),
        ("Infrastructure", "orange"),
        ("Paiements", "green"),
        ("Communication", "yellow"),
        ("Base de données", "purple"),
        ("Observabilité", "gray"),
        ("Outils de développement", "pink"),
    )
)
UNITS: Mapping[str, str] = {
    "tokens": "tokens",
    "characters": "caractères",
    "seconds": "secondes",
    "minutes": "minutes",
    "hours": "heures",
    "messages": "messages",
    "credits": "crédits",
    "seats": "licences",
    "requests": "requêtes",
}
"""How a unit is written in the column; one that is not here is written as the supplier has it."""

_FORMATS: Mapping[str, str] = {
    "EUR": "euro",
    "CHF": "franc",
    "GBP": "pound",
    "CAD": "canadian_dollar",
    "JPY": "yen",
    "AUD": "australian_dollar",
    "SEK": "krona",
    "NOK": "norwegian_krone",
    "DKK": "danish_krone",
    "PLN": "zloty",
}
_COUNT = "number_with_commas"
_KEPT = "Tenu par la synchronisation. Ne pas modifier."

SERVICES: Mapping[str, Property] = {
    "title": Property(name="Nom", kind="title", owner="once", is_needed=True),
    "key": Property(
        name="Clé",
        kind="rich_text",
        description=f"Identifiant du fournisseur. {_KEPT}",
        also=("ID Provider",),
        kinds=("select",),
        is_needed=True,
    ),
    "category": Property(name="Catégorie", kind="select", owner="user", options=_CATEGORIES),
    "active": Property(
        name="Actif", kind="checkbox", owner="user", also=("Statut",), kinds=("select", "status")
    ),
    "console_url": Property(
        name="URL console", kind="url", owner="once", also=("URL Console",), kinds=("rich_text",)
    ),
    "budget": Property(
        name="Budget mensuel USD",
        kind="number",
        owner="user",
        format="dollar",
        description="Saisi ici, lu par la synchronisation.",
    ),
    "notes": Property(name="Notes", kind="rich_text", owner="user"),
    "usages": Property(name="Usages", kind="relation", owner="computed"),
    "total_cost": Property(
        name="Coût total USD",
        kind="rollup",
        owner="computed",
        also=("Total Coût USD",),
        rolls_up=("cost_usd", "sum"),
    ),
    "last_sync": Property(
        name="Dernière synchro",
        kind="rollup",
        owner="computed",
        also=("Derniere Collecte",),
        rolls_up=("collected_at", "latest_date"),
    ),
    "usage_count": Property(
        name="Nb usages",
        kind="rollup",
        owner="computed",
        also=("Nb Collectes",),
        rolls_up=("title", "count"),
    ),
    "first_period": Property(
        name="Première période",
        kind="rollup",
        owner="computed",
        rolls_up=("period", "earliest_date"),
    ),
}

_ROWS: Mapping[str, Property] = {
    "title": Property(
        name="Nom", kind="title", owner="once", also=("Identifiant",), is_needed=True
    ),
    "key": Property(
        name="Clé",
        kind="rich_text",
        description=f"fournisseur:compte:sous-compte:mois. {_KEPT}",
        is_needed=True,
    ),
    "service": Property(name="Service", kind="relation", is_needed=True),
    "period": Property(
        name="Période",
        kind="date",
        description="Le premier et le dernier jour du mois, en UTC.",
        also=("Mois",),
        kinds=("rich_text", "select"),
        is_needed=True,
    ),
    "account": Property(name="Compte", kind="rich_text", also=("Workspace",), kinds=("select",)),
    "sub_account": Property(
        name="Sous-compte",
        kind="rich_text",
        description="Identifiant chez le fournisseur ; — pour aucun.",
        kinds=("select",),
    ),
    "sub_account_name": Property(
        name="Nom du sous-compte",
        kind="rich_text",
        also=("Projet/API Key",),
        kinds=("select",),
    ),
    "cost_usd": Property(
        name="Coût USD",
        kind="number",
        format="dollar",
        description="Toujours en dollars. Vide : inconnu, jamais zéro.",
        is_needed=True,
    ),
    "native": Property(
        name="Montant natif",
        kind="number",
        format=_COUNT,
        description="Le montant tel que le fournisseur le donne, dans sa devise.",
    ),
    "native_currency": Property(
        name="Devise", kind="select", options=_CURRENCIES, kinds=("rich_text",)
    ),
    "origin": Property(
        name="Origine du coût",
        kind="select",
        options=tuple(ORIGINS.values()),
        description="D’où vient le coût : facturé, estimé, saisi ou inconnu.",
        kinds=("rich_text",),
    ),
    "models": Property(name="Modèles", kind="multi_select", kinds=("rich_text",)),
    "requests": Property(name="Requêtes", kind="number", format=_COUNT),
    "input_tokens": Property(
        name="Tokens entrée", kind="number", format=_COUNT, also=("Tokens Input",)
    ),
    "output_tokens": Property(
        name="Tokens sortie", kind="number", format=_COUNT, also=("Tokens Output",)
    ),
    "quantity": Property(name="Quantité", kind="number", format=_COUNT),
    "quantity_unit": Property(
        name="Unité",
        kind="select",
        options=tuple(Option(name) for name in UNITS.values()),
        kinds=("rich_text",),
    ),
    "status": Property(
        name="Statut Collecte",
        kind="select",
        options=tuple(STATUSES.values()),
        description="Manuel : la ligne est une facture saisie ici.",
        kinds=("rich_text",),
        is_needed=True,
    ),
    "log": Property(name="Log Status", kind="rich_text"),
    "collected_at": Property(
        name="Collecté le", kind="date", also=("Collecte Le",), kinds=("rich_text",)
    ),
    "run": Property(
        name="Collecte",
        kind="rich_text",
        description="Identifiant de la collecte dont viennent les chiffres.",
    ),
    "page_url": Property(
        name="Page",
        kind="url",
        description="La page du rapport qui montre cette ligne.",
        kinds=("rich_text",),
    ),
    "locked": Property(
        name="Verrouillé",
        kind="checkbox",
        owner="user",
        description="Coché : la synchronisation ne touche plus cette ligne.",
        kinds=("rich_text", "select", "status", "multi_select"),
    ),
    "notes": Property(name="Notes", kind="rich_text", owner="user"),
}

TYPED: Mapping[str, str] = {
    "provider": "service",
    "month": "period",
    "cost_usd": "cost_usd",
    "native": "native",
    "currency": "native_currency",
    "note": "notes",
    "account": "account",
    "sub_account": "sub_account",
}
"""Where a person says what in a row with the status `Manuel`: the properties by our names."""

EARLIER_ONLY = ("Breakdown JSON", "Tokens Total", "Total Tokens")
"""Properties of an earlier system that have no place here. They stay as they are."""


def usages(currency: str | None = None) -> Mapping[str, Property]:
    """The properties of Usages, for a report in a currency: another than the dollar has a column
    of its own (`cost`) beside `Coût USD`."""
    if currency in (None, "USD"):
        return _ROWS
    described = "Le même coût dans la devise du rapport, comme sur sa page."
    own = Property(
        name=f"Coût {currency}",
        kind="number",
        format=_FORMATS.get(currency or "", _COUNT),
        description=described,
    )
    return {
        inner: value
        for name, one in _ROWS.items()
        for inner, value in ((name, one), *([("cost", own)] if name == "cost_usd" else []))
    }


USAGES: Mapping[str, Property] = _ROWS
"""The same for a report in US dollars."""
