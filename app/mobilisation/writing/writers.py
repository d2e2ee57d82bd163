"""Who of the contacts wrote to a mission, as segments ask it (segments/facts.py): as long as the letter is here.

A letter counts once it has gone; what went through an organisation has no name, and so has no contact.
"""

from sqlalchemy import Select, any_, func, literal_column, select

from app.people.models import Person

from ..segments import facts
from .models import MissionLetter
from .rules import DIGESTED, SENT


def contacts(campaign_id: int, among: Select | None) -> Select:
    """The people (`contact_id`), each once, whose letter to a mission has gone in a campaign; of the people whose ids
    `among` finds, those alone."""
    wrote = select(MissionLetter.email_digest).where(
        MissionLetter.campaign_id == campaign_id,
        MissionLetter.status.in_((literal_column(f"'{SENT}'"), literal_column(f"'{DIGESTED}'"))),
        MissionLetter.email_digest.is_not(None),
    )
    found = select(Person.id.label("contact_id"))
    if among is not None:
        return found.where(
            Person.id.in_(among), wrote.where(MissionLetter.email_digest == Person.email_digest).exists()
        )
    # As one list, that an index is gone along: no plan reads all people for the few who wrote, nor looks for each.
    return found.where(Person.email_digest == any_(func.array(wrote.scalar_subquery())))


def register() -> None:
    """Have `wrote:mission` be asked of this."""
    facts.register_writers(contacts)
