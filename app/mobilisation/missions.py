"""The general mailbox of each state's mission, for the slot {mission}: what the directory of targets tells."""

from sqlalchemy import select

from app.kernel.db import db

from .writing.models import Target
from .writing.rules import CLOSED, PLACES


def mailboxes(campaign_id: int) -> dict[str, str]:
    """By code of the state, the first mailbox of a campaign's directory, New York before Geneva before the ministry;
    those that asked not to be written to are left out."""
    rows = db.session.execute(
        select(Target.state, Target.place, Target.email).where(
            Target.campaign_id == campaign_id, Target.policy != CLOSED
        )
    )
    found = sorted(rows, key=lambda row: PLACES.index(row.place), reverse=True)
    return {state: address for state, _, address in found}
