"""`ecot bill import`: a year of bills from a spreadsheet."""

from collections.abc import Sequence
from itertools import zip_longest

import typer

from ecot.cli import bill_options, options
from ecot.cli.files import read
from ecot.cli.options import examples
from ecot.cli.republishing import publish_there
from ecot.cli.session import Session, author
from ecot.cli.show import complain, print_json, tell
from ecot.edge.bill_accounts import known, refuse_stray
from ecot.edge.bill_documents import problems_document
from ecot.jobs.bill_files import MOST, Problem, read_bills
from ecot.jobs.bills import enter
from ecot.language import Language
from ecot.model.sentence import Sentence


def add_to(bills: typer.Typer) -> None:
    """Adds the command."""
    of_import = examples("ecot bill import bills.csv", "ecot bill import 2026.csv --account aws/a")
    bills.command("import", epilog=of_import)(import_file)


def import_file(
    file: bill_options.BillFile,
    account: bill_options.Default = None,
    is_new: bill_options.New = False,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Enter the bills of a CSV file: all of them, or none where a line is wrong.

    Importing the same file again changes nothing; a line that was corrected takes the earlier
    one's place.
    """
    session = Session(config)
    accounts = None if is_new else known(session)
    found = read_bills(
        read(file),
        file.name,
        session.today,
        account=account,
        known=accounts,
        categories=session.categories(),
    )
    if found.problems:
        _tell_problems(session.language, file.name, found.problems, json=json)
        raise typer.Exit(1)
    if not is_new:
        for bill in found.bills:
            refuse_stray(session, bill)
    changed = enter(session.place, found.bills, session.now(), author())
    if json:
        print_json({"bills": len(found.bills), "changed": changed})
    else:
        count = session.language.count
        told = count("{count} bill in the file", "{count} bills in the file", len(found.bills))
        news = count("{count} new or corrected", "{count} of them new or corrected", changed)
        tell(f"{told}, {news if changed else session.language.say('nothing changed')}")
    if changed:
        publish_there(session)


def _tell_problems(
    language: Language, name: str, problems: Sequence[Problem], *, json: bool
) -> None:
    message = Sentence("{file} is not imported: nothing of it is in the ledger", {"file": name})
    complain(language, message)
    for one, after in zip_longest(problems, problems[1:]):
        values = {"line": str(one.line), "column": one.column}
        values["problem"] = language.sentence(one.problem)
        text = "line {line}, {column}: {problem}" if one.column else "line {line}: {problem}"
        is_last = after is None or after.remedy != one.remedy  # said once for all in a row
        complain(language, Sentence(text, values), one.remedy if is_last else None, mark=" ")
    if len(problems) == MOST:
        tell(language.say("More than {count} mistakes are not told at once.", count=MOST))
    if json:
        print_json(problems_document(message, problems, language))
