"""How the settings want mails to go."""

from ecot.edge.setup import Setup
from ecot.errors import SettingsError
from ecot.jobs.cycle.mailing import Mailing
from ecot.jobs.links import Links, served_at
from ecot.jobs.mail.report import Letterhead, Post, open_post


def mailing_of(setup: Setup) -> Mailing:
    """How mails go. Raises SettingsError where the settings do not say to whom, or hold a key that
    is none."""
    return Mailing(
        post=post_of(setup),
        to=recipients_of(setup),
        letterhead=letterhead_of(setup),
        failures=setup.settings.mail.failures,
    )


def post_of(setup: Setup) -> Post:
    """How mails go out: by Resend, or into the outbox. Raises SettingsError for a key that is
    none, and where there is neither."""
    mail = setup.settings.mail
    if mail.fault is not None:
        raise SettingsError(mail.fault.text, **mail.fault.values)
    if mail.secret is None and setup.outbox is None:
        raise SettingsError(
            "No key sends mails from here: {variable} is not set",
            remedy="Keep it with `ecot connect resend`; the mail stays owed until then.",
            variable=mail.secret_name,
        )
    return open_post(setup.outbox, mail.secret, setup.now, mail.base_url)


def letterhead_of(setup: Setup) -> Letterhead:
    """From whom mails are, and what leads from them into the report."""
    mail, url = setup.settings.mail, setup.settings.report.url
    return Letterhead(mail.sender, mail.reply_to, url, links_of(setup))


def links_of(setup: Setup) -> Links | None:
    """How mails get a link that opens their month; None where Ecot does not serve the report, where
    there is no key to sign with, and where the settings want none."""
    base = served_at(setup.settings.report.url) if setup.settings.mail.links else None
    key = setup.signing_key() if base is not None else None
    return None if base is None or key is None else Links(base, key)


def recipients_of(setup: Setup) -> tuple[str, ...]:
    """Those of the settings."""
    if not setup.settings.mail.to:
        raise SettingsError(
            "There is nobody to send the mail to",
            remedy="Name the recipients in the settings, [mail] to, or with --to.",
        )
    return setup.settings.mail.to
