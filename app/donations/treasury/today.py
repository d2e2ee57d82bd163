"""What of donations needs somebody today (accounts/needs.py): disputes, refunds that Stripe has not answered, receipts
that wait, money of no gift, and books that differ from Stripe's."""

from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from app.accounts import needs
from app.accounts.sessions import Signed
from app.kernel import clock, i18n
from app.kernel.db import db
from app.people.queries import silent_digests

from .. import queries, switch
from ..models import Gift, Payment, Refund
from . import gifts, ledger, words

# A receipt goes out at once, a refund too: what waits for so long waits for somebody.
PATIENCE = timedelta(hours=1)

Counted = list[tuple[str, int, datetime]]


def _by_campaign(campaign: str | None, since, *where) -> Counted:
    statement = (
        select(Gift.campaign, func.count(), func.min(since))
        .select_from(Payment)
        .join(Gift, Gift.id == Payment.gift_id)
        .where(Payment.livemode == switch.livemode(), *where)
        .group_by(Gift.campaign)
    )
    if campaign is not None:
        statement = statement.where(Gift.campaign == campaign)
    return [tuple(row) for row in db.session.execute(statement)]


def _number(number: int) -> str:
    return i18n.plain_number(number)


def disputes(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Payments that a donor's bank disputes: Stripe wants an answer within days."""

    def said(number: int) -> str:
        return ngettext(
            "%(count)s payment is disputed: answer it on Stripe’s pages",
            "%(count)s payments are disputed: answer them on Stripe’s pages",
            number,
            count=_number(number),
        )

    found = _by_campaign(campaign, Payment.created_at, Payment.dispute == "open")
    return needs.counted(found, said, "gifts.index", state=words.DISPUTED)


def refunds(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Refunds that were asked for and that Stripe has not answered for a while."""

    def said(number: int) -> str:
        return ngettext(
            "%(count)s refund waits, as Stripe has not answered",
            "%(count)s refunds wait, as Stripe has not answered",
            number,
            count=_number(number),
        )

    statement = (
        select(Gift.campaign, func.count(), func.min(Refund.asked_at))
        .select_from(Refund)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Gift, Gift.id == Payment.gift_id)
        .where(Refund.state == "asked", Refund.asked_at < clock.now() - PATIENCE)
        .where(Payment.livemode == switch.livemode())
        .group_by(Gift.campaign)
    )
    if campaign is not None:
        statement = statement.where(Gift.campaign == campaign)
    found = [tuple(row) for row in db.session.execute(statement)]
    return needs.counted(found, said, "gifts.index", state=words.REFUNDING)


def receipts(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Receipts that are owed and have not gone out: most of all while the organisation's data are missing."""
    missing = queries.recipient() is None

    def said(number: int) -> str:
        count = _number(number)
        if missing:
            return ngettext(
                "%(count)s receipt waits until the organisation’s data are filled in",
                "%(count)s receipts wait until the organisation’s data are filled in",
                number,
                count=count,
            )
        return ngettext(
            "%(count)s receipt has not gone out", "%(count)s receipts have not gone out", number, count=count
        )

    old = Payment.paid_at < clock.now() - (timedelta(0) if missing else PATIENCE)
    found = _by_campaign(campaign, Payment.paid_at, *gifts.unreceipted(), *_written_to(), old)
    return needs.counted(found, said, "gifts.index", state=words.UNRECEIPTED)


def _written_to() -> tuple:
    """Conditions of gifts whose donor gets mail: what nobody may send waits for nobody."""
    return Gift.donor_email.is_not(None), Gift.donor_digest.not_in(silent_digests())


def strays(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Money that belongs to no gift of ours and that nobody has looked at."""
    mine = (Payment.gift_id.is_(None), Payment.looked_at.is_(None), Payment.livemode == switch.livemode())
    arrived = (*mine, Payment.paid_at.is_not(None))
    number, since = db.session.execute(select(func.count(), func.min(Payment.paid_at)).where(*arrived)).one()
    said = ngettext(
        "%(count)s payment belongs to no gift of ours",
        "%(count)s payments belong to no gift of ours",
        number,
        count=_number(number),
    )
    return [needs.Need(said, url_for("stripe_books.strays", lang=i18n.current_language()), number, since)]


def differences(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """That the last comparison with Stripe's books did not end in agreement."""
    last = ledger.last_comparison()
    if last is None or last.agreed:
        return []
    said = _("The ledger and Stripe’s books did not agree when they were last compared")
    return [needs.Need(said, url_for("stripe_books.compared", lang=i18n.current_language()), 1, last.ended_at)]


def register() -> None:
    """Have the desk's first page ask here."""
    needs.register("donations.disputes", "gifts.refund", disputes, urgency=10)
    needs.register("donations.differences", "ledger.see-all", differences, urgency=12)
    needs.register("donations.refunds", "gifts.refund", refunds, urgency=15)
    needs.register("donations.receipts", "gifts.see", receipts, urgency=30)
    needs.register("donations.strays", "gifts.see-all", strays, urgency=35)
