"""What of positions needs somebody today (accounts/needs.py): requests to correct a claim, with their clock, and next
steps with a state that are due."""

from flask_babel import ngettext

from app.accounts import navigation, needs
from app.accounts.sessions import Signed
from app.kernel import clock, i18n

from . import contact_queries, correction_queries, correction_rules


def corrections(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Requests that wait to be decided, by campaign, and how much of the five working days is left for the first."""
    lang, found = i18n.current_language(), []
    for slug, number, first_due, since in correction_queries.waiting(campaign):
        words = ngettext(
            "%(count)s request for a correction waits to be decided",
            "%(count)s requests for a correction wait to be decided",
            number,
            count=i18n.plain_number(number),
        )
        left = correction_rules.days_left(first_due, clock.today())
        days = i18n.plain_number(abs(left))
        if left < 0:
            said = ngettext("%(days)s working day late", "%(days)s working days late", -left, days=days)
        else:
            said = ngettext("%(days)s working day left", "%(days)s working days left", left, days=days)
        url = navigation.address("corrections_desk.index", lang, slug)
        found.append(needs.Need(f"{words} · {said}", url, number, since, slug))
    return found


def next_steps(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Next steps with states that are due, by campaign: one's own, and those of nobody on the staff."""
    lang = i18n.current_language()
    return [
        needs.Need(
            ngettext(
                "The next step with %(count)s state is due",
                "The next steps with %(count)s states are due",
                number,
                count=i18n.plain_number(number),
            ),
            navigation.address("contacts.index", lang, slug, due="1"),
            number,
            None,
            slug,
        )
        for slug, number in contact_queries.due(campaign, staff.staff_id, clock.today())
    ]


def register() -> None:
    """Have the desk's first page ask here."""
    needs.register("positions.corrections", "corrections.handle", corrections, urgency=12)
    needs.register("positions.next-steps", "readings.see", next_steps, urgency=45)
