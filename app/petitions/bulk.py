"""Calling many signatures false at once: the rows are fixed when it is asked for, and it can be undone whole.

More than `rules.ALONE` need a second person to say yes; where there is none, it waits a day, with notice, and can be
stopped meanwhile. A row of petitions_bulk_row remembers what each signature was. The work goes on batch by batch from
what these rows say, so it can be killed at any time. Works in the caller's transaction.
"""

from datetime import datetime

from sqlalchemy import ARRAY, Text, cast, delete, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import array

from app.accounts import holders
from app.campaigns.models import Campaign
from app.kernel import audit, jobs, progress
from app.kernel.db import db

from . import limits, moderation, rules, searching, selecting
from .desk_models import Bulk, BulkRow
from .models import Petition, Signature
from .selecting import Chosen

TASK = "moderation:run"
TELL = "moderation:tell"
BATCH = 500
NONE, ONE, TWO = "none", "one", "two"
# What the audit log says of how it was checked.
SAID = {NONE: "few enough for one", ONE: "checked by one", TWO: "checked by two"}
SINGLE = "signature"
EXPIRES = limits.KEEP_DIGESTS


class Refused(ValueError):
    """It is not done; `why` is one of empty, all, reason, none, many, yourself, own, state."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


def ask(petition: Petition, campaign: str, wanted: Chosen, reason: str, *, actor: int, now: datetime) -> Bulk:
    """Have all signatures that are meant, as they are at this moment, called false: at once if they are few, else when
    a second person has said yes, or after a day if there is none. Raises Refused."""
    if wanted.empty or wanted.everything(petition.opened_on, now):
        raise Refused("empty" if wanted.empty else "all")
    return _ask(petition, campaign, selecting.clauses(petition.id, wanted), wanted.said, reason, actor, now)


def ask_one(petition: Petition, campaign: str, signature_id: int, reason: str, *, actor: int, now: datetime) -> Bulk:
    """The same for one signature. Raises Refused."""
    this = [Signature.petition_id == petition.id, Signature.id == signature_id]
    return _ask(petition, campaign, this, {SINGLE: signature_id}, reason, actor, now)


def _ask(petition: Petition, campaign: str, which, said: dict, reason: str, actor: int, now: datetime) -> Bulk:
    if not reason.strip():
        raise Refused("reason")
    # One after the other: what somebody removes alone is counted over all that they ask for.
    db.session.execute(
        select(Campaign.id).where(Campaign.id == petition.campaign_id).with_for_update(key_share=True)
    ).one()
    found = Bulk(
        petition_id=petition.id,
        conditions=said,
        reason=reason.strip(),
        state="waiting",
        checked=NONE,
        number=0,
        asked_by=actor,
        asked_at=now,
    )
    db.session.add(found)
    db.session.flush()
    meant = select(literal(found.id), Signature.id, literal(False)).where(*which, Signature.state != "fraudulent")
    rows = insert(BulkRow.__table__).from_select(["bulk_id", "signature_id", "done"], meant.limit(searching.MOST + 1))
    found.number = db.session.execute(rows, execution_options={"preserve_rowcount": True}).rowcount
    if not 0 < found.number <= searching.MOST:
        raise Refused("many" if found.number else "none")
    checked = rules.needs_checking(found.number, _alone(petition.campaign_id, actor, now))
    _record("signatures.bulk-ask", found, campaign, actor, now, after={"number": found.number, "by": sorted(said)})
    if checked:
        _wait(found, campaign, now)
    else:
        _begin(found, campaign, actor, now)
    return found


def _alone(campaign_id: int, actor: int, now: datetime) -> int:
    """How many signatures somebody has called false within a day with nobody else's yes."""
    mine = (
        select(func.coalesce(func.sum(Bulk.number), 0))
        .join(Petition, Petition.id == Bulk.petition_id)
        .where(
            Petition.campaign_id == campaign_id,
            Bulk.asked_by == actor,
            Bulk.asked_at > now - rules.ALONE_WITHIN,
            Bulk.checked == NONE,
            Bulk.state.in_(("running", "done")),
        )
    )
    return db.session.scalar(mine)


