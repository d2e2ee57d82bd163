"""Everything that writes evidence. In the caller's transaction; actor (id of staff, None: the command line) and time
are passed in. Each verb leaves an entry in the log and refreshes the positions that it touches.

A piece goes from draft to checked, by a second person, or by whoever entered it once it is a day old, and then says so;
from checked to published, if rule 9 of docs/positions.md allows it; and it can be withdrawn with a reason. It is never
deleted, and once it is published it is not changed but withdrawn and entered anew.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as lazy
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.campaigns.models import Ask, Campaign
from app.kernel import audit, pagecache
from app.kernel.db import db
from app.states import groups, members

from . import queries, record, refreshing, words
from .csv_form import COLUMNS, Fault
from .decider_models import Decider
from .judging import Known, KnownAsk, judged
from .models import MOST_ARCHIVED, Archived, Roll
from .models import Evidence as Row
from .models import Withheld as WithheldRow
from .moving import Tracks
from .reading import address, claim, is_a_second, needs_a_second
from .record import CHECKED, DRAFT, PUBLISHED, WITHDRAWN, Evidence

ALONE_AFTER = timedelta(hours=24)


class Unfit(ValueError):
    """What was entered breaks the contract: `faults` say where and why, as reading a file would."""

    def __init__(self, faults: list[Fault]):
        super().__init__("; ".join(f"{fault.column}: {fault.reason}" for fault in faults))
        self.faults = faults


class NotYet(ValueError):
    """The step cannot be done now: `why` is status, alone (within a day of entering it), second (rule 9), symbol (its
    type needs one), closed."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


def known(campaign: Campaign, today) -> Known:
    """What a piece of this campaign is judged by, with all its evidence."""
    asks = db.session.scalars(select(Ask).where(Ask.campaign_id == campaign.id))
    return Known(
        states=members.states(campaign.world).keys(),
        groups={code: group.binds == "yes" for code, group in groups.groups(campaign.world).items()},
        asks={ask.slug: KnownAsk(tuple(ask.variants), ask.status) for ask in asks},
        today=today,
        on_file={piece.ref: piece for piece in queries.records(campaign.id)},
        deciders=frozenset(db.session.scalars(select(Decider.code).where(Decider.campaign_id == campaign.id))),
    )


def next_ref(campaign: Campaign) -> str:
    """A ref that the campaign has not used: its slug in capitals and a number."""
    prefix = f"{campaign.slug.upper()}-"
    taken = db.session.scalars(select(Row.ref).where(Row.campaign_id == campaign.id, Row.ref.startswith(prefix)))
    numbers = [int(ref.removeprefix(prefix)) for ref in taken if ref.removeprefix(prefix).isdecimal()]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"


def enter(
    campaign: Campaign,
    cells: Mapping[str, str],
    *,
    actor: int | None,
    now: datetime,
    provisional: bool = False,
    roll: Roll | None = None,
    judge: Known | None = None,
) -> Row:
    """Enter a draft from the fields of the contract (texts, as a row of a CSV has them; `ref` and `status` may lack).
    Raises Unfit. `judge` saves asking anew for what many pieces are judged by."""
    piece = judge_one(campaign, {"ref": next_ref(campaign), **cells, "status": DRAFT}, now, judge)
    row = Row(
        campaign_id=campaign.id,
        **values(piece),
        ask_version=_version(campaign, piece.ask),
        provisional=provisional,
        roll_id=roll.id if roll else None,
        entered_by=actor,
        entered_at=now,
        changed_at=now,
    )
    db.session.add(row)
    _log("evidence.enter", campaign, row, actor, now, after={"type": row.type, "ask": row.ask, "speaker": row.speaker})
    return row


def change(
    campaign: Campaign, row: Row, cells: Mapping[str, str], *, actor: int | None, now: datetime, provisional: bool
) -> Row:
    """Say something else in a draft; a checked piece becomes a draft again. Raises Unfit, and NotYet("status") once it
    is published or withdrawn."""
    if row.status not in (DRAFT, CHECKED):
        raise NotYet("status")
    piece = judge_one(campaign, {**cells, "ref": row.ref, "status": DRAFT}, now, None)
    before = values(_piece(row))
    after = values(piece)
    for name, value in after.items():
        setattr(row, name, value)
    row.ask_version = _version(campaign, piece.ask)
    row.provisional, row.changed_at = provisional, now
    row.checked_by, row.checked_at, row.checked_alone = None, None, False
    # Who changed it last is who cannot check it alone.
    row.entered_by = actor
    changed = sorted(name for name in after if before[name] != after[name])
    _log("evidence.change", campaign, row, actor, now, after={"fields": changed})
    return row


