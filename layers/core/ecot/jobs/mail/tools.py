"""What a month's mail says of developer tools: costs, people and seats."""

from ecot.analysis.activity import by_tool, tool_days
from ecot.analysis.totals import totals
from ecot.jobs.known import shared
from ecot.jobs.site.history import History
from ecot.jobs.site.seats import known_tools, seats_of
from ecot.jobs.site.tools import is_of_tools
from ecot.model.period import Month
from ecot.report.mail_facts import ToolsOfMonth


def tools_of_month(history: History, month: Month) -> ToolsOfMonth | None:
    """None where nobody has any. What is missing is said of a tool that was never read, too."""
    edition = history.edition
    figures = [one for one in history.month(month, "person").figures if is_of_tools(one)]
    seats = tuple(seats_of(history.place, edition, figures))
    if not (figures or seats):
        return None
    tools = {one.provider for one in figures} | known_tools()
    return ToolsOfMonth(
        costs=totals(
            figures,
            by="provider",
            first=month.first,
            after=edition.question(month.first, month.after).until,
            currency=edition.currency,
            missing=[gap for gap in history.gaps(month) if gap.provider in tools],
            names=history.names,
            shared=shared(),
        ),
        done=by_tool(tool_days(figures, edition.currency)),
        seats=seats,
    )
