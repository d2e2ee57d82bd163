"""The processes that send mailings. They are started when there is something to send, and leave when there is not.

`flask mobilise send` forks them; the job worker has it started (tasks.py), and an operator can run more of it on other
machines. How many work at once is settled by locks in the database, whoever started them: each takes one of
MAIL_PROCESSES numbers and goes home where none is free.
"""

import contextlib
import os
import signal
import sys
import time

from flask import Flask, current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.kernel import mail
from app.kernel.db import db
from app.kernel.logs import log

from . import local, smtp
from .sending import Sender

IDLE_SECONDS = 20.0
# Everything that somebody waits for at a page goes before.
NICENESS = 5
_LOCK_CLASS = 40_000
_TRY = text("SELECT pg_try_advisory_lock(:kind, :number)")
# A place whose connection was lost, as the database was started anew, may be another's by now.
LOOK_SECONDS = 5.0


class _Stop:
    """Whether the end was asked for: SIGTERM, SIGINT, or the parent is gone."""

    def __init__(self):
        self.asked = False
        self._parent = os.getppid()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_) -> None:
        self.asked = True

    def __call__(self) -> bool:
        return self.asked or os.getppid() != self._parent


class Place:
    """One of the MAIL_PROCESSES places, held as long as a connection of its own lives."""

    def __init__(self):
        self._holding: Connection | None = None
        self._look_at, self._lost = 0.0, False

    def held(self) -> bool:
        """Whether this process has a place: its own, or else one that is free. While the database is away nobody can
        say, and nothing is handed over either: then it stays."""
        now = time.monotonic()
        if self._lost or now < self._look_at:
            return not self._lost
        self._look_at = now + LOOK_SECONDS
        with contextlib.suppress(DBAPIError):
            if self._holding is not None:
                self._holding.execute(text("SELECT 1"))
                return True
        self.leave()
        try:
            self._holding = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._lost = not any(
                self._holding.execute(_TRY, {"kind": _LOCK_CLASS, "number": number}).scalar_one()
                for number in range(current_app.config["MAIL_PROCESSES"])
            )
        except DBAPIError:
            self.leave()
        return not self._lost

    def leave(self) -> None:
        """Give it up."""
        holding, self._holding = self._holding, None
        if holding is not None:
            with contextlib.suppress(DBAPIError):
                # Back in a pool it would hold the place on.
                holding.invalidate()
                holding.close()


def run(app: Flask, processes: int, stay: bool = False) -> None:
    """Send with so many processes until nothing is left, or with `stay` until asked to end. To be called before
    anything else has opened the database."""
    stop = _Stop()
    children: dict[int, int] = {}
    due = dict.fromkeys(range(processes), 0.0)
    while True:
        for number, at in list(due.items()):
            if not stop() and at <= time.monotonic():
                del due[number]
                children[_fork(app, number, stay)] = number
        if stop():
            for pid in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
        for pid in list(children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                number = children.pop(pid)
                if status or stay:
                    due[number] = time.monotonic() + 2.0
        if not children and (stop() or not due):
            return
        time.sleep(0.2)


def _fork(app: Flask, number: int, stay: bool) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        with app.app_context():
            work(stay)
        code = 0
    except Exception as error:
        log.error("mail worker failed", exc_info=error, extra={"error": type(error).__name__, "number": number})
    finally:
        os._exit(code)


def work(stay: bool = False) -> None:
    """Be one of the processes that send, if there is room for one more."""
    stop, place = _Stop(), Place()
    os.nice(NICENESS)

    def ends() -> bool:
        return stop() or not place.held()

    try:
        if ends():
            return
        until = None if stay else IDLE_SECONDS
        if mail.uses_mailbox():
            local.run(ends, until)
        else:
            lines = -(-current_app.config["MAIL_CONNECTIONS"] // current_app.config["MAIL_PROCESSES"])
            Sender(smtp.relay_of(current_app.config), lines, ends).run(until)
    finally:
        place.leave()
