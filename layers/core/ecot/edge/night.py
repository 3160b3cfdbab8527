"""What follows a collection, as the settings want it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ecot.edge.setup import Setup
from ecot.jobs.cycle.night import Night
from ecot.jobs.round import Told, nothing_to_tell

if TYPE_CHECKING:
    from ecot.jobs.cycle.mailing import Mailing


def night_of(setup: Setup, mailing: "Mailing | None", told: Told = nothing_to_tell) -> Night:
    """Notion where it is wanted, the site, and mails where they are to go."""
    access = setup.notion()
    return Night(
        place=setup.place,
        site=setup.site,
        edition=replace(setup.edition(), mail_lacks=_lacking(setup)),
        expected=setup.expected,
        clocks=setup.clocks(),
        notion=access if access.is_wanted else None,
        categories=setup.categories(),
        mailing=mailing,
        mail_day=setup.settings.mail.day,
        told=told,
    )


def _lacking(setup: Setup) -> str | None:
    """The variable of the key without which mails that somebody wants stay owed: there is no
    outbox where nobody would look into one."""
    mail = setup.settings.mail
    is_lacking = bool(mail.to) and mail.secret is None and setup.outbox is None
    return mail.secret_name if is_lacking else None
