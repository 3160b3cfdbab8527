"""Which accounts a ledger knows, and which one a person may have meant."""

from collections.abc import Collection
from difflib import get_close_matches

from ecot.model.sentence import Sentence
from ecot.store.bills import all_books
from ecot.store.heads import all_heads
from ecot.store.protocol import Store
from ecot.store.records import all_progress, latest_outcomes


def known_accounts(store: Store) -> set[str]:
    """Every account that has figures, bills or an outcome, or is expected to have figures."""
    return (
        {head.account for head in all_heads(store)}
        | {progress.account for progress in all_progress(store)}
        | {outcome.account for outcome in latest_outcomes(store)}
        | {account for account, _ in all_books(store)}
    )


def refusal(account: str, known: Collection[str]) -> tuple[Sentence, Sentence] | None:
    """Why the account should not be written to, and what to do; None for one that is known. A name
    mistyped would count the same money twice: under the right name, and beside it."""
    if account in known:
        return None
    problem = Sentence("No account is called {account}", {"account": account})
    if other := meant(account, known):
        values = {"other": other, "account": account}
        return problem, Sentence(
            "Did you mean {other}? If {account} is a new one, say --new.", values
        )
    remedy = "If it is a new account, of which only bills will be known, say --new."
    return problem, Sentence(remedy)


def meant(account: str, known: Collection[str]) -> str | None:
    """The known account that is written most like it, if any is."""
    return next(iter(get_close_matches(account, sorted(known), n=1, cutoff=0.7)), None)
