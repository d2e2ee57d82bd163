"""An import on its way: kept, its columns named, tried out row by row. Works in the caller's transaction."""

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit, jobs, progress
from app.kernel.db import db

from ..import_models import Import, ImportKey, ImportRow
from . import files, judging, reading
from .columns import header_of
from .values import parsed

BATCH = 200
KEEP_FILE = timedelta(days=7)
_NO_SYNC = {"synchronize_session": False}
# What is to be done once a list is in, or taken back.
_ends: list[Callable[[], None]] = []


def register_end(end: Callable[[], None]) -> None:
    """Have `end()` called in the transaction that ends the taking in of a list, or its taking back: rooms above bring
    what they made of organisations and people to it."""
    if end not in _ends:
        _ends.append(end)


def ended() -> None:
    """A list is in, or taken back, in the caller's transaction."""
    for end in _ends:
        end()


class WrongState(ValueError):
    """This cannot be done with the import as it stands now."""


def begin(content: bytes | BinaryIO, *, lang: str, networks: tuple[int, ...] | None, actor: int, now: datetime) -> int:
    """Keep a file that came, whole or as a stream; the id of the import. Raises reading.Unreadable, and then nothing is
    kept."""
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    with db.session.begin_nested():
        made = _kept(source, lang, networks, actor, now)
        form = reading.form_of(files.opened(made))
        made.format, made.encoding, made.separator = form.format, form.encoding, form.separator
        if next(reading.lines(files.opened(made), form), None) is None:
            raise reading.Unreadable("empty")
    after = {"bytes": made.size}
    audit.record("organisations.import-upload", subject(made.id), actor=actor, now=now, after=after)
    return made.id


def _kept(source: BinaryIO, lang: str, networks: tuple[int, ...] | None, actor: int, now: datetime) -> Import:
    made = Import(
        format="csv",
        language=lang,
        networks=None if networks is None else list(networks),
        state="uploaded",
        created_by=actor,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    made.size = files.keep(made.id, source)
    db.session.flush()
    return made


def subject(import_id: int) -> str:
    """An import as the audit log names it."""
    return f"import:{import_id}"


def head(made: Import, most: int = 6) -> list[reading.Line]:
    """The header of the file and the first lines after it, as far as they can be read. Titles above the header are left
    out; a file without one has an empty one, of number 0."""
    found: list[reading.Line] = []
    with suppress(reading.Unreadable):
        for line in islice(reading.lines(files.opened(made), form_of(made)), most):
            found.append(line)
    place = header_of([line.cells for line in found]) if found else None
    return [reading.Line(0, ()), *found] if place is None else found[place:]


def sheet(made: Import) -> str | None:
    """The name of the sheet that is read, where a workbook has several."""
    if made.format != "xlsx":
        return None
    with suppress(reading.Unreadable):
        name, number = reading.sheet_of(files.opened(made))
        return name if number > 1 else None
    return None


def form_of(made: Import) -> reading.Form:
    """How its file is written."""
    return reading.Form(made.format, made.encoding, made.separator)


def locked(import_id: int, *states: str) -> Import:
    """The import, held until the transaction ends. Raises WrongState when it is in none of these states."""
    made = db.session.scalar(
        select(Import).where(Import.id == import_id).with_for_update().execution_options(populate_existing=True)
    )
    if made is None or made.state not in states:
        raise WrongState
    return made


def try_out(
    import_id: int,
    columns: list[str | None],
    *,
    network_id: int | None,
    policy: str,
    consent: dict | None,
    actor: int,
    now: datetime,
) -> int:
    """Say what the columns are and have every row tried out by a job; the id of the work. Raises WrongState."""
    made = locked(import_id, "uploaded", "checked")
    if made.size is None:
        raise WrongState
    db.session.execute(delete(ImportKey).where(ImportKey.import_id == import_id).execution_options(**_NO_SYNC))
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == import_id).execution_options(**_NO_SYNC))
    made.columns, made.network_id, made.policy, made.consent = columns, network_id, policy, consent
    made.counts = {}
    return start(made, "checking", "people.import-check", "imports:check", actor, now)


