"""What a report tells of positions: where states stood on two days, and what moved them between. By all that is on file
today and by the same derivation as everywhere; what is withheld stays unknown and moves nowhere."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.kernel.db import db
from app.states import groups, members

from . import queries, record, rules, tallies
from .models import Withheld as WithheldRow
from .moving import Move, Tracks
from .record import Evidence
from .tallies import Tally


@dataclass(frozen=True)
class AskLine:
    """An ask in a span of days: how many of the members stood where before its first day and on its last, how many are
    withheld, and every move within, by state and day."""

    slug: str
    before: Tally
    after: Tally
    withheld: int
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Report:
    """The asks that were asked for, the day before the span, and by ref the pieces that the moves name, whole."""

    asks: tuple[AskLine, ...]
    eve: date
    pieces: dict[str, Evidence]
    disputes: dict[str, record.Dispute]


def report(campaign_id: int, asks: Collection[str], first: date, last: date) -> Report:
    """The span's report, both days included; the same number of queries whatever is on file."""
    world, eve = queries.world(campaign_id), first - timedelta(days=1)
    states, everybody, periods = members.states(world), members.member_codes(world), groups.memberships(world)
    pieces = queries.counting(campaign_id, None, last)
    hidden = _withheld(campaign_id)
    before, after = (rules.derive_all(states, asks, day, pieces, periods) for day in (eve, last))
    lines = []
    for ask in asks:
        tracks = Tracks(ask, pieces, periods)
        shown = [state for state in states if state not in hidden[ask]]
        told = ({state: found[state, ask] for state in shown} for found in (before, after))
        # Who is not told counts as unknown.
        counted = [tallies.tally(tallies.UN_MEMBERS, everybody, found) for found in told]
        moves = [move for state in shown for move in tracks.moves(state, first, last)]
        lines.append(AskLine(ask, *counted, len(hidden[ask] & everybody), tuple(moves)))
    named = {piece.ref for line in lines for move in line.moves for piece in move.by}
    return Report(tuple(lines), eve, queries.deciding(campaign_id, named), queries.disputes(campaign_id))


def _withheld(campaign_id: int) -> dict[str, set[str]]:
    rows = db.session.execute(
        select(WithheldRow.ask, WithheldRow.state).where(
            WithheldRow.campaign_id == campaign_id, WithheldRow.lifted_at.is_(None)
        )
    )
    found: dict[str, set[str]] = defaultdict(set)
    for ask, state in rows:
        found[ask].add(state)
    return found
