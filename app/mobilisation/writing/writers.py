"""Who of the contacts wrote to a mission, as segments ask it (segments/facts.py): as long as the letter is here.

A letter counts once it has gone; what went through an organisation has no name, and so has no contact.
"""

from sqlalchemy import Select, lateral, literal_column, select, true

from app.people.models import Person
from app.people.queries import usable

from ..segments import facts
from .models import MissionLetter
from .rules import DIGESTED, SENT


def contacts(campaign_id: int) -> Select:
    """The contacts (`contact_id`), each once, whose letter to a mission has gone in a campaign."""
    # Read from an index alone, and each address looked up by one: no plan reads all people for the few who wrote.
    wrote = select(MissionLetter.email_digest).where(
        MissionLetter.campaign_id == campaign_id,
        MissionLetter.status.in_((literal_column(f"'{SENT}'"), literal_column(f"'{DIGESTED}'"))),
        MissionLetter.email_digest.is_not(None),
    )
    wrote = wrote.distinct().subquery("wrote")
    writer = lateral(select(Person.id).where(Person.email_digest == wrote.c.email_digest).offset(0)).alias("writer")
    found = select(writer.c.id.label("contact_id")).select_from(wrote).join(writer, true())
    return found.where(usable(writer.c.id))


def register() -> None:
    """Have `wrote:mission` be asked of this."""
    facts.register_writers(contacts)
