"""The mail that tells a donor that money goes back to them: what is read for it, and the mail as data."""

from dataclasses import dataclass
from datetime import UTC, date

from flask_babel import force_locale
from flask_babel import gettext as _

from app.campaigns import queries as campaigns
from app.kernel import i18n
from app.kernel.db import db
from app.kernel.mail import Letter
from app.people import holdings

from ..models import Payment, Refund
from ..money import Money
from . import mails, queries, records, stamps, words


@dataclass(frozen=True)
class GivenBack:
    """Money that Stripe has taken on to give back. `receipt` is the payment's, where it has one that can be opened."""

    refund_id: int
    payment_id: int
    address: str
    language: str
    name: str | None
    livemode: bool
    discreet: bool
    amount: Money
    day: date
    campaign: str
    purpose: str
    reply_to: str | None
    receipt: records.Receipt | None


def read(refund_id: int) -> GivenBack | None:
    """What is told of a refund; None where it was not taken, or nobody knows any longer whose gift it was."""
    refund = db.session.get(Refund, refund_id)
    if refund is None or refund.state != "taken":
        return None
    row = db.session.execute(queries.payments().where(Payment.id == refund.payment_id)).one_or_none()
    if row is None or row.donor_email is None:
        return None
    organisation = queries.organisation(row.language)
    return GivenBack(
        refund_id=refund.id,
        payment_id=row.id,
        address=row.donor_email,
        language=row.language,
        name=row.donor_name,
        livemode=row.livemode,
        discreet=holdings.is_known_discreet(row.person_id),
        amount=Money(refund.minor, row.currency),
        day=row.paid_at.astimezone(UTC).date(),
        campaign=row.campaign,
        purpose=dict(campaigns.names(row.language)).get(row.campaign, row.campaign),
        reply_to=organisation and organisation.reply_to,
        receipt=queries.receipt(row.id) if organisation else None,
    )


def mail(told: GivenBack) -> Letter | None:
    """The mail. Where a telling word in a mailbox may do harm it holds nothing but the link to the receipt, which says
    what went back; None where there is none to lead to."""
    link = stamps.word(stamps.Stamp(stamps.RECEIPT, told.payment_id))
    key = mails.key(f"refund {told.refund_id}", link)
    if told.discreet:
        return mails.neutral(told.receipt, link, key) if told.receipt else None
    language = told.language
    with force_locale(language):
        said = {
            "amount": words.money(told.amount, language),
            "purpose": told.purpose,
            "day": words.day(told.day, language),
        }
        begins = mails.hello(
            told, _("%(amount)s of your gift for “%(purpose)s” of %(day)s is given back to you.", **said)
        )
        page = {"lang": language, "campaign": told.campaign}
        return Letter(
            to=told.address,
            lang=language,
            subject=mails.marked(_("Your gift is given back: %(amount)s", amount=said["amount"]), told.livemode),
            paragraphs=(*begins, _("It goes the way that it came. Banks may take some ten days.")),
            action_label=_("Open the receipt") if told.receipt else _("To the campaign"),
            action_url=i18n.site_url("receipts.page", lang=language, token=link)
            if told.receipt
            else i18n.site_url("site.campaign", **page),
            action_after=len(begins),
            why=_("You get this mail because money was given with your address."),
            reply_to=told.reply_to or None,
            key=key,
        )
