"""The same money once: a sub account counts through the account that was first."""

from hypothesis import given
from hypothesis import strategies as st

from ecot.ledger.claims import Claim, claimed

SUBS = st.sets(st.sampled_from("abcdef"))


def test_the_first_account_gets_its_sub_accounts_and_may_claim_them_again() -> None:
    both = Claim({"p1": "openai/a", "p2": "openai/a"}, None)
    assert claimed({}, "openai/a", ["p2", "p1", "p1"]) == both
    assert claimed(both.claims, "openai/a", ["p1"]) == both


def test_a_second_account_is_told_who_counts_already_and_gets_nothing() -> None:
    first = claimed({}, "openai/a", ["p1"]).claims
    second = claimed(first, "openai/b", ["p0", "p1"])
    assert second == ({"p1": "openai/a"}, ("p1", "openai/a"))


@given(st.lists(st.tuples(st.sampled_from(["openai/a", "openai/b", "openai/c"]), SUBS)))
def test_whoever_claims_in_whatever_order_each_sub_account_has_one_owner_for_ever(
    turns: list[tuple[str, set[str]]],
) -> None:
    claims: dict[str, str] = {}
    for account, subs in turns:
        after = claimed(claims, account, subs)
        assert claims.items() <= after.claims.items()
        taken = {sub for sub in subs if claims.get(sub, account) != account}
        assert (after.taken is None) == (not taken)
        if after.taken:
            assert after.taken == (min(taken), claims[min(taken)])
            assert after.claims == claims
        claims = after.claims
