"""The options of `ecot bill`, each with one name and one meaning."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ecot.cli import options


class Kind(StrEnum):
    """What a bill is."""

    invoice = "invoice"
    top_up = "top-up"


Of = Annotated[str, typer.Argument(metavar="PROVIDER/NAME", help="The account.")]
Which = Annotated[str, typer.Argument(metavar="NUMBER", help="The number on the bill.")]
Number = Annotated[str, options.valued("--number", "NUMBER", "The number on the bill.")]
Issued = Annotated[str, options.valued("--issued", "DAY", "The day of issue, such as 2026-02-01.")]
Net = Annotated[str, options.valued("--net", "AMOUNT", "Without tax; negative for a credit note.")]
Code = Annotated[
    str, options.valued("--currency", "CODE", "The bill's own currency, such as EUR: no default.")
]
Tax = Annotated[str | None, options.valued("--tax", "AMOUNT", "The tax on it, if it states one.")]
OfMonth = Annotated[str | None, options.valued("--month", "MONTH", "The month that it is about.")]
From = Annotated[str | None, options.valued("--from", "DAY", "The first day that it is about.")]
To = Annotated[str | None, options.valued("--to", "DAY", "The day after the last one.")]
OfKind = Annotated[
    Kind, options.valued("--kind", "invoice|top-up", "A top-up moves a balance, never a total.")
]
Service = Annotated[str | None, options.valued("--service", "NAME", "Only about this service.")]
Project = Annotated[
    str | None, options.valued("--sub-account", "ID", "Only about this project (its id).")
]
Category = Annotated[
    str | None,
    options.valued("--category", "NAME", "Default: that of its plan or provider, else `other`."),
]
Note = Annotated[str | None, options.valued("--note", "TEXT", "A word for the history.")]
New = Annotated[bool, options.flag("--new", "The account is new: only bills are known of it.")]
Why = Annotated[str, options.valued("--reason", "TEXT", "Why, for the history.")]
Undo = Annotated[bool, options.flag("--undo", "Take the booking back.")]
BillFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A CSV file.", exists=True, dir_okay=False)
]
Default = Annotated[
    str | None, options.valued("--account", "PROVIDER/NAME", "For lines that name no account.")
]
