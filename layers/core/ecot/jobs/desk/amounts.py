"""Amounts as people type them, in French or in English: what could be two amounts is left alone."""

import re

_SPACES = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f'’](?=[0-9]{3}(?![0-9]))")
_MINUS = "\u2212"
_ENGLISH = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+|[+-]?[0-9]{1,3}(,[0-9]{3}){2,}")
_GERMAN = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[+-]?[0-9]{1,3}(\.[0-9]{3}){2,}")


def plain_amount(text: str) -> str:
    """`1 234,56`, `1,234.56`, `1'234.50` and `1.234,56` as `1234.56`. What is none of them, or
    could be two (`1,234`), is returned as it was typed: whoever reads it refuses it, and says why.
    """
    typed = text.strip().replace(_MINUS, "-")
    closed = _SPACES.sub("", typed)
    if _ENGLISH.fullmatch(closed):
        return closed.replace(",", "")
    if _GERMAN.fullmatch(closed):
        return closed.replace(".", "").replace(",", ".")
    if closed != typed:  # thousands were apart: a comma can only be before decimals
        return closed.replace(",", ".") if closed.count(",") == 1 and "." not in closed else closed
    return typed
