"""The loop of one mail worker: several connections, one thread, and nothing handed over that is not written down first.

Each round reads what servers said, asks leave for all lines that are ready in one statement, and waits until that is on
disk: so one write to the disk serves as many messages as there are connections. Whatever PostgreSQL or the network do,
the loop keeps what it knows and writes it down as soon as it can.
"""

import contextlib
import secrets
import selectors
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
from flask import current_app
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError

from app.kernel import clock
from app.kernel.db import db
from app.kernel.logs import log

from . import aftermath, claims, smtp, sweep
from .choosing import Chooser, Claim, single_mail_waits
from .lines import BATCH, Line
from .outcomes import Outcome
from .wording import Wording

TICK_SECONDS = 0.4
SWEEP_SECONDS = 5.0
IDLE_SECONDS = 0.5
# A connection that nothing goes over for so long is given up.
HANG_UP_SECONDS = 15.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
# Bulk mail lets single mails by for at most so long: a job worker that is down must not hold it for ever.
LETS_BY_SECONDS = 10.0
STOP_SECONDS = 8.0
AWAY = (OperationalError, InterfaceError, PendingRollbackError, psycopg.OperationalError, psycopg.InterfaceError)


class Sender:
    """One worker process with `lines` connections to `relay`."""

    def __init__(self, relay: smtp.Relay, lines: int, stopping: Callable[[], bool] = lambda: False):
        self.name = secrets.token_hex(8)
        self.sent = 0
        self._relay = relay
        self._stopping = stopping
        self._wording = Wording()
        self._lines = [Line(self._wording) for _ in range(lines)]
        self._selector = selectors.DefaultSelector()
        self._pool = ThreadPoolExecutor(max_workers=lines)
        self._opening: dict[Line, Future] = {}
        self._pause: dict[Line, tuple[float, float]] = {}
        self._chooser = Chooser(self.name, relay.host, _sender_domain())
        self._journal: claims.Journal | None = None
        self._held = False
        self._work_at = self._look_at = self._tick_at = self._sweep_at = self._held_since = 0.0
        self._busy_at = time.monotonic()

    def run(self, until_idle: float | None = None) -> None:
        """Work until asked to stop, or until nothing was there to do for so many seconds."""
        ends = None
        try:
            while True:
                now = time.monotonic()
                if self._stopping():
                    ends = ends or now + STOP_SECONDS
                    if now > ends or not any(line.in_flight for line in self._lines):
                        break
                elif until_idle is not None and now - self._busy_at > until_idle:
                    break
                else:
                    self._open(now)
                self._listen(0.02 if self._opening else self._patience(now))
                self._hand_over(stopping=ends is not None)
                if ends is None:
                    self._claim(time.monotonic())
                self._tick(time.monotonic())
        finally:
            self._leave()

    def _open(self, now: float) -> None:
        """Open connections where there is something to send, each in a thread, as that waits."""
        for line, future in list(self._opening.items()):
            if not future.done():
                continue
            del self._opening[line]
            try:
                line.session = future.result()
            except smtp.Closed as error:
                self._hold(line, str(error), now)
                continue
            self._selector.register(line.session, selectors.EVENT_READ, line)
            self._work_at = 0.0
        if now < self._look_at:
            return
        shut = [line for line in self._lines if line.session is None and line not in self._opening]
        shut = [line for line in shut if self._pause.get(line, (0.0, 0.0))[0] <= now]
        if not shut:
            return
        self._look_at = now + IDLE_SECONDS
        if not self._with_database(lambda: sweep.anything(clock.now())):
            return
        self._look_at = 0.0
        for line in shut:
            self._opening[line] = self._pool.submit(smtp.open_session, self._relay)

    def _hold(self, line: Line, why: str, now: float) -> None:
        """Leave a line alone for a while, longer each time."""
        last = self._pause.get(line, (0.0, 0.0))[1]
        seconds = min(LONGEST_PAUSE, max(FIRST_PAUSE, last * 2))
        self._pause[line] = (now + seconds, seconds)
        if last == 0.0 or seconds == LONGEST_PAUSE:
            log.warning("no connection to the relay", extra={"why": why})

    def _lose(self, line: Line, why: str) -> None:
        if line.session is not None:
            self._selector.unregister(line.session)
        line.lose()
        self._give_up([line])
        self._hold(line, why, time.monotonic())

    def _patience(self, now: float) -> float:
        nearest = self._tick_at
        if any(line.free for line in self._lines):
            nearest = min(nearest, self._work_at)
        elif any(line.session is None for line in self._lines):
            nearest = min(nearest, self._look_at)
        return min(TICK_SECONDS, max(0.0, nearest - now))

    def _listen(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            line: Line = key.data
            try:
                line.session.flush()
                replies = line.session.read()
                if replies and not line.claim:
                    raise smtp.Closed("the server speaks unasked")
                line.take(replies)
            except smtp.Closed as error:
                self._lose(line, str(error))
                continue
            self._attend(line)

    def _attend(self, line: Line) -> None:
        """Have the selector tell when a line can be written to, while something waits to be."""
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.session.unsent else 0)
        if self._selector.get_key(line.session).events != events:
            self._selector.modify(line.session, events, line)

    def _hand_over(self, stopping: bool) -> None:
        ready = [line for line in self._lines if line.ready]
        if not ready or stopping or self._held:
            return
        if any(outcome.state != "sent" for line in ready for outcome in line.done):
            # What was not sent must say so before anything after it is handed over.
            self._write_down(ready)
        asked = [line.leave() for line in ready]
        allowed = self._with_database(lambda: self._books().allow(asked))
        for line in ready:
            if line.claim.line_id not in allowed:
                # Paused, cancelled, or not ours any more: the server waits for words, and gets none.
                self._drop(line)
                continue
            try:
                line.hand_over()
            except smtp.Closed as error:
                self._lose(line, str(error))
                continue
            self._attend(line)

    def _drop(self, line: Line) -> None:
        self._selector.unregister(line.session)
        line.lose()
        self._give_up([line])

    def _claim(self, now: float) -> None:
        spent = [line for line in self._lines if line.spent]
        if spent:
            self._give_up(spent)
            for line in spent:
                self._pause.pop(line, None)
            self._work_at = 0.0
        free = [line for line in self._lines if line.free]
        if not free or self._work_at > now or self._held:
            return
        found = self._with_database(lambda: self._claims(len(free)))
        if len(found) < len(free):
            self._work_at = now + IDLE_SECONDS
        for line, claim in zip(free, found, strict=False):
            try:
                line.begin(claim)
            except smtp.Closed as error:
                self._lose(line, str(error))
                continue
            self._attend(line)

    def _claims(self, number: int) -> list[Claim]:
        found = self._chooser.claim([BATCH] * number)
        for claim in found:
            self._wording.prepare(claim.mailing_id, claim.parcels)
        return found

    def _let_by(self, now: float) -> None:
        """See whether bulk mail has to wait, as single mails are due that nobody has begun to send."""
        if not self._with_database(single_mail_waits):
            self._held, self._held_since = False, 0.0
            return
        self._held_since = self._held_since or now
        self._held = now - self._held_since < LETS_BY_SECONDS

    def _give_up(self, lines: list[Line]) -> None:
        """Write down what became of the claims of lines, and give back what was not handed over."""
        held = [line for line in lines if line.claim]
        done = [outcome for line in held for outcome in line.done]
        ids, rest = [line.claim.line_id for line in held], [number for line in held for number in line.rest()]

        def write() -> None:
            self._settle(done, held)
            claims.end(ids, rest)

        if held:
            self._with_database(write)
        for line in held:
            line.done = []
            line.end()

    def _write_down(self, lines: list[Line]) -> None:
        """Write down what became of the deliveries of lines so far."""
        held = [line for line in lines if line.claim]
        done = [outcome for line in held for outcome in line.done]
        known = {line.claim.line_id: line.known for line in held}

        def write() -> None:
            self._settle(done, held)
            claims.renew(known)

        if held:
            self._with_database(write)
        for line in held:
            line.done = []

    def _settle(self, done: list[Outcome], lines: list[Line]) -> None:
        claims.settle(done)
        if notable := [outcome for outcome in done if outcome.suppress or outcome.stop]:
            domains, mailings = {}, {}
            for line in lines:
                for parcel in line.claim.parcels:
                    domains[parcel.id], mailings[parcel.id] = parcel.domain, line.claim.mailing_id
            aftermath.follow(notable, domains, mailings, clock.now())

    def _tick(self, now: float) -> None:
        if any(line.claim for line in self._lines) or self._opening:
            self._busy_at = now
        if now < self._tick_at:
            return
        self._tick_at = now + TICK_SECONDS
        for line in self._lines:
            session = line.session
            if session is not None and session.deadline is not None and session.deadline < now:
                self._lose(line, "the server says nothing")
        self._write_down(self._lines)
        self._let_by(now)
        if now - self._busy_at > HANG_UP_SECONDS:
            for line in self._lines:
                if line.free:
                    self._selector.unregister(line.session)
                    line.session.close(politely=True)
                    line.session = None
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_SECONDS
            self._with_database(lambda: aftermath.tidy(clock.now()))

    def _leave(self) -> None:
        """Give back everything; of what is still in flight nobody can say what becomes of it."""
        for line in self._lines:
            if line.session is not None:
                idle = line.free
                self._selector.unregister(line.session)
                if idle:
                    line.session.close(politely=True)
                    line.session = None
                else:
                    line.lose()
        self._give_up(self._lines)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._selector.close()
        db.session.remove()
        if self._journal is not None:
            self._journal.close()

    def _books(self) -> claims.Journal:
        if self._journal is None:
            url = db.engine.url.set(drivername="postgresql")
            self._journal = claims.Journal(url.render_as_string(hide_password=False))
        return self._journal

    def _with_database(self, work: Callable):
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
                self._reset()
                if self._stopping() and time.monotonic() > began + STOP_SECONDS:
                    raise
                time.sleep(pause)
                pause = min(1.0, pause * 2)

    def _reset(self) -> None:
        with contextlib.suppress(DBAPIError):
            db.session.rollback()
        db.session.remove()
        db.engine.dispose()
        if self._journal is not None:
            self._journal.close()
            self._journal = None


def _sender_domain() -> str:
    return current_app.config["MAIL_DEFAULT_SENDER"].rpartition("@")[2].rstrip(">").lower()
