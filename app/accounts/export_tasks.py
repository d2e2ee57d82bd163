"""Jobs that make exports. Their arguments are ids only, and each can run twice without harm."""

import procrastinate

from app.kernel import clock, progress
from app.kernel.db import db

from . import exports
from .models import Export

tasks = procrastinate.Blueprint()


@tasks.task(name="make")
def make(export_id: int) -> None:
    """Make the file of an export. One that cannot be made says so on its bar, and among the failed jobs."""
    try:
        exports.make(export_id, clock.now)
    except Exception:
        db.session.rollback()
        export = db.session.get(Export, export_id)
        if export is not None:
            progress.finish(export.work_id, clock.now(), failed=True)
            db.session.commit()
        raise
