"""The job that makes documents of letters. Its argument is an id only, and it can run twice without harm."""

import procrastinate

from app.kernel import clock, progress
from app.kernel.db import db

from . import handing
from .handover_models import HandoverFile

tasks = procrastinate.Blueprint()


@tasks.task(name="make")
def make(file_id: int) -> None:
    """Make a document. One that cannot be made says so on its bar, and among the failed jobs."""
    try:
        handing.make(file_id, clock.now)
    except Exception:
        db.session.rollback()
        file = db.session.get(HandoverFile, file_id)
        if file is not None:
            progress.finish(file.work_id, clock.now(), failed=True)
            db.session.commit()
        raise
