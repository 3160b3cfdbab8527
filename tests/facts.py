"""What a supplier made up for a test says of itself."""

from ecot.providers.contract import Facts

MADE_UP = Facts(
    bills="What a test says.",
    grain="UTC day.",
    history="For ever.",
    late="At once.",
    key="Any key.",
    permission="None.",
    cannot_tell="Anything else.",
    sub_accounts="Projects.",
)
