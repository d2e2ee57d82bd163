"""Who of the contacts wrote to a mission, as segments ask it (segments/facts.py): as long as the letter is here.

A letter counts once it has gone; what went through an organisation has no name, and so has no contact.
"""

from sqlalchemy import Select, lateral, select, true

from app.people.models import Person
from app.people.queries import usable

from ..segments import facts
from .models import MissionLetter
from .rules import DIGESTED, SENT


def contacts(campaign_id: int) -> Select:
    """The contacts (`contact_id`) whose letter to a mission has gone in a campaign."""
    # Each address by the index: no plan reads all people for the few who wrote.
    writer = lateral(select(Person.id).where(Person.email_digest == MissionLetter.email_digest).offset(0)).alias(
        "writer"
    )
    return (
        select(writer.c.id.label("contact_id"))
        .select_from(MissionLetter)
        .join(writer, true())
        .where(MissionLetter.campaign_id == campaign_id, MissionLetter.status.in_((SENT, DIGESTED)))
        .where(usable(writer.c.id))
    )


def register() -> None:
    """Have `wrote:mission` be asked of this."""
    facts.register_writers(contacts)
