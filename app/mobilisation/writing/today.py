"""What of letters to missions needs somebody today (accounts/needs.py)."""

from flask_babel import ngettext

from app.accounts import navigation, needs
from app.accounts.sessions import Signed
from app.kernel import i18n

from . import desk_queries


def waiting(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Letters that wait to be passed on, and mails of which nobody knows whether they have gone, by campaign."""
    lang, found = i18n.current_language(), []
    for slug, number, since, lost in desk_queries.needs(campaign):
        url = navigation.address("writing_queue.index", lang, slug)
        if number:
            said = ngettext(
                "%(count)s letter waits to be passed on to a mission",
                "%(count)s letters wait to be passed on to a mission",
                number,
                count=i18n.plain_number(number),
            )
            found.append(needs.Need(said, url, number, since, slug))
        if lost:
            said = ngettext(
                "Of %(count)s mail to a mission nobody knows whether it has gone",
                "Of %(count)s mails to missions nobody knows whether they have gone",
                lost,
                count=i18n.plain_number(lost),
            )
            found.append(needs.Need(said, url, lost, None, slug))
    return found


def register() -> None:
    """Have the desk's first page ask here."""
    needs.register("writing.waiting", "writing.manage", waiting, urgency=25)
