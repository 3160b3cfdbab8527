"""When somebody is told: when trouble begins, once a week while it lasts, and when it is over.

Trouble is an account that has failed twice in a row, and two days on which nothing was collected.
A closed month that was restated, a monthly mail that came back, and a budget of which a mark is
reached are told once. One mail a day at most: what comes later that day is in the next day's, if
it still holds. Every mail names all that is wrong when it is written, so that "well again" is never
read as "all is well".
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from ecot.alerts.facts import (
    AccountRuns,
    AlertFacts,
    Failing,
    Judged,
    Memory,
    Notice,
    Recovered,
    Silent,
    Trouble,
)
from ecot.model.budget import Spent
from ecot.model.outcome import Outcome

IN_A_ROW = 2  # failures
SILENCE = timedelta(days=2)
AGAIN_AFTER = timedelta(days=7)  # trouble that lasts is told again


def judge(facts: AlertFacts, memory: Memory | None) -> Judged:
    """What is to be told at this moment. With no memory nobody has been told anything yet, and what
    was restated or came back until now is no news."""
    before = memory or Memory(told=_ids_of_old(facts))
    troubles = tuple(_troubles(facts, before))
    notice = _notice(facts, before, troubles)
    is_free = before.mailed_on is None or before.mailed_on < facts.today
    if not (is_free and _is_due(notice, facts, troubles)):
        return Judged(None, replace(before, troubles=troubles, told=_kept(facts, before)))
    told = tuple(sorted({*_ids(facts), *_kept(facts, before)}))
    lasting = tuple(_told(facts, one) for one in troubles if not _is_over(facts, one))
    return Judged(notice, Memory(mailed_on=facts.today, troubles=lasting, told=told))


def _ids(facts: AlertFacts) -> tuple[str, ...]:
    """Of what happens once."""
    reached = (id_ for one in facts.spent for _, id_ in one.marks)
    return tuple(sorted({*_ids_of_old(facts), *reached}))


def _ids_of_old(facts: AlertFacts) -> tuple[str, ...]:
    """Of what is over once it has happened."""
    restated = {one.id for one in facts.restated}
    return tuple(sorted(restated | {one.id for one in facts.bounced}))


def _kept(facts: AlertFacts, before: Memory) -> tuple[str, ...]:
    """What was told and may be asked about again: also a mark that a correction took back, so that
    reaching it once more is no news."""
    known = {*_ids_of_old(facts), *(id_ for one in facts.spent for id_ in one.ids)}
    return tuple(one for one in before.told if one in known)


def _troubles(facts: AlertFacts, before: Memory) -> Iterator[Trouble]:
    """What lasts, and what is over and was told of. Nobody hears of what came and went between two
    mails, nor of an account that is in the settings no more."""
    known = {one.account: one for one in before.troubles}
    for one in _current(facts):
        yield known.pop(one.account, one)
    remaining = {one.account for one in facts.accounts if one.runs}
    for trouble in known.values():
        is_expected = trouble.account in remaining or (trouble.account is None and _expects(facts))
        if is_expected and trouble.told_on is not None:
            yield trouble


def _current(facts: AlertFacts) -> Iterator[Trouble]:
    """What is wrong now, as if it were new."""
    if _is_silent(facts):
        yield Trouble(account=None, since=facts.collected_at)
    for one in facts.accounts:
        if _is_failing(one):
            yield Trouble(account=one.account, since=_since(one.runs))


def _is_silent(facts: AlertFacts) -> bool:
    return _expects(facts) and facts.now - facts.collected_at >= SILENCE


def _expects(facts: AlertFacts) -> bool:
    """Whether anything is to be collected: an account without a key is not."""
    return any(not one.runs or one.runs[0].state != "not_configured" for one in facts.accounts)


def _is_failing(one: AccountRuns) -> bool:
    last = one.runs[:IN_A_ROW]
    return len(last) == IN_A_ROW and all(run.state == "failed" for run in last)


def _since(runs: Sequence[Outcome]) -> datetime:
    """When the first of the failures was, as far as the runs go."""
    failures = []
    for run in runs:
        if run.state != "failed":
            break
        failures.append(run.at)
    return failures[-1]


def _is_over(facts: AlertFacts, trouble: Trouble) -> bool:
    """Whether it is well again. An account that is read in part, has failed once since, or has lost
    its key is neither: nothing is said of it."""
    if trouble.account is None:
        return not _is_silent(facts)
    return _latest(facts, trouble.account).state in ("ok", "no_data")


def _latest(facts: AlertFacts, account: str) -> Outcome:
    return next(one.runs[0] for one in facts.accounts if one.account == account)


def _is_current(facts: AlertFacts, trouble: Trouble) -> bool:
    return any(one.account == trouble.account for one in _current(facts))


def _told(facts: AlertFacts, trouble: Trouble) -> Trouble:
    """The trouble, once the mail of today names it."""
    return replace(trouble, told_on=facts.today) if _is_current(facts, trouble) else trouble


def _is_due(notice: Notice, facts: AlertFacts, troubles: Sequence[Trouble]) -> bool:
    has_news = (
        any(one.is_new for one in notice.failing)
        or (notice.silent is not None and notice.silent.is_new)
        or notice.restated
        or notice.bounced
        or notice.spent
        or notice.recovered
        or notice.silence_over
    )
    return bool(has_news) or any(_is_due_again(facts, one) for one in troubles)


def _is_due_again(facts: AlertFacts, trouble: Trouble) -> bool:
    if trouble.told_on is None or not _is_current(facts, trouble):
        return False
    return facts.today - trouble.told_on >= AGAIN_AFTER


def _notice(facts: AlertFacts, before: Memory, troubles: Sequence[Trouble]) -> Notice:
    """The mail that would be written now."""
    now_wrong = [one for one in troubles if _is_current(facts, one)]
    over = [one for one in troubles if _is_over(facts, one)]
    return Notice(
        on=facts.today,
        failing=tuple(_failing(facts, one.account, one) for one in now_wrong if one.account),
        silent=next((_silent(facts, one) for one in now_wrong if one.account is None), None),
        restated=tuple(one for one in facts.restated if one.id not in before.told),
        bounced=tuple(one for one in facts.bounced if one.id not in before.told),
        spent=tuple(one for one in facts.spent if _is_news(one, before)),
        recovered=tuple(_recovered(facts, one.account, one) for one in over if one.account),
        silence_over=next((one.since for one in over if one.account is None), None),
    )


def _is_news(spent: Spent, before: Memory) -> bool:
    """Whether the highest mark that is reached was not told."""
    reached = [id_ for _, id_ in spent.marks]
    return bool(reached) and reached[-1] not in before.told


def _failing(facts: AlertFacts, account: str, trouble: Trouble) -> Failing:
    return Failing(
        account=account,
        since=trouble.since,
        outcome=_latest(facts, account),
        is_new=trouble.told_on is None,
    )


def _silent(facts: AlertFacts, trouble: Trouble) -> Silent:
    return Silent(since=facts.collected_at, is_new=trouble.told_on is None)


def _recovered(facts: AlertFacts, account: str, trouble: Trouble) -> Recovered:
    return Recovered(account=account, since=trouble.since, well_at=_latest(facts, account).at)
