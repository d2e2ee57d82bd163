"""A vote or a list that came in one go: stored whole as drafts, and checked, published or withdrawn together. In the
caller's transaction; actor and time are passed in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.campaigns.models import Campaign
from app.kernel import audit, pagecache
from app.kernel.db import db

from . import desk_queries, operations, queries, refreshing, words
from .models import Evidence as Row
from .models import Roll
from .operations import ALONE_AFTER, NotYet
from .pieces import LISTING, VOTE
from .reading import needs_a_second
from .record import CHECKED, DRAFT, PUBLISHED, WITHDRAWN


def enter(
    campaign: Campaign,
    cells: Mapping[str, str],
    states: Sequence[tuple[str, str]],
    stated: dict[str, int],
    pasted: str,
    *,
    actor: int | None,
    now: datetime,
    provisional: bool = False,
) -> Roll:
    """Store a roll: `cells` are what all pieces share (their type, too), `states` are (state, cast). A statement of
    several is one piece that names them; of everything else each state has its own. Raises Unfit."""
    judge = operations.known(campaign, now.date())
    first = operations.next_ref(campaign)
    prefix, number = first.rpartition("-")[0], int(first.rpartition("-")[2])
    if cells["type"] in LISTING:
        said = [{**cells, "states": " ".join(sorted(state for state, _ in states))}]
    else:
        casts = cells["type"] == VOTE
        said = [{**cells, "speaker": state, "cast": cast if casts else ""} for state, cast in states]
    pieces = [
        operations.judge_one(campaign, {**one, "ref": f"{prefix}-{number + place:03d}", "status": DRAFT}, now, judge)
        for place, one in enumerate(said)
    ]
    roll = Roll(
        campaign_id=campaign.id,
        kind=cells["type"],
        stated=stated or None,
        pasted=pasted,
        entered_by=actor,
        entered_at=now,
    )
    db.session.add(roll)
    db.session.flush()
    version = desk_queries.version(campaign.id, cells["ask"])
    db.session.add_all(
        Row(
            campaign_id=campaign.id,
            **operations.values(piece),
            ask_version=version,
            provisional=provisional,
            roll_id=roll.id,
            entered_by=actor,
            entered_at=now,
            changed_at=now,
        )
        for piece in pieces
    )
    _log("rolls.enter", campaign, roll, actor, now, {"type": roll.kind, "pieces": len(pieces)})
    return roll


def check(campaign: Campaign, roll: Roll, *, actor: int | None, now: datetime) -> None:
    """Say that all its drafts were compared with the source. Raises NotYet: status, symbol, alone."""
    rows = _of(roll, DRAFT)
    if any(words.evidence_types()[row.type].needs_symbol and not row.un_symbol for row in rows):
        raise NotYet("symbol")
    alone = [row for row in rows if actor is not None and actor == row.entered_by]
    if any(now < row.changed_at + ALONE_AFTER for row in alone):
        raise NotYet("alone")
    for row in rows:
        row.status, row.checked_by, row.checked_at, row.checked_alone = CHECKED, actor, now, row in alone
    _log("rolls.check", campaign, roll, actor, now, {"checked_by_one": bool(alone)})


def publish(campaign: Campaign, roll: Roll, *, actor: int | None, now: datetime) -> None:
    """Let all count, once every piece that is not withdrawn is checked. Raises NotYet: status, second."""
    if any(row.status == DRAFT for row in desk_queries.roll_rows(roll.id)):
        raise NotYet("status")
    rows = _of(roll, CHECKED)
    pieces = queries.records(campaign.id, Row.roll_id == roll.id, Row.status == CHECKED)
    for piece in pieces:
        published = replace(piece, status=PUBLISHED)
        if needs_a_second(published) and not operations.has_second(campaign, published):
            raise NotYet("second")
    for row in rows:
        row.status, row.published_at, row.changed_at = PUBLISHED, now, now
    _log("rolls.publish", campaign, roll, actor, now, {"pieces": len(rows)})
    refreshing.refresh_pieces(campaign.id, pieces, "evidence", now)
    pagecache.bump()


def withdraw(campaign: Campaign, roll: Roll, reason: str, *, actor: int | None, now: datetime) -> None:
    """Take all back with one reason. Raises ValueError without one, NotYet("status") when nothing is left."""
    if not reason.strip():
        raise ValueError("a withdrawal has a reason")
    rows = [row for row in desk_queries.roll_rows(roll.id) if row.status != WITHDRAWN]
    if not rows:
        raise NotYet("status")
    public = queries.records(campaign.id, Row.roll_id == roll.id, Row.status == PUBLISHED)
    for row in rows:
        row.status, row.withdrawn_at, row.withdrawn_reason, row.changed_at = WITHDRAWN, now, reason.strip(), now
    _log("rolls.withdraw", campaign, roll, actor, now, {"pieces": len(rows)})
    if public:
        refreshing.refresh_pieces(campaign.id, public, "evidence", now)
        pagecache.bump()


def _of(roll: Roll, status: str) -> list[Row]:
    rows = [row for row in desk_queries.roll_rows(roll.id) if row.status == status]
    if not rows:
        raise NotYet("status")
    return rows


def _log(action: str, campaign: Campaign, roll: Roll, actor: int | None, now: datetime, after: dict | None) -> None:
    db.session.flush()
    audit.record(action, f"roll:{roll.id}", actor=actor, now=now, campaign=campaign.slug, after=after)
