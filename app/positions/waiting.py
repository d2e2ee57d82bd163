"""What evidence needs somebody today (accounts/needs.py): drafts to check, provisional pieces, pieces given for an
older text of their ask."""

from functools import partial

from flask import url_for
from flask_babel import ngettext

from app.accounts import needs
from app.accounts.sessions import Signed
from app.kernel import clock, i18n

from . import desk_queries


def waiting(kind: str, campaign: str | None, staff: Signed) -> list[needs.Need]:
    """What needs this (one of desk_queries.NEEDS), by campaign."""
    lang, now = i18n.current_language(), clock.now()
    return [
        needs.Need(
            _said(kind, number), url_for("evidence.index", lang=lang, campaign=slug, needs=kind), number, since, slug
        )
        for slug, number, since in desk_queries.waiting(campaign, kind, now)
    ]


def _said(kind: str, number: int) -> str:
    count = i18n.plain_number(number)
    if kind == desk_queries.UNCHECKED:
        return ngettext(
            "%(count)s piece of evidence waits to be checked",
            "%(count)s pieces of evidence wait to be checked",
            number,
            count=count,
        )
    if kind == desk_queries.PROVISIONAL:
        return ngettext(
            "%(count)s piece of evidence has been provisional for more than 14 days",
            "%(count)s pieces of evidence have been provisional for more than 14 days",
            number,
            count=count,
        )
    return ngettext(
        "%(count)s piece of evidence was given for an older text of its ask",
        "%(count)s pieces of evidence were given for an older text of their ask",
        number,
        count=count,
    )


def register() -> None:
    """Have the desk's first page ask here."""
    for urgency, kind in enumerate(desk_queries.NEEDS, 30):
        needs.register(f"evidence.{kind}", "evidence.check", partial(waiting, kind), urgency=urgency)
