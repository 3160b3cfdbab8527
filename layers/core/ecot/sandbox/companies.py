"""Two ways to have a company: the small one of the demo, and one as large as a test wants."""

from collections.abc import Sequence
from datetime import date, timedelta
from unicodedata import normalize

from ecot.sandbox import catalogue
from ecot.sandbox.catalogue import CHATS, OTHERS, TOOLS, Product, many_models
from ecot.sandbox.company import (
    USAGE_SCOPE,
    AdminKey,
    ApiKey,
    Company,
    Organisation,
    Project,
    User,
    identifier,
)

START = date(2025, 9, 1)
ARCHIVED_AFTER = timedelta(days=410)
PEOPLE = ("Camille Aubert", "Noé Béguin", "Inès Favre", "Théo Müller", "Zoé Lefèvre")
STUDIO = {
    "Site vitrine": (*CHATS[:2], catalogue.IMAGES, catalogue.MODERATION),
    "Légendes d'images": (CHATS[0], catalogue.IMAGES, catalogue.SPEECH, catalogue.EMBEDDING),
    "Été 2025 (archives)": (CHATS[1], catalogue.TINY_EMBEDDING),
}
LABO = {
    "Assistant maison": (*CHATS, *TOOLS, catalogue.EMBEDDING),
    "Transcription d'entretiens": (CHATS[1], catalogue.TRANSCRIPTION, catalogue.TINY_EMBEDDING),
    "Prototype « écho »": (CHATS[2], catalogue.SPEECH, catalogue.WEB_SEARCH),
}


def atelier_lumen(seed: int = 7, start: date = START) -> Company:
    """The demo's company: two organisations of three projects, of which the last was archived
    410 days after `start`. The studio has two keys, the second limited to `api.usage.read`."""
    studio = _organisation("studio", STUDIO, PEOPLE[:3], start, seed)
    labo = _organisation("labo", LABO, PEOPLE[2:], start, seed)
    return Company("Atelier Lumen", seed, start, (studio, labo))


def large_company(
    projects: int = 3, models: int = 40, users: int = 5, seed: int = 7, start: date = START
) -> Company:
    """One organisation, every project of which uses every model, tool and kind of usage."""
    products = (*many_models(models), *OTHERS, *TOOLS)
    named = {f"Projet {number:03}": products for number in range(1, projects + 1)}
    people = [f"Personne {number:03}" for number in range(1, users + 1)]
    house = _organisation("maison", named, people, start, seed, archive_last=False)
    return Company("Grande Maison", seed, start, (house,))


def _organisation(
    slug: str,
    projects: dict[str, tuple[Product, ...]],
    people: Sequence[str],
    start: date,
    seed: int,
    archive_last: bool = True,
) -> Organisation:
    users = tuple(_user(slug, name, seed) for name in people)
    last = list(projects)[-1] if archive_last else None
    end = start + ARCHIVED_AFTER
    return Organisation(
        id=identifier("org-", seed, slug),
        name=slug,
        users=users,
        projects=tuple(
            _project(slug, name, products, users, start, end if name == last else None, seed)
            for name, products in projects.items()
        ),
        admin_keys=_admin_keys(slug, seed),
    )


def _user(slug: str, name: str, seed: int) -> User:
    first = normalize("NFKD", name.split()[0]).encode("ascii", "ignore").decode().lower()
    user_id = identifier("user-", seed, name)
    return User(user_id, name, f"{first}.{user_id[-4:]}@{slug}.atelier-lumen.example")


def _project(
    slug: str,
    name: str,
    products: tuple[Product, ...],
    users: tuple[User, ...],
    start: date,
    archived: date | None,
    seed: int,
) -> Project:
    project_id = identifier("proj_", seed, slug, name)
    owners = (*users[:2], None)
    names = ("production", "poste de travail", "tâches de nuit")
    keys = tuple(
        ApiKey(identifier("key_", project_id, label), f"{name} – {label}", owner)
        for label, owner in zip(names, owners, strict=False)
    )
    return Project(project_id, name, start, archived, keys, products)


def _admin_keys(slug: str, seed: int) -> tuple[AdminKey, ...]:
    full, limited = (f"sk-admin-{slug}-{identifier('', seed, slug, n)}" for n in (1, 2))
    return (
        AdminKey(identifier("key_", seed, slug, "admin"), "Ecot", full),
        AdminKey(
            identifier("key_", seed, slug, "usage"), "Ecot (lecture seule)", limited,
            frozenset({USAGE_SCOPE}),
        ),
    )  # fmt: skip
