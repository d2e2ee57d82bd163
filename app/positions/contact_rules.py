"""What a reading says and how it lies to the public position. Pure."""

from datetime import timedelta

from . import pieces, record

TABLE, COSPONSOR, YES, ABSTAIN, NO, BREAK = "table", "cosponsor", "yes", "abstain", "no", "break_silence"
# Where a state would stand that did so.
ACTS = {
    TABLE: record.CHAMPION,
    COSPONSOR: record.SUPPORT,
    YES: record.SUPPORT,
    ABSTAIN: record.UNDECIDED,
    NO: record.OPPOSED,
    BREAK: record.OPPOSED,
}
SURE = (record.HIGH, record.MEDIUM, record.LOW)
ON_RECORD, OFF_RECORD = "on", "off"
RECORDS = (OFF_RECORD, ON_RECORD)
GOOD_FOR = timedelta(days=90)
LONGEST_GOOD = timedelta(days=365)
WEEK = timedelta(days=7)
CONTACTS_KEPT = timedelta(days=365)


def differs(act: str, position: str) -> bool:
    """Whether what we were told lies on another side than the public position; unknown is another one than any."""
    return pieces.SIDES[ACTS[act]] != pieces.SIDES.get(position)
