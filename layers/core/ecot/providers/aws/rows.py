"""What a group of Cost Explorer's answer means: the money of a UTC day, and what it is about.

Amounts are texts, `Unit` beside money is its currency (CNY in China), beside a quantity its unit or
"N/A" where AWS names none (botocore's ce model, 1.44.5; the reference's samples).
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ecot.model.answer import Answer, Parsed
from ecot.model.period import DAY, Period
from ecot.model.rows import Category, Charge, ChargeCategory
from ecot.providers.reading import Node, opened

SPENDING = ("SERVICE", "USAGE_TYPE")
GIVEN_BACK = ("RECORD_TYPE", "SERVICE")
APART = ("Credit", "Refund", "Tax")  # kinds of line (RECORD_TYPE) that are asked for by themselves

NO_UNIT = ("N/A", None)
ISO_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")

# "Claude 3 Haiku (Amazon Bedrock Edition)": models of others are sold through the Marketplace, as
# a service of their own, with usage types such as "USW2-MP:USW2_InputTokenCount-Units",
# "USE2_CacheWriteInputTokenCount" and "USW2-MP:USW2_output_tokens_global_standard-Units" (seen in
# public collectors, 2024 to 2026).
EDITION = re.compile(r"(?P<model>.+?) *\(Amazon Bedrock(?: Edition)?\)")
# "USW2-Claude4.5Sonnet-cache-read-input-token-count", "USE1-Nova2.0Lite-input-tokens", also
# "-mantle-input-tokens-…" (docs.aws.amazon.com/bedrock, cost-mgmt-understanding-cur-data, 2026).
TOKENS = re.compile(
    r"(?P<kind>cache[-_]?read|cache[-_]?write|input|output)[-_]?(?:input|output)?[-_]?token",
    re.IGNORECASE,
)
PREFIX = re.compile(r"(?:[A-Z]{3,4}[0-9]|EU)-")  # of a region: USE1, APN1; the oldest is EU


def rows(answer: Answer) -> Iterator[Parsed]:
    """The charges of one page, whichever of the two questions it answers."""
    whole = opened(answer)
    groups = tuple(each["Key"].text() for each in whole["GroupDefinitions"])
    if groups not in (SPENDING, GIVEN_BACK):
        whole["GroupDefinitions"].refuse("{source}: {place} is not what was asked for: {part}")
    for result in whole["ResultsByTime"]:
        day = _day(result["TimePeriod"])
        _expect_grouped(result)
        for group in result["Groups"]:
            yield Parsed(group.place, _charge(group, day, groups))


def _expect_grouped(result: Node) -> None:
    """A day without groups may have a total all the same, of zero."""
    ungrouped = result.get("Total")
    if ungrouped is None or not ungrouped.value:
        return
    if ungrouped["UnblendedCost"]["Amount"].amount():
        ungrouped.refuse("{source}: {place} is money of no group: {part}")


def _day(period: Node) -> Period:
    """The day of a result; its end is the day after."""
    start, end = _date(period["Start"]), _date(period["End"])
    if end != start + DAY:
        period.refuse("{source}: {place} is not a UTC day: {part}")
    return Period.of_day(start)


def _date(node: Node) -> date:
    try:
        return date.fromisoformat(node.text() if ISO_DAY.fullmatch(node.text()) else "")
    except ValueError:
        pass  # refused below, where the row is quoted
    return node.refuse("{source}: {place} is not a UTC day: {part}")


def _charge(group: Node, day: Period, groups: tuple[str, ...]) -> Charge:
    keys = [key.text() for key in group["Keys"]]
    if len(keys) != len(groups):
        group.refuse("{source}: {place} is not what was asked for: {part}")
    about = dict(zip(groups, keys, strict=True))
    service, usage_type = about["SERVICE"], about.get("USAGE_TYPE")
    amount = _exact(group, "UnblendedCost")
    unit, quantity = _consumed(group)
    return Charge(
        charge_period=day,
        category=category(service),
        service=service or None,
        model=model(service, usage_type),
        tags=_tags(service, usage_type),
        charge_category=_charge_category(about, negative=amount < 0),
        charge_description=usage_type or about.get("RECORD_TYPE") or None,
        sku_id=usage_type or None,
        consumed_unit=unit,
        currency=group["Metrics"]["UnblendedCost"]["Unit"].currency(),
        basis="billed",
        billed_cost=amount,
        consumed_quantity=quantity,
    )


def _exact(group: Node, metric: str) -> Decimal:
    amount = group["Metrics"][metric]["Amount"]
    if not isinstance(amount.value, str):  # a number was never seen, and boto3 would round it
        group.refuse("{source}: {place} does not state its amounts as texts: {part}")
    return amount.amount()


def _consumed(group: Node) -> tuple[str | None, Decimal | None]:
    """The unit and the quantity, neither where AWS names no unit: hours are then added to
    gigabytes."""
    usage = group["Metrics"].get("UsageQuantity")
    unit = None if usage is None else usage.optional("Unit")
    return (None, None) if unit in NO_UNIT else (unit, _exact(group, "UsageQuantity"))


def _charge_category(about: dict[str, str], *, negative: bool) -> ChargeCategory:
    """Tax is a kind of line, and a service of its own ("Tax"): a refund of tax is tax too."""
    kind = about.get("RECORD_TYPE")
    if kind == "Tax" or about["SERVICE"] == "Tax":
        return "Tax"
    return "Credit" if negative or kind in APART else "Usage"


def category(service: str) -> Category:
    """Bedrock's services are AI, as are the models that are sold through it."""
    return "ai" if "bedrock" in service.lower() else "infrastructure"


def model(service: str, usage_type: str | None) -> str | None:
    """The model of a line of Bedrock, in AWS's own words: by the service's name, else from a usage
    type about tokens. None for anything else."""
    if category(service) != "ai":
        return None
    if edition := EDITION.fullmatch(service):
        return edition["model"]
    if (tokens := TOKENS.search(usage_type or "")) is None or usage_type is None:
        return None
    before = PREFIX.sub("", usage_type[: tokens.start()], count=1).strip("-_")
    return before.removesuffix("-mantle") or None


def _tags(service: str, usage_type: str | None) -> dict[str, str]:
    """Which tokens a line of Bedrock is about: input, output, cache read, cache write."""
    tokens = TOKENS.search(usage_type or "") if category(service) == "ai" else None
    if tokens is None:
        return {}
    kind = re.sub("[-_]", "", tokens["kind"].lower())
    return {"token_type": {"cacheread": "cache_read", "cachewrite": "cache_write"}.get(kind, kind)}
