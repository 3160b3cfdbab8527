"""The report's fixed words, in English: their translations are in `templates/locale`."""

from ecot.analysis.joined import Join
from ecot.model.bill import Action
from ecot.model.head import MonthState
from ecot.model.outcome import State
from ecot.model.rows import Basis, Category
from ecot.model.sentence import Sentence
from ecot.model.settlement import Reason

# The pages beside the months', by stem, in the order in which they are listed.
PAGES: dict[str, Sentence] = {
    "explore": Sentence("Explore"),
    "compare": Sentence("Compare"),
    "business": Sentence("Business"),
    "tools": Sentence("Developer tools"),
    "bills": Sentence("Bills"),
    "health": Sentence("Health"),
}

BASES: dict[Basis, Sentence] = {
    "billed": Sentence("billed"),
    "estimated": Sentence("estimated"),
    "entered": Sentence("entered"),
    "unknown": Sentence("unknown"),
}

BASIS_MEANINGS: dict[Basis, Sentence] = {
    "billed": Sentence("the provider states the amount itself"),
    "estimated": Sentence("measured usage, at a public and dated price"),
    "entered": Sentence("somebody typed a bill, or the price of a subscription"),
    "unknown": Sentence("no cost or price is known: the line adds nothing, and it is not zero"),
}

CATEGORIES: dict[Category, Sentence] = {
    "ai": Sentence("AI"),
    "infrastructure": Sentence("infrastructure"),
    "developer tools": Sentence("developer tools"),
    "other": Sentence("other"),
}

MONTH_STATES: dict[MonthState, Sentence] = {
    "open": Sentence("running month"),
    "provisional": Sentence("provisional"),
    "closed": Sentence("closed"),
}

MONTH_MEANINGS: dict[MonthState, Sentence] = {
    "open": Sentence("The month is still running: every night adds a day."),
    "provisional": Sentence("The month is over, but providers may still correct its last days."),
    "closed": Sentence(
        "The month has been read completely and is closed. A later correction would be announced."
    ),
}

STATES: dict[State, Sentence] = {
    "ok": Sentence("read completely"),
    "partial": Sentence("read in part"),
    "failed": Sentence("reading failed"),
    "not_configured": Sentence("not configured"),
    "no_data": Sentence("nothing to read"),
}

NEVER_READ = Sentence("never read so far")

# How an account is doing: what its last run came to, and how old its figures are.
CONDITIONS: dict[str, Sentence] = {
    "failed": Sentence("reading failed"),
    "partial": Sentence("read in part"),
    "late": Sentence("not read lately"),
    "behind": Sentence("figures are late"),
    "not_configured": Sentence("not configured"),
    "never": NEVER_READ,
    "well": Sentence("up to date"),
    "typed": Sentence("typed or imported"),
    "retired": Sentence("no longer in the settings"),
}

GAP_REASONS: dict[str, Sentence] = {
    "ok": Sentence("not read yet"),
    "partial": Sentence("the last reading was incomplete"),
    "failed": Sentence("the last reading failed"),
    "not_configured": Sentence("not configured"),
    "no_data": Sentence("the provider answered without figures"),
    "told on its day": Sentence("a part of the cost is told on the day alone, and was not read"),
    "told by another": Sentence(
        "another provider tells of costs of this one, of which there is no charge"
    ),
}

BILL_ACTIONS: dict[Action, Sentence] = {
    "entered": Sentence("bill entered"),
    "voided": Sentence("bill voided"),
    "booked": Sentence("gap booked"),
    "unbooked": Sentence("booking taken back"),
}

REASONS: dict[Reason, Sentence] = {
    "rounding": Sentence("rounding"),
    "tax": Sentence("tax"),
    "credit": Sentence("credit"),
    "unpriced": Sentence("charges without a price"),
    "late data": Sentence("figures that may still come"),
    "exchange rate": Sentence("exchange rate"),
    "unexplained": Sentence("unexplained"),
}

