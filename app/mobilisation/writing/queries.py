"""Everything that is read about letters to missions, for the public page, and the writer's own."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.campaigns.models import Campaign
from app.kernel.db import db
from app.kernel.tokens import token_digest
from app.people.operations import email_digests

from . import rules
from .models import LetterLink, MissionLetter, Reply, Target, Trusted, Wrote


def targets(campaign_id: int, state: str) -> list[Target]:
    """Where a state can be written to, in the order of rules.PLACES."""
    found = db.session.scalars(select(Target).where(Target.campaign_id == campaign_id, Target.state == state))
    return sorted(found, key=lambda one: rules.PLACES.index(one.place))


def targets_of(letters: list[MissionLetter]) -> dict[int, Target]:
    """Where letters go, by id; what is on file no longer is left out."""
    wanted = select(Target).where(Target.id.in_({one.target_id for one in letters}))
    return {one.id: one for one in db.session.scalars(wanted)}


def heeded(every: list[Target]) -> dict[int, str]:
    """By id of these targets, what each may be sent: what the strictest entry of its mailbox says, in whatever campaign
    of this site. One query."""
    digests = {one.id: email_digests(one.email) for one in every}
    wanted = {digest for those in digests.values() for digest in those}
    entries = select(Target.mailbox, Target.policy).where(Target.mailbox.in_(wanted)).distinct()
    said = [tuple(row) for row in db.session.execute(entries)] if every else []
    return {
        one.id: rules.strictest([one.policy, *(policy for mailbox, policy in said if mailbox in digests[one.id])])
        for one in every
    }


def not_closed():
    """The condition that a Target may be written to: nobody has noted for its mailbox that it asks for nothing."""
    other = aliased(Target)
    closed = select(other.id).where(other.mailbox == Target.mailbox, other.policy == rules.CLOSED)
    return ~closed.exists()


def states_on_file(campaign_id: int) -> frozenset[str]:
    """The states for which somebody can be written to."""
    wanted = select(Target.state).where(Target.campaign_id == campaign_id, not_closed()).distinct()
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
