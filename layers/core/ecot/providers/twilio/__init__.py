"""Twilio: what an account cost by day and category, messages, calls and minutes, and its balance.

Reads `/Usage/Records/Daily.json` once for `totalprice` and once for each of a fixed list of
categories, and `/Balance.json`, as the specification of 2026-04-14 has them (github.com/twilio/
twilio-oai, d50069b). Needs the account's SID with its Auth Token, or with an API key (SK…) and
its secret.

What Twilio does not tell: invoices and tax, the cost of a subaccount apart from the others, of a
number or a message by day. How late prices come is not documented. Surprises, with where they
were seen:

* Categories overlap: the sum of all records is a multiple of the bill (records.py).
* `price` is a number in the specification and the text "0" in its own example; `count` and `usage`
  are texts; the `count` of `totalprice` is null (somleng issue 8, 2016).
* Both dates are inside, and GMT. Without a start the list goes back to the account's first day.
* Subaccounts are inside unless one says otherwise, under the SID of the account that was asked.
* The next page is named relative to the server.
* The console and Twilio's own tools call the *SID* of an API key TWILIO_API_KEY.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from ecot.model.answer import Answer, Parsed
from ecot.providers.contract import Facts, Provider
from ecot.providers.twilio.asking import BALANCE, USAGE, TwilioOptions, check, fetch, headers
from ecot.providers.twilio.records import balance, usage

CONSOLE = "https://console.twilio.com"
ENTER = (
    f"enter the Auth Token of the account that TWILIO_ACCOUNT_SID names ({CONSOLE}, Account Info),"
    " or the secret of an API key with the key's SID as api_key_sid in ecot.toml."
)


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows that one answer states."""
    return usage(answer) if answer.feed == USAGE else balance(answer)


def recognise(secret: str) -> str | None:
    """The remedy for what is no secret of Twilio's."""
    if re.fullmatch("(AC|SK)[0-9a-fA-F]{32}", secret):
        return f"This is a SID, which says whose the key is, and no key: {ENTER}"
    if secret.startswith(("SG.", "sk-", "sk_", "rk_")):
        return f"This is a key of another service. For Twilio {ENTER}"
    return None


TWILIO = Provider(
    name="twilio",
    title="Twilio",
    category="infrastructure",
    base_url="https://api.twilio.com",
    # The last two may hold the SID of an API key instead, as Twilio's own tools name it.
    variables=("TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_ADMIN_KEY"),
    needs={"account_sid": "TWILIO_ACCOUNT_SID"},
    facts=Facts(
        bills="The price of each day, by category; messages, calls and minutes; what is left.",
        grain="GMT day × category; what no category of the list tells is other.",
        history="Since the account exists, as far as is known; a first collection reads 12 months.",
        late="Not documented; the last 7 days are read again every night.",
        key="The account's Auth Token, or the secret of an API key; TWILIO_ACCOUNT_SID beside it.",
        permission="Any key of the account; a restricted API key needs Usage.",
        cannot_tell="Invoices, tax, the cost of one subaccount among others, of a number or of a"
        " message.",
        sub_accounts="The account that is asked, with its subaccounts.",
    ),
    feeds=(USAGE,),
    snapshots=(BALANCE,),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.twilio.com",
    remedies={
        "access_denied": f"Look whether TWILIO_ACCOUNT_SID and the key belong together: {ENTER} A"
        " restricted key needs the permission Usage; where it may not read the balance, as no"
        " subaccount may, write balance = false.",
    },
    # Not documented; a whole day keeps what merely comes late from being announced as a revised
    # figure.
    lateness=timedelta(days=1),
    options=TwilioOptions,
)