def judge_one(campaign: Campaign, cells: Mapping[str, str], now: datetime, judge: Known | None) -> Evidence:
    """The record that these fields make; raises Unfit."""
    whole = {name: (cells.get(name) or "").strip() for name in COLUMNS}
    judge = judge or known(campaign, now.date())
    piece, faults = judged(0, whole, judge)
    if whole["regards"] and whole["regards"] not in judge.on_file:
        faults.append(Fault(0, "regards", lazy("There is no piece with this ref in this campaign.")))
    if faults or piece is None:
        raise Unfit(faults)
    return piece


def check(campaign: Campaign, row: Row, *, actor: int | None, now: datetime) -> None:
    """Say that a draft was compared with its source. Raises NotYet("status"), NotYet("symbol") and NotYet("alone")."""
    if row.status != DRAFT:
        raise NotYet("status")
    if words.evidence_types()[row.type].needs_symbol and not row.un_symbol:
        raise NotYet("symbol")
    alone = actor is not None and actor == row.entered_by
    if alone and now < row.changed_at + ALONE_AFTER:
        raise NotYet("alone")
    row.status, row.checked_by, row.checked_at, row.checked_alone = CHECKED, actor, now, alone
    _log("evidence.check", campaign, row, actor, now, after={"checked_by_one": alone})


def publish(campaign: Campaign, row: Row, *, actor: int | None, now: datetime) -> None:
    """Let a checked piece count. Raises NotYet("status") and, by rule 9, NotYet("second")."""
    if row.status != CHECKED:
        raise NotYet("status")
    piece = replace(_piece(row), status=PUBLISHED)
    if needs_a_second(piece) and not has_second(campaign, piece):
        raise NotYet("second")
    row.status, row.published_at, row.changed_at = PUBLISHED, now, now
    _log("evidence.publish", campaign, row, actor, now)
    refreshing.refresh_pieces(campaign.id, [_piece(row)], "evidence", now)
    pagecache.bump()


def has_second(campaign: Campaign, piece: Evidence) -> bool:
    """Whether another piece says the same from another address, so that this one can be published (rule 9)."""
    if piece.confidence == record.LOW or not piece.url:
        return False
    others = queries.records(campaign.id, Row.ask == piece.ask, Row.speaker == piece.speaker, Row.ref != piece.ref)
    return any(
        is_a_second(other) and claim(other) == claim(piece) and address(other.url) != address(piece.url)
        for other in others
    )


def withdraw(campaign: Campaign, row: Row, reason: str, *, actor: int | None, now: datetime) -> None:
    """Take a piece back; it stays on file with the reason. Raises NotYet("status") for one that is withdrawn, and
    ValueError for no reason."""
    if row.status == WITHDRAWN:
        raise NotYet("status")
    if not reason.strip():
        raise ValueError("a withdrawal has a reason")
    was, piece = row.status, _piece(row)
    row.status, row.withdrawn_at, row.withdrawn_reason, row.changed_at = WITHDRAWN, now, reason.strip(), now
    _log("evidence.withdraw", campaign, row, actor, now, before={"status": was})
    if was == PUBLISHED:
        refreshing.refresh_pieces(campaign.id, [piece], "evidence", now)
        pagecache.bump()


def confirm(campaign: Campaign, row: Row, *, actor: int | None, now: datetime) -> None:
    """Say that a provisional piece was found in the record. Raises NotYet("status") if it is not provisional."""
    if not row.provisional or row.status == WITHDRAWN:
        raise NotYet("status")
    row.provisional, row.changed_at = False, now
    _log("evidence.confirm", campaign, row, actor, now)
    pagecache.bump()


def recheck(campaign: Campaign, row: Row, *, actor: int | None, now: datetime) -> None:
    """Say that a piece given for an older text of the ask speaks to the present one, too (rule 10). Raises
    NotYet("status") if there is no newer text."""
    version = _version(campaign, row.ask)
    if row.ask_version >= version or row.status == WITHDRAWN:
        raise NotYet("status")
    before = row.ask_version
    row.ask_version, row.changed_at = version, now
    _log("evidence.recheck", campaign, row, actor, now, before={"version": before}, after={"version": version})
    if row.status == PUBLISHED:
        refreshing.refresh_pieces(campaign.id, [_piece(row)], "version", now)
        pagecache.bump()


