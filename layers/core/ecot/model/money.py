"""Exact amounts: reading them, adding them, writing them, and cutting them into parts.

No float ever holds money here. Amounts keep the digits that the provider gave: real rows hold
0.0000008, and a total is the sum of all of them, rounded once, on screen.
"""

from collections.abc import Iterable, Sequence
from decimal import (
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    localcontext,
)

# ISO 4217 codes in use (list one, 2026-01), and the withdrawn ones that old bills still carry.
CURRENCIES = frozenset(
    """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
    BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL
    GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
    KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
    NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK
    SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS
    VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ANG HRK SLL VEF ZWL CUC""".split()  # noqa: SIM905 - a list of 170 quoted codes is harder to read
)

# ISO 4217 "minor units", where they are not 2.
_DECIMALS = (
    dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(),  # noqa: SIM905
        0,
    )
    | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
    | {"CLF": 4}
)

_EXACT = Context(prec=400, traps=[Inexact, InvalidOperation])
_TWELVE_DIGITS = Context(
    prec=12, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero]
)
_LARGEST_EXPONENT = 40  # beyond this an "amount" is an attack or a mistake, never a price


def exact(value: object) -> Decimal:
    """The amount that `value` (text, int or Decimal) states, with its own digits, without exponent.

    Raises ValueError for anything else: a float (already rounded), NaN, an infinity, a number of
    absurd size, or text that is not a number.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(f"{value!r} is not an exact number")
    if isinstance(value, str) and not (value.isascii() and "_" not in value):
        raise ValueError(f"{value!r} is not a number")  # Decimal itself would read "1_000" and "٣"
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not amount.is_finite() or abs(amount.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError(f"{value!r} is not an amount")
    if -int(amount.as_tuple().exponent) > 2 * _LARGEST_EXPONENT:
        raise ValueError(f"{value!r} has more decimals than an amount can have")
    return _without_exponent(amount)


def currency(code: str) -> str:
    """The ISO 4217 code in capitals. Raises ValueError for a code that no country uses."""
    if (upper := code.strip().upper()) not in CURRENCIES:
        raise ValueError(f"{code!r} is not a currency code")
    return upper


def minor_unit(code: str) -> Decimal:
    """The smallest amount that people pay in the currency: a cent, a yen, a fils."""
    return Decimal(1).scaleb(-_DECIMALS.get(code, 2))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum; the empty sum is 0. Never rounds: it would raise decimal.Inexact first."""
    result = Decimal(0)
    for amount in amounts:
        result = _EXACT.add(result, amount)
    return result


def minus(amount: Decimal, other: Decimal) -> Decimal:
    """The exact difference (Python's own `-` rounds to 28 digits)."""
    return _EXACT.subtract(amount, other)


def times(amount: Decimal, factor: Decimal) -> Decimal:
    """The exact product, without exponent."""
    return _without_exponent(_EXACT.multiply(amount, factor))


def quotient(amount: Decimal, divisor: Decimal) -> Decimal:
    """The quotient in 12 significant digits, half to even: of a ratio, never of an amount."""
    return _without_exponent(_TWELVE_DIGITS.divide(amount, divisor))


def text(amount: Decimal) -> str:
    """The amount with its own digits and never an exponent: "0.0000008", not "8E-7"."""
    return format(amount, "f")


def _without_exponent(amount: Decimal) -> Decimal:
    """1E+3 as 1000, so that a text and its amount are the same thing."""
    return amount if int(amount.as_tuple().exponent) <= 0 else Decimal(text(amount))


def spread(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """`amount` cut into parts in proportion to `weights`, adding up to it exactly.

    Each part is a whole number of the amount's last digit, or of a hundredth where the amount has
    fewer decimals; what is left over goes to the largest remainders, first come first.
    """
    if not weights or min(weights) < 0 or sum(weights) == 0:
        raise ValueError("weights must be whole numbers with a positive sum")
    unit = Decimal(1).scaleb(min(int(amount.as_tuple().exponent), -2))
    if amount < 0:  # a refund is cut like the charge that it takes back
        return [part.copy_negate() for part in spread(amount.copy_negate(), weights)]
    with localcontext(prec=400):
        units = int(amount / unit)
        shares = [divmod(units * weight, sum(weights)) for weight in weights]
        left = units - sum(whole for whole, _ in shares)
        by_remainder = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))
        extra = set(by_remainder[:left])
        return [(whole + (place in extra)) * unit for place, (whole, _) in enumerate(shares)]


def rounded_shares(parts: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Each part rounded to `unit`, by largest remainder, so that they add up to the rounded sum."""
    with localcontext(prec=400):
        floors = [(part / unit).to_integral_value(ROUND_FLOOR) for part in parts]
        whole = (total(parts) / unit).to_integral_value()
        left = int(whole - sum(floors))
        by_remainder = sorted(
            range(len(parts)), key=lambda place: (floors[place] - parts[place] / unit, place)
        )
        extra = set(by_remainder[:left])
        return [(floor + (place in extra)) * unit for place, floor in enumerate(floors)]
