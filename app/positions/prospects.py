"""What would follow if somebody spoke, and whom to talk to first. Pure; nothing here is stored."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from . import record
from .pieces import SIDES
from .record import Evidence, Membership, Position
from .rules import derive_all
from .tallies import FOR, OWN_VOICE, members_on


@dataclass(frozen=True)
class Move:
    """A state that would stand elsewhere, or be told otherwise, than now."""

    before: Position
    after: Position

    @property
    def newly_counted(self) -> bool:
        """Whether it would begin to count towards a threshold."""
        return self.after.position in FOR and self.before.position not in FOR


@dataclass(frozen=True)
class Prospect:
    """What would follow: where all states stand (`before`) and would stand (`positions`), who would move (`own`: in
    their own voice, `inferred`: through a group), and the states whose own word so far lies on another side."""

    before: dict[str, Position]
    positions: dict[str, Position]
    own: tuple[Move, ...]
    inferred: tuple[Move, ...]
    contradicted: tuple[str, ...]


def what_if(
    signal: str,
    ask: str,
    as_of: date,
    states: Iterable[str],
    evidence: Sequence[Evidence],
    memberships: Sequence[Membership],
    *,
    groups: Collection[str] = (),
    voices: Collection[str] = (),
) -> Prospect:
    """What would follow if these groups, and these states for themselves (`voices`), said so on that day.

    A group whose statements do not bind its members is taken to name them all, as it can speak in no other way.
    Raises ValueError for a signal that is none.
    """
    if signal not in record.SCALE:
        raise ValueError(f"no signal: {signal}")
    states = list(states)
    evidence = [piece for piece in evidence if piece.ask == ask and piece.date <= as_of]
    before = derive_all(states, [ask], as_of, evidence, memberships)
    # No ref of a file has a space in it.
    supposed = [Evidence(f"what if {code}", ask, code, "national_statement", as_of, signal=signal) for code in voices]
    spoken_for = set(voices)
    for group in groups:
        members = members_on(group, as_of, memberships)
        spoken_for |= members
        named = () if binds(group, memberships) else tuple(sorted(members))
        supposed.append(
            Evidence(f"what if all of {group}", ask, group, "group_statement", as_of, states=named, signal=signal)
        )
    after = derive_all(states, [ask], as_of, [*evidence, *supposed], memberships)
    moves = [Move(before[state, ask], after[state, ask]) for state in states]
    moved = [move for move in moves if (_told(move.before), move.before.flags) != (_told(move.after), move.after.flags)]
    return Prospect(
        {state: before[state, ask] for state in states},
        {state: after[state, ask] for state in states},
        tuple(move for move in moved if move.after.level in OWN_VOICE),
        tuple(move for move in moved if move.after.level not in OWN_VOICE),
        tuple(
            move.before.state
            for move in moves
            if move.before.state in spoken_for
            and move.before.level in OWN_VOICE
            and SIDES[move.before.position] != SIDES[signal]
        ),
    )


def binds(group: str, memberships: Iterable[Membership]) -> bool:
    """Whether what the group says binds its members without naming them."""
    return all(row.binds for row in memberships if row.group == group)


def _told(position: Position) -> tuple[str, str]:
    return position.position, position.level


@dataclass(frozen=True)
class Office:
    """An office a state holds: what it is, and of which body; a group's code where the body is one."""

    holder: str
    office: str
    body: str


@dataclass(frozen=True)
class Reason:
    """Why a state is worth talking to. `kind` is `office` (of `code`, a body; `count` states would be newly counted if
    that group spoke), `neighbours` (`count` states of the region `code` are for it in their own voice), `organisations`
    (`count` of ours are there), or `undecided` (it has spoken, and is not decided)."""

    kind: str
    code: str = ""
    count: int = 0
    office: str = ""


@dataclass(frozen=True)
class Candidate:
    """A state to talk to: how many states would be newly counted at most, itself among them, and why."""

    state: str
    unlocks: int
    reasons: tuple[Reason, ...]


def newly_counted(
    group: str, positions: Mapping[str, Position], memberships: Iterable[Membership], day: date
) -> frozenset[str]:
    """Who would begin to count if the group spoke for the ask on that day: the members it binds that have no voice of
    their own and are not counted through another group yet."""
    binding = [row for row in memberships if row.binds]
    suspended = {row.state for row in binding if row.group == group and _is_suspended(row, day)}
    found = set()
    for state in members_on(group, day, binding) - suspended:
        position = positions.get(state)
        if position is None or (position.level not in OWN_VOICE and position.position not in FOR):
            found.add(state)
    return frozenset(found)


def _is_suspended(row: Membership, day: date) -> bool:
    begun = row.suspended_from is not None and row.suspended_from <= day
    return begun and (row.suspended_to is None or day < row.suspended_to)


def unlocks(
    positions: Mapping[str, Position],
    as_of: date,
    memberships: Sequence[Membership],
    offices: Iterable[Office],
    region_of: Mapping[str, str],
    organisations: Mapping[str, int],
) -> list[Candidate]:
    """The undecided and unknown states, those first whose word would bring most: by the states newly counted if a
    group they preside over spoke, then who has spoken, then by offices in other bodies, by neighbours for it, by
    organisations of ours there.

    `offices` are those held on the day, `region_of` is the region by state, `organisations` how many of ours by state.
    """
    held: dict[str, list[Office]] = {}
    for office in offices:
        held.setdefault(office.holder, []).append(office)
    bodies = {office.body for its in held.values() for office in its}
    would = {body: newly_counted(body, positions, memberships, as_of) for body in sorted(bodies)}
    near = Counter(
        region_of[state]
        for state, position in positions.items()
        if state in region_of and position.position in FOR and position.level in OWN_VOICE
    )
    found = []
    for state, position in positions.items():
        if position.position not in (record.UNDECIDED, record.UNKNOWN):
            continue
        reasons, states, spoken = [], {state}, position.position == record.UNDECIDED
        for office in sorted(held.get(state, ()), key=lambda office: (-len(would[office.body]), office.body)):
            states |= would[office.body]
            reasons.append(Reason("office", office.body, len(would[office.body] - {state}), office.office))
        region = region_of.get(state, "")
        if near[region]:
            reasons.append(Reason("neighbours", region, near[region]))
        if organisations.get(state):
            reasons.append(Reason("organisations", count=organisations[state]))
        if spoken:
            reasons.append(Reason("undecided"))
        here = len(held.get(state, ())), near[region], organisations.get(state, 0)
        order = (-len(states), not spoken, *(-many for many in here), state)
        found.append((order, Candidate(state, len(states), tuple(reasons))))
    return [candidate for _, candidate in sorted(found, key=lambda entry: entry[0])]
