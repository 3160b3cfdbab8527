"""The tables of a printed month, and those of accounts and of figures that were changed."""

from collections.abc import Iterable, Iterator

from ecot.language import Language
from ecot.model.outcome import Outcome
from ecot.report import words
from ecot.report.paper import Cell, Column, PaperTable, Row, cell, name, soft, told
from ecot.report.paper_bills import bill_table
from ecot.report.paper_costs import cost_table
from ecot.report.views import MonthView, Revised


def paper_tables(view: MonthView, language: Language) -> list[PaperTable]:
    """Those of the page, in its order."""
    say = language.say
    titles = (
        (say("By provider"), say("Provider"), say("no provider")),
        (say("By account"), say("Account"), say("no account")),
        (say("By project"), say("Project"), say("no project")),
        (say("By model"), say("Model"), say("no model")),
    )
    found = []
    if view.totals.groups:
        found = [
            cost_table(one, *title, view.facts.currency, language)
            for one, title in zip(view.tables, titles, strict=True)
        ]
    if view.bills:
        found.append(bill_table(view, language))
    if not view.is_empty:
        found += [_outcomes(view, language), _restated(view.revised, language)]
    return found


def _outcomes(view: MonthView, language: Language) -> PaperTable:
    """Of the accounts whose last reading did not go well, as on the page."""
    say = language.say
    columns = (
        Column(say("Account"), 24),
        Column(say("State"), 16),
        Column(say("What happened, and what to do"), 38),
        Column(say("When"), 22),
    )
    rows = tuple(
        Row(
            (
                cell(name(one.name)),
                _state(one.outcome, language),
                soft(*_story(one.outcome, language)),
                soft(language.moment(one.outcome.at)),
            )
        )
        for one in view.troubled
    )
    return PaperTable(
        say("Last reading of the accounts"), columns, rows, _well_read(view, language)
    )


def _well_read(view: MonthView, language: Language) -> str:
    """The accounts that are not in the table, as on the page."""
    if not view.facts.outcomes:
        return language.say("No account has been read yet.")
    if not view.well_read:
        return ""
    one, many = (
        "The only account was read without trouble.",
        "All {count} accounts were read without trouble.",
    )
    if view.troubled:
        one, many = (
            "{count} other account was read without trouble.",
            "{count} other accounts were read without trouble.",
        )
    return language.count(one, many, view.well_read)


def _state(outcome: Outcome, language: Language) -> Cell:
    is_ill = outcome.state in ("failed", "partial")
    return cell(language.sentence(words.STATES[outcome.state]), tone="alert" if is_ill else "soft")


def _story(outcome: Outcome, language: Language) -> Iterator[str]:
    if outcome.message:
        yield told(language, outcome.message)
    elif outcome.revenues and not outcome.charges:
        one, many = "{count} figure of revenue", "{count} figures of revenue"
        yield language.count(one, many, outcome.revenues)
    else:
        charges = language.count("{count} charge", "{count} charges", outcome.charges)
        yield f"{charges} · {language.count('{count} measure', '{count} measures', outcome.usages)}"
    if outcome.unread:
        yield f"{language.say('Not read completely:')} {name(', '.join(outcome.unread))}"
    if outcome.remedy:
        yield f"{language.say('To do:')} {told(language, outcome.remedy)}"


def _restated(revised: Iterable[Revised], language: Language) -> PaperTable:
    say = language.say
    columns = (
        Column(say("Day"), 22),
        Column(say("Account"), 28),
        Column(say("Before and after"), 28, right=True),
        Column(say("Seen on"), 22),
    )
    rows = tuple(
        Row(
            (
                cell(language.date(one.restatement.day)),
                cell(name(one.name)),
                cell(_change(one, language)),
                soft(language.moment(one.restatement.seen_at)),
            )
        )
        for one in revised
    )
    nothing = say("No provider has changed a figure of this month after it was read.")
    return PaperTable(say("Restated figures"), columns, rows, "" if rows else nothing)


def _change(one: Revised, language: Language) -> str:
    if (currency := one.currency) is None:
        return language.say("only quantities changed")
    money = language.exact_money if one.looks_equal else language.money
    old, new = (
        language.say("no charge") if cost is None else money(cost, currency)
        for cost in (one.old, one.new)
    )
    return f"{old} → {new}"
