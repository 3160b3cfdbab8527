"""What the explorer's script says, in one language; blanks in braces are filled by the script."""

from typing import Any

from ecot.language import Language


def said(language: Language) -> dict[str, Any]:
    """Every sentence of the script, by the name that it has there."""
    say, words = language.say, language.words
    return {
        "all": say("all"),
        "all_months": say("All months"),
        "by": _dimensions(language),
        "titles": _titles(language),
        "none": _nameless(language),
        "categories": {
            "ai": say("AI"),
            "infrastructure": say("infrastructure"),
            "developer tools": say("developer tools"),
            "other": say("other"),
        },
        "bases": {
            "billed": say("billed"),
            "estimated": say("estimated"),
            "entered": say("entered"),
        },
        "unknown": say("unknown"),
        "unpriced": [
            words("{count} charge of unknown cost"),
            words("{count} charges of unknown cost"),
        ],
        "replaced": say("replaced by a bill"),
        "outside": say("outside the total"),
        "rounding": say("rounding"),
        "total": say("Total"),
        "period": say("Period"),
        "others": words("{count} others"),
        "more": words("Show all {count} lines"),
        "origin": say("Origin of the figures:"),
        "missing": say("missing:"),
        "days": [words("{count} day"), words("{count} days")],
        "none_missing": say("no day is missing"),
        "uncosted": words("Not in the total: {name}, {charges}"),
        "uncosted_use": say("use without any cost"),
        "odd": words("Not here, and left out of the question: {values}"),
        "short": words("Of {months}, only the whole month is kept on this page."),
        "short_people": words(
            "What each person and API key cost is not kept on this page for {months}."
        ),
        "nearest": words("Show {days} instead"),
        "by_day": words("Days of {month}"),
        "impossible": say(
            "Totals are not kept by model and by API key at the same time. Group by something "
            "else, or choose all keys."
        ),
        "nothing": say("Nothing is known of these days."),
        "csv": {
            "name": say("Name"),
            "key": say("Identifier"),
            "owner": say("Belongs to"),
            "cost": say("Cost, net of tax"),
            "currency": say("Currency"),
            "origin": say("Origin"),
            "unpriced": say("Charges of unknown cost"),
        },
        "span": words("{first} to {last}"),
    }


def _dimensions(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "provider": say("Provider"),
        "account": say("Account"),
        "sub_account": say("Project"),
        "model": say("Model"),
        "service": say("Service"),
        "category": say("Category"),
        "day": say("Day"),
        "month": say("Month"),
        "user": say("User"),
        "api_key": say("API key"),
    }


def _titles(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "provider": say("By provider"),
        "account": say("By account"),
        "sub_account": say("By project"),
        "model": say("By model"),
        "service": say("By service"),
        "category": say("By category"),
        "day": say("By day"),
        "month": say("By month"),
        "user": say("By user"),
        "api_key": say("By API key"),
    }


def _nameless(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "sub_account": say("no project"),
        "model": say("no model"),
        "service": say("no service"),
        "category": say("no category"),
        "user": say("no user"),
        "api_key": say("no API key"),
    }