def _wait(found: Bulk, campaign: str, now: datetime) -> None:
    """Have it wait for a second person, or for its day to pass, and tell those whom it concerns."""
    others = _others(found, holders.holders("signatures.moderate", campaign))
    found.due_at = None if others else now + rules.NOTICE
    db.session.flush()
    for one in others or holders.holders("signatures.see", campaign):
        jobs.defer(TELL, jobs.MAIL_QUEUE, bulk_id=found.id, staff_id=one.id)


def _others(found: Bulk, may: list[holders.Holder]) -> list[holders.Holder]:
    """Those of them who can be the second person."""
    own = {found.asked_by} | holders.let_in_by(found.asked_by, found.asked_at)
    return [one for one in may if one.id not in own]


def _begin(found: Bulk, campaign: str, actor: int | None, now: datetime, undo: bool = False) -> None:
    found.state = "undoing" if undo else "running"
    found.work_id = progress.begin(
        "signatures.undo" if undo else "signatures.bulk",
        actor=actor,
        now=now,
        total=found.number,
        campaign=campaign,
        given={"bulk_id": found.id},
        after_url=f"/desk/{campaign}/called-false/{found.id}",
    )
    db.session.flush()
    jobs.defer(TASK, bulk_id=found.id)


def get(campaign: str, bulk_id: int, lock: bool = False) -> Bulk | None:
    """One such action of a campaign; with `lock`, nobody else changes it until the transaction ends."""
    statement = (
        select(Bulk)
        .join(Petition, Petition.id == Bulk.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(Campaign.slug == campaign, Bulk.id == bulk_id)
    )
    return db.session.scalar(statement.with_for_update(of=Bulk) if lock else statement)


def approve(found: Bulk, campaign: str, *, actor: int, now: datetime) -> None:
    """A second person says yes: it begins. `found` is locked. Raises Refused."""
    if found.state != "waiting":
        raise Refused("state")
    if found.asked_by == actor:
        raise Refused("yourself")
    if actor in holders.let_in_by(found.asked_by, found.asked_at):
        raise Refused("own")
    found.checked, found.decided_by = TWO, actor
    _record("signatures.bulk-approve", found, campaign, actor, now, after={"checked": SAID[TWO]})
    _begin(found, campaign, actor, now)


def stop(found: Bulk, campaign: str, *, actor: int | None, now: datetime) -> None:
    """Let one that waits not happen. `found` is locked. Raises Refused."""
    if found.state != "waiting":
        raise Refused("state")
    found.state, found.decided_by, found.ended_at = "cancelled", actor, now
    db.session.execute(delete(BulkRow).where(BulkRow.bulk_id == found.id))
    _record("signatures.bulk-stop", found, campaign, actor, now, after={"state": "cancelled"})


def undo(found: Bulk, campaign: str, *, reason: str, actor: int, now: datetime) -> None:
    """Make every signature that this called false what it was before. `found` is locked. Raises Refused."""
    if found.state != "done":
        raise Refused("state")
    if not reason.strip():
        raise Refused("reason")
    found.undone_by, found.undo_reason = actor, reason.strip()
    _record("signatures.bulk-undo", found, campaign, actor, now, reason=found.undo_reason)
    _begin(found, campaign, actor, now, undo=True)


def work(bulk_id: int, now: datetime) -> bool:
    """Do one batch of what is under way; the caller commits. True while there is more."""
    found = db.session.scalar(select(Bulk).where(Bulk.id == bulk_id).with_for_update())
    if found is None or found.state not in ("running", "undoing"):
        return False
    running = found.state == "running"
    rows = (
        select(BulkRow.signature_id, BulkRow.was_held)
        .where(BulkRow.bulk_id == bulk_id, BulkRow.done != running)
        .order_by(BulkRow.signature_id)
    )
    batch = db.session.execute(rows.limit(BATCH)).all()
    if not batch:
        _end(found, now)
        return False
    ids = [row.signature_id for row in batch]
    if running:
        _call_false(found, ids, now)
    else:
        moderation.restore(ids, now, {row.signature_id: row.was_held for row in batch})
    done = progress.get(found.work_id).done + len(batch)
    progress.step(found.work_id, min(done, found.number))
    return True


def _call_false(found: Bulk, ids: list[int], now: datetime) -> None:
    locked = select(Signature.id).where(Signature.id.in_(ids)).order_by(Signature.id).with_for_update()
    db.session.execute(locked).all()
    db.session.execute(
        update(BulkRow)
        .where(
            BulkRow.bulk_id == found.id,
            BulkRow.signature_id.in_(ids),
            Signature.id == BulkRow.signature_id,
            Signature.state != "fraudulent",
        )
        .values(done=True, was=Signature.state, was_held=Signature.held)
        .execution_options(synchronize_session=False)
    )
    # What somebody else called false meanwhile is theirs to undo.
    late = delete(BulkRow).where(BulkRow.bulk_id == found.id, BulkRow.signature_id.in_(ids), BulkRow.done.is_(False))
    passed = set(db.session.scalars(late.returning(BulkRow.signature_id)))
    moderation.call_false([one for one in ids if one not in passed], found.reason, now)


def _end(found: Bulk, now: datetime) -> None:
    undone = found.state == "undoing"
    found.state, found.ended_at = ("undone" if undone else "done"), now
    left = select(func.count()).select_from(BulkRow).where(BulkRow.bulk_id == found.id)
    result = {"number": progress.get(found.work_id).done if undone else db.session.scalar(left)}
    progress.finish(found.work_id, now, result)
    actor = found.undone_by if undone else (found.decided_by or found.asked_by)
    action = "signatures.bulk-undone" if undone else "signatures.bulk-done"
    _record(action, found, _campaign(found), actor, now, after={**result, "checked": SAID[found.checked]})


def _campaign(found: Bulk) -> str:
    return db.session.scalar(
        select(Campaign.slug)
        .join(Petition, Petition.campaign_id == Campaign.id)
        .where(Petition.id == found.petition_id)
    )


def turn(now: datetime) -> int:
    """What time does, in the caller's transaction: begin what has waited its day in a campaign with one person, give
    its day to what lost its second person, let go of what waited too long or lost whoever asked for it, queue what is
    under way and has no job. Returns how many actions moved."""
    moved = 0
    waiting = select(Bulk).where(Bulk.state == "waiting").order_by(Bulk.id).with_for_update(skip_locked=True)
    for found in db.session.scalars(waiting).all():
        campaign = _campaign(found)
        may = holders.holders("signatures.moderate", campaign)
        others = _others(found, may)
        if found.asked_at <= now - EXPIRES:
            stop(found, campaign, actor=None, now=now)
        elif bool(others) == (found.due_at is not None):
            _wait(found, campaign, now)
        elif found.due_at is not None and found.due_at <= now and found.asked_by not in [one.id for one in may]:
            # Whoever asked may not do it any longer, and nobody else has said yes.
            stop(found, campaign, actor=None, now=now)
        elif found.due_at is not None and found.due_at <= now:
            found.checked = ONE
            _record("signatures.bulk-due", found, campaign, found.asked_by, now, after={"checked": SAID[ONE]})
            _begin(found, campaign, found.asked_by, now)
        else:
            continue
        moved += 1
    jobless = text(
        "NOT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = 'moderation:run'"
        " AND status IN ('todo', 'doing') AND args @> jsonb_build_object('bulk_id', petitions_bulk.id))"
    )
    for bulk_id in db.session.scalars(select(Bulk.id).where(Bulk.state.in_(("running", "undoing")), jobless)).all():
        jobs.defer(TASK, bulk_id=bulk_id)
        moved += 1
    return moved


def forget_conditions(now: datetime) -> int:
    """Let go of the digests among the conditions, when those of the signatures themselves go. Returns of how many."""
    digests = ("network", "domain", "name")
    kept = Bulk.conditions.op("-")(cast(array(digests), ARRAY(Text)))
    return db.session.execute(
        update(Bulk)
        .where(Bulk.asked_at <= now - EXPIRES, Bulk.conditions.has_any(array(digests)))
        .values(conditions=kept)
        .execution_options(synchronize_session=False)
    ).rowcount


def _record(action, found: Bulk, campaign: str, actor, now, after=None, reason=None) -> None:
    audit.record(
        action,
        f"bulk:{found.id}",
        actor=actor,
        now=now,
        campaign=campaign,
        after=after,
        reason=reason or found.reason,
    )
