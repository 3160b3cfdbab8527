"""What a badge says: two words and a figure to read at a glance, and all of it for its title."""

from decimal import Decimal

from ecot.language import Language, rounded
from ecot.report.badge_facts import BadgeFacts, Thresholds, colour_of


def label(facts: BadgeFacts, language: Language) -> str:
    """Of which day it tells: a badge may be looked at long after it was made."""
    if facts.day is None:
        name = language.say("cost of the day")
    elif facts.is_today:
        name = language.say("cost of {day} so far", day=language.short_day(facts.day))
    else:
        name = language.say("cost of {day}", day=language.short_day(facts.day))
    return f"{language.say('DEMO')} · {name}" if facts.demo else name


def message(facts: BadgeFacts, language: Language) -> str:
    """How much, whether that is all, and of a running day until when."""
    parts = [_amount(facts, language)]
    if facts.missing:
        parts.append(language.say("partial"))
    if facts.as_of and facts.is_today and facts.as_of.date() == facts.day:
        parts.append(language.utc_time(facts.as_of))
    return " · ".join(parts)


def title(facts: BadgeFacts, language: Language, thresholds: Thresholds) -> str:
    """Everything in sentences, for those who do not see the picture or its colour."""
    told = [_of_what(facts, language)]
    if facts.missing:
        one = "{count} account has not told of this day."
        many = "{count} accounts have not told of this day."
        told.append(language.count(one, many, facts.missing))
    told += _meaning(facts, language, thresholds)
    if facts.as_of:
        told.append(language.say("Last reading: {moment}.", moment=language.moment(facts.as_of)))
    return " ".join(told)


def _of_what(facts: BadgeFacts, language: Language) -> str:
    if facts.day is None:
        return language.say("The cost of no day is known.")
    values = {"day": language.date(facts.day), "amount": _amount(facts, language)}
    if facts.is_today:
        return language.say("Cost of {day} (UTC) so far, net of tax: {amount}.", **values)
    return language.say("Cost of {day} (UTC), net of tax: {amount}.", **values)


def _meaning(facts: BadgeFacts, language: Language, thresholds: Thresholds) -> list[str]:
    """What the colour says; grey says nothing."""

    def money(amount: Decimal) -> str:
        return language.exact_money(amount, facts.currency)

    match colour_of(facts, thresholds):
        case "green":
            return [language.say("That is less than {amount}.", amount=money(thresholds.amber))]
        case "amber":
            return [language.say("That is {amount} or more.", amount=money(thresholds.amber))]
        case "red":
            return [language.say("That is {amount} or more.", amount=money(thresholds.red))]
        case "grey":
            return []


def _amount(facts: BadgeFacts, language: Language) -> str:
    """As on the pages: "0.42 + unknown"; all digits where rounding would leave nothing."""
    if facts.cost is None:
        return language.say("unknown")
    is_seen = rounded(facts.cost, facts.currency) or not facts.cost
    money = (language.money if is_seen else language.exact_money)(facts.cost, facts.currency)
    return f"{money} + {language.say('unknown')}" if facts.is_part else money
