"""Stored positions brought to what the evidence says, in the caller's transaction; each that moves leaves a row."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.campaigns.models import Ask, Campaign
from app.kernel import audit, pagecache
from app.kernel.db import db
from app.states import groups, members

from . import queries, rules
from .models import Cached, Change, StoredPosition
from .models import Evidence as Row
from .moving import Tracks
from .record import PUBLISHED, UNKNOWN, Evidence, Position

# Any number that no other lock of ours has: one refresh of a campaign at a time.
_LOCK = 5_100_040
REPAIRED = "positions.repair"


def touched(campaign_id: int, pieces: Iterable[Evidence]) -> dict[str, frozenset[str]]:
    """Whose position may move when these pieces come, change or go, by ask: who spoke, who is named, who was ever in a
    group that spoke; and so for all pieces that are about them."""
    asks: dict[str, set[str]] = {}
    following: dict[str, Evidence] = {piece.ref: piece for piece in pieces}
    seen: set[str] = set()
    ever: dict[str, set[str]] = {}
    for period in groups.memberships(queries.world(campaign_id)):
        ever.setdefault(period.group, set()).add(period.state)
    while following:
        for piece in following.values():
            states = asks.setdefault(piece.ask, set())
            states.update(piece.states or ever.get(piece.speaker, {piece.speaker}), {piece.speaker})
        seen |= following.keys()
        about = queries.records(campaign_id, Row.regards.in_(list(following)), Row.status == PUBLISHED)
        following = {piece.ref: piece for piece in about if piece.ref not in seen}
    return {ask: frozenset(states) for ask, states in asks.items()}


def refresh(
    campaign_id: int, ask: str, states: Collection[str] | None, why: str, now: datetime
) -> list[tuple[Position | None, Position]]:
    """Store where these states (None: all) stand today and note what moved; returns each stored row that was not as it
    should be, as it was and as it is. A refresh of some states leaves those that are as of an earlier day to that day's
    own, so it does all of them then."""
    db.session.flush()
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK, campaign_id)))
    today = now.date()
    known = frozenset(members.states(queries.world(campaign_id)))
    as_of = db.session.scalar(select(Cached.as_of).where(Cached.campaign_id == campaign_id, Cached.ask == ask))
    meant = known if states is None or as_of != today else known & frozenset(states)
    before = queries.stored_positions(campaign_id, ask, today)
    rows, periods = queries.basis(campaign_id, ask, today, meant)
    after = {state: at for (state, _), at in rules.derive_all(meant, [ask], today, rows, periods).items()}
    differing = [
        (before.get(state), at)
        for state, at in sorted(after.items())
        if (before.get(state) or Position(state, ask, today)) != at
    ]
    gone = [state for state in before if state not in known]
    _store(campaign_id, ask, today, differing, gone)
    hidden = queries.withheld(campaign_id, ask)
    shown = [pair for pair in differing if pair[1].state not in hidden]
    note(campaign_id, ask, shown, why, now, Tracks(ask, rows, periods))
    if differing or gone or as_of != today:
        pagecache.bump()
    return differing


def _store(campaign_id: int, ask: str, today: date, differing: list, gone: list[str]) -> None:
    rows = [
        {
            "campaign_id": campaign_id,
            "ask": ask,
            "state": at.state,
            "position": at.position,
            "level": at.level,
            "evidence": at.evidence,
            "flags": list(at.flags),
        }
        for _, at in differing
        if at.position != UNKNOWN
    ]
    emptied = [at.state for _, at in differing if at.position == UNKNOWN] + gone
    if emptied:
        db.session.execute(
            delete(StoredPosition).where(
                StoredPosition.campaign_id == campaign_id, StoredPosition.ask == ask, StoredPosition.state.in_(emptied)
            )
        )
    if rows:
        statement = upsert(StoredPosition)
        taken = {name: statement.excluded[name] for name in ("position", "level", "evidence", "flags")}
        db.session.execute(
            statement.on_conflict_do_update(index_elements=["campaign_id", "ask", "state"], set_=taken), rows
        )
    cached = upsert(Cached).values(campaign_id=campaign_id, ask=ask, as_of=today)
    db.session.execute(
        cached.on_conflict_do_update(index_elements=["campaign_id", "ask"], set_={"as_of": today}),
    )


def note(
    campaign_id: int,
    ask: str,
    pairs: list[tuple[Position | None, Position]],
    why: str,
    now: datetime,
    tracks: Tracks | None = None,
) -> None:
    """Write down the changes that a reader would see: another position, or another ground for it. Since when the state
    stands there is told by `tracks`, the evidence on the ask; without it, and where it was another text of the ask that
    left nothing, since today."""
    today = now.date()
    rows = []
    for was, at in pairs:
        before = was or Position(at.state, ask, at.as_of)
        if (before.position, before.level) == (at.position, at.level):
            continue
        rows.append(
            {
                "campaign_id": campaign_id,
                "ask": ask,
                "state": at.state,
                "at": now,
                "since": _since(tracks, at, why, today),
                "was": before.position,
                "was_level": before.level,
                "position": at.position,
                "level": at.level,
                "evidence": at.evidence,
                "why": why,
            }
        )
    if rows:
        db.session.execute(insert(Change), rows)


def _since(tracks: Tracks | None, at: Position, why: str, today: date) -> date | None:
    if tracks is None:
        return today
    found = tracks.since(at.state, today)
    return today if found is None and why == "version" else found


def refresh_pieces(campaign_id: int, pieces: Iterable[Evidence], why: str, now: datetime) -> None:
    """Refresh whom these pieces touch."""
    for ask, states in touched(campaign_id, pieces).items():
        refresh(campaign_id, ask, states, why, now)


def refresh_states(states: frozenset[str], now: datetime) -> None:
    """Refresh these states in all campaigns, as their memberships changed: what states/changes.py calls."""
    for campaign_id, ask in db.session.execute(select(Ask.campaign_id, Ask.slug).order_by(Ask.campaign_id, Ask.slug)):
        if states & members.states(queries.world(campaign_id)).keys():
            refresh(campaign_id, ask, states, "membership", now)


def asks() -> list[tuple[str, int, str]]:
    """Every ask of every campaign: the campaign's slug and id, the ask's slug."""
    statement = select(Campaign.slug, Campaign.id, Ask.slug).join(Ask, Ask.campaign_id == Campaign.id)
    return [tuple(row) for row in db.session.execute(statement.order_by(Campaign.slug, Ask.slug))]


def amiss(campaign_id: int, ask: str) -> list[str]:
    """The states whose stored position is not what the evidence says as of the day that it was stored for: there must
    be none."""
    as_of = db.session.scalar(select(Cached.as_of).where(Cached.campaign_id == campaign_id, Cached.ask == ask))
    if as_of is None:
        return []
    stored = queries.stored_positions(campaign_id, ask, as_of)
    found = queries.derived(campaign_id, ask, as_of, members.states(queries.world(campaign_id)))
    unknown = {state for state in stored if state not in found}
    differing = {at.state for at in found.values() if (stored.get(at.state) or Position(at.state, ask, as_of)) != at}
    return sorted(unknown | differing)


def renew(campaign_id: int, ask: str, now: datetime) -> list[str]:
    """Store anew where all states stand today; answers the states whose position was not as the evidence said, which is
    put right and written down."""
    wrong = amiss(campaign_id, ask)
    if wrong:
        slug = db.session.scalars(select(Campaign.slug).where(Campaign.id == campaign_id)).one()
        audit.record(REPAIRED, f"ask:{ask}", actor=None, now=now, campaign=slug, after={"states": wrong})
    refresh(campaign_id, ask, None, "repair" if wrong else "time", now)
    return wrong
