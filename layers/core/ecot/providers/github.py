"""GitHub: what an organisation (or a person) is billed, by day, product, SKU and repository.

Reads `/organizations/{org}/settings/billing/usage`, or with the option `user` the same of
`/users/{username}`, month by month, as the specification has it (@octokit/openapi 23.0.2, of
github/rest-api-description). Needs a token of an owner of the organisation; a fine-grained one has
the organisation permission "Administration: read", for a user "Plan: read" (docs.github.com/rest/
billing, 2026). 24 months are kept, as the neighbouring operations say.

Amounts are in US dollars, which the answer does not say. `netAmount` is what is billed, after the
discount of what the plan includes; `grossAmount` is before it. An item is of one day: seen live, a
whole month asked for has items of each day (2026-08-24), their dates with or without a time.
Labels and units come in several spellings ("Actions", "actions"; "minutes", "Minutes"): they are
kept as they are. Lines of Copilot are here too, and are left to the account that tells more.

What GitHub does not tell: invoices, tax, payments, who used what; usage that an enterprise has
given to a cost centre is not in the default report (docs.github.com/billing/tutorials/
automate-usage-reporting, 2026). How late figures come is not documented.
"""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

from ecot.errors import AccessDenied, UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow, Charge
from ecot.providers.contract import Facts, Options, Provider
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened

CHECKED_MONTH = Month(2026, 10)  # any month proves a token; where today is known, this one
CURRENCY = "USD"
COPILOT = re.compile(r"(github[ _-])?copilot", re.IGNORECASE)
API_VERSION = "2022-11-28"

TOKENS = "https://github.com/settings/personal-access-tokens"
CREATE = (
    "an owner of the organization creates a fine-grained token with the organization as its "
    "resource owner and the organization permission Administration: read (for a user's own "
    f"billing: Plan: read) under {TOKENS}."
)
NOT_FOUND = (
    "GitHub answers so where the token may not read billing, and where there is no such "
    "organization (or user): look at its name in the settings. If that is right, "
    f"{CREATE}"
)


class GitHubOptions(Options):
    """Whose billing is read: an organisation's, or, where `user` is given, that person's own."""

    organization: str | None = None
    user: str | None = None


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """One answer a month that the period touches; it holds the month's other days too."""
    for month in period.months():
        yield await _month(http, stream, month)


async def _month(http: Http, stream: str, month: Month) -> Answer:
    """A month's items, beside the month and the account that they are asked for. What is not found
    is what may not be read: a private thing is not told from one that is not there."""
    owner, path = _account(http)
    params = [("year", str(month.year)), ("month", str(month.number))]
    asked = {"month": str(month)}
    try:
        return await http.answer(stream, path, params, sub_account_id=owner, asked=asked)
    except UnexpectedAnswer as error:
        if error.values.get("status") != "404":
            raise
        raise AccessDenied(error.text, remedy=NOT_FOUND, **error.values) from None


def _account(http: Http) -> tuple[str, str]:
    options = http.options if isinstance(http.options, GitHubOptions) else GitHubOptions()
    kind, owner = (
        ("users", options.user) if options.user else ("organizations", options.organization)
    )
    return owner or "", f"/{kind}/{quote(owner or '', safe='')}/settings/billing/usage"


async def check(http: Http) -> None:
    """The items of this month: the least that only a sufficient token may read."""
    month = CHECKED_MONTH if http.today is None else Month.of(http.today)
    list(parse(await _month(http, "billing", month)))


def parse(answer: Answer) -> Iterator[Parsed]:
    """The charges of the answer, each of the month that was asked for."""
    asked = answer.asked.get("month")
    for item in opened(answer)["usageItems"]:
        charge = _charge(item, answer.sub_account_id)
        if asked not in (None, str(Month.of(charge.day))):
            item.refuse(
                "{source}: {place} is not of {month}, which was asked for: {part}", month=asked
            )
        yield Parsed(item.place, charge)


