"""What is read of the right of reply: which claims are disputed, the public log, what the desk has to decide."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.accounts import holders
from app.campaigns.models import Campaign
from app.kernel import listing, tokens
from app.kernel.db import db

from . import queries, record
from .correction_models import Correction, CorrectionLink, Mission
from .correction_rules import ASKED, DECLINED, OPEN, UPHELD
from .models import Evidence as Row
from .queries import Dispute as Dispute


@dataclass(frozen=True)
class Entry:
    """One line of the public log; nothing personal."""

    id: int
    evidence: str
    state: str
    confirmed_on: date
    due_on: date
    from_state: str | None
    words: str | None
    words_language: str
    decided_on: date | None
    reason: str | None
    replaced_by: str | None


@dataclass(frozen=True)
class Asked:
    """One request as the desk's page and the mails need it."""

    id: int
    campaign: str
    row: Correction
    decided_by: str | None


def piece(campaign_id: int, ref: str) -> record.Evidence | None:
    """A published piece by its ref."""
    found = queries.records(campaign_id, Row.ref == ref, Row.status == record.PUBLISHED)
    return found[0] if found else None


def row(campaign_id: int, ref: str) -> Row | None:
    """The same as it is stored, to be written to."""
    published = select(Row).where(Row.campaign_id == campaign_id, Row.ref == ref, Row.status == record.PUBLISHED)
    return db.session.scalars(published).one_or_none()


def exists(campaign_id: int, ref: str) -> bool:
    """Whether the campaign has a piece with this ref."""
    return db.session.scalar(select(Row.id).where(Row.campaign_id == campaign_id, Row.ref == ref)) is not None


def log(campaign_id: int, cursor: str | None) -> tuple[list[Entry], listing.Part]:
    """A part of the public log, the newest first. Raises listing.WrongCursor."""
    columns = (
        Correction.id,
        Correction.evidence,
        Correction.state,
        Correction.confirmed_at,
        Correction.due_on,
        Correction.from_state,
        Correction.words,
        Correction.language,
        Correction.decided_at,
        Correction.reason,
        Correction.replaced_by,
    )
    statement = select(*columns).where(Correction.campaign_id == campaign_id, Correction.state != ASKED)
    part = listing.part(statement, listing.Order((Correction.id,), True), cursor)
    return [_entry(row) for row in part.rows], part


def _entry(row) -> Entry:
    id_, evidence, state, confirmed, due_on, from_state, words, language, decided, reason, replaced = row
    decided_on = decided and decided.date()
    return Entry(
        id_, evidence, state, confirmed.date(), due_on, from_state, words, language, decided_on, reason, replaced
    )


def page(campaign_id: int, state: str, cursor: str | None) -> listing.Part:
    """A part of the desk's list: those open, the first due first, or those decided, the newest first. Raises
    listing.WrongCursor."""
    columns = (Correction.id, Correction.evidence, Correction.state, Correction.due_on, Correction.from_state)
    wanted = (OPEN,) if state == OPEN else (UPHELD, DECLINED)
    statement = select(*columns).where(Correction.campaign_id == campaign_id, Correction.state.in_(wanted))
    if state == OPEN:
        return listing.part(statement, listing.Order((Correction.due_on, Correction.id)), cursor)
    return listing.part(statement, listing.Order((Correction.id,), True), cursor)


def one(campaign: str, correction_id: int, lock: bool = False) -> Asked | None:
    """A confirmed request of a campaign (its slug)."""
    statement = (
        select(Correction)
        .join(Campaign, Campaign.id == Correction.campaign_id)
        .where(Campaign.slug == campaign, Correction.id == correction_id, Correction.state != ASKED)
    )
    found = db.session.scalars(statement.with_for_update(of=Correction) if lock else statement).one_or_none()
    if found is None:
        return None
    return Asked(found.id, campaign, found, holders.names({found.decided_by}).get(found.decided_by))


def by_id(correction_id: int) -> tuple[Correction, Campaign] | None:
    """A request and its campaign."""
    statement = select(Correction, Campaign).join(Campaign, Campaign.id == Correction.campaign_id)
    return db.session.execute(statement.where(Correction.id == correction_id)).one_or_none()


def by_link(token: str, now: datetime, lock: bool = False) -> tuple[Correction, Campaign] | None:
    """The request that a link is about, and its campaign; None when the link works no longer."""
    statement = (
        select(Correction, Campaign)
        .join(CorrectionLink, CorrectionLink.correction_id == Correction.id)
        .join(Campaign, Campaign.id == Correction.campaign_id)
        .where(CorrectionLink.token_digest == tokens.token_digest(token), CorrectionLink.expires_at > now)
    )
    return db.session.execute(statement.with_for_update(of=Correction) if lock else statement).one_or_none()


def waiting(campaign: str | None) -> list[tuple[str, int, date, datetime]]:
    """How many requests are open, by campaign: its slug, the number, the first day due, since when."""
    statement = (
        select(Campaign.slug, func.count(), func.min(Correction.due_on), func.min(Correction.confirmed_at))
        .join(Correction, Correction.campaign_id == Campaign.id)
        .where(Correction.state == OPEN)
        .group_by(Campaign.slug)
    )
    rows = db.session.execute(statement if campaign is None else statement.where(Campaign.slug == campaign))
    return [tuple(row) for row in rows]


def missions(campaign_id: int) -> list[Mission]:
    """The official addresses on file, by state."""
    statement = select(Mission).where(Mission.campaign_id == campaign_id).order_by(Mission.state, Mission.id)
    return list(db.session.scalars(statement))


def mission(campaign_id: int, mission_id: int) -> Mission | None:
    """One of them."""
    statement = select(Mission).where(Mission.campaign_id == campaign_id, Mission.id == mission_id)
    return db.session.scalars(statement).one_or_none()
