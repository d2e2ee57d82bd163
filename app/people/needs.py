"""What of this room needs somebody today (accounts/needs.py): requests about one's own data, with their clock."""

from flask import url_for
from flask_babel import ngettext

from app.accounts import needs
from app.accounts.sessions import Signed
from app.kernel import clock, i18n

from . import privacy_queries, privacy_rules


def open_requests(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Requests that are not answered yet: how many, and how much of the month is left for the first."""
    number, first_due, since = privacy_queries.open_requests()
    if not number:
        return []
    lang = i18n.current_language()
    words = ngettext(
        "%(count)s request about personal data is open",
        "%(count)s requests about personal data are open",
        number,
        count=i18n.isolated(str(number), lang),
    )
    left = privacy_rules.days_left(first_due, clock.today())
    days = i18n.isolated(str(abs(left)), lang)
    if left < 0:
        clock_says = ngettext("%(days)s day late", "%(days)s days late", -left, days=days)
    else:
        clock_says = ngettext("%(days)s day left to answer", "%(days)s days left to answer", left, days=days)
    return [needs.Need(f"{words} · {clock_says}", url_for("privacy_desk.index", lang=lang), number, since)]


needs.register("people.requests", "privacy.handle", open_requests, urgency=15)
