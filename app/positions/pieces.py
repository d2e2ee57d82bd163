"""What one piece of evidence says by itself, and for whom one membership lets a group speak: rules 1, 3 to 6, 8 and 10
of docs/positions.md."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from . import record
from .record import Evidence, Membership

ALIGNMENT, WITHDRAWAL, VOTE, SOCIAL_POST = "alignment", "withdrawal", "vote", "social_post"
FREEING = frozenset(("dissociation", "reservation"))
LISTING = frozenset(("joint_statement", "group_statement", "group_draft"))
OF_GROUPS = frozenset(("group_statement", "group_draft"))

# Rule 3: who wins on one day, the greatest first; votes stand apart, as it depends on what was voted on.
PRECEDENCE = {
    kind: place
    for place, kinds in enumerate(
        (
            ("alignment",),
            ("joint_statement", "group_statement", "group_draft"),
            ("national_statement", "written_submission", "official_reply"),
            ("silence_break",),
            ("reservation",),
            ("cosponsor", "signature", "lead_act"),
            ("vote",),
            ("vote on a part",),
            ("dissociation", "explanation"),
        )
    )
    for kind in kinds
}
DEFAULTS = {
    "dissociation": record.OPPOSED,
    "reservation": record.PARTIAL,
    "lead_act": record.CHAMPION,
    "cosponsor": record.SUPPORT,
    "signature": record.SUPPORT,
    "group_draft": record.SUPPORT,
}
SPEAKING = frozenset(PRECEDENCE) | {SOCIAL_POST}
SIDES = {
    record.CHAMPION: record.FOR,
    record.SUPPORT: record.FOR,
    record.PARTIAL: record.FOR,
    record.UNDECIDED: "between",
    record.SCEPTICAL: record.AGAINST,
    record.OPPOSED: record.AGAINST,
}
YEARS = 4


class Rolls:
    """All memberships, by state."""

    def __init__(self, memberships: Iterable[Membership]):
        self._of: dict[str, dict[str, list[Membership]]] = defaultdict(lambda: defaultdict(list))
        for row in memberships:
            self._of[row.state][row.group].append(row)

    def groups(self, state: str) -> Mapping[str, Sequence[Membership]]:
        """The state's rows, by group."""
        return self._of.get(state, {})

    def spoken_for(self, state: str, group: str, on: date) -> list[Membership]:
        """The rows by which the group could speak for the state on that day."""
        return [row for row in self.groups(state).get(group, ()) if speaks_for(row, on)]


def speaks_for(row: Membership, on: date) -> bool:
    """Whether the row is that of a member, or one associated, that is not suspended on that day (rule 6)."""
    if row.status == "former":
        if row.left is None:
            return False
    elif row.status not in ("member", "associated"):
        return False
    if (row.joined is not None and on < row.joined) or (row.left is not None and on >= row.left):
        return False
    suspended = row.suspended_from is not None and row.suspended_from <= on
    return not (suspended and (row.suspended_to is None or on < row.suspended_to))


def by_group(piece: Evidence) -> bool:
    """Whether its speaker is a group: NAM is the code of Namibia, too, and the kind of act tells the two apart."""
    return piece.type in OF_GROUPS


def counts(piece: Evidence, as_of: date) -> bool:
    """Rule 1, and what rules 4 and 10 add to it: whether the piece can move anything as of that day."""
    return (
        piece.status == record.PUBLISHED
        and piece.relevance == record.DIRECT
        and piece.of_current_version
        and piece.date <= as_of
        and not (piece.type == VOTE and piece.on == "procedural")
    )


def states_itself(piece: Evidence) -> str | None:
    """The position a piece gives without looking at another one; None when it gives none (rules 4 and 5)."""
    if piece.type not in SPEAKING:
        return None
    if piece.type == VOTE:
        if piece.cast == "abstain":
            return record.UNDECIDED
        if piece.cast not in ("yes", "no"):
            return None
        return record.SUPPORT if (piece.cast == "yes") != (piece.yes_means == record.AGAINST) else record.OPPOSED
    said = piece.signal or DEFAULTS.get(piece.type)
    return record.SUPPORT if piece.type == SOCIAL_POST and said == record.CHAMPION else said


def dated(piece: Evidence, as_of: date) -> bool:
    """Rule 8: whether the piece is more than four years old."""
    return (as_of.year - YEARS, as_of.month, as_of.day) > (piece.date.year, piece.date.month, piece.date.day)


def rank(position: str) -> int:
    """The place of a position of the scale, opposed being nought."""
    return record.RANK[position]


def precedence(piece: Evidence) -> int:
    """Rule 3: which of two pieces of one day goes first; the greater."""
    part = piece.type == VOTE and piece.on in ("paragraph", "amendment")
    return PRECEDENCE["vote on a part" if part else piece.type]
