"""The suppliers, one file each, and what all of them share."""

from ecot.providers.anthropic import ANTHROPIC
from ecot.providers.contract import Provider
from ecot.providers.openai import OPENAI

PROVIDERS: tuple[Provider, ...] = (ANTHROPIC, OPENAI)
