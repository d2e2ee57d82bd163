"""How many stand where, set by set, and how far it is to each threshold (rules 11 and 12). Pure.

A set counts its members as the set itself does: NAM and the G77 with the State of Palestine; `Counted.among` says the
same of the United Nations' members in it. A position that is withheld is handed in as `withheld(position)` makes it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from . import record
from .record import Membership, Position
from .words import Threshold

UN_MEMBERS = "UN"
# Which set a threshold is of, by what its code begins with; the rest of the code is "majority" or "two_thirds".
SETS = {
    "ga": UN_MEMBERS,
    "nam": "NAM",
    "g77": "G77",
    "african": "AFRICAN_GROUP",
    "asia_pacific": "ASIA_PACIFIC",
    "eeg": "EEG",
    "grulac": "GRULAC",
    "weog": "WEOG",
}
# The five groups for elections count who votes in them: Türkiye is of two, and counted in one.
ELECTORAL = frozenset(("AFRICAN_GROUP", "ASIA_PACIFIC", "EEG", "GRULAC", "WEOG"))
FOR = (record.CHAMPION, record.SUPPORT)
OWN_VOICE = (record.OWN, record.NAMED)


@dataclass(frozen=True)
class Reach:
    """How far it is to a threshold of a set: `needed` for the set's size, and what is missing (never below nought) to
    the supporters in their own voice, and to those with the inferred ones."""

    code: str
    needed: int
    missing_own: int
    missing: int


@dataclass(frozen=True)
class Tally:
    """Where the states of a set stand. `own` are those for it in their own voice (champions and supporters), of whom
    `own_recent` within four years and `champions` as champions; `inferred` are those for it through a group alone. The
    rest are states in either voice; `abstained` are among the undecided. All but `champions`, `own_recent` and
    `abstained` add up to `size`."""

    code: str
    size: int
    own: int
    own_recent: int
    champions: int
    inferred: int
    partial: int
    partial_inferred: int
    undecided: int
    abstained: int
    sceptical: int
    opposed: int
    unknown: int
    reaches: tuple[Reach, ...] = ()

    @property
    def counted(self) -> int:
        """The second number: in their own voice, and inferred besides."""
        return self.own + self.inferred


def members_on(group: str, day: date, memberships: Iterable[Membership]) -> frozenset[str]:
    """Who is a member of the group, or associated, on that day; one that is suspended still is."""
    return frozenset(row.state for row in memberships if row.group == group and belongs(row, day))


def belongs(row: Membership, day: date) -> bool:
    """Whether it is counted in the group on that day, suspended or not: a member, or associated but for ELECTORAL."""
    if row.status == "associated" and row.group in ELECTORAL:
        return False
    if row.status not in ("member", "associated") and not (row.status == "former" and row.left is not None):
        return False
    return (row.joined is None or row.joined <= day) and (row.left is None or day < row.left)


def withheld(position: Position) -> Position:
    """The position as it shows and counts while it is withheld (rule 13)."""
    return Position(position.state, position.ask, position.as_of)


def needed(threshold: Threshold, size: int) -> int:
    """How many of a set of this size; as thresholds.csv says for the size it was written for."""
    if size == threshold.size:
        return threshold.value
    return -(-2 * size // 3) if threshold.code.endswith("two_thirds") else size // 2 + 1


def tally(
    code: str, states: Collection[str], positions: Mapping[str, Position], thresholds: Iterable[Threshold] = ()
) -> Tally:
    """Count the positions on one ask, by state, of a set; a state that has none there is unknown. Of the thresholds
    those of this set are told."""
    found = [positions[state] for state in states if state in positions]
    many = Counter((position.position, position.inferred) for position in found)
    own = sum(many[position, False] for position in FOR)
    inferred = sum(many[position, True] for position in FOR)
    either = {position: many[position, False] + many[position, True] for position in record.POSITIONS}
    recent = [p for p in found if p.position in FOR and not p.inferred and record.DATED not in p.flags]
    reaches = [
        Reach(threshold.code, goal, max(0, goal - own), max(0, goal - own - inferred))
        for threshold in thresholds
        if SETS[threshold.code.removesuffix("_majority").removesuffix("_two_thirds")] == code
        for goal in (needed(threshold, len(states)),)
    ]
    return Tally(
        code=code,
        size=len(states),
        own=own,
        own_recent=len(recent),
        champions=either[record.CHAMPION],
        inferred=inferred,
        partial=either[record.PARTIAL],
        partial_inferred=many[record.PARTIAL, True],
        undecided=either[record.UNDECIDED],
        abstained=sum(record.ABSTAINED in position.flags for position in found),
        sceptical=either[record.SCEPTICAL],
        opposed=either[record.OPPOSED],
        unknown=len(states) - len(found) + either[record.UNKNOWN],
        reaches=tuple(reaches),
    )


@dataclass(frozen=True)
class Counted:
    """A set's tally as the set counts itself, and `among` the United Nations' members in it."""

    whole: Tally
    among: Tally


def tallies(
    positions: Mapping[str, Position],
    un_members: Collection[str],
    groups: Iterable[str],
    memberships: Collection[Membership],
    day: date,
    thresholds: Collection[Threshold],
) -> dict[str, Counted]:
    """All sets on a day: UN_MEMBERS first, then the groups in the order given."""
    un_members = frozenset(un_members)
    found = {}
    for code in (UN_MEMBERS, *groups):
        states = un_members if code == UN_MEMBERS else members_on(code, day, memberships)
        whole = tally(code, states, positions, thresholds)
        among = whole if states <= un_members else tally(code, states & un_members, positions, thresholds)
        found[code] = Counted(whole, among)
    return found


def by_variant(positions: Iterable[Position], variant_of: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Those for the ask, by the wording of the piece that decided ("" where it names none): (own voice, inferred).
    `variant_of` tells the wording by ref."""
    own, inferred = Counter(), Counter()
    for position in positions:
        if position.position in FOR:
            (inferred if position.inferred else own)[variant_of.get(position.evidence or "", "")] += 1
    return {variant: (own[variant], inferred[variant]) for variant in sorted(own.keys() | inferred.keys())}
