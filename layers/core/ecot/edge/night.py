"""What follows a collection, as the settings want it."""

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
        edition=setup.edition(),
        expected=setup.expected,
        clocks=setup.clocks(),
        notion=access if access.is_wanted else None,
        categories=setup.categories(),
        mailing=mailing,
        mail_day=setup.settings.mail.day,
        told=told,
    )
