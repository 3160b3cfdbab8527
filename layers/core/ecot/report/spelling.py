"""How a language writes amounts, as pieces that a script puts together to the same text.

The pieces are cut out of what `Language` itself writes, so that the two cannot differ.
"""

import re
from decimal import Decimal
from typing import Any

from ecot.language import Language

_SAMPLE = Decimal("1234567.5")
_POWERS = (6, 9, 12)


def spelling(language: Language, currencies: tuple[str, ...]) -> dict[str, Any]:
    """What stands before, in and behind numbers, by kind; of money by currency."""
    return {
        "money": {code: _money(language, code) for code in currencies},
        "number": _pieces(language.number(_SAMPLE), language.number(-_SAMPLE)),
        "percent": _pieces(*(language.percent(sign * _SAMPLE / 100, 1) for sign in (1, -1))),
        "compact": {
            power: language.quantity(Decimal(2).scaleb(power)).partition("2")[2]
            for power in _POWERS
        },
    }


def _money(language: Language, currency: str) -> dict[str, Any]:
    texts = (language.exact_money(sign * _SAMPLE, currency) for sign in (1, -1))
    whole = language.money(Decimal(0), currency)
    return _pieces(*texts) | {"digits": sum(one.isdecimal() for one in whole) - 1}


def _pieces(positive: str, negative: str) -> dict[str, Any]:
    """ "-1,234,567.50 $" parted into what is around and between its digits."""
    plus, minus = (re.split(r"(?<!\d)1(\D+)234\D+567(\D+)50*", one) for one in (positive, negative))
    before, group, point, behind = plus
    return {"group": group, "point": point, "plus": [before, behind], "minus": [minus[0], minus[3]]}
