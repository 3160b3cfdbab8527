"""A rate: what one quantity costs on one day, and which list says so."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation])
# A price of an hour is divided by 3600, which no decimal may be able to hold. Such a cost has 28
# significant digits, half to even: what genai-prices has too, since it is Python's own default.
DIGITS = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])


@dataclass(frozen=True)
class Rate:
    """`per` of a quantity cost `price`. `price_list` names the list and the date of the price.

    `long_above` is the number of input tokens of one request from which on another price holds.
    """

    price: Decimal
    per: Decimal
    currency: str
    price_list: str
    long_above: int | None = None

    def of_one(self) -> Decimal | None:
        """The price of one, where a decimal can hold it."""
        quotient = DIGITS.divide(self.price, self.per)
        return quotient if EXACT.multiply(quotient, self.per) == self.price else None

    def cost(self, quantity: Decimal) -> Decimal:
        """What the quantity costs; in 28 digits where the price of one has no end."""
        return DIGITS.divide(EXACT.multiply(quantity, self.price), self.per)
