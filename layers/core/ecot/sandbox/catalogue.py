"""What the made-up company can buy: models and tools, their line items and their unit prices.

Model names and the form of line items are real (costs of 2026: "gpt-5.2-2025-12-11, input"); prices
are made up, of a realistic size. Every price is money for one unit, so amounts are exact products.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

TEXT_IN, AUDIO_IN, IMAGE_IN = "input_text_tokens", "input_audio_tokens", "input_image_tokens"
CACHED_TEXT, CACHED_AUDIO = "input_cached_text_tokens", "input_cached_audio_tokens"
CACHED_IMAGE, CACHE_WRITE = "input_cached_image_tokens", "input_cache_write_tokens"
TEXT_OUT, AUDIO_OUT, IMAGE_OUT = "output_text_tokens", "output_audio_tokens", "output_image_tokens"
INPUT, REQUESTS, TOOL_REQUESTS = "input_tokens", "num_model_requests", "num_requests"
MEBIBYTES = "mebibytes"  # of a vector store, kept for the day; published as usage_bytes

UNCACHED = (TEXT_IN, AUDIO_IN, IMAGE_IN)
CACHED = (CACHED_TEXT, CACHED_AUDIO, CACHED_IMAGE)
OUTPUT = (TEXT_OUT, AUDIO_OUT, IMAGE_OUT)
COMPONENTS = (*UNCACHED, *CACHED, CACHE_WRITE, *OUTPUT)


@dataclass(frozen=True, slots=True)
class Line:
    """One line item of a product: which measures it counts, in what unit, at which unit price."""

    label: str
    measures: tuple[str, ...]
    price: Decimal
    unit: str | None = "tokens"
    units_per_measure: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Product:
    """Something that is used (`kind`: the usage path) and billed (`lines`).

    `sizes` says how much of each measure a request takes on average; `dimensions` lists what a row
    of its usage can be grouped by beyond project, key, user and model.
    """

    name: str
    kind: str
    lines: tuple[Line, ...]
    sizes: Mapping[str, int]
    dimensions: Mapping[str, tuple[str | bool, ...]] = field(default_factory=dict)
    requests_a_day: int = 100


def chat(name: str, per_million: str, requests_a_day: int, audio: bool = False) -> Product:
    """A text model at so many dollars a million input tokens; output is eight times that."""
    price = Decimal(per_million) / 1_000_000
    texts = {TEXT_IN: 900, CACHED_TEXT: 1400, CACHE_WRITE: 150, TEXT_OUT: 420, IMAGE_IN: 40}
    voices = {AUDIO_IN: 600, CACHED_AUDIO: 80, AUDIO_OUT: 380} if audio else {CACHED_IMAGE: 12}
    lines = (
        Line(f"{name}, input", (*UNCACHED, CACHE_WRITE), price),
        Line(f"{name}, cached input", CACHED, price / 10),
        Line(f"{name}, output", OUTPUT, price * 8),
    )
    tiers = {"batch": (False, False, False, True), "service_tier": ("default", "default", "flex")}
    return Product(name, "completions", lines, texts | voices, tiers, requests_a_day)


def single(
    name: str, kind: str, measure: str, size: int, price: str, unit: str | None, daily: int
) -> Product:
    """A product with one line item that bears its own name."""
    line = Line(name, (measure,), Decimal(price), unit)
    return Product(name, kind, (line,), {measure: size}, EXTRA.get(kind, {}), daily)


EXTRA: dict[str, dict[str, tuple[str | bool, ...]]] = {
    "images": {
        "size": ("1024x1024", "1024x1024", "1024x1792"),
        "source": ("image.generation", "image.generation", "image.edit"),
    },
    "file_search_calls": {"vector_store_id": ("vs_68f0c1a2", "vs_68f0c1b7")},
    "web_search_calls": {
        "model": ("gpt-5.2-2025-12-11", "gpt-5-mini-2025-08-07"),
        "context_level": ("low", "medium", "high"),
    },
}

CHATS = (
    chat("gpt-5.2-2025-12-11", "1.75", 260),
    chat("gpt-5-mini-2025-08-07", "0.25", 900),
    chat("gpt-realtime-2025-08-28", "4.00", 60, audio=True),
)
EMBEDDING = single("text-embedding-3-large", "embeddings", INPUT, 310, "0.00000013", "tokens", 400)
TINY_EMBEDDING = single(
    "text-embedding-3-small", "embeddings", INPUT, 20, "0.00000002", "tokens", 2
)
MODERATION = single("omni-moderation-latest", "moderations", INPUT, 180, "0", "tokens", 300)
IMAGES = single("gpt-image-1", "images", "images", 1, "0.042", "images", 18)
SPEECH = single("tts-1-hd", "audio_speeches", "characters", 640, "0.00003", "characters", 25)
TRANSCRIPTION = single(
    "whisper-1", "audio_transcriptions", "seconds", 540, "0.0001", "duration_seconds", 12
)
WEB_SEARCH = single("web search tool calls", "web_search_calls", TOOL_REQUESTS, 1, "0.01", None, 30)
FILE_SEARCH = single(
    "file search tool calls", "file_search_calls", TOOL_REQUESTS, 1, "0.0025", None, 20
)
SESSIONS = single(
    "code interpreter sessions", "code_interpreter_sessions", "num_sessions", 1, "0.03", None, 6
)
STORAGE = Product(  # one mebibyte for 24 hours is 24/1024 gibibyte hours, an exact decimal
    "file search storage",
    "vector_stores",
    (
        Line(
            "file search storage",
            (MEBIBYTES,),
            Decimal("0.004"),
            "gibibyte_hours",
            Decimal(24) / 1024,
        ),
    ),
    {MEBIBYTES: 96},
    requests_a_day=4,
)
TOOLS = (WEB_SEARCH, FILE_SEARCH, SESSIONS, STORAGE)
OTHERS = (EMBEDDING, TINY_EMBEDDING, MODERATION, IMAGES, SPEECH, TRANSCRIPTION)


def many_models(count: int) -> tuple[Product, ...]:
    """So many text models with dated names, for companies that are large on purpose."""
    return tuple(
        chat(f"gpt-5.{number}-2026-{1 + number % 12:02}-{1 + number % 28:02}",
             f"{1 + number % 7}.{number % 100:02}", 40 + 7 * number)
        for number in range(count)
    )  # fmt: skip
