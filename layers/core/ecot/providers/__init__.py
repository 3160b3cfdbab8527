"""The suppliers, one file each, and what all of them share."""

from ecot.providers.anthropic import ANTHROPIC
from ecot.providers.contract import Provider
from ecot.providers.deepgram import DEEPGRAM
from ecot.providers.elevenlabs import ELEVENLABS
from ecot.providers.mistral import MISTRAL
from ecot.providers.openai import OPENAI
from ecot.providers.openrouter import OPENROUTER
from ecot.providers.stripe import STRIPE

PROVIDERS: tuple[Provider, ...] = (
    ANTHROPIC,
    DEEPGRAM,
    ELEVENLABS,
    MISTRAL,
    OPENAI,
    OPENROUTER,
    STRIPE,
)
