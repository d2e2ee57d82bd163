"""What of mailings needs somebody today (accounts/needs.py)."""

from flask_babel import ngettext

from app.accounts import needs
from app.accounts.sessions import Signed
from app.kernel import clock, i18n

from . import mailing_queries, mailing_words, proposals


def waiting(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Mailings that wait for a second person."""

    def words(number: int) -> str:
        return ngettext(
            "%(count)s mailing waits for a second person",
            "%(count)s mailings wait for a second person",
            number,
            count=i18n.plain_number(number),
        )

    return needs.counted(mailing_queries.waiting(campaign), words, "mailings.index")


def stopped(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Mailings that stopped by themselves, or did not start."""

    def words(number: int) -> str:
        return ngettext(
            "%(count)s mailing has stopped by itself",
            "%(count)s mailings have stopped by themselves",
            number,
            count=i18n.plain_number(number),
        )

    def not_started(number: int) -> str:
        return ngettext(
            "%(count)s mailing did not start at its hour",
            "%(count)s mailings did not start at their hour",
            number,
            count=i18n.plain_number(number),
        )

    def domains(number: int) -> str:
        return ngettext(
            "Mail to %(count)s domain has stopped: its server refuses ours on principle, and an operator must look",
            "Mail to %(count)s domains has stopped: their servers refuse ours on principle, and an operator must look",
            number,
            count=i18n.plain_number(number),
        )

    return [
        *needs.counted(mailing_queries.stopped_domains(campaign), domains, "mailings.index"),
        *needs.counted(mailing_queries.stopped(campaign), words, "mailings.index"),
        *needs.counted(mailing_queries.refused(campaign), not_started, "mailings.index"),
    ]


def unsure(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Recipients of whom nobody knows whether they got a mail."""

    def words(number: int) -> str:
        return ngettext(
            "Of %(count)s recipient of a mailing nobody knows whether they got it",
            "Of %(count)s recipients of a mailing nobody knows whether they got it",
            number,
            count=i18n.plain_number(number),
        )

    return needs.counted(mailing_queries.unsure(campaign), words, "mailings.index")


def proposed(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Whom one could write to next."""
    lang = i18n.current_language()
    return [
        needs.Need(mailing_words.proposal(one.name(lang), one.number), one.url(lang), one.number, None, one.campaign)
        for one in proposals.proposals(campaign, staff.networks, clock.now())
    ]


def register() -> None:
    """Have the desk's first page ask here."""
    needs.register("mobilisation.waiting", "mailings.approve", waiting, urgency=20)
    needs.register("mobilisation.stopped", "mailings.write", stopped, urgency=15)
    needs.register("mobilisation.unsure", "mailings.write", unsure, urgency=25)
    needs.register("mobilisation.proposed", "mailings.write", proposed, urgency=95)
