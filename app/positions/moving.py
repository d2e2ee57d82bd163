"""Since when a state stands where it stands, and what moved it in a span of days, by all that is on file. Pure.

A position moves when it is another one, or rests on another ground (position and level): what a reader sees. Another
piece that says the same, or a flag, moves nothing. A piece that was taken off the file never moved anything.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .pieces import OF_GROUPS, Rolls
from .record import UNKNOWN, Evidence, Membership, Position
from .rules import Voices, position_of


@dataclass(frozen=True)
class Move:
    """A position that moved on a day; `by` are the pieces of that day that moved it, none where a membership ended."""

    day: date
    was: Position
    at: Position
    by: tuple[Evidence, ...]


class Tracks:
    """The evidence on one ask, sorted once by whom it can touch; asked for one state after the other."""

    def __init__(self, ask: str, pieces: Iterable[Evidence], memberships: Iterable[Membership]):
        self._ask = ask
        self._rolls = Rolls(memberships)
        self._by_ref = {piece.ref: piece for piece in pieces if piece.ask == ask}
        self._said: dict[str, list[Evidence]] = defaultdict(list)
        self._named: dict[str, list[Evidence]] = defaultdict(list)
        for piece in self._by_ref.values():
            for state in piece.states:
                self._named[state].append(piece)
            if not (piece.type in OF_GROUPS and piece.states):
                self._said[piece.speaker].append(piece)

    def since(self, state: str, as_of: date) -> date | None:
        """From which day on the state has stood where it stands as of a day; None for one that was unknown always."""
        pieces = self._of(state)
        now, found = self._at(state, as_of, pieces), None
        for day in reversed(self._days(state, pieces, date.min, as_of)):
            before = self._at(state, day, pieces)
            if (before.position, before.level) != (now.position, now.level):
                return found
            found = day
        return None if now.position == UNKNOWN else found

    def moves(self, state: str, first: date, last: date) -> list[Move]:
        """What moved the state in a span of days, both included, the earliest first."""
        pieces = self._of(state)
        days = self._days(state, pieces, first, last)
        if not days:
            return []
        found, was = [], self._at(state, first - timedelta(days=1), pieces)
        for day in days:
            at = self._at(state, day, pieces)
            if (was.position, was.level) != (at.position, at.level):
                found.append(Move(day, was, at, self._movers(day, was, at, pieces)))
            was = at
        return found

    def _movers(self, day: date, was: Position, at: Position, pieces: list[Evidence]) -> tuple[Evidence, ...]:
        deciding = self._by_ref.get(at.evidence or "")
        if deciding is not None and deciding.date == day:
            return (deciding,)
        # What decided before no longer counts for it: something of this day is about that piece.
        about = [piece for piece in pieces if piece.date == day and was.evidence and piece.regards == was.evidence]
        return tuple(sorted(about, key=lambda piece: piece.ref))

    def _at(self, state: str, day: date, pieces: list[Evidence]) -> Position:
        return position_of(state, self._ask, day, Voices(day, pieces, self._rolls).decide(state))

    def _days(self, state: str, pieces: list[Evidence], first: date, last: date) -> list[date]:
        """The days of a span on which the state can move: a piece is of that day, or a membership ends."""
        days = {piece.date for piece in pieces}
        days |= {row.left for rows in self._rolls.groups(state).values() for row in rows if row.left is not None}
        return sorted(day for day in days if first <= day <= last)

    def _of(self, state: str) -> list[Evidence]:
        """What can touch the state: said by it or its groups, naming it, and whatever these are about."""
        found = {piece.ref: piece for piece in self._named[state]}
        for speaker in (state, *self._rolls.groups(state)):
            found |= {piece.ref: piece for piece in self._said[speaker]}
        waiting = list(found.values())
        while waiting:
            regarded = self._by_ref.get(waiting.pop().regards)
            if regarded is not None and regarded.ref not in found:
                found[regarded.ref] = regarded
                waiting.append(regarded)
        return list(found.values())
