"""The mail that leads its reader to what they are written to about."""

from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel import i18n
from app.kernel.mail import Letter


def choices(*, address: str, language: str, token: str, until: date, neutral: bool) -> Letter:
    """The mail with a link that works until the day `until`. A neutral one does not say who writes."""
    with force_locale(language):
        day = i18n.isolated(i18n.format_day(until, language), language)
        works = _("The page works until %(day)s.", day=day)
        if neutral:
            subject, label = _("Please open this page"), _("Open the page")
            first = _("You can choose there what you are written to about. If you did not ask for it, do nothing.")
            url = i18n.neutral_url("leaving.choices", lang=language, token=token)
        else:
            subject, label = _("Choose which mails you get from us"), _("See and change my choices")
            first = _(
                "Somebody with a mail of ours to you asked for this page. It shows what you agreed to, and lets you"
                " change it. If it was not you, there is nothing to do: the page is for you alone."
            )
            url = i18n.site_url("leaving.choices", lang=language, token=token)
        why = _("You get this mail because your address was given to us.")
    return Letter(
        to=address,
        lang=language,
        subject=subject,
        paragraphs=(first, works),
        action_label=label,
        action_url=url,
        action_after=0,
        why=why,
        neutral=neutral,
    )
