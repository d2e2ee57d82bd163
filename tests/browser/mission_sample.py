"""Letters to missions, so that their pages have something to show. Every mailbox is of example.org."""

from app.campaigns.models import Campaign
from app.kernel import clock
from app.kernel.db import db
from app.mobilisation.writing import directory, operations, rules
from app.mobilisation.writing.models import MissionLetter, MissionMail, Target, Trusted

SOURCE = "https://example.org/fictional-missions"
OWN = "Fictional words of somebody who lives there, about the river behind the house."


def target(campaign: Campaign, state: str, place: str = rules.NEW_YORK, **said) -> Target:
    """A mission with a fictional mailbox."""
    values = {"email": f"fictional-{state.lower()}-{place}@example.org", "language": "fr", "source": SOURCE} | said
    whole = directory.Said(state=state, place=place, checked_on=clock.today(), **values)
    return directory.put(campaign, whole, actor=None, now=clock.now())


def trusted(campaign: Campaign, name: str = "Fictional Voices", contact: str = "") -> Trusted:
    """A fictional organisation that takes letters on."""
    return directory.trust(campaign, name, "https://example.org/", contact, actor=None, now=clock.now())


def letter(to: Target, number: int = 0, through: Trusted | None = None, **said) -> MissionLetter:
    """A letter to it."""
    values = {
        "ask": "focal-point",
        "letter": rules.REQUEST,
        "language": "en",
        "subject": "A fictional subject",
        "own": f"{OWN} {number}",
        "body": "A fictional letter.",
        "lives_there": True,
        "name": f"Fictional Writer {number}",
        "address": f"fictional-writer-{number}@reader.example.org",
    }
    written = operations.Written(**values | said)
    return operations.write(to, written, trusted=through, network=None, now=clock.now())


def fill(campaign: Campaign, staff_id: int) -> dict[str, object]:
    """One of everything: names in addresses, ids and the link of a mail."""
    now = clock.now()
    first, second = target(campaign, "KEN"), target(campaign, "KEN", rules.GENEVA, language="ar")
    replied, closed = target(campaign, "CRI"), target(campaign, "VAT", policy=rules.CLOSED)
    voices = trusted(campaign)
    said = {"words": "Fictional words of a mission.", "language": "es", "received_on": now.date()}
    reply = directory.replied(campaign, replied, ask="focal-point", **said, actor=staff_id, now=now)
    waiting = letter(first)
    letter(second, 1, through=voices)
    lost = MissionMail(
        campaign_id=campaign.id,
        target_id=closed.id,
        mailbox=closed.mailbox,
        digest=False,
        letters=1,
        state=rules.UNCERTAIN,
        at=now,
    )
    db.session.add(lost)
    db.session.flush()
    return {
        "target_id": first.id,
        "trusted_id": voices.id,
        "reply_id": reply.id,
        "mission_letter": operations.new_link(waiting),
    }
