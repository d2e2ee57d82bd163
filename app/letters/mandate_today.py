"""What of mandates needs somebody today (accounts/needs.py): what waits to be looked at, and who asks a coordinator."""

from collections import defaultdict
from datetime import UTC, datetime, time

from flask_babel import ngettext

from app.accounts import needs
from app.accounts.sessions import Signed
from app.kernel import i18n

from . import desk_letters, mandate_queries, vouching


def waiting(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Mandates that wait to be looked at, by campaign."""

    def words(number: int) -> str:
        return ngettext(
            "%(count)s mandate waits to be looked at",
            "%(count)s mandates wait to be looked at",
            number,
            count=i18n.plain_number(number),
        )

    return needs.counted(mandate_queries.waiting(campaign), words, "letter_mandates.index")


def asked(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Organisations that chose this coordinator to vouch for them, by campaign."""

    def words(number: int) -> str:
        return ngettext(
            "%(count)s organisation asks you to vouch for it",
            "%(count)s organisations ask you to vouch for them",
            number,
            count=i18n.plain_number(number),
        )

    by_campaign = defaultdict(list)
    for letter, slug in desk_letters.all_open(campaign):
        by_campaign[slug].append(letter)
    found = []
    for slug, letters in by_campaign.items():
        told = vouching.told(letters, staff.roles, slug) if staff.may("letters.vouch", slug) else []
        if told:
            found.append((slug, len(told), datetime.combine(told[0][0].since, time(), UTC)))
    return needs.counted(found, words, "letter_vouching.index")


def register() -> None:
    """Have the desk's first page ask here."""
    needs.register("letters.mandates", "letters.mandates", waiting, urgency=18)
    needs.register("letters.vouching", "letters.vouch", asked, urgency=18)
