"""Everything that is read about letters to missions, for the public page, and the writer's own."""

from dataclasses import dataclass

from sqlalchemy import select

from app.campaigns.models import Campaign
from app.kernel.db import db
from app.kernel.tokens import token_digest

from . import rules
from .models import LetterLink, MissionLetter, Reply, Target, Trusted, Wrote


def targets(campaign_id: int, state: str) -> list[Target]:
    """Where a state can be written to, in the order of rules.PLACES."""
    found = db.session.scalars(select(Target).where(Target.campaign_id == campaign_id, Target.state == state))
    return sorted(found, key=lambda one: rules.PLACES.index(one.place))


def states_on_file(campaign_id: int) -> frozenset[str]:
    """The states for which somebody can be written to."""
    wanted = select(Target.state).where(Target.campaign_id == campaign_id, Target.policy != rules.CLOSED).distinct()
    return frozenset(db.session.scalars(wanted))


def trusted(campaign_id: int) -> list[Trusted]:
    """The organisations that a campaign names, by name."""
    wanted = select(Trusted).where(Trusted.campaign_id == campaign_id).order_by(Trusted.name)
    return list(db.session.scalars(wanted))


def replies(campaign_id: int, state: str) -> list[Reply]:
    """What the missions of a state answered, the latest first."""
    wanted = select(Reply).where(Reply.campaign_id == campaign_id, Reply.state == state)
    return list(db.session.scalars(wanted.order_by(Reply.received_on.desc(), Reply.id.desc())))


def wrote(campaign_id: int, ask: str, state: str | None = None) -> dict[str, int]:
    """How many letters are told to have reached each state's missions on an ask, or one state's: whole tens; states of
    which nothing is told are left out."""
    wanted = select(Wrote.state, Wrote.number).where(
        Wrote.campaign_id == campaign_id, Wrote.ask == ask, Wrote.number >= rules.STEP
    )
    if state is not None:
        wanted = wanted.where(Wrote.state == state)
    return {code: rules.told(number) for code, number in db.session.execute(wanted.order_by(Wrote.state))}


@dataclass(frozen=True)
class Own:
    """A letter as its writer's page needs it: its campaign, and where it goes (None: no longer on file)."""

    letter: MissionLetter
    campaign: Campaign
    target: Target | None


def by_link(token: str, lock: bool = False) -> Own | None:
    """The letter that a link in a mail leads to; None for a link that works no longer."""
    wanted = (
        select(MissionLetter, Campaign)
        .join(Campaign, Campaign.id == MissionLetter.campaign_id)
        .join(LetterLink, LetterLink.letter_id == MissionLetter.id)
        .where(LetterLink.token_digest == token_digest(token))
    )
    row = db.session.execute(wanted.with_for_update(of=MissionLetter) if lock else wanted).one_or_none()
    if row is None:
        return None
    letter, campaign = row
    return Own(letter, campaign, letter.target_id and db.session.get(Target, letter.target_id))


def letter(letter_id: int) -> tuple[MissionLetter, Campaign] | None:
    """A letter with its campaign."""
    wanted = select(MissionLetter, Campaign).join(Campaign, Campaign.id == MissionLetter.campaign_id)
    row = db.session.execute(wanted.where(MissionLetter.id == letter_id)).one_or_none()
    return tuple(row) if row else None
