"""Resend's refusals, in its own words (resend.com/docs, api-reference/errors, read 2026-11; those
of a domain and of an address also in reports of 2024-12 and 2026-03)."""

from collections.abc import Mapping

from ecot.sandbox.messages import Response, json_response

Words = tuple[int, str, str]

MISSING_KEY: Words = (401, "missing_api_key", "Missing API key in the authorization header.")
INVALID_KEY: Words = (403, "invalid_api_key", "API key is invalid.")
RESTRICTED: Words = (
    401,
    "restricted_api_key",
    "This API key is restricted to only send emails.",
)
NOT_FOUND: Words = (404, "not_found", "The requested endpoint does not exist.")
BAD_KEY: Words = (400, "invalid_idempotency_key", "The key must be between 1-256 chars.")
OTHER_PAYLOAD: Words = (
    409,
    "invalid_idempotent_request",
    "Same idempotency key used with a different request payload.",
)
CONCURRENT: Words = (
    409,
    "concurrent_idempotent_requests",
    "Same idempotency key used while original request is still in progress.",
)
TOO_MANY = "Too many requests. Please limit the number of requests per second. "
TOO_MANY += "Or contact support to increase rate limit."
RATE: Words = (429, "rate_limit_exceeded", TOO_MANY)
DAILY: Words = (429, "daily_quota_exceeded", "You have reached your daily email sending quota.")
MONTHLY: Words = (
    429,
    "monthly_quota_exceeded",
    "You have reached your monthly email sending quota.",
)
DOWN: Words = (500, "application_error", "An unexpected error occurred.")


class Refused(Exception):
    """An answer that is no."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__(str(response.status))


def refusal(words: Words, headers: Mapping[str, str] | None = None) -> Response:
    """The answer, with the body that the SDK reads."""
    status, name, message = words
    body = {"statusCode": status, "name": name, "message": message}
    return json_response(body, status, headers)


def wrong(message: str, name: str = "validation_error", status: int = 422) -> Refused:
    """A request that does not hold what it should."""
    return Refused(refusal((status, name, message)))


def not_verified(domain: str) -> Refused:
    """The sender's domain is not the team's."""
    return wrong(
        f"The {domain} domain is not verified. Please, add and verify your domain on "
        "https://resend.com/domains",
        status=403,
    )


def not_own(own: str) -> Refused:
    """Resend's own sender, and somebody else's address."""
    return wrong(
        f"You can only send testing emails to your own email address ({own}). To send emails to "
        "other recipients, please verify a domain at resend.com/domains, and change the `from` "
        "address to an email using this domain.",
        status=403,
    )
