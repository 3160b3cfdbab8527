"""The files beside each month's page: their names, and how a link calls them."""

from typing import NamedTuple

from ecot.model.period import Month
from ecot.model.sentence import Sentence


class Export(NamedTuple):
    """A form of a month's rows: how its file's name ends, and what a link to it says."""

    ending: str
    label: Sentence

    def name(self, month: Month) -> str:
        """The file of a month: "2026-01.csv"."""
        return f"{month}{self.ending}"


CSV = Export(".csv", Sentence("CSV"))
EXCEL = Export("-excel.csv", Sentence("Excel (French form)"))
JSON = Export(".json", Sentence("JSON"))
FOCUS = Export("-focus.csv", Sentence("FOCUS"))
EXPORTS = (CSV, EXCEL, JSON, FOCUS)
