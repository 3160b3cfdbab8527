"""The suppliers of the demo's company: each with its site, its key and its truth, small enough to
be a small company's."""

from collections.abc import Callable, Iterator
from datetime import datetime

from ecot.sandbox import anthropic, mistral
from ecot.sandbox.anthropic.truth import AnthropicTruth
from ecot.sandbox.deepgram import DeepgramSite
from ecot.sandbox.deepgram.query import Access as DeepgramAccess
from ecot.sandbox.deepgram.truth import LABO, PRODUCTS, STUDIO, DeepgramTruth
from ecot.sandbox.digitalocean import BILLING_KEY, DigitalOceanSite
from ecot.sandbox.digitalocean.truth import DigitalOceanTruth
from ecot.sandbox.mistral.truth import WORKSPACES, MistralTruth
from ecot.sandbox.openai import OpenAISite
from ecot.sandbox.openrouter import OpenRouterSite
from ecot.sandbox.openrouter.truth import OpenRouterTruth
from ecot.sandbox.stripe import StripeSite
from ecot.sandbox.stripe.query import ALL_RIGHTS
from ecot.sandbox.stripe.truth import StripeTruth
from ecot.sandbox.supplier import Supplier
from ecot.sandbox.tools import tools
from ecot.sandbox.truth import Truth
from ecot.sandbox.twilio import TwilioSite
from ecot.sandbox.twilio.query import Access as TwilioAccess
from ecot.sandbox.twilio.truth import BRANCH, MAIN, TwilioTruth
from ecot.sandbox.vercel import Access as VercelAccess
from ecot.sandbox.vercel import VercelSite
from ecot.sandbox.vercel.truth import VercelTruth

Clock = Callable[[], datetime]
BUSY_WITH_CLAUDE, TIERS = 12, {"standard": 8, "batch": 3}
CURRENCIES, LARGEST_PAYMENT = ("eur", "usd", "chf"), 24_000  # of Stripe's balance, in cents
VERCEL_KEY = "vcp_lumen0000000000000000"


def suppliers(openai: Truth, clock: Clock) -> list[Supplier]:
    """All of them: OpenAI's organisations first, as they are in the truth."""
    return [
        *_organisations(openai),
        *_models(clock),
        *_infrastructure(clock),
        *tools(clock),
        stripe(clock),
    ]


def _organisations(truth: Truth) -> Iterator[Supplier]:
    site = OpenAISite(truth)
    for one in truth.company.organisations:
        key = one.admin_keys[0].value
        yield Supplier(account=f"openai/{one.name}", site=site, truth=truth, key=key, below="/v1")


def _models(clock: Clock) -> Iterator[Supplier]:
    claude = AnthropicTruth(clock, busy=BUSY_WITH_CLAUDE, tiers=TIERS)
    yield Supplier(
        account="anthropic/lumen",
        site=anthropic.AnthropicSite(claude),
        truth=claude,
        key=anthropic.ADMIN_KEY,
    )
    european = MistralTruth(clock, workspaces=WORKSPACES[:2])
    yield Supplier(
        account="mistral/lumen",
        site=mistral.MistralSite(european),
        truth=european,
        key=mistral.ADMIN_KEY,
        below="/v1/admin",
    )
    router, key = OpenRouterTruth(clock), "sk-or-v1-lumen"
    yield Supplier(
        account="openrouter/lumen",
        site=OpenRouterSite(router, {key: "management"}),
        truth=router,
        key=key,
        below="/api/v1",
    )
    spoken, key = DeepgramTruth(clock, products=PRODUCTS[:-1]), "1c3b0a7e" * 5
    yield Supplier(
        account="deepgram/lumen",
        site=DeepgramSite(spoken, {key: DeepgramAccess((STUDIO.id, LABO.id))}),
        truth=spoken,
        key=key,
    )


def _infrastructure(clock: Clock) -> Iterator[Supplier]:
    ocean = DigitalOceanTruth(clock)
    yield Supplier(
        account="digitalocean/lumen", site=DigitalOceanSite(ocean), truth=ocean, key=BILLING_KEY
    )
    phone, token = TwilioTruth(clock), "7e1f" * 8
    yield Supplier(
        account="twilio/lumen",
        site=TwilioSite(phone, {MAIN.sid: TwilioAccess(token, (MAIN.sid, BRANCH.sid))}),
        truth=phone,
        key=token,
        options={"account_sid": MAIN.sid},
    )
    pages, opens = VercelTruth(clock), {VERCEL_KEY: VercelAccess()}
    yield Supplier(
        account="vercel/lumen",
        site=VercelSite(pages, opens),
        truth=pages,
        key=VERCEL_KEY,
        revoke=opens.clear,
    )


def stripe(clock: Clock) -> Supplier:
    """What the company earns; its subscriptions are made by `Subscribers`."""
    truth, key = StripeTruth(clock, currencies=CURRENCIES, largest=LARGEST_PAYMENT), "rk_live_lumen"
    return Supplier(
        account="stripe/lumen", site=StripeSite(truth, {key: ALL_RIGHTS}), truth=truth, key=key
    )
