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

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote

from ecot.model.answer import Answer
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow, Charge
from ecot.providers.contract import Facts, Options, Provider
from ecot.providers.github.access import BASE_URL, REMEDIES, STATUS_PAGE, headers, recognise
from ecot.providers.github.items import COPILOT, is_of_credits, month_of, parse
from ecot.providers.http import Http

CHECKED_MONTH = Month(2026, 10)  # any month proves a token; where today is known, this one


class GitHubOptions(Options):
    """Whose billing is read: an organisation's, or, where `user` is given, that person's own."""

    organization: str | None = None
    user: str | None = None


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """One answer a month that the period touches; it holds the month's other days too."""
    for month in period.months():
        yield await _month(http, stream, month)


async def _month(http: Http, stream: str, month: Month) -> Answer:
    owner, path = _account(http)
    return await month_of(http, stream, owner, path, month)


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


def elsewhere(row: AnyRow) -> str | None:
    """Copilot's lines, and whatever else is paid with AI credits, are told by Copilot's own account
    too, by model."""
    is_credit = isinstance(row, Charge) and is_of_credits(row)
    return "copilot" if is_credit or COPILOT.match(row.service or "") else None


def _leaves_to(options: Options) -> tuple[str, ...]:
    """An account of Copilot is an organisation's: nobody else tells what a person pays for it."""
    is_persons = isinstance(options, GitHubOptions) and options.user
    return () if is_persons else ("copilot",)


GITHUB = Provider(
    name="github",
    title="GitHub",
    category="developer tools",
    base_url=BASE_URL,
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
    status_page=STATUS_PAGE,
    remedies=REMEDIES,
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
