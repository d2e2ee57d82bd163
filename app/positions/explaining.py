"""Why a state stands where it stands, and since when: what pages tell beside a derived position."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from . import record
from .pieces import YEARS, Rolls, by_group
from .record import Evidence, Membership, Position
from .rules import Item, Voices, position_of


@dataclass(frozen=True)
class Released:
    """A piece that would bind the state, and by what it does not: dissociations, reservations, withdrawals."""

    piece: Evidence
    by: tuple[Evidence, ...]


@dataclass(frozen=True)
class Account:
    """A position with all that is on file for it; each list has the latest first.

    `deciding` is the item that decided, None at unknown. `own` is the state's own voice (alone and by name), `posts`
    its informal posts, `group` is what groups said that is inferred for it. `background` is published and about the
    state or a group of its, and moves nothing: related evidence, reports, alignments with its own group, adoptions by
    consensus, what was given for an older text, what a group said before the state joined or of which it has left.
    """

    position: Position
    deciding: Item | None
    own: tuple[Item, ...]
    posts: tuple[Item, ...]
    group: tuple[Item, ...]
    released: tuple[Released, ...]
    background: tuple[Evidence, ...]


def explain(
    state: str, ask: str, as_of: date, evidence: Iterable[Evidence], memberships: Iterable[Membership]
) -> Account:
    """The position that `rules.derive` gives for the same, with the evidence that decided it and the rest."""
    pieces = [piece for piece in evidence if piece.ask == ask]
    rolls = Rolls(memberships)
    voices = Voices(as_of, pieces, rolls)
    decision = voices.decide(state)
    own, posts = voices.own.get(state, []), voices.posts.get(state, [])
    group = [item for code in rolls.groups(state) for item in voices.bound(state, code)]
    used = {item.piece.ref for item in (*own, *posts, *group)}
    released, background = [], []
    for piece in _latest_first(pieces, _order):
        if piece.ref in used or piece.status != record.PUBLISHED or piece.date > as_of:
            continue
        if not _is_about(piece, state, rolls):
            continue
        if by := [voices.counting[ref] for ref in voices.released_by(piece, state)]:
            released.append(Released(piece, tuple(sorted(by, key=_order))))
        else:
            background.append(piece)
    return Account(
        position_of(state, ask, as_of, decision),
        decision.item,
        *(tuple(_latest_first(items, lambda item: _order(item.piece))) for items in (own, posts, group)),
        tuple(released),
        tuple(background),
    )


def history(
    state: str,
    ask: str,
    evidence: Iterable[Evidence],
    memberships: Iterable[Membership],
    until: date | None = None,
) -> list[tuple[date, Position]]:
    """From which day the state stood where, by all evidence given, the earliest first; the first is never `unknown`.

    There is an entry for each day on which position, level, deciding piece or flags are others than the day before; the
    last day of one is the day before the next. Days after `until` are left out; without it, what is certain to change
    later (a position grown old) is told ahead.
    """
    rolls = Rolls(memberships)
    pieces = _concerning(state, [piece for piece in evidence if piece.ask == ask], rolls)
    found: list[tuple[date, Position]] = []
    before = Position(state, ask, date.min)
    for day in moments(state, pieces, rolls):
        if until is not None and day > until:
            break
        position = position_of(state, ask, day, Voices(day, pieces, rolls).decide(state))
        if _told(position) != _told(before):
            found.append((day, position))
            before = position
    return found


def moments(state: str, pieces: Iterable[Evidence], rolls: Rolls) -> list[date]:
    """The days on which the state's position can become another: a piece is dated, a piece is more than four years old,
    a membership ends. Joining and suspension move nothing by themselves: they are asked for on a piece's own day."""
    days = set()
    for piece in pieces:
        days |= {piece.date, _first_dated(piece.date)}
    for rows in rolls.groups(state).values():
        days |= {row.left for row in rows if row.left is not None}
    return sorted(days)


def _first_dated(day: date) -> date:
    try:
        return day.replace(year=day.year + YEARS) + timedelta(days=1)
    except ValueError:
        return date(day.year + YEARS, 3, 1)


def _concerning(state: str, pieces: list[Evidence], rolls: Rolls) -> list[Evidence]:
    """The pieces that can touch the state: about it or its groups, and whatever these regard or are withdrawn by."""
    by_ref = {piece.ref: piece for piece in pieces}
    found = {piece.ref: piece for piece in pieces if _is_about(piece, state, rolls)}
    waiting = list(found.values())
    while waiting:
        regarded = by_ref.get(waiting.pop().regards)
        if regarded is not None and regarded.ref not in found:
            found[regarded.ref] = regarded
            waiting.append(regarded)
    return list(found.values())


def _is_about(piece: Evidence, state: str, rolls: Rolls) -> bool:
    if state in piece.states or piece.speaker == record.UN:
        return True
    of_its_group = piece.speaker in rolls.groups(state)
    if by_group(piece):
        return of_its_group and not piece.states
    # Who is in groups is a state: what Namibia says is not about all that are in NAM, which has the same code.
    return state == piece.speaker or (of_its_group and not rolls.groups(piece.speaker))


def _told(position: Position) -> tuple:
    return position.position, position.level, position.evidence, position.flags


def _order(piece: Evidence) -> tuple:
    return piece.date, piece.ref


def _latest_first(things, order) -> list:
    return sorted(things, key=order, reverse=True)
