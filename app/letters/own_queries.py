"""What is read of one signatory, by the link in a mail."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.campaigns.models import Campaign
from app.kernel import tokens
from app.kernel.db import db

from .models import Letter, Signatory, SignatoryLink
from .record import Record, opened


@dataclass(frozen=True)
class Own:
    """A signatory as the holder of its link sees it."""

    id: int
    letter: str
    campaign: str
    roll: str
    state: str
    visibility: str
    delayed: bool
    version: int
    doubts: tuple[str, ...]
    record: Record
    open_version: int

    @property
    def signed_on(self) -> date:
        """The day on which it was signed (UTC)."""
        return date.fromisoformat(self.record.moment[:10])

    @property
    def name(self) -> str:
        return self.record.named(self.roll)


def own(token: str) -> Own | None:
    """Whom a link from a mail leads to; None when they have withdrawn, or never were."""
    row = db.session.execute(
        select(Signatory, Letter.slug, Campaign.slug, Letter.version)
        .join(SignatoryLink, SignatoryLink.signatory_id == Signatory.id)
        .join(Letter, Letter.id == Signatory.letter_id)
        .join(Campaign, Campaign.id == Letter.campaign_id)
        .where(SignatoryLink.token_digest == tokens.token_digest(token))
    ).one_or_none()
    if row is None:
        return None
    it, slug, campaign, version = row
    said = (it.roll, it.state, it.visibility, it.delayed, it.version, tuple(it.doubts))
    return Own(it.id, slug, campaign, *said, opened(it.sealed), version)
