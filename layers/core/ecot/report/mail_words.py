"""What the mail says in one line: its subject, and what stands beside it in a list of mails."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ecot.language import Language, rounded
from ecot.report import words
from ecot.report.labels import account_name
from ecot.report.mail_frame import one_line, plain, told
from ecot.report.mail_view import MailView
from ecot.report.movers import mover_sentence
from ecot.report.origin import ONE_PERCENT, unknown_cost

_NAMED = 4  # accounts in a line


def subject(view: MailView, checks: int, language: Language) -> str:
    """The month, its total, by how much it changed, and how many things are to be checked: no two
    months have the same. The running month says that it runs."""
    say, of_month = language.say, view.facts.of_month
    values = {"month": language.month(view.facts.month), "total": total(view, language)}
    if of_month.state == "open":
        said = say("Costs, {month} so far: {total}", **values)
    else:
        said = say("Costs, {month}: {total}", **values)
    if _is_incomplete(view):
        said += f" ({say('incomplete')})"
    if (percent := of_month.change.percent) is not None:
        said += f" ({signed_percent(percent, language)})"
    if checks:
        said += f" – {language.count('{count} to check', '{count} to check', checks)}"
    demo = f"{say('DEMO')} – " if of_month.demo else ""
    return one_line(demo + said)


def _is_incomplete(view: MailView) -> bool:
    """Whether the total lacks days, or amounts without an exchange rate, and does not say so."""
    is_short = bool(view.of_month.missing or view.of_month.totals.unconverted)
    return is_short and view.table.total is not None and not view.table.is_part


def total(view: MailView, language: Language) -> str:
    """The total as people read it, and whether it is all."""
    if view.table.total is None:
        return language.say("unknown")
    shown = language.money(view.table.total, view.facts.of_month.currency)
    return f"{shown} + {language.say('unknown')}" if view.table.is_part else shown


def preheader(view: MailView, language: Language) -> str:
    """Where the total comes from, and what moved most."""
    said = [" · ".join(confidence(view, language))]
    if view.of_month.movers:
        first = view.of_month.movers.lines[0]
        said.append(told(language, mover_sentence(language, first, view.facts.of_month.currency)))
    return " – ".join(one for one in said if one)


def confidence(view: MailView, language: Language) -> Iterator[str]:
    """The share of each origin, and what is not in the total: in no markup."""
    for share in view.of_month.shares:
        basis = language.sentence(words.BASES[share.basis])
        yield f"{basis} {share.bound} {language.percent(share.percent)}".replace("  ", " ")
    if unknown := view.of_month.totals.coverage.unknown:
        yield unknown_cost(language, unknown)
    if view.of_month.missing:
        names = list(dict.fromkeys(one.name for one in view.of_month.missing))
        yield f"{language.say('missing:')} {some(names, language)}"


def some(names: Sequence[str], language: Language) -> str:
    """The first of the names, and how many more there are."""
    first = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return f"{first} {language.say('and {count} more', count=more)}" if more > 0 else first


def no_projection(view: MailView, language: Language) -> str:
    """Why nothing is said of the end of a running month; else nothing."""
    if (why := view.of_month.no_projection) is None:
        return ""
    if why.accounts:
        names = [plain(account_name(one, view.facts.of_month.titles)) for one in why.accounts]
        return f"{language.say('not worked out: days are missing')} ({some(names, language)})"
    return language.count(
        "not worked out: {count} complete day is not enough",
        "not worked out: {count} complete days are not enough",
        why.days,
    )


def share_of_total(share: Decimal, language: Language) -> str:
    """In whole percents, of which none is 0 or 100 where there is something, and something else."""
    if 0 < share < ONE_PERCENT:
        return f"< {language.percent(ONE_PERCENT)}"
    if 1 - ONE_PERCENT < share < 1:
        return f"> {language.percent(1 - ONE_PERCENT)}"
    return language.percent(share)


def signed_percent(percent: Decimal, language: Language) -> str:
    """A change: percent as `analysis` has it, 12.4 for a rise by 12.4 %."""
    sign = "+" if percent > 0 else ""
    return sign + language.percent(percent / 100, 1)


def signed_money(amount: Decimal, currency: str, language: Language) -> str:
    """A difference; with all its digits where rounding would leave nothing of it."""
    is_seen = rounded(amount, currency) or not amount
    shown = language.money if is_seen else language.exact_money
    return ("+" if amount > 0 else "") + shown(amount, currency)


def footer(view: MailView, language: Language) -> list[str]:
    """What the figures are of, and how fresh they are."""
    say, of_month = language.say, view.facts.of_month
    said = [
        say(
            "{days}, in UTC days, as providers count them",
            days=language.days(view.of_month.totals.first, view.of_month.last),
        ),
        say("times are those of {zone}", zone=language.timezone),
    ]
    if of_month.collected_at:
        said.append(say("last collection: {moment}", moment=language.moment(of_month.collected_at)))
    if view.facts.price_list:
        said.append(say("public prices: list {version}", version=view.facts.price_list))
    return said