def _charge(item: Node, account: str | None) -> Charge:
    net = item["netAmount"].amount()
    return Charge(
        charge_period=Period.of_day(_day(item)),
        category="developer tools",
        service=item["product"].text(),
        sub_account_id=_sub_account(item, account),
        sku_id=item["sku"].text(),
        charge_category="Credit" if net < 0 else "Usage",
        consumed_unit=item["unitType"].text(),
        currency=CURRENCY,
        basis="billed",
        billed_cost=net,
        list_cost=item["grossAmount"].amount(),
        consumed_quantity=item["quantity"].amount(),
    )


def _sub_account(item: Node, account: str | None) -> str | None:
    """The whole name of the item's repository, or, of what is of none, such as licences, whose it
    is. A name alone may be one of several owners': it is taken for the account's own."""
    name, owner = item.optional("repositoryName"), item.optional("organizationName") or account
    if not name or owner is None:
        return name or owner
    return name if "/" in name else f"{owner}/{name}"


def _day(item: Node) -> date:
    """The UTC day of an item: "2023-08-01" or "2023-08-01T00:00:00Z"."""
    stated = item["date"]
    try:
        moment = datetime.fromisoformat(stated.text())
    except ValueError:
        moment = None
    if moment is None or not 1970 <= moment.year < 9998:
        stated.refuse("{source}: {place} is not a UTC day: {part}")
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()


def elsewhere(row: AnyRow) -> str | None:
    """Copilot's lines are told by Copilot's own account too, by person and model."""
    return "copilot" if COPILOT.match(row.service or "") else None


def _leaves_to(options: Options) -> tuple[str, ...]:
    """An account of Copilot is an organisation's: nobody else tells what a person pays for it."""
    is_persons = isinstance(options, GitHubOptions) and options.user
    return () if is_persons else ("copilot",)


def headers(secret: str, _: Options) -> dict[str, str]:
    """The token, and the version of the interface that the rest of this file was written for."""
    return {
        "Authorization": f"Bearer {secret}",
        "Accept": "application/vnd.github+json, application/json",
        "X-GitHub-Api-Version": API_VERSION,
    }


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of the wrong kind."""
    if secret.startswith(("sk-", "sk_", "vcp_", "dop_")):
        return f"This is a key of another supplier; GitHub's billing needs a token: {CREATE}"
    if secret.startswith("ghr_"):
        return f"This only renews a token of an app; GitHub's billing needs a token: {CREATE}"
    return None


GITHUB = Provider(
    name="github",
    title="GitHub",
    category="developer tools",
    base_url="https://api.github.com",
    # Not GITHUB_TOKEN: in many shells and in every workflow it is there for something else.
    variables=("GITHUB_ADMIN_KEY", "GITHUB_BILLING_TOKEN"),
    facts=Facts(
        bills="What is billed, by product, SKU and repository, and what it was before discounts.",
        grain="UTC day × product × SKU × repository.",
        history="24 months; a first collection reads 12.",
        late="Not documented; the last 7 days are read again every night.",
        key="A token of an owner of the organization (or of the user).",
        permission='Fine-grained: organization permission "Administration: read"; for a '
        'user "Plan: read".',
        cannot_tell="Invoices, tax, payments, who used what; what an enterprise has given to a "
        "cost center.",
        sub_accounts="Repositories; what is of none is the organization's.",
    ),
    feeds=("billing",),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://www.githubstatus.com",
    remedies={
        "access_denied": f"Billing needs a token that may read it: {CREATE}",
    },
    # Not documented. Two whole days keep what merely comes late from being announced as revised.
    lateness=timedelta(days=2),
    history_days=730,  # "only data from the past 24 months" (the same pages, 2026)
    wider=("billing",),
    elsewhere=elsewhere,
    leaves_to=_leaves_to,
    needs={"organization": "GITHUB_ORGANIZATION"},
    instead={"organization": "user"},
    options=GitHubOptions,
)
