"""The database as a process that sends has it: away now and then, and asked for leave to hand over without being waited
for. It never loses what it was told to write, as long as the process lives."""

import contextlib
import selectors
import time
from collections.abc import Callable, Sequence

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError

from app.kernel.db import db
from app.kernel.logs import log

from .journal import Journal, Standings
from .lines import Current, Line

STOP_SECONDS = 8.0
AWAY = (OperationalError, InterfaceError, PendingRollbackError, psycopg.OperationalError, psycopg.InterfaceError)


class Books:
    """Transactions that are tried until they are through, and one round of leaves at a time. The journal's socket is in
    `selector`, with None for its data, so that who waits there is told of an answer."""

    def __init__(self, selector: selectors.BaseSelector, stopping: Callable[[], bool]):
        self._selector = selector
        self._stopping = stopping
        self._journal: Journal | None = None
        # Who asked for leave, for what, and was told nothing yet; and the answer where somebody had to wait for it.
        self._asked: list[tuple[Line, Current]] = []
        self._answer: set[int] | None = None
        self._worker, self._standings = 0, {}

    @property
    def asked(self) -> bool:
        """Whether leave was asked for, and its answer not taken."""
        return bool(self._asked)

    @property
    def pressing(self) -> bool:
        """Whether `answered` has something to tell or to do that no socket will report."""
        return bool(self._asked) and (self._answer is not None or self._journal is None)

    def within(self, work: Callable):
        """Do something in a transaction, again and again while the database is away: all that is done so changes
        nothing when it is done twice. Meanwhile nothing is handed over."""
        pause, began = 0.05, time.monotonic()
        while True:
            try:
                found = work()
                db.session.commit()
                return found
            except AWAY as error:
                log.warning("mail worker without database", extra={"error": type(error).__name__})
                with contextlib.suppress(DBAPIError):
                    db.session.rollback()
                db.session.remove()
                db.engine.dispose()
                self.shut()
                if self._stopping() and time.monotonic() > began + STOP_SECONDS:
                    raise
                time.sleep(pause)
                pause = min(1.0, pause * 2)

    def ask(self, worker: int, standings: Standings, ready: Sequence[Line]) -> None:
        """Ask leave for what is ready on lines of a worker that stand so; nothing else is asked before `answered` has
        told."""
        self._asked, self._answer = [(line, line.ready) for line in ready], None
        self._worker, self._standings = worker, standings
        leaves = [line.leave() for line in ready]
        try:
            self._opened().ask(worker, standings, leaves)
        except AWAY:
            # It is asked again when the answer is looked for.
            self.shut()

    def answered(self) -> list[tuple[Line, Current, bool]] | None:
        """Who asked, for what, and whether it has leave that is on disk; None: nobody knows yet."""
        if self._answer is None:
            self._look(wait=False)
        if self._answer is None:
            return None
        found = [(line, current, line.claim.line_id in self._answer) for line, current in self._waiting()]
        self._asked, self._answer = [], None
        return found

    def wait(self) -> None:
        """Have no leave under way while lines are written to: the two could wait for each other."""
        if self._asked and self._answer is None:
            self._look(wait=True)

    def unasked(self) -> None:
        """The journal's socket has something to read: if nothing was asked, the database ends the connection."""
        if not self._asked:
            self.shut()

    def shut(self) -> None:
        """Close the journal; it is opened again when it is needed."""
        if self._journal is not None:
            with contextlib.suppress(KeyError, ValueError, OSError):
                self._selector.unregister(self._journal)
            self._journal.close()
            self._journal = None

    def _look(self, wait: bool) -> None:
        if self._journal is not None:
            try:
                self._answer = self._journal.answer(wait)
                return
            except AWAY:
                self.shut()
        # However long the database is away; who was lost meanwhile asks nothing.
        leaves = [line.leave() for line, _ in self._waiting()]
        self._answer = (
            self.within(lambda: self._opened().allow(self._worker, self._standings, leaves)) if leaves else set()
        )

    def _waiting(self) -> list[tuple[Line, Current]]:
        return [(line, current) for line, current in self._asked if line.ready is current]

    def _opened(self) -> Journal:
        if self._journal is None:
            url = db.engine.url.set(drivername="postgresql")
            self._journal = Journal(url.render_as_string(hide_password=False))
            self._selector.register(self._journal, selectors.EVENT_READ, None)
        return self._journal
