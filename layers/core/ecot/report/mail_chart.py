"""The months as a picture for the mail: it adds nothing that the words do not say."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ecot.language import Language, templates_folder
from ecot.report.charts import axis
from ecot.report.mail_facts import MonthCost
from ecot.report.mail_text import MailPart
from ecot.report.svg import svg

CONTENT_ID = "months.chart@ecot"
_TOP, _BOTTOM = 52, 310  # of 1104 by 392, twice what is shown: for fine screens
_LEFT, _RIGHT = 8, 1096
_WIDEST = 96
_MANY = 100  # of these nobody reads the cents in a picture


def chart(costs: Sequence[MonthCost], language: Language) -> MailPart | None:
    """Columns of the months' totals; None where there are fewer than two to lay beside each
    other."""
    known = [one for one in costs if one.total is not None]
    if len(known) < 2:
        return None
    import resvg_py  # 3 MB, for those who send mails

    font = templates_folder() / "fonts" / "libertinus-serif.ttf"
    picture = resvg_py.svg_to_bytes(
        svg_string=drawing(costs, language),
        skip_system_fonts=True,
        font_files=[str(font)],
    )
    return MailPart(
        name="months.png", media_type="image/png", content=picture, content_id=CONTENT_ID
    )


def drawing(costs: Sequence[MonthCost], language: Language) -> str:
    """The chart as SVG."""
    drawn = svg("mail_chart.svg", columns=list(_columns(costs, language)), bottom=_zero(costs))
    return drawn.replace("\u202f", "\u2009")  # the font has one narrow space only


def alt(costs: Sequence[MonthCost], currency: str, language: Language) -> str:
    """The chart in words."""
    said = []
    for one in costs:
        amount = (
            language.say("unknown") if one.total is None else language.money(one.total, currency)
        )
        part = (
            f" ({language.say('incomplete')})" if one.total is not None and not one.is_whole else ""
        )
        said.append(f"{language.short_month(one.month)} {amount}{part}")
    return language.say("Total of each month: {months}", months=", ".join(said))


def _label(total: Decimal | None, language: Language) -> str:
    """In few letters: whole units where there are many."""
    if total is None:
        return "?"
    return language.quantity(total.quantize(Decimal(1)) if abs(total) >= _MANY else total)


def _scale(costs: Sequence[MonthCost]) -> tuple[float, float]:
    values = [one.total for one in costs if one.total is not None]
    ticks = axis(values).ticks
    return float(ticks[0]), float(ticks[-1])


def _zero(costs: Sequence[MonthCost]) -> float:
    low, high = _scale(costs)
    return round(_BOTTOM + low / (high - low) * (_BOTTOM - _TOP), 1)


def _columns(costs: Sequence[MonthCost], language: Language) -> Iterator[dict[str, Any]]:
    low, high = _scale(costs)
    zero, step = _zero(costs), (_RIGHT - _LEFT) / len(costs)
    width = min(step * 0.7, _WIDEST)
    for at, one in enumerate(costs):
        middle = _LEFT + step * (at + 0.5)
        end = zero - float(one.total or 0) / (high - low) * (_BOTTOM - _TOP)
        yield {
            "x": round(middle - width / 2, 1),
            "width": round(width, 1),
            "y": round(min(zero, end), 1),
            "height": round(abs(zero - end), 1),
            "middle": round(middle, 1),
            "label_y": round(min(zero, end) - 10, 1),
            "label": _label(one.total, language),
            "month": language.month_name(one.month.number),
            "year": one.month.year if at == 0 or one.month.number == 1 else "",
            "is_last": at == len(costs) - 1,
            "is_whole": one.is_whole,
        }
