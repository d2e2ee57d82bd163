"""What the desk reads of letters to missions: the directory, what waits for a person, how letters stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from app.campaigns.models import Campaign
from app.kernel import listing
from app.kernel.db import db

from . import rules
from .models import MissionLetter, MissionMail, Reply, Target, Trusted, Wrote


def target(campaign_id: int, target_id: int) -> Target | None:
    """One entry of a campaign's directory."""
    wanted = select(Target).where(Target.campaign_id == campaign_id, Target.id == target_id)
    return db.session.scalars(wanted).one_or_none()


def one_trusted(campaign_id: int, trusted_id: int) -> Trusted | None:
    """One organisation that a campaign names."""
    wanted = select(Trusted).where(Trusted.campaign_id == campaign_id, Trusted.id == trusted_id)
    return db.session.scalars(wanted).one_or_none()


def reply(campaign_id: int, reply_id: int) -> Reply | None:
    """One reply."""
    return db.session.scalars(select(Reply).where(Reply.campaign_id == campaign_id, Reply.id == reply_id)).one_or_none()


REPLIES = listing.Order((Reply.id,), descending=True)


def all_replies(campaign_id: int, cursor: str | None) -> listing.Part:
    """A page of a campaign's replies, the last written down first. Each row has the Reply. Raises
    listing.WrongCursor."""
    return listing.part(select(Reply, Reply.id).where(Reply.campaign_id == campaign_id), REPLIES, cursor)


TARGETS = listing.Order((Target.state, Target.place))


def directory(campaign_id: int, policy: str, states: list[str] | None, cursor: str | None) -> listing.Part:
    """A page of the directory by code of state: of one policy ("": any), of some states (None: all). Each row has the
    Target. Raises listing.WrongCursor."""
    wanted = select(Target, Target.state, Target.place).where(Target.campaign_id == campaign_id)
    if policy:
        wanted = wanted.where(Target.policy == policy)
    if states is not None:
        wanted = wanted.where(Target.state.in_(states))
    return listing.part(wanted, TARGETS, cursor)


def everything(campaign_id: int) -> list[Target]:
    """The whole directory, by code of state."""
    wanted = select(Target).where(Target.campaign_id == campaign_id).order_by(Target.state, Target.place)
    return list(db.session.scalars(wanted))


QUEUE = listing.Order((MissionLetter.id,))


def queue(campaign_id: int, cursor: str | None) -> listing.Part:
    """A page of the letters that wait to be passed on by a person: through an organisation that has no contact here, or
    is named no more. Each row has the MissionLetter and the organisation's name. Raises listing.WrongCursor."""
    return listing.part(
        _to_pass_on(select(MissionLetter, MissionLetter.id, Trusted.name)).where(
            MissionLetter.campaign_id == campaign_id
        ),
        QUEUE,
        cursor,
    )


def _to_pass_on(statement: Select) -> Select:
    return (
        statement.select_from(MissionLetter)
        .outerjoin(Trusted, Trusted.id == MissionLetter.trusted_id)
        .where(
            MissionLetter.way == rules.BY_OTHERS,
            MissionLetter.status == rules.WAITING,
            Trusted.contact.is_(None),
        )
    )


def queued(campaign_id: int, letter_id: int) -> MissionLetter | None:
    """One letter that goes through an organisation, to be passed on or dropped; locked."""
    wanted = select(MissionLetter).where(
        MissionLetter.campaign_id == campaign_id,
        MissionLetter.id == letter_id,
        MissionLetter.way == rules.BY_OTHERS,
    )
    return db.session.scalars(wanted.with_for_update()).one_or_none()


def uncertain(campaign_id: int) -> list[tuple[MissionMail, Target | None, Trusted | None]]:
    """The mails of which nobody knows whether they have gone, the first first, with where they went."""
    wanted = (
        select(MissionMail, Target, Trusted)
        .outerjoin(Target, Target.id == MissionMail.target_id)
        .outerjoin(Trusted, Trusted.id == MissionMail.trusted_id)
        .where(MissionMail.campaign_id == campaign_id, MissionMail.state == rules.UNCERTAIN)
        .order_by(MissionMail.id)
    )
    return [tuple(row) for row in db.session.execute(wanted.limit(listing.SIZE))]


@dataclass(frozen=True)
class Balance:
    """How letters to a state on an ask stand: those that are here by rules.STATES, and all that ever arrived."""

    state: str
    ask: str
    here: dict[str, int]
    arrived: int


def balances(campaign_id: int) -> list[Balance]:
    """How letters stand, by state and ask; for the desk alone. Two statements, each over what is kept by day or sum."""
    grouped = (MissionLetter.state, MissionLetter.ask, MissionLetter.status)
    rows = db.session.execute(
        select(*grouped, func.count()).where(MissionLetter.campaign_id == campaign_id).group_by(*grouped)
    ).all()
    sums = db.session.execute(select(Wrote.state, Wrote.ask, Wrote.number).where(Wrote.campaign_id == campaign_id))
    arrived = {(state, ask): number for state, ask, number in sums}
    here: dict[tuple[str, str], dict[str, int]] = {place: {} for place in arrived}
    for state, ask, status, number in rows:
        here.setdefault((state, ask), {})[status] = number
    return [Balance(*place, here[place], arrived.get(place, 0)) for place in sorted(here)]


def needs(campaign: str | None) -> list[tuple[str, int, datetime | None, int]]:
    """By campaign that has such: its slug, how many letters wait to be passed on, since when, and how many mails are
    uncertain."""
    waiting = _to_pass_on(select(MissionLetter.campaign_id, func.count(), func.min(MissionLetter.asked_at)))
    waiting_rows = db.session.execute(waiting.group_by(MissionLetter.campaign_id)).all()
    lost = dict(
        db.session.execute(
            select(MissionMail.campaign_id, func.count())
            .where(MissionMail.state == rules.UNCERTAIN)
            .group_by(MissionMail.campaign_id)
        ).all()
    )
    found = {campaign_id: (number, since) for campaign_id, number, since in waiting_rows}
    slugs = select(Campaign.id, Campaign.slug).where(Campaign.id.in_([*found, *lost])).order_by(Campaign.slug)
    if campaign is not None:
        slugs = slugs.where(Campaign.slug == campaign)
    return [
        (slug, *found.get(campaign_id, (0, None)), lost.get(campaign_id, 0))
        for campaign_id, slug in db.session.execute(slugs)
    ]
