"""The suppliers, one file each, and what all of them share."""

from ecot.providers.contract import Provider
from ecot.providers.elevenlabs import ELEVENLABS
from ecot.providers.openai import OPENAI

PROVIDERS: tuple[Provider, ...] = (ELEVENLABS, OPENAI)
