"""The suppliers, one file each.

Whoever imports this imports all of them (30 ms): a function's module does it where it needs them.
"""

from ecot.providers.anthropic import ANTHROPIC
from ecot.providers.aws import AWS
from ecot.providers.claude_code import CLAUDE_CODE
from ecot.providers.contract import Provider
from ecot.providers.copilot import COPILOT
from ecot.providers.cursor import CURSOR
from ecot.providers.deepgram import DEEPGRAM
from ecot.providers.digitalocean import DIGITALOCEAN
from ecot.providers.elevenlabs import ELEVENLABS
from ecot.providers.github import GITHUB
from ecot.providers.github_activity import GITHUB_ACTIVITY
from ecot.providers.mistral import MISTRAL
from ecot.providers.openai import OPENAI
from ecot.providers.openrouter import OPENROUTER
from ecot.providers.prometheus import PROMETHEUS
from ecot.providers.stripe import STRIPE
from ecot.providers.supabase import SUPABASE
from ecot.providers.twilio import TWILIO
from ecot.providers.vercel import VERCEL
from ecot.providers.weaviate import WEAVIATE

PROVIDERS: tuple[Provider, ...] = (
    ANTHROPIC,
    AWS,
    CLAUDE_CODE,
    CURSOR,
    DEEPGRAM,
    DIGITALOCEAN,
    ELEVENLABS,
    GITHUB,
    GITHUB_ACTIVITY,
    COPILOT,
    MISTRAL,
    OPENAI,
    OPENROUTER,
    PROMETHEUS,
    STRIPE,
    SUPABASE,
    TWILIO,
    VERCEL,
    WEAVIATE,
)