# What to do about a gap of each reason. One that ends with a colon is followed by what books it.
GAP_REMEDIES: dict[Reason, Sentence] = {
    "tax": Sentence("The gap is a tax: enter the bill again, with --net and --tax apart."),
    "credit": Sentence(
        "The gap is a credit: see whether it is on this bill or on another. If the bill is right:"
    ),
    "late data": Sentence("Wait until the month is closed: figures may still come."),
    "exchange rate": Sentence("A supplier has a rate of its own. If the bill is right:"),
    "unexplained": Sentence(
        "Look for another account on the bill, other days, a subscription or tax. "
        "If the bill is right:"
    ),
}

# Why a line has cost or usage only, where the two are joined by model.
UNJOINED: dict[Join | None, Sentence] = {
    "no usage": Sentence("no usage of this model"),
    "no cost": Sentence("no cost of this model"),
    "cost without model": Sentence("the cost names no model"),
    "usage without model": Sentence("the usage names no model"),
}

RATE_ORIGINS = {"ecb": Sentence("ECB rate"), "typed": Sentence("typed rate")}

# Quantities that tell most about a line, most telling first: (one, many) by name. A quantity that
# another one contains (input_cached_tokens is inside input_tokens) has no place in this list.
QUANTITIES: dict[str, tuple[Sentence, Sentence]] = {
    "requests": (Sentence("{count} request"), Sentence("{count} requests")),
    "input_tokens": (Sentence("{count} input token"), Sentence("{count} input tokens")),
    "output_tokens": (Sentence("{count} output token"), Sentence("{count} output tokens")),
    "images": (Sentence("{count} image"), Sentence("{count} images")),
    "characters": (Sentence("{count} character"), Sentence("{count} characters")),
    "credits": (Sentence("{count} credit"), Sentence("{count} credits")),
    "seconds": (Sentence("{count} second"), Sentence("{count} seconds")),
    "minutes": (Sentence("{count} minute"), Sentence("{count} minutes")),
    "audio_hours": (Sentence("{count} hour of audio"), Sentence("{count} hours of audio")),
    "audio_seconds": (Sentence("{count} second of audio"), Sentence("{count} seconds of audio")),
    "hours": (Sentence("{count} hour"), Sentence("{count} hours")),
    "agent_hours": (Sentence("{count} agent hour"), Sentence("{count} agent hours")),
    "gpu_hours": (Sentence("{count} GPU hour"), Sentence("{count} GPU hours")),
    "pages": (Sentence("{count} page"), Sentence("{count} pages")),
    "web_search_calls": (Sentence("{count} web search"), Sentence("{count} web searches")),
    "file_search_calls": (Sentence("{count} file search"), Sentence("{count} file searches")),
    "connector_calls": (
        Sentence("{count} connector call"),
        Sentence("{count} connector calls"),
    ),
    "sessions": (Sentence("{count} session"), Sentence("{count} sessions")),
    "messages": (Sentence("{count} message"), Sentence("{count} messages")),
    "emails": (Sentence("{count} email"), Sentence("{count} emails")),
    "objects": (Sentence("{count} object"), Sentence("{count} objects")),
    "calls": (Sentence("{count} call"), Sentence("{count} calls")),
    "object_days": (
        Sentence("{count} object kept for a day"),
        Sentence("{count} objects kept for a day"),
    ),
    "shard_days": (Sentence("{count} shard not counted"), Sentence("{count} shards not counted")),
    "tenant_days": (
        Sentence("{count} tenant not counted"),
        Sentence("{count} tenants not counted"),
    ),
    "errors": (Sentence("{count} failed request"), Sentence("{count} failed requests")),
    "merged_pull_requests": (
        Sentence("{count} merged pull request"),
        Sentence("{count} merged pull requests"),
    ),
    "commits": (Sentence("{count} commit"), Sentence("{count} commits")),
    "pull_requests": (Sentence("{count} pull request"), Sentence("{count} pull requests")),
    "lines_added": (Sentence("{count} line added"), Sentence("{count} lines added")),
    "seats": (Sentence("{count} seat"), Sentence("{count} seats")),  # of a balance
    "seat_days": (Sentence("{count} seat for a day"), Sentence("{count} seats for a day")),
    "interactions": (Sentence("{count} interaction"), Sentence("{count} interactions")),
}
