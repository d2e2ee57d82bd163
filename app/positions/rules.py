"""Where a state stands on an ask as of a day: docs/positions.md, rules 1 to 8 and 10, as pure functions.

Where the contract is silent, this is how it is read here:

- What is looked up through `regards` is looked up among the pieces of the same ask that count (rule 1). An alignment
  with a piece that does not count says nothing, unless it states a signal of its own: related evidence moves nothing.
- An alignment is of the group's level, and adds nothing, when what it regards was spoken by a group that could speak
  for the state on the day it aligns (rule 6), whether or not that piece lists states.
- An alignment with an alignment takes what that one took; a ring of them takes nothing. It stands when somebody else
  withdraws what it regards: the state's own word was not taken back.
- A withdrawal is for whoever withdraws: one of sixty states leaves the other fifty-nine bound; a group that takes back
  a statement unbinds its members. A withdrawn dissociation frees no longer. A withdrawal that is itself withdrawn, by a
  later one (on the same day: one of a greater ref), takes nothing back.
- A dissociation or reservation frees from the statement for its whole time, and from nothing the state did on its own.
  An alignment with it, made for itself, stands beside it: the later of the two tells.
- A listed draft of a group binds those listed, as a listed statement does.
- A suspension is over on its last day, as a membership is on the day of leaving.
- The cap and the floor of rule 6 are for what is inferred; who joins by name joins in what was said.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from . import record
from .pieces import (
    ALIGNMENT,
    FREEING,
    LISTING,
    OF_GROUPS,
    SIDES,
    SOCIAL_POST,
    VOTE,
    WITHDRAWAL,
    Rolls,
    by_group,
    counts,
    dated,
    precedence,
    rank,
    states_itself,
)
from .record import Evidence, Membership, Position


class Item(NamedTuple):
    """A piece that says something for a state: what it says, and on which level."""

    piece: Evidence
    position: str
    level: str


class Decision(NamedTuple):
    """What decided, or None, with the flags in the order of record.FLAGS."""

    item: Item | None
    flags: tuple[str, ...] = ()


class Voices:
    """The evidence on one ask as of one day, sorted once by who speaks; asked for one state after the other."""

    def __init__(self, as_of: date, pieces: Iterable[Evidence], rolls: Rolls):
        self.as_of = as_of
        self.rolls = rolls
        self.counting = {piece.ref: piece for piece in pieces if counts(piece, as_of)}
        # Both: a piece and who is not bound by it, with the refs of the pieces that say so.
        self.withdrawn = self._withdrawals()
        self.freed: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.own: dict[str, list[Item]] = defaultdict(list)
        self.posts: dict[str, list[Item]] = defaultdict(list)
        self.groups: dict[str, list[Item]] = defaultdict(list)
        self._taken: dict[str, str | None] = {}
        for piece in self.counting.values():
            if piece.type in FREEING and (piece.ref, piece.speaker) not in self.withdrawn:
                self.freed[piece.regards, piece.speaker].append(piece.ref)
        for piece in self.counting.values():
            position = self._takes(piece) if piece.type == ALIGNMENT else states_itself(piece)
            if position is not None:
                self._sort_in(piece, position)
        for items in self.groups.values():
            items.sort(key=lambda item: item.piece.date, reverse=True)

    def _withdrawals(self) -> dict[tuple[str, str], list[str]]:
        """The pieces withdrawn, each with who withdrew it; the latest withdrawals first, as they may undo earlier."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        withdrawals = (piece for piece in self.counting.values() if piece.type == WITHDRAWAL)
        for piece in sorted(withdrawals, key=lambda piece: (piece.date, piece.ref), reverse=True):
            if (piece.ref, piece.speaker) not in found:
                found[piece.regards, piece.speaker].append(piece.ref)
        return found

    def _takes(self, piece: Evidence | None) -> str | None:
        """What an alignment says: its signal, or what it regards says, along a chain of alignments."""
        passed: dict[str, None] = {}
        while piece and piece.type == ALIGNMENT and not piece.signal:
            if piece.ref in passed or piece.ref in self._taken:
                break
            passed[piece.ref] = None
            piece = self.counting.get(piece.regards)
        if piece is None or piece.ref in passed:
            position = None
        elif piece.ref in self._taken:
            position = self._taken[piece.ref]
        else:
            position = states_itself(piece)
        self._taken.update(dict.fromkeys(passed, position))
        return position

    def _sort_in(self, piece: Evidence, position: str) -> None:
        if piece.type in LISTING and (piece.states or piece.type not in OF_GROUPS):
            item = Item(piece, position, record.NAMED)
            for state in piece.states:
                if (piece.ref, state) not in self.withdrawn and (piece.ref, state) not in self.freed:
                    self.own[state].append(item)
        elif (piece.ref, piece.speaker) in self.withdrawn:
            return
        elif piece.type in OF_GROUPS:
            position = max(min(position, record.SUPPORT, key=rank), record.SCEPTICAL, key=rank)
            self.groups[piece.speaker].append(Item(piece, position, record.GROUP))
        elif piece.type == SOCIAL_POST:
            self.posts[piece.speaker].append(Item(piece, position, record.OWN))
        elif piece.type != ALIGNMENT:
            self.own[piece.speaker].append(Item(piece, position, record.OWN))
        elif not self.of_its_group(piece) and (piece.ref, piece.speaker) not in self.freed:
            self.own[piece.speaker].append(Item(piece, position, record.NAMED))

    def of_its_group(self, alignment: Evidence) -> bool:
        """Whether an alignment is with something that a group of the speaker's said."""
        regarded = self.counting.get(alignment.regards)
        if regarded is None or not by_group(regarded):
            return False
        return bool(self.rolls.spoken_for(alignment.speaker, regarded.speaker, alignment.date))

    def released_by(self, piece: Evidence, state: str) -> list[str]:
        """The refs of what keeps a piece from binding the state; none for a piece that binds it or never would."""
        if piece.ref not in self.counting:
            return []
        found = self.withdrawn.get((piece.ref, state), [])
        if piece.type in LISTING or piece.type == ALIGNMENT:
            found = found + self.freed.get((piece.ref, state), [])
        if piece.type in OF_GROUPS and not piece.states:
            found = found + self.withdrawn.get((piece.ref, piece.speaker), [])
        return found

    def bound(self, state: str, group: str) -> Iterable[Item]:
        """What the group said that is inferred for the state as of the day, the latest first (rules 6 and 7)."""
        for item in self.groups.get(group, ()):
            if self.rows(state, item.piece):
                yield item

    def rows(self, state: str, piece: Evidence) -> list[Membership]:
        """The rows on which the inference of a group's piece for the state rests; none: it is not bound by it."""
        if (piece.ref, state) in self.freed or (piece.ref, state) in self.withdrawn:
            return []
        found = self.rolls.spoken_for(state, piece.speaker, piece.date)
        return [row for row in found if row.binds and (row.left is None or self.as_of < row.left)]

    def decide(self, state: str) -> Decision:
        """What decides for the state, and what is to be said about it."""
        flags = set()
        if own := self.own.get(state):
            item, conflicting = winner(own, lambda item: (item.piece.date, precedence(item.piece)))
            if any(_later_elsewhere(post, item) for post in self.posts.get(state, ())):
                flags.add(record.NEWER_INFORMAL)
        elif posts := self.posts.get(state):
            item, conflicting = winner(posts, lambda item: item.piece.date)
        else:
            return self._inferred(state)
        if item.piece.type == VOTE and item.piece.cast == "abstain":
            flags.add(record.ABSTAINED)
        if self._contradicts(state, item):
            flags.add(record.CONTRADICTED)
        return self._decision(item, conflicting, flags)

    def _contradicts(self, state: str, deciding: Item) -> bool:
        for group in self.rolls.groups(state):
            for item in self.bound(state, group):
                if item.piece.date <= deciding.piece.date:
                    break
                if SIDES[item.position] != SIDES[deciding.position]:
                    return True
        return False

    def _inferred(self, state: str) -> Decision:
        latest: list[Item] = []
        for group in self.rolls.groups(state):
            for item in self.bound(state, group):
                if latest and item.piece.date < latest[0].piece.date:
                    break
                if latest and item.piece.date > latest[0].piece.date:
                    latest.clear()
                latest.append(item)
        if not latest:
            return Decision(None)
        item, conflicting = winner(latest, lambda item: item.piece.date)
        unknown = all(row.joined is None for row in self.rows(state, item.piece))
        return self._decision(item, conflicting, {record.MEMBERSHIP_DATE_UNKNOWN} if unknown else set())

    def _decision(self, item: Item, conflicting: bool, flags: set[str]) -> Decision:
        if conflicting:
            flags.add(record.CONFLICTING)
        if dated(item.piece, self.as_of):
            flags.add(record.DATED)
        return Decision(item, tuple(flag for flag in record.FLAGS if flag in flags))


