"""Who the made-up company is: organisations, projects, people and keys, as plain data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from ecot.sandbox.catalogue import Product

USAGE_SCOPE = "api.usage.read"
MANAGEMENT_SCOPE = "api.management.read"
ALL_SCOPES = frozenset({USAGE_SCOPE, MANAGEMENT_SCOPE})


@dataclass(frozen=True, slots=True)
class User:
    """A person of an organisation."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a project; without a user it belongs to a service account."""

    id: str
    name: str
    user: User | None


@dataclass(frozen=True, slots=True)
class Project:
    """A project; nothing is used before `created` nor from `archived` on (UTC days)."""

    id: str
    name: str
    created: date
    archived: date | None
    api_keys: tuple[ApiKey, ...]
    products: tuple[Product, ...]

    def lives_on(self, day: date) -> bool:
        """Whether anything can have been used on this day."""
        return self.created <= day and (self.archived is None or day < self.archived)


@dataclass(frozen=True, slots=True)
class AdminKey:
    """A key that reads an organisation; `value` is what a collector sends."""

    id: str
    name: str
    value: str
    scopes: frozenset[str] = ALL_SCOPES


@dataclass(frozen=True, slots=True)
class Organisation:
    """One customer of the provider; its answers never name it."""

    id: str
    name: str
    users: tuple[User, ...]
    projects: tuple[Project, ...]
    admin_keys: tuple[AdminKey, ...]
    spend_limit_cents: int = 50_000


@dataclass(frozen=True, slots=True)
class Company:
    """A made-up company: everything it does follows from `seed` and `start`."""

    name: str
    seed: int
    start: date
    organisations: tuple[Organisation, ...]

    def organisation(self, organisation_id: str) -> Organisation:
        """The organisation with this id; KeyError when there is none."""
        for organisation in self.organisations:
            if organisation.id == organisation_id:
                return organisation
        raise KeyError(organisation_id)

    def admin_keys(self) -> Iterator[tuple[Organisation, AdminKey]]:
        """Every admin key with the organisation it reads."""
        for organisation in self.organisations:
            for key in organisation.admin_keys:
                yield organisation, key


def identifier(prefix: str, *parts: object) -> str:
    """An id as providers make them (`proj_` and 24 characters), the same for the same parts."""
    return prefix + sha256("/".join(map(str, parts)).encode()).hexdigest()[:24]
