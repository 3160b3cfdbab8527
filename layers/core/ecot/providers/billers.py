"""Who bills what others only tell of, under the name that an account of it has in the ledger.

A gateway, a convention or a marketplace has names of its own. A parent of another name than the
account's would never be found, and every total would lack it for ever (ledger rule 12).
"""

from ecot.providers.focus.columns import slug

# As LiteLLM (`api_provider`, 1.109.1) and OpenTelemetry (`gen_ai.provider.name`, 0.66b2) call those
# whose accounts are called otherwise. FOCUS files know the others: "Azure" is microsoft.
_NAMES = {
    "text-completion-openai": "openai",
    "mistral_ai": "mistral",
    "mistralai": "mistral",
    "eleven_labs": "elevenlabs",
    "x_ai": "xai",
    "cohere_chat": "cohere",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "sagemaker": "aws",
    "sagemaker_chat": "aws",
    "azure_ai": "microsoft",
    "azure_text": "microsoft",
    "gemini": "google-cloud",
    "vertex_ai": "google-cloud",
    "vertex_ai_beta": "google-cloud",
}


def biller(name: str) -> str | None:
    """The provider of this name; one that nobody knows in small letters with hyphens, as accounts,
    plans and bills have to be called. None where nothing is left of it."""
    return _NAMES.get(name.strip().lower()) or slug(name)
