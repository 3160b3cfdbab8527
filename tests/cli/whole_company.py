"""A company that uses every supplier: the demo's, and those that the demo does without, each on
loopback with its settings and its key, and what it bills of October, added up from its truth."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from ecot.model.period import Month
from ecot.sandbox.aws import AwsSite
from ecot.sandbox.aws.signature import Access as AwsAccess
from ecot.sandbox.aws.truth import AwsTruth
from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.elevenlabs import Access as ElevenLabsAccess
from ecot.sandbox.elevenlabs import ElevenLabsSite
from ecot.sandbox.elevenlabs.truth import Speech, made_up
from ecot.sandbox.github import Access as GitHubAccess
from ecot.sandbox.github import GitHubSite
from ecot.sandbox.github.truth import GitHubTruth
from ecot.sandbox.prometheus import PrometheusSite
from ecot.sandbox.prometheus.truth import PrometheusTruth
from ecot.sandbox.supabase import Access as SupabaseAccess
from ecot.sandbox.supabase import SupabaseSite
from ecot.sandbox.supabase import truth as supabase_truth
from ecot.sandbox.supplier import Supplier
from ecot.sandbox.suppliers import suppliers as of_the_demo
from ecot.sandbox.tools import GITHUB_KEY, OF_HOUSE
from ecot.sandbox.truth import Truth
from ecot.sandbox.weaviate import Access as WeaviateAccess
from ecot.sandbox.weaviate import WeaviateSite
from ecot.sandbox.weaviate.truth import made_up as a_cluster
from tests.jobs.world import Clock
from tests.owed import bills_itself, owed
from tests.providers import (
    aws_around,
    prometheus_around,
    test_elevenlabs_collected,
    test_supabase_collected,
    test_weaviate_collected,
)

OCTOBER = Month(2026, 10)
EURO = Decimal("1.10")  # typed in the settings, so that no day has a rate of its own
PLAN, BILL = Decimal(25), Decimal("64.50")  # of Supabase in dollars, of Weaviate in euros
TWIN = "openai/twin"


def suppliers(clock: Clock) -> Iterator[Supplier]:
    """All that there are: the demo's that have a key, a twin of the first, and the rest."""
    demo = [one for one in of_the_demo(Truth(atelier_lumen(), clock), clock) if one.key]
    yield from demo
    yield replace(demo[0], account=TWIN)
    yield from _infrastructure(clock)
    speech, key = Speech(made_up(), clock), test_elevenlabs_collected.STUDIO
    yield Supplier(
        account="elevenlabs/lumen",
        site=ElevenLabsSite(speech, {key: ElevenLabsAccess("ws_studio")}),
        truth=speech,
        key=key,
    )
    code = GitHubTruth(clock)
    yield Supplier(
        account="github/lumen",
        site=GitHubSite(code, {GITHUB_KEY: GitHubAccess()}),
        truth=code,
        key=GITHUB_KEY,
        options=OF_HOUSE,
    )


def _infrastructure(clock: Clock) -> Iterator[Supplier]:
    cloud = AwsTruth(clock)
    yield Supplier(
        account="aws/lumen",
        site=AwsSite(cloud, {aws_around.KEY_ID: AwsAccess(aws_around.SECRET)}),
        truth=cloud,
        key=aws_around.KEY,
    )
    rows, key = supabase_truth.SupabaseTruth(clock), test_supabase_collected.KEY
    yield Supplier(
        account="supabase/lumen",
        site=SupabaseSite(rows, {key: SupabaseAccess((supabase_truth.LUMEN.slug,))}),
        truth=rows,
        key=key,
    )
    cluster, key = a_cluster(clock), test_weaviate_collected.KEY
    yield Supplier(
        account="weaviate/lumen",
        site=WeaviateSite(cluster, {key: WeaviateAccess()}),
        truth=cluster,
        key=key,
    )
    gateway = PrometheusTruth(clock)
    yield Supplier(
        account="prometheus/lumen",
        site=PrometheusSite(gateway, {f"Bearer {prometheus_around.TOKEN}"}),
        truth=gateway,
        key=prometheus_around.TOKEN,
        options={"set": ["litellm"]},
    )


def dollars(one: Supplier) -> Decimal | None:
    """What the account bills of October, without tax, as of now; None where that is nothing of its
    own."""
    match one.provider:
        case "supabase":
            return PLAN
        case "weaviate":
            return BILL * EURO
        case "elevenlabs":  # a counter: as of the evening on which it was read
            return Decimal(one.truth.owed(one.truth.workspaces["ws_studio"])) * EURO
        case "mistral":
            return owed(one, OCTOBER) * EURO
    return owed(one, OCTOBER) if bills_itself(one) and one.account != TWIN else None
