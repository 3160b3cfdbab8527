"""Where a spreadsheet could take a text for a formula, and run it."""

import re

# Excel takes the full-width signs for the others.
_SIGN = "[=+\\-@\t\r\n＝＋－＠]"
# Beside the file's own separator, which quotes keep in a cell: what another country's spreadsheet,
# or a person who says so, cuts lines at. Quotes that do not open a cell then keep nothing.
_CUTS = ";\t\r\n"


def beginnings(more_cuts: str = "") -> "re.Pattern[str]":
    """Matches the empty places of a text at which a formula could begin: its start, and after each
    sign at which lines may be cut."""
    return re.compile(rf"(?:^|(?<=[{_CUTS}{more_cuts}]))(?='*{_SIGN})")


def hidden(more_cuts: str = "") -> "re.Pattern[str]":
    """Matches the apostrophe before each such place, where one was put."""
    return re.compile(rf"(?:^|(?<=[{_CUTS}{more_cuts}]))'(?='*{_SIGN})")
