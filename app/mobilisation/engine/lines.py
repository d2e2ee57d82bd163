"""One connection and what it has claimed: which command is next, and what became of each message. It asks no database.

With PIPELINING the commands of the next message follow the final dot of the one before in the same write, so a message
costs one round trip. Whether it may be handed over is asked in between: the server has said 354 and waits for words.
"""

import time
from collections import deque
from dataclasses import dataclass

from app.kernel import clock
from app.kernel.logs import log

from . import outcomes, paces, smtp
from .alarms import Alarms
from .choosing import Claim
from .journal import Leave, Standing
from .outcomes import Outcome
from .wording import Letter, Parcel, Unwritable, Wording

# A claim costs the database as much for few as for many, so it is of as many as a line sends in some seconds. What is
# paused or cancelled is asked before each message all the same.
FEWEST, FIRST, MOST = 10, 50, 400
SHORT_SECONDS, LONG_SECONDS = 2.0, 6.0
# What a relay takes longer over is given back, so that who may be written to is looked at again: somebody may have
# objected since.
OLD_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
# A connection that took so many worked: many relays end each after some hundred messages.
WORKED = 10


@dataclass(slots=True)
class Current:
    """A message under way: at which place of its claim, whether the server has begun with it, and whether it refused
    one of its commands."""

    parcel: Parcel
    letter: Letter
    place: int
    begun: bool = False
    refusal: smtp.Reply | None = None
    step: str = "mail"


