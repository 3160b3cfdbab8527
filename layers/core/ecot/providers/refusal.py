"""What a provider's refusal means to us, and what it says in its own words."""

from typing import TYPE_CHECKING, Any

from ecot.errors import AccessDenied, ProviderError, RateLimited, Unavailable, UnexpectedAnswer
from ecot.providers.patience import is_limit
from ecot.providers.reading import decoded

if TYPE_CHECKING:  # 30 ms, which a function that asks no provider starts without
    import httpx

_WAIT = (
    "{account}: {provider} asks to wait {seconds} s, longer than the time left ({status}): {detail}"
)
_ELSEWHERE = (
    "{account}: {provider} sends {endpoint} elsewhere, where no key is sent ({status}): {detail}"
)


def meaning(response: "httpx.Response", too_long: bool) -> tuple[type[ProviderError], str]:
    """The kind of error that a refusal is, and the sentence that says so."""
    status, limited = response.status_code, is_limit(response)
    if status in (401, 403) and not limited:
        return (
            AccessDenied,
            "{account}: {provider} refused the key for {endpoint} ({status}): {detail}",
        )
    if limited and too_long:
        return RateLimited, _WAIT
    if limited:
        return (
            RateLimited,
            "{account}: {provider} still allows no request to {endpoint} ({status}): {detail}",
        )
    if status >= 500 or status == 408:  # a question that took too long (OpenRouter's analytics)
        return Unavailable, "{account}: {provider} could not answer {endpoint} ({status}): {detail}"
    if response.is_redirect:
        return UnexpectedAnswer, _ELSEWHERE
    return UnexpectedAnswer, "{account}: {provider} does not accept {endpoint} ({status}): {detail}"


def own_words(response: "httpx.Response") -> str:
    """What the provider itself says about the error, as far as it is meant for people."""
    if "html" in response.headers.get("content-type", ""):
        return "a web page instead of an answer"
    try:
        content = decoded(response.content)
    except UnexpectedAnswer:
        content = response.text
    return _message(content) or "no reason given"


def _message(content: Any, depth: int = 3) -> str:
    """The sentence in {"error": {"message": …}} and the other usual forms; the first of a list, as
    in {"detail": [{"loc": …, "msg": …}]} (ElevenLabs and others, 2026)."""
    if isinstance(content, list) and depth:
        return next(filter(None, (_message(part, depth - 1) for part in content)), "")
    if isinstance(content, dict) and depth:
        inner = (_message(content.get(name), depth - 1) for name in _NAMES)
        return next(filter(None, inner), "")
    return content if isinstance(content, str) else ""


# Where both stand side by side, the message is the sentence (Cursor: "Bad Request", and why).
_NAMES = ("message", "error", "detail", "error_description", "msg", "err_msg")
