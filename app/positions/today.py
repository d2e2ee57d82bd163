"""What of positions needs somebody today (accounts/needs.py): stored positions that were not as the evidence says."""

from datetime import timedelta

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import func, select

from app.accounts import needs
from app.accounts.sessions import Signed
from app.kernel import audit, clock, i18n
from app.kernel.db import db

from .refreshing import REPAIRED

SHOWN = timedelta(days=7)


def repaired(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Asks on which a position had to be put right these days: there must be none."""
    statement = (
        select(audit.Entry.campaign, func.count(), func.min(audit.Entry.at))
        .where(audit.Entry.action == REPAIRED, audit.Entry.at > clock.now() - SHOWN)
        .group_by(audit.Entry.campaign)
    )
    if campaign is not None:
        statement = statement.where(audit.Entry.campaign == campaign)
    return [_need(*row) for row in db.session.execute(statement)]


def _need(campaign: str, number: int, since) -> needs.Need:
    text = ngettext(
        "%(count)s time this week, stored positions were not as the evidence says. They were put right; please tell"
        " whoever looks after the site.",
        "%(count)s times this week, stored positions were not as the evidence says. They were put right; please tell"
        " whoever looks after the site.",
        number,
        count=i18n.plain_number(number),
    )
    url = url_for("audit.campaign", lang=i18n.current_language(), campaign=campaign, action=REPAIRED)
    return needs.Need(text, url, number, since, campaign)


def register() -> None:
    """Have the desk's first page ask here."""
    needs.register("positions.repaired", "audit.see", repaired, urgency=5)
