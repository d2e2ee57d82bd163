"""What of organisations needs somebody today (accounts/needs.py): pairs that may be one, and one's own imports."""

from flask import url_for
from flask_babel import ngettext

from app.accounts import needs
from app.accounts.sessions import Signed
from app.kernel import i18n

from . import org_queries


def doubles(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Pairs of organisations that may be one."""
    number = org_queries.waiting_doubles()
    text = ngettext(
        "%(count)s pair of organisations may be one",
        "%(count)s pairs of organisations may be one",
        number,
        count=i18n.plain_number(number),
    )
    return [needs.Need(text, url_for("doubles.index", lang=i18n.current_language()), number)]


def imports(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Lists that somebody uploaded and has not decided on; the only one is led to at once."""
    lang, waiting = i18n.current_language(), org_queries.waiting_imports(staff.staff_id)
    text = ngettext(
        "%(count)s list that you uploaded waits for you to decide",
        "%(count)s lists that you uploaded wait for you to decide",
        len(waiting),
        count=i18n.plain_number(len(waiting)),
    )
    if len(waiting) == 1:
        return [needs.Need(text, url_for("imports.show", lang=lang, import_id=waiting[0]), 1)]
    return [needs.Need(text, url_for("imports.index", lang=lang), len(waiting))]


def register() -> None:
    """Have the desk's first page ask here."""
    needs.register("people.doubles", "organisations.join", doubles, urgency=60)
    needs.register("people.imports", "organisations.import", imports, urgency=50)
