"""What the link of an invitation leads to: what is known of an organisation, for its own people to check."""

from dataclasses import dataclass

from sqlalchemy import select

from app.campaigns.models import Campaign
from app.kernel import tokens
from app.kernel.db import db
from app.people.models import Person
from app.people.org_models import Network, Organisation, Position
from app.people.org_operations import OrganisationData, data_of
from app.people.queries import usable

from .invitation_models import Invitation
from .models import Letter


@dataclass(frozen=True)
class Invited:
    """Whom a link was sent to, and what is known of the organisation: it fills the form, and signs nothing. Links get
    forwarded: of the person there is their number alone."""

    campaign: str
    letter: str
    person_id: int
    organisation_id: int
    organisation: OrganisationData
    network_id: int
    network: dict[str, str]


def invited(token: str) -> Invited | None:
    """Whoever holds this link; None where it leads nowhere, or to somebody who left their organisation."""
    row = db.session.execute(
        select(Campaign.slug, Letter.slug, Invitation.network_id, Person.id, Organisation, Network.names)
        .select_from(Invitation)
        .join(Letter, Letter.id == Invitation.letter_id)
        .join(Campaign, Campaign.id == Letter.campaign_id)
        .join(Position, Position.id == Invitation.position_id)
        .join(Person, Person.id == Position.person_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .join(Network, Network.id == Invitation.network_id)
        .where(Invitation.token_digest == tokens.token_digest(token))
        .where(Person.email.is_not(None), usable(Person.id), Organisation.joined_into.is_(None))
    ).one_or_none()
    if row is None:
        return None
    campaign, letter, network_id, person_id, organisation, names = row
    return Invited(campaign, letter, person_id, organisation.id, data_of(organisation), network_id, names)


def organisation_of(letter_id: int, token: str) -> int | None:
    """The known organisation that a form of a letter was filled for, by the token it carries; None: none."""
    return db.session.scalar(
        select(Position.organisation_id)
        .join(Invitation, Invitation.position_id == Position.id)
        .where(Invitation.token_digest == tokens.token_digest(token), Invitation.letter_id == letter_id)
    )