def winner(items: Sequence[Item], order: Callable[[Item], object]) -> tuple[Item, bool]:
    """The item that decides among those greatest by `order`, and whether these differ (rule 3, and so in rule 6)."""
    greatest = max(order(item) for item in items)
    tied = [item for item in items if order(item) == greatest]
    item = min(tied, key=lambda item: (rank(item.position), item.piece.ref))
    return item, any(other.position != item.position for other in tied)


def _later_elsewhere(item: Item, deciding: Item) -> bool:
    return item.piece.date > deciding.piece.date and SIDES[item.position] != SIDES[deciding.position]


def position_of(state: str, ask: str, as_of: date, decision: Decision) -> Position:
    """A decision as the record that is stored and shown."""
    if decision.item is None:
        return Position(state, ask, as_of)
    piece, position, level = decision.item
    return Position(state, ask, as_of, position, level, piece.ref, decision.flags)


def derive(
    state: str, ask: str, as_of: date, evidence: Iterable[Evidence], memberships: Iterable[Membership]
) -> Position:
    """Where the state stands on the ask as of the day, by all evidence and memberships given, in any order."""
    voices = Voices(as_of, (piece for piece in evidence if piece.ask == ask), Rolls(memberships))
    return position_of(state, ask, as_of, voices.decide(state))


def derive_all(
    states: Iterable[str],
    asks: Iterable[str],
    as_of: date,
    evidence: Iterable[Evidence],
    memberships: Iterable[Membership],
) -> dict[tuple[str, str], Position]:
    """`derive` for each state and ask, in one pass over the evidence."""
    states, rolls = list(states), Rolls(memberships)
    by_ask: dict[str, list[Evidence]] = {ask: [] for ask in asks}
    for piece in evidence:
        if piece.ask in by_ask:
            by_ask[piece.ask].append(piece)
    found = {}
    for ask, pieces in by_ask.items():
        voices = Voices(as_of, pieces, rolls)
        for state in states:
            found[state, ask] = position_of(state, ask, as_of, voices.decide(state))
    return found
