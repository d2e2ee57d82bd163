"""Long work that somebody waits for: a row that says how far it is, so that its bar survives a reload.

A room makes the row and the job in one transaction (`begin`), its task says how far it is (`step`) in the transaction
that does the work, so that a killed task goes on where it was, and `finish` says what came of it.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, Text, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import db


class Work(db.Model):
    """One piece of long work."""

    __tablename__ = "kernel_work"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
        Index("ix_kernel_work_running", "actor", postgresql_where="ended_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, comment="a verb with its room, such as people.import")
    campaign: Mapped[str | None] = mapped_column(Text, comment="slug")
    actor: Mapped[int | None] = mapped_column(BigInteger, comment="id of staff who asked for it")
    input: Mapped[dict] = mapped_column(JSONB, comment="what the task goes by; ids and choices, nothing personal")
    state: Mapped[str] = mapped_column(Text)
    total: Mapped[int] = mapped_column(BigInteger, comment="steps in all; 0: not known yet")
    done: Mapped[int] = mapped_column(BigInteger)
    result: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True), comment="numbers and ids, nothing personal")
    after_url: Mapped[str | None] = mapped_column(Text, comment="path of the page to go on to, without its language")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


def begin(
    kind: str,
    *,
    actor: int | None,
    now: datetime,
    total: int = 0,
    campaign: str | None = None,
    given: dict | None = None,
    after_url: str | None = None,
) -> int:
    """Write down a piece of work that is about to be queued; its id, which the job takes as `work_id`."""
    work = Work(
        kind=kind,
        campaign=campaign,
        actor=actor,
        input=given or {},
        state="waiting",
        total=total,
        done=0,
        after_url=after_url,
        created_at=now,
    )
    db.session.add(work)
    db.session.flush()
    return work.id


def get(work_id: int, lock: bool = False) -> Work | None:
    """A piece of work; with `lock`, nobody else works on it until the transaction ends."""
    statement = select(Work).where(Work.id == work_id)
    return db.session.scalar(statement.with_for_update() if lock else statement)


def running(actor: int) -> list[Work]:
    """The work that somebody asked for and that has not ended, the oldest first."""
    return list(db.session.scalars(select(Work).where(Work.actor == actor, Work.ended_at.is_(None)).order_by(Work.id)))


def step(work_id: int, done: int, total: int | None = None) -> None:
    """Say that `done` steps are done in all, and how many there are, if that is known only now."""
    values: dict = {"done": done, "state": "running"}
    if total is not None:
        values["total"] = total
    db.session.execute(
        update(Work)
        .where(Work.id == work_id, Work.ended_at.is_(None))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def further(work_id: int, more: int) -> None:
    """Say that `more` steps are done, in the transaction that did them: right also where a job was taken for dead and
    works on beside the one that was started in its place."""
    db.session.execute(
        update(Work)
        .where(Work.id == work_id, Work.ended_at.is_(None))
        .values(done=Work.done + more, state="running")
        .execution_options(synchronize_session=False)
    )


def aside(work_id: int, done: int) -> None:
    """As `step`, but seen by everybody at once, by a transaction of its own: for work that is all or nothing and says
    meanwhile how far it is. The caller's transaction must not have written this work's row yet."""
    with Session(db.session.get_bind(), join_transaction_mode="create_savepoint") as session, session.begin():
        session.execute(
            update(Work).where(Work.id == work_id, Work.ended_at.is_(None)).values(done=done, state="running")
        )


def finish(work_id: int, now: datetime, result: dict | None = None, failed: bool = False) -> None:
    """Say that it has ended, well or not, and what came of it."""
    db.session.execute(
        update(Work)
        .where(Work.id == work_id)
        .values(state="failed" if failed else "done", result=result, ended_at=now)
        .execution_options(synchronize_session=False)
    )