class Line:
    """A connection of a worker. `done` are outcomes that are not written down yet; of what was sent that may wait."""

    def __init__(self, wording: Wording, alarms: Alarms):
        self._wording = wording
        self._alarms = alarms
        self.session: smtp.Session | None = None
        self.claim: Claim | None = None
        self.done: list[Outcome] = []
        self.ready: Current | None = None
        # Something in `done` was not sent: its row must say so before anything after it is handed over.
        self.owes = False
        self.watched_for_room = False
        self._next = 0
        self._current: Current | None = None
        self._flying: Current | None = None
        self._expected: deque[tuple[str, Current | None]] = deque()
        self._commands: deque[tuple[str, bytes, Current | None]] = deque()
        self._reset = False
        self._behind = 0
        self._standing = Standing()
        self._began = 0.0
        self.size = FIRST
        self.rests_until = self._pause = 0.0
        self._took = 0
        self._recalled = False
        self._one_by_one = False

    @property
    def free(self) -> bool:
        """Whether it can take a claim."""
        return self.session is not None and self.claim is None

    @property
    def in_flight(self) -> bool:
        """Whether a final dot is out and not answered."""
        return self._flying is not None

    @property
    def spent(self) -> bool:
        """Whether its claim is at its end."""
        return (
            self.claim is not None
            and self._current is None
            and self._flying is None
            and (self._recalled or self._next >= len(self.claim.parcels))
        )

    @property
    def old(self) -> bool:
        """Whether its claim was made too long ago to go by it."""
        return self.claim is not None and time.monotonic() - self._began > OLD_SECONDS

    @property
    def _known(self) -> int:
        """Of how many deliveries, from the first, it is known what became of them."""
        under_way = self._flying or self._current
        return under_way.place - 1 if under_way else self._next

    def left(self) -> list[int]:
        """The deliveries of the claim that were not handed over."""
        first = self._current.place - 1 if self._current else self._next
        return [parcel.id for parcel in self.claim.parcels[first:]] if self.claim else []

    def leave(self) -> Leave:
        """What is asked for before the final dot of what is ready."""
        # From here on somebody may read that it was handed over.
        self._standing = self._standing._replace(place=self.ready.place)
        return Leave(self.claim.line_id, self.ready.place, self.ready.parcel.id, self.claim.mailing_id)

    def standing(self, told: bool = False) -> Standing:
        """How far it is; `told`: once it is written what became of all that is known."""
        return self._standing._replace(settled=min(self._standing.place, self._known)) if told else self._standing

    def begin(self, claim: Claim) -> None:
        """Take on a claim. Raises smtp.Closed."""
        self.claim, self._next, self._recalled = claim, 0, False
        self._standing, self._began = Standing(), time.monotonic()
        self._prepare()
        self._speak(b"")

    def end(self) -> None:
        """The claim is written off, and the next one will be of another size if it took too long or too little."""
        if self.spent and (self.old or not self._recalled):
            took = time.monotonic() - self._began
            self.size = min(MOST, self.size * 2) if took < SHORT_SECONDS else self.size
            self.size = max(FEWEST, self.size // 2) if took > LONG_SECONDS else self.size
        self.claim = self._current = self._flying = self.ready = None

    def recall(self) -> None:
        """Begin with no more of the claim: what is left of it is to be given back."""
        self._recalled = True

    def told(self) -> None:
        """What is done is written down."""
        self.done, self.owes, self._standing = [], False, self.standing(told=True)

    def hand_over(self) -> None:
        """Send the content of what is ready, its final dot, and the commands of the next. Raises smtp.Closed."""
        self._flying, self.ready, self._current = self.ready, None, None
        self._expected.append(("dot", self._flying))
        self._prepare()
        self._speak(self._flying.letter.content + smtp.DOT, smtp.DOT_SECONDS)

    def take(self, replies) -> None:
        """Go on by what the server said. Raises smtp.Closed."""
        for reply in replies:
            if not self._expected:
                raise smtp.Closed(f"the server said {reply.code} unasked")
            step, current = self._expected.popleft()
            if step in ("rset", "void"):
                continue
            if step == "dot":
                self._flying = None
                self._finish(current, reply, step)
            elif not self._step(step, current, reply):
                break
        if self.session is not None:
            self.session.deadline = self.session.deadline if self._expected else None
            if self._commands and not self._expected:
                self._speak(b"")

    def rest(self, now: float, why: str) -> None:
        """Be left alone for a while, longer each time; not after a connection that worked."""
        if self._took >= WORKED:
            return self.rested()
        if self._took:
            self._pause = 0.0
        first, self._pause = not self._pause, min(LONGEST_PAUSE, max(FIRST_PAUSE, self._pause * 2))
        self.rests_until = now + self._pause
        if first or self._pause == LONGEST_PAUSE:
            log.warning("no connection to the relay", extra={"why": why})

    def rested(self) -> None:
        """It works: the next time it breaks, the pause is a short one again."""
        self.rests_until = self._pause = 0.0

    def opened(self, session: smtp.Session) -> None:
        """A connection is there."""
        self.session, self.watched_for_room, self._took = session, False, 0
        if self._one_by_one:
            session.pipelining = False

    def unanswered(self) -> None:
        """The server has said nothing for too long. With several commands open it may be one that promises PIPELINING
        and throws away what comes early: from now on it gets one at a time."""
        self._one_by_one = self._one_by_one or (not self.in_flight and len(self._expected) > 1)

    def lose(self, broke: bool = False) -> None:
        """The connection is gone: what was handed over without an answer is uncertain, all else was never sent.
        `broke`: it was the server who ended it, perhaps because of the message it had begun with."""
        session, self.session = self.session, None
        if broke and self._flying is None and self._current is not None and self._current.begun:
            self._note(self._broke(self._current.parcel))
            self._current = None
        if session is not None:
            if self._flying is not None:
                # As long as its last octets are here, the server cannot have taken it.
                handed = session.unsent <= self._behind
                parcel = self._flying.parcel
                again = broke and not handed
                self._note(self._broke(parcel) if again else outcomes.lost(parcel.id, handed))
            session.close()
        self._flying = self.ready = None
        self._expected.clear()
        self._commands.clear()
        self._reset = False

    def _broke(self, parcel: Parcel) -> Outcome:
        return outcomes.broke(parcel.id, parcel.attempts, clock.now())

    def _step(self, step: str, current: Current, reply: smtp.Reply) -> bool:
        """One answer to MAIL, RCPT or DATA; False: nothing more is to be read of it. Raises smtp.Closed."""
        if reply.code == 421 or (step == "mail" and reply.code // 100 == 4):
            # It takes no more over this connection, whoever it is for.
            raise smtp.Closed(f"the server said {reply.code}")
        current.begun = current.begun or reply.good
        if step == "data" and reply.code == 354:
            if current.refusal is None:
                self.ready = current
                return True
            # It refused the recipient and wants words all the same (RFC 2920, 3.1): it gets none.
            self._expected.appendleft(("void", None))
            self.session.write(smtp.DOT)
        elif step == "data" and reply.good:
            raise smtp.Closed("the server wants no words and says yes")
        elif step == "data" or not reply.good:
            if current.refusal is None:
                current.refusal, current.step = reply, step
            self._reset = True
        if step != "data" and current.refusal is not None and not self.session.pipelining:
            self._commands.clear()
            step = "data"
        if step == "data":
            self._current = None
            self._finish(current, current.refusal, current.step)
            self._prepare()
            self._speak(b"")
        return True

    def _finish(self, current: Current, reply: smtp.Reply, step: str) -> None:
        parcel = current.parcel
        if reply.good:
            self._took += 1
            self.done.append(outcomes.sent(parcel.id, reply))
            return
        not_now = outcomes.of_the_relay(reply)
        if not_now and self._took:
            # No try of this one: a relay that takes so many a second would have used up everybody's by evening.
            outcome = outcomes.lost(parcel.id, handed=False)
        else:
            outcome = outcomes.judge(parcel.id, reply, step, parcel.attempts, clock.now())
        self._alarms.hear(outcome, parcel.domain)
        self._note(outcome)
        if not_now:
            raise smtp.Closed(f"the server said {reply.code}")

    def _note(self, outcome: Outcome) -> None:
        self.done.append(outcome)
        self.owes = self.owes or outcome.state != "sent"

    def _prepare(self) -> None:
        """Put the commands of the next message in line; what cannot be written has failed."""
        while self._next < len(self.claim.parcels) and not self._recalled:
            parcel = self.claim.parcels[self._next]
            self._next += 1
            if parcel.domain in self._alarms.avoided:
                self._note(outcomes.held(parcel.id, clock.now() + paces.STOPPED_PAUSE))
                continue
            try:
                letter = self._wording.write(self.claim.mailing_id, parcel)
                commands = self.session.envelope(letter.sender, letter.recipient)
            except Unwritable as error:
                self._note(outcomes.unfit(parcel.id, str(error)))
                continue
            except smtp.Unfit:
                self._note(outcomes.unfit(parcel.id, "address"))
                continue
            self._current = Current(parcel, letter, self._next)
            if self._reset:
                self._commands.append(("rset", b"RSET\r\n", None))
                self._reset = False
            steps = zip(("mail", "rcpt", "data"), commands, strict=True)
            self._commands.extend((step, command, self._current) for step, command in steps)
            return

    def _speak(self, before: bytes, seconds: float = smtp.COMMAND_SECONDS) -> None:
        """Write `before`, and with it as many commands as may go without an answer in between."""
        behind = b""
        while self._commands and (self.session.pipelining or not (before or behind or self._expected)):
            step, command, current = self._commands.popleft()
            self._expected.append((step, current))
            behind += command
        self._behind = len(behind)
        if before or behind:
            self.session.write(before + behind, seconds)
