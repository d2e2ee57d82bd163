"""Everything that writes segments with a name. Works in the caller's transaction."""

from datetime import datetime

from sqlalchemy import delete

from app.kernel import audit
from app.kernel.db import db

from .models import Segment
from .rule import Rule


def create(campaign: str, name: str, rule: Rule, actor: int, now: datetime) -> int:
    """Give a rule a name; the segment's id."""
    made = Segment(campaign=campaign, name=name, rule=str(rule), created_by=actor, created_at=now, changed_at=now)
    db.session.add(made)
    db.session.flush()
    audit.record("segments.create", f"segment:{made.id}", actor=actor, now=now, campaign=campaign)
    return made.id


def change(segment: Segment, name: str, rule: Rule, actor: int, now: datetime) -> None:
    """Have a segment be called so and mean this. A mailing that was started keeps the rule that it has."""
    if (segment.name, segment.rule) == (name, str(rule)):
        return
    segment.name, segment.rule, segment.changed_at = name, str(rule), now
    audit.record("segments.change", f"segment:{segment.id}", actor=actor, now=now, campaign=segment.campaign)


def remove(segment: Segment, actor: int, now: datetime) -> None:
    """Drop a segment: nobody is lost by it."""
    db.session.execute(delete(Segment).where(Segment.id == segment.id))
    audit.record("segments.remove", f"segment:{segment.id}", actor=actor, now=now, campaign=segment.campaign)
