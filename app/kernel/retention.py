"""Forgetting in time: each room says how it lets go of what it held long enough; one nightly task has them do it.

A sweep deletes one batch, in the caller's transaction, and says how many that were. Each batch is committed, a sweep
keeps no place of its own, and nothing but the clock says what is old: whoever kills the task in between loses nothing,
and the next run goes on.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import InstrumentedAttribute

from .db import db
from .logs import log

BATCH = 500

Sweep = Callable[[datetime, int], int]

_sweeps: dict[str, Sweep] = {}


def register(name: str, sweep: Sweep) -> None:
    """Have `sweep(now, batch)` called each night until it returns 0. `name` is a room's, such as accounts.sessions."""
    _sweeps[name] = sweep


def names() -> list[str]:
    """The names of all sweeps."""
    return sorted(_sweeps)


def run(now: datetime, batch: int = BATCH) -> Iterator[tuple[str, int]]:
    """Carry out every sweep, batch by batch, each committed. Yields the name and how many of a batch.

    One that fails keeps no other from its work; the first failure is raised at the end.
    """
    failed = None
    for name in names():
        try:
            while done := _sweeps[name](now, batch):
                db.session.commit()
                yield name, done
            db.session.commit()
        except Exception as error:  # the others must not wait for it
            db.session.rollback()
            log.error("sweep failed", extra={"sweep": name, "error": type(error).__name__})
            failed = failed or error
    if failed:
        raise failed


def once(ids: Select) -> Select:
    """The ids that a statement locks, found once: a plain subselect may be run again for each row, and take more."""
    found = ids.cte("found").prefix_with("MATERIALIZED")
    return select(found.c[0])


def delete_some(key: InstrumentedAttribute, old: ColumnElement[bool], batch: int) -> int:
    """Delete at most `batch` rows that are `old`, by their key, past those that somebody else works on. How many."""
    found = select(key).where(old).limit(batch).with_for_update(skip_locked=True)
    statement = delete(key.class_).where(key.in_(once(found)))
    return db.session.execute(statement.execution_options(synchronize_session=False)).rowcount
