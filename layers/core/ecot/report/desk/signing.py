"""Signing in and out: a page with one field, and one with one button."""

import msgspec

from ecot.model.sentence import Sentence
from ecot.report.desk.form import Form, Wrong
from ecot.report.desk.frame import Desk, desk_page

WRONG_TOKEN = Wrong(
    Sentence("This token does not open the report"),
    Sentence("Check that it was copied whole, and that it is not one that is over or revoked."),
)
OTHER_ROLE = Wrong(
    Sentence("This token is right, but its role opens no report"),
    Sentence("Sign in with one of the role report or admin. One of collect starts collections."),
)
FOREIGN = Wrong(
    Sentence("The form was sent from another site, or is too old"),
    Sentence("Nothing was done. Open the page again and send it once more."),
)


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """`back` is the page that its reader came from, a path of ours. `month_only` says that a link
    from a mail has opened one month, and that this was another page."""

    back: str = ""
    month_only: bool = False
    form: Form = Form()


def sign_in_page(desk: Desk, view: SignIn) -> bytes:
    """Where a token is typed."""
    return desk_page(desk, "desk_sign_in.html", view=view, form=view.form)


def sign_out_page(desk: Desk) -> bytes:
    """Where somebody says that they leave."""
    return desk_page(desk, "desk_sign_out.html")


def problem_page(desk: Desk, title: Sentence, wrong: Wrong) -> bytes:
    """What went wrong, and what to do about it."""
    return desk_page(desk, "desk_problem.html", heading=title, wrong=wrong)
