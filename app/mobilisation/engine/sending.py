"""The loop of one mail worker: several connections, one thread, and nothing handed over that is not written down first.

Each round reads what servers said, and asks leave for all lines that are ready at once: one write to the disk serves
them all. While that is awaited the loop goes on with the lines that have leave; those that become ready meanwhile are
the next round. Whatever PostgreSQL or the network do, the loop keeps what it knows and writes it down as soon as it
can.
"""

import selectors
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from app.kernel import clock
from app.kernel.db import db

from . import aftermath, claims, smtp, sweep
from .alarms import Alarms
from .books import STOP_SECONDS, Books
from .choosing import Chooser, Claim, sender_domain, single_mail_waits
from .journal import Standings
from .lines import Line
from .wording import Wording

TICK_SECONDS = 0.4
SWEEP_SECONDS = 5.0
IDLE_SECONDS = 0.5
# A connection that nothing goes over for so long is given up.
HANG_UP_SECONDS = 15.0
# Bulk mail lets single mails by for at most so long: a job worker that is down must not hold it for ever.
LETS_BY_SECONDS = 10.0


class Sender:
    """One worker process with `lines` connections to `relay`."""

    def __init__(self, relay: smtp.Relay, lines: int, stopping: Callable[[], bool] = lambda: False):
        self.sent = 0
        self._relay = relay
        self._stopping = stopping
        self._wording, self._alarms = Wording(), Alarms()
        self._lines = [Line(self._wording, self._alarms) for _ in range(lines)]
        self._selector = selectors.DefaultSelector()
        self._pool = ThreadPoolExecutor(max_workers=lines)
        self._opening: dict[Line, Future] = {}
        self._chooser = Chooser(relay.host, sender_domain())
        # As what it is written down, as long as it claims anything.
        self._worker: int | None = None
        self._books = Books(self._selector, stopping)
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
                line.opened(future.result())
            except smtp.Closed as error:
                line.rest(now, str(error))
                continue
            self._selector.register(line.session, selectors.EVENT_READ, line)
            self._work_at = 0.0
        if now < self._look_at:
            return
        shut = [line for line in self._lines if line.session is None and line not in self._opening]
        shut = [line for line in shut if line.rests_until <= now]
        if not shut:
            return
        self._look_at = now + IDLE_SECONDS
        if not self._books.within(lambda: sweep.anything(clock.now())):
            return
        self._look_at = 0.0
        for line in shut:
            self._opening[line] = self._pool.submit(smtp.open_session, self._relay)

    def _lose(self, line: Line, why: str | None = None) -> None:
        """Give up a connection: by the server's doing, `why` says which, or by ours."""
        if line.session is not None:
            self._selector.unregister(line.session)
        line.lose(broke=why is not None)
        self._give_up([line])
        if why is not None:
            line.rest(time.monotonic(), why)

    def _patience(self, now: float) -> float:
        if self._books.pressing:
            return 0.0
        nearest = self._tick_at
        if any(line.free for line in self._lines):
            nearest = min(nearest, self._work_at)
        elif any(line.session is None for line in self._lines):
            nearest = min(nearest, self._look_at)
        return min(TICK_SECONDS, max(0.0, nearest - now))

    def _listen(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            line: Line | None = key.data
            if line is None:
                self._books.unasked()
                continue
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
        waits = line.session.unsent > 0
        if line.watched_for_room != waits:
            line.watched_for_room = waits
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if waits else 0)
            self._selector.modify(line.session, events, line)

    def _hand_over(self, stopping: bool) -> None:
        """Hand over what has leave, and ask it for what is ready by now."""
        if self._books.asked:
            answered = self._books.answered()
            if answered is None:
                return
            if stopping:
                # What has leave and is not handed over goes back with the rest.
                return
            for line, current, allowed in answered:
                if line.ready is not current:
                    # It was lost meanwhile.
                    continue
                if not allowed:
                    # Paused, cancelled, or not ours any more: the server waits for words, and gets none.
                    self._lose(line)
                    continue
                try:
                    line.hand_over()
                except smtp.Closed as error:
                    self._lose(line, str(error))
                    continue
                self._attend(line)
            # What was answered while these went out is of the next round.
            self._listen(0.0)
        if stopping or self._held:
            return
        ready = [line for line in self._lines if line.ready]
        if owing := [line for line in ready if line.owes]:
            # What was not sent must say so before anything after it is handed over.
            self._write_down(owing)
        if ready:
            self._books.ask(self._worker, self._standings(), ready)

    def _claim(self, now: float) -> None:
        spent = [line for line in self._lines if line.spent]
        if spent:
            self._give_up(spent)
            for line in spent:
                line.rested()
            self._work_at = 0.0
        free = [line for line in self._lines if line.free]
        if not free or self._work_at > now or self._held:
            return
        worker, found = self._books.within(lambda: self._claims(free))
        if worker is None:
            self._outlive()
            return
        self._worker = worker
        if len(found) < len(free):
            self._work_at = now + IDLE_SECONDS
        for line, claim in zip(free, found, strict=False):
            try:
                line.begin(claim)
            except smtp.Closed as error:
                self._lose(line, str(error))
                continue
            self._attend(line)

    def _claims(self, free: list[Line]) -> tuple[int | None, list[Claim]]:
        """Claims for lines, and the worker that has them; None: it was believed dead."""
        worker = self._worker
        if worker is None:
            worker = claims.enlist()
        elif not claims.alive(worker):
            return None, []
        else:
            claims.disown(worker, self._standings())
        found = self._chooser.claim(worker, [line.size for line in free])
        for claim in found:
            self._wording.prepare(claim.mailing_id, claim.parcels)
        return worker, found

    def _standings(self) -> Standings:
        return {line.claim.line_id: line.standing() for line in self._lines if line.claim}

    def _outlive(self) -> None:
        """It was believed dead: what it had claimed is in other hands, and it begins anew."""
        self._worker = None
        for line in self._lines:
            if line.claim:
                self._lose(line)

    def _let_by(self, now: float) -> None:
        """See whether bulk mail has to wait, as single mails are due that nobody has begun to send."""
        if not self._books.within(single_mail_waits):
            self._held, self._held_since = False, 0.0
            return
        self._held_since = self._held_since or now
        self._held = now - self._held_since < LETS_BY_SECONDS

    def _give_up(self, lines: list[Line]) -> None:
        """Write down what became of the claims of lines, and give back what was not handed over."""
        held = [line for line in lines if line.claim]
        done = [outcome for line in held for outcome in line.done]
        ids, rest = [line.claim.line_id for line in held], [number for line in held for number in line.left()]

        def write() -> None:
            aftermath.settle(done, [line.claim for line in held], clock.now())
            claims.end(ids, rest)

        if held:
            self._books.wait()
            self._books.within(write)
        for line in held:
            line.told()
            line.end()

    def _write_down(self, lines: list[Line]) -> None:
        """Write down what became of the deliveries of lines so far."""
        held = [line for line in lines if line.claim]
        done = [outcome for line in held for outcome in line.done]
        if not held:
            return
        standings = {**self._standings(), **{line.claim.line_id: line.standing(told=True) for line in held}}

        def write() -> bool:
            aftermath.settle(done, [line.claim for line in held], clock.now())
            return claims.hold(self._worker, standings)

        self._books.wait()
        lives = self._books.within(write)
        for line in held:
            line.told()
        if not lives:
            self._outlive()

    def _tick(self, now: float) -> None:
        if any(line.claim for line in self._lines) or self._opening:
            self._busy_at = now
        if now < self._tick_at:
            return
        self._tick_at = now + TICK_SECONDS
        for line in self._lines:
            session = line.session
            if session is not None and session.deadline is not None and session.deadline < now:
                line.unanswered()
                self._lose(line, "the server says nothing")
        self._write_down(self._lines)
        self._look()
        self._resign()
        self._let_by(now)
        if now - self._busy_at > HANG_UP_SECONDS:
            for line in self._lines:
                if line.free:
                    self._selector.unregister(line.session)
                    line.session.close(politely=True)
                    line.session = None
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_SECONDS
            self._books.within(lambda: aftermath.tidy(clock.now()))

    def _look(self) -> None:
        """See what holds by now of what was claimed a while ago."""
        held = [line.claim for line in self._lines if line.claim]
        back = self._books.within(lambda: self._alarms.look(held, clock.now()))
        for line in self._lines:
            if line.old or (line.claim and line.claim.line_id in back):
                line.recall()

    def _resign(self) -> None:
        """Be no worker while it has nothing: then there is nothing to write down either."""
        if self._worker is not None and not any(line.claim for line in self._lines):
            self._books.within(lambda: claims.resign(self._worker))
            self._worker = None

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
        self._resign()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._books.shut()
        self._selector.close()
        db.session.remove()
