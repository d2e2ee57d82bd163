"""What of a petition needs somebody today (accounts/needs.py): what limits hold, comments, what waits for a second
person, and news under way."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from app.accounts import needs
from app.accounts.sessions import Signed
from app.campaigns.models import Campaign
from app.kernel import i18n
from app.kernel.db import db
from app.people.queries import usable

from .desk_models import Bulk
from .models import Petition, Sending, Signature


def held(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Signatures that a limit holds and nobody has confirmed, by campaign."""
    found = _of_campaigns(
        select(Campaign.slug, func.count(), func.min(Signature.signed_at))
        .join(Petition, Petition.campaign_id == Campaign.id)
        .join(Signature, Signature.petition_id == Petition.id)
        .where(Signature.held.is_not(None), Signature.state == "pending")
        .group_by(Campaign.slug),
        campaign,
    )

    def words(number: int) -> str:
        return ngettext(
            "%(count)s signature is held and waits to be looked at",
            "%(count)s signatures are held and wait to be looked at",
            number,
            count=i18n.plain_number(number),
        )

    return needs.counted(found, words, "signatures.index", state="held")


def waiting_comments(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Comments that wait to be read before they may appear, by campaign."""
    found = _of_campaigns(
        select(Campaign.slug, func.count(), func.min(Signature.comment_at))
        .join(Petition, Petition.campaign_id == Campaign.id)
        .join(Signature, Signature.petition_id == Petition.id)
        .where(Signature.comment_state == "waiting", Signature.shown == "name", Signature.state == "confirmed")
        .where(usable(Signature.person_id))
        .group_by(Campaign.slug),
        campaign,
    )

    def words(number: int) -> str:
        return ngettext(
            "%(count)s comment waits to be read",
            "%(count)s comments wait to be read",
            number,
            count=i18n.plain_number(number),
        )

    return needs.counted(found, words, "comments.queue")


def waiting_actions(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Signatures called false together that wait for a second person, or for their day to pass, by campaign."""
    found = _of_campaigns(
        select(Campaign.slug, func.count(), func.min(Bulk.asked_at))
        .join(Petition, Petition.campaign_id == Campaign.id)
        .join(Bulk, Bulk.petition_id == Petition.id)
        .where(Bulk.state == "waiting")
        .group_by(Campaign.slug),
        campaign,
    )

    def words(number: int) -> str:
        return ngettext(
            "%(count)s action on many signatures waits to be checked",
            "%(count)s actions on many signatures wait to be checked",
            number,
            count=i18n.plain_number(number),
        )

    return needs.counted(found, words, "bulk.index")


def sendings(campaign: str | None, staff: Signed) -> list[needs.Need]:
    """Updates that are being sent to signers."""
    found = _of_campaigns(
        select(Campaign.slug, Sending.update_slug, Sending.asked_at)
        .join(Petition, Petition.campaign_id == Campaign.id)
        .join(Sending, Sending.petition_id == Petition.id)
        .where(Sending.done_at.is_(None)),
        campaign,
    )
    return [
        needs.Need(_("The update %(name)s is being sent to the signers", name=update), _desk(slug), 1, since, slug)
        for slug, update, since in found
    ]


def _of_campaigns(statement, campaign: str | None):
    return db.session.execute(statement if campaign is None else statement.where(Campaign.slug == campaign)).all()


def _desk(slug: str) -> str:
    return url_for("desk.campaign", lang=i18n.current_language(), campaign=slug)


def register() -> None:
    """Have the desk's first page ask here."""
    needs.register("petitions.actions", "signatures.moderate", waiting_actions, urgency=10)
    needs.register("petitions.comments", "signatures.moderate", waiting_comments, urgency=30)
    needs.register("petitions.held", "signatures.moderate", held, urgency=20)
    needs.register("petitions.sendings", "campaign.settings", sendings, urgency=80)
