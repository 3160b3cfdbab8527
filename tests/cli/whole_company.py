"""A company that uses every supplier: each on loopback with its settings and its key, and what it
bills of October, added up from its truth and from nothing that goes over the wire."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

from ecot.model.money import total
from ecot.model.period import Month
from ecot.sandbox import anthropic, claude_code, mistral
from ecot.sandbox.anthropic.truth import AnthropicTruth
from ecot.sandbox.aws import AwsSite
from ecot.sandbox.aws.signature import Access as AwsAccess
from ecot.sandbox.aws.truth import AwsTruth
from ecot.sandbox.claude_code.truth import ClaudeCodeTruth
from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.company import Organisation
from ecot.sandbox.copilot import CopilotSite, Grant
from ecot.sandbox.copilot.truth import SEAT_PRICE, CopilotTruth
from ecot.sandbox.cursor import CursorSite
from ecot.sandbox.cursor.truth import CursorTruth
from ecot.sandbox.deepgram import DeepgramSite
from ecot.sandbox.deepgram.truth import DeepgramTruth
from ecot.sandbox.digitalocean import BILLING_KEY, DigitalOceanSite
from ecot.sandbox.digitalocean.truth import DigitalOceanTruth
from ecot.sandbox.elevenlabs import Access as ElevenLabsAccess
from ecot.sandbox.elevenlabs import ElevenLabsSite
from ecot.sandbox.elevenlabs.truth import Speech, made_up
from ecot.sandbox.github import Access as GitHubAccess
from ecot.sandbox.github import GitHubSite
from ecot.sandbox.github import truth as github_truth
from ecot.sandbox.github.truth import GitHubTruth
from ecot.sandbox.github_activity import GitHubActivitySite, Seen
from ecot.sandbox.github_activity.truth import GitHubActivityTruth
from ecot.sandbox.messages import Site
from ecot.sandbox.mistral.truth import MistralTruth
from ecot.sandbox.openai import OpenAISite
from ecot.sandbox.openrouter import OpenRouterSite
from ecot.sandbox.openrouter.truth import OpenRouterTruth
from ecot.sandbox.prometheus import PrometheusSite
from ecot.sandbox.prometheus.truth import PrometheusTruth
from ecot.sandbox.stripe import StripeSite
from ecot.sandbox.stripe.query import ALL_RIGHTS
from ecot.sandbox.stripe.truth import StripeTruth
from ecot.sandbox.supabase import Access as SupabaseAccess
from ecot.sandbox.supabase import SupabaseSite
from ecot.sandbox.supabase import truth as supabase_truth
from ecot.sandbox.truth import Truth
from ecot.sandbox.twilio import TwilioSite
from ecot.sandbox.twilio.query import Access as TwilioAccess
from ecot.sandbox.twilio.truth import BRANCH, MAIN, TwilioTruth
from ecot.sandbox.vercel import Access as VercelAccess
from ecot.sandbox.vercel import VercelSite
from ecot.sandbox.vercel.truth import VercelTruth
from ecot.sandbox.weaviate import Access as WeaviateAccess
from ecot.sandbox.weaviate import WeaviateSite
from ecot.sandbox.weaviate.truth import made_up as a_cluster
from tests.jobs.world import Clock
from tests.providers import (
    aws_around,
    copilot_around,
    cursor_around,
    deepgram_around,
    openrouter_account,
    prometheus_around,
    stripe_around,
    test_anthropic_collected,
    test_elevenlabs_collected,
    test_supabase_collected,
    test_vercel_collected,
    test_weaviate_collected,
    twilio_around,
)

OCTOBER = Month(2026, 10)
EURO = Decimal("1.10")  # typed in the settings, so that no day has a rate of its own
PLAN, BILL = Decimal(25), Decimal("64.50")  # of Supabase in dollars, of Weaviate in euros
TWIN = "openai/twin"


@dataclass(frozen=True)
class Supplier:
    """One account: where it is, its keys by variable, and what it bills of October, in dollars and
    without tax. None is one that bills nothing itself."""

    account: str
    site: Site
    keys: Mapping[str, str]
    owed: Callable[[], Decimal] | None = None
    below: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


def days_of(amounts: Callable[[date], Iterable[Decimal]]) -> Callable[[], Decimal]:
    """What the days of October come to."""
    return lambda: total(amount for day in OCTOBER.days() for amount in amounts(day))


def suppliers(clock: Clock) -> Iterator[Supplier]:
    """All that there are."""
    yield from _models(clock)
    yield from _infrastructure(clock)
    yield from _tools(clock)


def _models(clock: Clock) -> Iterator[Supplier]:
    company = atelier_lumen()
    openai = Truth(company, clock)
    studio = company.organisations[0]
    for one in company.organisations:
        yield Supplier(
            f"openai/{one.name}",
            OpenAISite(openai),
            {f"OPENAI_ADMIN_KEY_{one.name.upper()}": one.admin_keys[0].value},
            days_of(partial(_costs, openai, one)),
            below="/v1",
        )
    again = {"OPENAI_ADMIN_KEY_TWIN": studio.admin_keys[0].value}
    yield Supplier(TWIN, OpenAISite(openai), again, below="/v1")

    claude = AnthropicTruth(clock)
    charges = test_anthropic_collected.expected
    yield Supplier(
        "anthropic/lumen",
        anthropic.AnthropicSite(claude),
        {"ANTHROPIC_ADMIN_KEY_LUMEN": anthropic.ADMIN_KEY},
        days_of(lambda day: charges(claude, [day]).values()),
    )
    router, key = OpenRouterTruth(clock), openrouter_account.MANAGEMENT
    yield Supplier(
        "openrouter/lumen",
        OpenRouterSite(router, {key: "management"}),
        {"OPENROUTER_ADMIN_KEY_LUMEN": key},
        days_of(lambda day: [each.usage for each in router.on(day)]),
        below="/api/v1",
    )
    european = MistralTruth(clock)
    yield Supplier(
        "mistral/lumen",
        mistral.MistralSite(european),
        {"MISTRAL_ADMIN_KEY_LUMEN": mistral.ADMIN_KEY},
        days_of(lambda day: [each.cost * EURO for each in european.of_day(day)]),
        below="/v1/admin",
    )
    spoken, key = DeepgramTruth(clock), deepgram_around.KEY
    yield Supplier(
        "deepgram/lumen",
        DeepgramSite(spoken, {key: deepgram_around.BOTH}),
        {"DEEPGRAM_ADMIN_KEY_LUMEN": key},
        days_of(
            lambda day: [
                each.dollars for project in spoken.projects for each in spoken.used(project, day)
            ]
        ),
    )
    speech, key = Speech(made_up(), clock), test_elevenlabs_collected.STUDIO
    counted = speech.owed(speech.workspaces["ws_studio"])  # on the evening before October ends
    yield Supplier(
        "elevenlabs/lumen",
        ElevenLabsSite(speech, {key: ElevenLabsAccess("ws_studio")}),
        {"ELEVENLABS_API_KEY_LUMEN": key},
        lambda: counted * EURO,
    )


def _costs(truth: Truth, organisation: Organisation, day: date) -> list[Decimal]:
    return [row.amount for row in truth.costs(organisation, day)]


def _infrastructure(clock: Clock) -> Iterator[Supplier]:
    cloud = AwsTruth(clock)
    yield Supplier(
        "aws/lumen",
        AwsSite(cloud, {aws_around.KEY_ID: AwsAccess(aws_around.SECRET)}),
        {"AWS_COST_EXPLORER_KEY_LUMEN": aws_around.KEY},
        days_of(
            lambda day: [
                one.amount for one in cloud.lines(day) if "Tax" not in (one.kind, one.service)
            ]
        ),
    )
    ocean = DigitalOceanTruth(clock)
    yield Supplier(
        "digitalocean/lumen",
        DigitalOceanSite(ocean),
        {"DIGITALOCEAN_API_KEY_LUMEN": BILLING_KEY},
        lambda: ocean.invoice(OCTOBER.first).net,
    )
    phone = TwilioTruth(clock)
    access = TwilioAccess(twilio_around.TOKEN, (MAIN.sid, BRANCH.sid))
    yield Supplier(
        "twilio/lumen",
        TwilioSite(phone, {MAIN.sid: access}),
        {"TWILIO_AUTH_TOKEN_LUMEN": twilio_around.TOKEN},
        days_of(
            lambda day: [each.price for one in (MAIN, BRANCH) for each in phone.used(one, day)]
        ),
        settings={"account_sid": f'"{MAIN.sid}"'},
    )
    pages, key = VercelTruth(clock), test_vercel_collected.TOKEN
    yield Supplier(
        "vercel/lumen",
        VercelSite(pages, {key: VercelAccess()}),
        {"VERCEL_ADMIN_KEY_LUMEN": key},
        days_of(lambda day: [line.cost for line in pages.charged(day)]),
    )
    rows, key = SupabaseAccess((supabase_truth.LUMEN.slug,)), test_supabase_collected.KEY
    yield Supplier(
        "supabase/lumen",
        SupabaseSite(supabase_truth.SupabaseTruth(clock), {key: rows}),
        {"SUPABASE_ADMIN_KEY_LUMEN": key},
        lambda: PLAN,
    )
    key = test_weaviate_collected.KEY
    yield Supplier(
        "weaviate/lumen",
        WeaviateSite(a_cluster(clock), {key: WeaviateAccess()}),
        {"WEAVIATE_ADMIN_KEY_LUMEN": key},
        lambda: BILL * EURO,
    )
    gateway = f"Bearer {prometheus_around.TOKEN}"
    yield Supplier(
        "prometheus/lumen",
        PrometheusSite(PrometheusTruth(clock), {gateway}),
        {"PROMETHEUS_API_KEY_LUMEN": prometheus_around.TOKEN},
        settings={"set": '["litellm"]'},
    )
    yield Supplier(
        "stripe/lumen",
        StripeSite(StripeTruth(clock), {stripe_around.KEY: ALL_RIGHTS}),
        {"STRIPE_ADMIN_KEY_LUMEN": stripe_around.KEY},
    )


def _tools(clock: Clock) -> Iterator[Supplier]:
    token, of_house = copilot_around.TOKEN, {"organization": f'"{github_truth.ORGANIZATION}"'}
    code = GitHubTruth(clock)
    yield Supplier(
        "github/lumen",
        GitHubSite(code, {token: GitHubAccess()}),
        {"GITHUB_ADMIN_KEY_LUMEN": token},
        days_of(
            lambda day: [
                item.net
                for item in code.items(github_truth.ORGANIZATION, day)
                if item.sku.product.lower() != "copilot"
            ]
        ),
        settings=of_house,
    )
    pilot = CopilotTruth(clock)
    yield Supplier(
        "copilot/lumen",
        CopilotSite(pilot, {token: Grant()}),
        {"COPILOT_ADMIN_KEY_LUMEN": token},
        days_of(
            lambda day: [
                *(line.net for line in pilot.credits(day)),
                (pilot.seat_months(day) or 0) * SEAT_PRICE,
            ]
        ),
        settings=of_house,
    )
    editor, key = CursorTruth(clock), cursor_around.KEY
    yield Supplier(
        "cursor/lumen",
        CursorSite(editor, {key: "enterprise"}),
        {"CURSOR_ADMIN_KEY_LUMEN": key},
        days_of(lambda day: [event.owed / 100 for event in editor.events(day, day)]),
    )
    yield Supplier(
        "claude-code/lumen",
        claude_code.ClaudeCodeSite(ClaudeCodeTruth(clock)),
        {"CLAUDE_CODE_ADMIN_KEY_LUMEN": claude_code.ADMIN_KEY},
    )
    yield Supplier(
        "github-activity/lumen",
        GitHubActivitySite(GitHubActivityTruth(clock), {token: Seen()}),
        {"GITHUB_ACTIVITY_ADMIN_KEY_LUMEN": token},
        settings=of_house,
    )
