"""A file of evidence on its way in at the desk: kept, read, and then taken in whole or dropped.

Reading writes down the fate of each row; taking in judges the file anew, as evidence may have come meanwhile, and is
one transaction. Both are jobs that say how far they are.
"""

from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import delete, insert, select

from app.campaigns.models import Campaign
from app.kernel import audit, jobs, progress
from app.kernel.db import db

from . import importing
from .import_models import FATES, LIKE, Import, ImportRow
from .reading import Reading

MOST_BYTES = 128 * 1024 * 1024
BATCH = 5000
KEEP_FILE = timedelta(days=7)
# How much of the bar reading is, before rows are stored.
READ, STORED, DERIVED = 40, 80, 100


class WrongState(ValueError):
    """This cannot be done with the import as it stands now."""


def begin(campaign: Campaign, content: bytes, *, language: str, actor: int, now: datetime) -> Import:
    """Keep a file and have it read by a job. Raises ValueError for one that is empty or too large."""
    if not content or len(content) > MOST_BYTES:
        raise ValueError("size")
    made = Import(
        campaign_id=campaign.id,
        content=content,
        language=language,
        state="reading",
        counts={},
        created_by=actor,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    _start(made, campaign, "read_import", actor, now)
    _log("evidence.import-upload", made, campaign, actor, now, {"bytes": len(content)})
    return made


def _start(made: Import, campaign: Campaign, task: str, actor: int, now: datetime) -> None:
    made.work_id = progress.begin(
        "evidence.import",
        actor=actor,
        now=now,
        total=100,
        campaign=campaign.slug,
        given={"import_id": made.id},
        after_url=f"/desk/{campaign.slug}/evidence/imports/{made.id}",
    )
    jobs.defer(f"positions:{task}", work_id=made.work_id)
    db.session.flush()


def read(import_id: int, work_id: int, now: datetime) -> None:
    """Write down what would become of each row; commits. Raises WrongState when somebody dropped it meanwhile."""
    made, campaign = _locked(import_id, "reading")
    found = importing.judge(campaign, made.content, now)
    progress.aside(work_id, READ)
    _put_rows(made, found, work_id)
    made.state = "read"
    progress.finish(work_id, now, dict(made.counts))
    db.session.commit()


def apply(import_id: int, actor: int, now: datetime) -> int:
    """Have the file taken in by a job; the id of the work. Raises WrongState if it was not read or has a fault."""
    made, campaign = _locked(import_id, "read")
    if made.content is None or made.counts.get("faulty") or not made.counts.get("new"):
        raise WrongState
    made.state = "applying"
    _start(made, campaign, "apply_import", actor, now)
    return made.work_id


def carry_out(import_id: int, work_id: int, now: datetime) -> None:
    """Take the file in, all of it, or nothing where it has a fault by now; commits. Raises WrongState."""
    made, campaign = _locked(import_id, "applying")

    def tell(part: float) -> None:
        progress.aside(work_id, round(READ + part * (DERIVED - READ)))

    found = importing.take_in(campaign, made.content, actor=made.created_by, now=now, tell=tell)
    if found.accepted:
        made.state, made.applied_at, made.content = "applied", now, None
    else:
        _put_rows(made, found, work_id)
        made.state = "read"
    progress.finish(work_id, now, dict(made.counts), failed=not found.accepted)
    db.session.commit()


def drop(import_id: int, actor: int | None, now: datetime, reason: str | None = None) -> None:
    """Delete a file that was not taken in, and what was read of it. Raises WrongState."""
    made, campaign = _locked(import_id, "reading", "read")
    if made.state == "reading":
        progress.finish(made.work_id, now, failed=True)
    made.state, made.content = "dropped", None
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    _log("evidence.import-drop", made, campaign, actor, now, reason=reason)


def drop_old(now: datetime) -> None:
    """Drop what nobody decided on for a week."""
    old = select(Import.id).where(Import.state.in_(("reading", "read")), Import.created_at <= now - KEEP_FILE)
    for import_id in db.session.scalars(old).all():
        drop(import_id, None, now, reason="a week old")


def _locked(import_id: int, *states: str) -> tuple[Import, Campaign]:
    statement = select(Import).where(Import.id == import_id).with_for_update()
    made = db.session.scalar(statement.execution_options(populate_existing=True))
    if made is None or made.state not in states:
        raise WrongState
    return made, db.session.get_one(Campaign, made.campaign_id)


def _put_rows(made: Import, found: Reading, work_id: int) -> None:
    """Write down the fate of each row and what is wrong with it, in the language of who brought the file."""
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == made.id))
    wrong: dict[int, list] = {}
    with force_locale(made.language):
        for fault in found.faults:
            wrong.setdefault(fault.line, []).append([fault.column, str(fault.reason)])
    lines = {row.line for row in found.rows}
    # What is wrong with the file as a whole stands on a line that is no row.
    rows = [
        {"import_id": made.id, "line": line, "ref": "", "fate": "faulty", "said": "", "is_like": "", "faults": faults}
        for line, faults in wrong.items()
        if line not in lines
    ]
    for row in found.rows:
        piece = row.evidence
        said = f"{piece.ask} · {piece.speaker} · {piece.type} · {piece.date.isoformat()}" if piece else ""
        faults = wrong.get(row.line, [])
        told = {"ref": row.ref, "fate": row.fate, "said": said, "is_like": _words(row.like, made.language)}
        rows.append({"import_id": made.id, "line": row.line, **told, "faults": faults})
        if len(rows) >= BATCH:
            db.session.execute(insert(ImportRow), rows)
            rows = []
    if rows:
        db.session.execute(insert(ImportRow), rows)
    made.counts = {fate: importing.count(found, fate) for fate in FATES}
    if like := sum(row.like is not None for row in found.rows):
        made.counts |= {LIKE: like}
    if found.faults and not made.counts["faulty"]:
        made.counts |= {"faulty": len(found.faults)}
    if found.more:
        made.counts |= {"untold": found.more}


def _words(said, language: str) -> str:
    if said is None:
        return ""
    with force_locale(language):
        return str(said)


def _log(action: str, made: Import, campaign: Campaign, actor, now: datetime, after=None, reason=None) -> None:
    told = {"campaign": campaign.slug, "after": after, "reason": reason}
    audit.record(action, f"evidence-import:{made.id}", actor=actor, now=now, **told)
