"""A document in which a letter is handed over: asked for, made by a job, kept for a day, given to who asked for it.

A copy is safe, made of nothing but the public list, unless somebody who may asked for a full one. Whoever hides takes
every file along that names them: see handover_models.drop_files.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from app.accounts.sessions import Signed
from app.campaigns.models import Campaign
from app.kernel import audit, jobs, progress
from app.kernel.db import db

from . import handing_records
from .handover import docx, pdf
from .handover_models import KEEP, HandoverFile
from .models import Letter

TASK = "handover:make"
FULL = "letters.hand-over-full"
STEPS = 2
# So often it is begun anew because somebody in it hid meanwhile.
TRIES = 20
DRAWN_BY = {"pdf": pdf.pdf, "docx": docx.docx}


@dataclass(frozen=True)
class Asked:
    """What was chosen: version and language of the text, the form, whether names that are not public stand in it, the
    addressee's lines ("" for none) and state, whether organisations of its country come first."""

    version: int
    language: str
    form: str
    full: bool = False
    address: str = ""
    state: str | None = None
    country_first: bool = False


class NotAllowed(Exception):
    """They may not have a full copy."""


class ListChanges(Exception):
    """The list changed again and again while the file was drawn."""


def ask(campaign: Campaign, letter: Letter, asked: Asked, staff: Signed, now: datetime) -> int:
    """Have a document be made; the id of the work (kernel/progress.py). Raises NotAllowed."""
    if asked.full and not staff.may(FULL, campaign.slug):
        raise NotAllowed
    after_url = f"/desk/{campaign.slug}/letters/{letter.slug}/handover"
    by = {"actor": staff.staff_id, "now": now, "campaign": campaign.slug}
    work_id = progress.begin("letters.hand-over", total=STEPS, after_url=after_url, **by)
    file = HandoverFile(
        letter_id=letter.id,
        staff_id=staff.staff_id,
        work_id=work_id,
        version=asked.version,
        language=asked.language,
        form=asked.form,
        is_full=asked.full,
        state=asked.state,
        country_first=asked.country_first and asked.state is not None,
        address=asked.address,
        created_at=now,
    )
    db.session.add(file)
    db.session.flush()
    audit.record("letters.document", f"letter:{letter.slug}", after=_logged(file), **by)
    jobs.defer(TASK, file_id=file.id)
    return work_id


def _logged(file: HandoverFile) -> dict:
    said = {"file": file.id, "version": file.version, "language": file.language, "form": file.form}
    return said | {"full": file.is_full, "state": file.state}


def make(file_id: int, clock: Callable[[], datetime]) -> None:
    """Draw a document, committing as it goes on. Run again after a kill, it begins anew; one that was made or whose day
    is over is not made again. Raises ListChanges where somebody hid each time it was nearly there."""
    for _ in range(TRIES):
        file = db.session.get(HandoverFile, file_id, populate_existing=True)
        if file is None or file.ready_at or file.created_at + KEEP <= clock():
            return
        work_id, changes, form = file.work_id, file.changes, file.form
        progress.step(work_id, 0)
        # What is read from here on is younger than `changes`: whoever hides after it has them differ below.
        handover = handing_records.handover(file, clock().date())
        progress.step(work_id, 1)
        db.session.commit()
        content = DRAWN_BY[form](handover)
        if _keep(file_id, changes, content, clock()):
            progress.step(work_id, STEPS)
            progress.finish(work_id, clock(), {"file": file_id})
            db.session.commit()
            return
        db.session.rollback()
    raise ListChanges(file_id)


def _keep(file_id: int, changes: int, content: bytes, now: datetime) -> bool:
    """Keep it, unless somebody hid since. Waits for who is hiding at this moment."""
    statement = update(HandoverFile).where(
        HandoverFile.id == file_id, HandoverFile.changes == changes, HandoverFile.ready_at.is_(None)
    )
    kept = db.session.execute(
        statement.values(content=content, ready_at=now)
        .returning(HandoverFile.id)
        .execution_options(synchronize_session=False)
    ).first()
    return kept is not None


def take(letter: Letter, campaign: str, file: HandoverFile, now: datetime) -> None:
    """Note that a document leaves the house."""
    said = {"actor": file.staff_id, "now": now, "campaign": campaign, "after": _logged(file)}
    audit.record("letters.document-take", f"letter:{letter.slug}", **said)