def start(made: Import, state: str, kind: str, task: str, actor: int, now: datetime) -> int:
    """Queue a job on an import and put it into the state in which that job works; the id of the work."""
    made.state = state
    made.work_id = progress.begin(
        kind,
        actor=actor,
        now=now,
        given={"import_id": made.id},
        after_url=f"/desk/organisations/imports/{made.id}",
    )
    jobs.defer(task, work_id=made.work_id)
    db.session.flush()
    return made.work_id


def check(import_id: int, work_id: int, now: datetime) -> None:
    """Try out every line that is not tried out yet, batch by batch, each committed: killed and started again,
    it goes on after the last batch. Raises WrongState when somebody else does so, or did."""
    made = locked(import_id, "checking")
    if made.work_id != work_id or made.size is None:
        raise WrongState
    form, columns = form_of(made), list(made.columns)
    networks = None if made.networks is None else tuple(made.networks)
    lang, network_id = made.language, made.network_id
    purposes = tuple(made.consent["purposes"]) if made.consent else ()
    done, last = db.session.execute(
        select(func.count(ImportRow.id), func.coalesce(func.max(ImportRow.line), 0)).where(
            ImportRow.import_id == import_id
        )
    ).one()
    try:
        header = head(made)[0].number
        progress.step(work_id, done, sum(1 for _ in reading.lines(files.opened(made), form, header)))
        db.session.commit()
        rest = reading.lines(files.opened(made), form, max(last, header))
        while batch := list(islice(rest, BATCH)):
            # Whoever drops the import meanwhile ends this.
            if locked(import_id, "checking").work_id != work_id:
                raise WrongState
            # A job that was taken for dead may work beside its successor: what it tried out is not tried out again.
            last = db.session.scalar(select(func.max(ImportRow.line)).where(ImportRow.import_id == import_id)) or 0
            said = [(line.number, parsed(columns, line.cells, lang)) for line in batch if line.number > last]
            if said:
                rows = judging.rows(import_id, said, networks, network_id, purposes, now)
                db.session.execute(upsert(ImportRow).on_conflict_do_nothing(index_elements=["import_id", "line"]), rows)
                progress.further(work_id, len(said))
            db.session.commit()
    except reading.Unreadable as error:
        db.session.rollback()
        made = locked(import_id, "checking")
        db.session.execute(delete(ImportRow).where(ImportRow.import_id == import_id).execution_options(**_NO_SYNC))
        made.state, made.counts = "uploaded", {"unreadable": error.code, "line": error.line}
        progress.finish(work_id, now, failed=True)
        db.session.commit()
        return
    made = locked(import_id, "checking")
    made.state, made.counts = "checked", fates(import_id)
    progress.finish(work_id, now, dict(made.counts))
    db.session.commit()


def fates(import_id: int) -> dict[str, int]:
    """How many rows have which fate."""
    rows = db.session.execute(
        select(ImportRow.fate, func.count(ImportRow.id))
        .where(ImportRow.import_id == import_id)
        .group_by(ImportRow.fate)
    )
    return dict(rows.all())


def drop(import_id: int, actor: int, now: datetime) -> None:
    """Throw a file away that was not taken in, with everything that was read of it. Raises WrongState."""
    made = locked(import_id, "uploaded", "checking", "checked")
    if made.work_id and made.state == "checking":
        progress.finish(made.work_id, now, failed=True)
    made.state = "dropped"
    forget(import_id)
    audit.record("organisations.import-drop", subject(import_id), actor=actor, now=now)


def forget(import_id: int) -> None:
    """Delete the file and what its rows say; their lines and fates stay."""
    files.let_go([import_id])
    db.session.execute(
        update(ImportRow)
        .where(ImportRow.import_id == import_id)
        .values(content=None, email_digest=None, key=None)
        .execution_options(**_NO_SYNC)
    )


def forget_old(now: datetime) -> bool:
    """Drop one import that nobody decided on for a week; True when there may be more."""
    made = db.session.scalar(
        select(Import)
        .where(Import.state.in_(("uploaded", "checking", "checked")), Import.created_at <= now - KEEP_FILE)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if made is None:
        return False
    made.state = "dropped"
    forget(made.id)
    audit.record("organisations.import-drop", subject(made.id), actor=None, now=now, reason="a week old")
    return True
