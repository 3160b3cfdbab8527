"""Stripe: what a company earns. MRR as a snapshot of the day, and the net revenue of each day.

Reads `/v1/subscriptions` (with their items, prices and coupons) and `/v1/balance_transactions` of
the version that is pinned here, as the typed classes of stripe-python 16.1.0 have them. Needs a
restricted key (rk_live_…) that may read them; a secret key (sk_live_…) works and may do far more.

What Stripe does not tell: an MRR (it is worked out here, by Stripe's own definition:
`mrr.py`), and how things stood on an earlier day: a snapshot that was not read is not to be
had any more. Nothing here is a cost. Surprises, with where they were seen:

* Without `status`, the list holds all subscriptions that are not cancelled: one list, in which none
  is missed or met twice because it was paid while two lists were read.
* The default page has 10 rows; a total that was too low by 16 % was seen (capgo issue 2993).
* At most four levels are expanded: tiers of a price and coupons of an item are a fifth.
* Where money is converted, MRR is in the subscription's currency and net revenue in the other one,
  in which it was settled.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.contract import Facts, Provider
from ecot.providers.http import Http
from ecot.providers.pages import pages
from ecot.providers.reading import Node, opened
from ecot.providers.stripe.balance import movements
from ecot.providers.stripe.book import COUPONS, ITEMS, PRICES, SUBSCRIPTIONS, Book
from ecot.providers.stripe.subscriptions import standing

VERSION = "2026-10-28.endive"
BALANCE, SNAPSHOT = "balance", "subscriptions"
TRANSACTIONS = "/v1/balance_transactions"
MOST = ("limit", "100")
EXPAND = "expand[]"
WITH_COUPON = (EXPAND, "data.discounts.source.coupon")

KEYS = "https://dashboard.stripe.com/apikeys"
CREATE = (
    f"create a restricted key (rk_live_…) under {KEYS} with Read on Balance, Coupons, Prices and"
    " Subscriptions."
)


def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of the balance's movements in the period, or all about today's subscriptions."""
    if stream == SNAPSHOT:
        return _subscriptions(http, period.start.date())
    span = [
        ("created[gte]", str(int(period.start.timestamp()))),
        ("created[lt]", str(int(period.end.timestamp()))),
    ]
    return _listed(http, stream, TRANSACTIONS, span)


async def _subscriptions(http: Http, day: date) -> AsyncIterator[Answer]:
    """One answer of everything that was said, in the order in which it was asked."""
    book, said = Book(), list[Answer]()

    def note(answer: Answer) -> None:
        said.append(answer)
        book.add(opened(answer, f"{http.account}: {SNAPSHOT}"))

    async for page in _listed(http, SNAPSHOT, SUBSCRIPTIONS, [WITH_COUPON]):
        note(page)
    for subscription in book.lacking_items():
        asked = [("subscription", subscription), WITH_COUPON]
        async for page in _listed(http, SNAPSHOT, ITEMS, asked):
            note(page)
    for price in book.lacking_prices():
        expanded = [(EXPAND, "tiers"), (EXPAND, "currency_options")]
        note(await http.answer(SNAPSHOT, f"{PRICES}/{price}", expanded))
    if book.has_discounts():
        expanded = [(EXPAND, "data.applies_to"), (EXPAND, "data.currency_options")]
        async for page in _listed(http, SNAPSHOT, COUPONS, expanded):
            note(page)
    body = b"[" + b",\n".join(answer.body for answer in said) + b"]"
    yield Answer(feed=SNAPSHOT, endpoint=said[0].endpoint, body=body, day=day)


def _listed(
    http: Http, stream: str, path: str, params: list[tuple[str, str]]
) -> AsyncIterator[Answer]:
    asked = [*params, MOST]
    return pages(http, stream, path, asked, parameter="starting_after", following=_last_id)


def _last_id(page: Node) -> str | None:
    """Pages go on after the last row of the one before."""
    if not page["has_more"].flag():
        return None
    rows = list(page["data"])
    if not rows:
        page.refuse("{source}: {place} is empty, and says that there is more: {part}")
    return rows[-1]["id"].text()


async def check(http: Http) -> None:
    """One row of each list: each needs a permission of its own."""
    for path in (SUBSCRIPTIONS, PRICES, COUPONS, TRANSACTIONS):
        answer = await http.answer(BALANCE, path, [("limit", "1")])
        opened(answer, http.account).expect("object", "list")


def parse(answer: Answer) -> Iterator[Parsed]:
    """The revenue that one answer states."""
    content = opened(answer)
    return movements(content) if answer.feed == BALANCE else standing(content, answer.day)


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of the wrong kind."""
    if secret.startswith(("sk_test_", "rk_test_")):
        return f"This is a key of Stripe's test mode, where no money is real: {CREATE}"
    if secret.startswith("pk_"):
        return f"This is a publishable key, which reads nothing: {CREATE}"
    if secret.startswith("whsec_"):
        return f"This is the secret of a webhook, which reads nothing: {CREATE}"
    if secret.startswith("sk_org_"):
        return f"This is a key of an organization; Ecot reads account by account: {CREATE}"
    if secret.startswith("sk-"):
        return f"This is a key of another supplier (its beginning is sk-). For Stripe {CREATE}"
    return None


STRIPE = Provider(
    name="stripe",
    title="Stripe",
    category="other",
    base_url="https://api.stripe.com",
    variables=("STRIPE_ADMIN_KEY", "STRIPE_API_KEY", "STRIPE_SECRET_KEY"),
    facts=Facts(
        bills="Nothing: it tells what is earned. MRR and subscribers of the day; net revenue.",
        grain="MRR: day of reading × product × currency. Net revenue: UTC day × category ×"
        " settlement currency.",
        history="Net revenue: all; a first collection reads 12 months. MRR: from the first reading"
        " on.",
        late="Not documented; the last 7 days are read again every night.",
        key="A restricted key (rk_live_…).",
        permission="Read on Balance, Coupons, Prices and Subscriptions.",
        cannot_tell="The MRR of a day on which it was not read; metered revenue; the tax that"
        " Stripe Tax finds inside a price.",
        sub_accounts="None: one key, one account.",
    ),
    feeds=(BALANCE,),
    snapshots=(SNAPSHOT,),
    headers=lambda secret, _: {"Authorization": f"Bearer {secret}", "Stripe-Version": VERSION},
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.stripe.com",
    remedies={
        "access_denied": "The key must be of live mode, and may have expired or lack a right:"
        f" {CREATE}",
    },
    # A movement is there when it is created, as far as is known. A whole day keeps what merely
    # comes late from being announced as a revised figure.
    lateness=timedelta(days=1),
    tells="revenue",
)
