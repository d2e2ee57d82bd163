"""What the link of an invitation leads to: what is known of an organisation, for its own people to check."""

from dataclasses import dataclass

from sqlalchemy import select

from app.campaigns.models import Campaign
from app.kernel import tokens
from app.kernel.db import db
from app.people.models import Person
from app.people.org_models import Membership, Network, Organisation, Position
from app.people.org_operations import OrganisationData, data_of
from app.people.queries import usable

from .invitation_models import Invitation
from .models import Letter


@dataclass(frozen=True)
class Invited:
    """Whom a link was sent to, and what is known: it fills the form, and signs nothing."""

    campaign: str
    letter: str
    person_id: int
    organisation_id: int
    organisation: OrganisationData
    networks: tuple[int, ...]
    name: str
    title: str | None
    address: str
    network_id: int
    network: dict[str, str]


def invited(token: str) -> Invited | None:
    """Whoever holds this link; None where it leads nowhere, or to somebody who left their organisation."""
    row = db.session.execute(
        select(Campaign.slug, Letter.slug, Invitation.network_id, Position, Person.email, Organisation, Network.names)
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
    campaign, letter, network_id, position, address, organisation, names = row
    networks = db.session.scalars(
        select(Membership.network_id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.network_id)
    )
    return Invited(
        campaign,
        letter,
        position.person_id,
        organisation.id,
        data_of(organisation),
        tuple(networks),
        position.name,
        position.title,
        address,
        network_id,
        names,
    )


def organisation_of(letter_id: int, token: str) -> int | None:
    """The known organisation that a form of a letter was filled for, by the token it carries; None: none."""
    return db.session.scalar(
        select(Position.organisation_id)
        .join(Invitation, Invitation.position_id == Position.id)
        .where(Invitation.token_digest == tokens.token_digest(token), Invitation.letter_id == letter_id)
    )
