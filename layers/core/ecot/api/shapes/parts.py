"""The shapes of suppliers, and of what their accounts have below them."""

from typing import Any

from pydantic import ConfigDict

from ecot.api.shapes.base import After, Amount, Collected, First, Next, Shape, Why


class Part(Shape):
    """What a provider divides an account into."""

    provider: str
    account: str | None
    id: str
    name: str | None
    billed_cost: Amount | None
    reason: Why


class Meaning(Shape):
    """What the parts of a provider's accounts are."""

    provider: str
    title: str
    meaning: str


class Parts(Shape):
    """Workspaces and projects."""

    collected_at: Collected
    first: First
    after: After
    currency: str
    providers: list[Meaning]
    parts: list[Part]
    next: Next


class ProviderShape(Shape):
    """A supplier, and the accounts that are read of it."""

    model_config = ConfigDict(extra="allow")
    provider: str
    title: str
    category: str
    accounts: list[dict[str, Any]]


class Providers(Shape):
    """Every supplier that can be read."""

    collected_at: Collected
    providers: list[ProviderShape]