def attach(campaign: Campaign, row: Row, content: bytes, *, actor: int | None, now: datetime) -> str:
    """Keep a source's text or PDF with the piece; answers its digest. Raises ValueError("type") for what is neither,
    and ValueError("size")."""
    if not content or len(content) > MOST_ARCHIVED:
        raise ValueError("size")
    digest = hashlib.sha256(content).hexdigest()
    stored = upsert(Archived).values(digest=digest, media_type=media_type(content), content=content, stored_at=now)
    db.session.execute(stored.on_conflict_do_nothing())
    row.archived, row.changed_at = digest, now
    _log("evidence.attach", campaign, row, actor, now, after={"digest": digest})
    pagecache.bump()
    return digest


def media_type(content: bytes) -> str:
    """What a file is by its bytes: application/pdf or text/plain in UTF-8. Raises ValueError("type")."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    try:
        said = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("type") from None
    if any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in said):
        raise ValueError("type")
    return "text/plain"


def withhold(
    campaign: Campaign, ask: str, state: str, reason: str, language: str, *, actor: int | None, now: datetime
) -> None:
    """Keep a position back, with a public reason (rule 13). Raises ValueError without one, NotYet("status") when it is
    withheld already."""
    if not reason.strip():
        raise ValueError("a reason is needed")
    if state in queries.withheld(campaign.id, ask):
        raise NotYet("status")
    shown = queries.standing(campaign.id, ask, now.date()).get(state)
    db.session.add(
        WithheldRow(
            campaign_id=campaign.id,
            ask=ask,
            state=state,
            reason=reason.strip(),
            language=language,
            by=actor,
            at=now,
        )
    )
    audit.record("positions.withhold", f"position:{ask}:{state}", actor=actor, now=now, campaign=campaign.slug)
    if shown is not None:
        hidden = record.Position(state, ask, shown.as_of)
        refreshing.note(campaign.id, ask, [(shown, hidden)], "withheld", now)
    pagecache.bump()


def lift(campaign: Campaign, ask: str, state: str, *, actor: int | None, now: datetime) -> None:
    """Show a withheld position again. Raises NotYet("status") if it is not withheld."""
    statement = update(WithheldRow).where(
        WithheldRow.campaign_id == campaign.id,
        WithheldRow.ask == ask,
        WithheldRow.state == state,
        WithheldRow.lifted_at.is_(None),
    )
    if not db.session.execute(statement.values(lifted_at=now, lifted_by=actor)).rowcount:
        raise NotYet("status")
    audit.record("positions.lift", f"position:{ask}:{state}", actor=actor, now=now, campaign=campaign.slug)
    shown = queries.standing(campaign.id, ask, now.date())[state]
    tracks = Tracks(ask, *queries.basis(campaign.id, ask, now.date(), {state}))
    refreshing.note(campaign.id, ask, [(None, shown)], "lifted", now, tracks)
    pagecache.bump()


def renew_text(campaign: Campaign, ask: str, *, actor: int | None, now: datetime) -> int:
    """Say that the text of an ask changed in substance: its evidence counts as related until it is checked again
    (rule 10). Answers the new version. Raises NotYet("closed") for an ask that is adopted or dropped."""
    row = db.session.scalars(select(Ask).where(Ask.campaign_id == campaign.id, Ask.slug == ask).with_for_update()).one()
    if row.status != "open":
        raise NotYet("closed")
    row.version += 1
    audit.record(
        "asks.renew-text", f"ask:{ask}", actor=actor, now=now, campaign=campaign.slug, after={"version": row.version}
    )
    refreshing.refresh(campaign.id, ask, None, "version", now)
    pagecache.bump()
    return row.version


def values(piece: Evidence) -> dict[str, Any]:
    """A record as the table's columns have it."""
    found = {queries.COLUMNS[name].key: getattr(piece, name) for name in queries.FIELDS}
    return found | {"states": list(piece.states)}


def _piece(row: Row) -> Evidence:
    db.session.flush()
    (piece,) = queries.records(row.campaign_id, Row.id == row.id)
    return piece


def _version(campaign: Campaign, ask: str) -> int:
    found = select(func.coalesce(func.max(Ask.version), 1))
    return db.session.scalar(found.where(Ask.campaign_id == campaign.id, Ask.slug == ask))


def _log(action: str, campaign: Campaign, row: Row, actor: int | None, now: datetime, before=None, after=None) -> None:
    db.session.flush()
    audit.record(action, f"evidence:{row.id}", actor=actor, now=now, campaign=campaign.slug, before=before, after=after)
