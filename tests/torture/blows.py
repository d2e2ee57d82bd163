"""Which process is killed when, and how long it takes until all is up again."""

import random
import time
from dataclasses import dataclass, field

from app.kernel.i18n import CODES

from .browser import BROKEN, Visit
from .crowd import AREAS, Crowd, Person
from .house import BACKEND, PARTS, POSTMASTER, House

LONGEST_PAUSE = 4.0
HASTY_SHARE = 0.2
# Just after a blow a process can still answer that is about to fall with it.
GOOD_IN_A_ROW = 3
GIVE_UP_SECONDS = 120.0


@dataclass(frozen=True)
class Blow:
    """SIGKILL to `part` after `pause` seconds; a hasty one does not wait until the one before is overcome."""

    part: str
    pause: float
    hasty: bool = False


def plan(kills: int, seed: int) -> list[Blow]:
    """So many blows in a random order at random moments, each part as often as the others, the same for one seed."""
    chance = random.Random(seed)
    parts = [PARTS[number % len(PARTS)] for number in range(kills)]
    chance.shuffle(parts)
    return [Blow(part, chance.uniform(0, LONGEST_PAUSE), chance.random() < HASTY_SHARE) for part in parts]


@dataclass
class Outage:
    """What followed a blow, in seconds since it fell: `served` until /healthz was 200 and a signing 303 again and
    stayed so, `whole` until every part was there again; None if the next blow came before, or neither ever came.

    `at` is when it fell, in seconds since 1970; `probe` the address of the first who could sign again.
    """

    blow: Blow
    at: float
    served: float | None = None
    whole: float | None = None
    overtaken: bool = False
    probe: str = ""


class NotUp(Exception):
    """After a blow the site did not come up again."""


@dataclass
class Executioner:
    """Deals the blows and measures what follows."""

    house: House
    crowd: Crowd
    seed: int
    outages: list[Outage] = field(default_factory=list)
    _probes: int = 0

    def deal(self, blows: list[Blow]) -> None:
        """One after another. Raises NotUp if the site stays down."""
        chance = random.Random(f"{self.seed}-victims")
        for number, blow in enumerate(blows):
            time.sleep(blow.pause)
            self.house.keep_up()
            victim = chance.choice(self._victims(blow.part))
            outage = Outage(blow, time.time())
            self.outages.append(outage)
            began = time.monotonic()
            self.house.kill(victim)
            self.house.keep_up()
            if number + 1 < len(blows) and blows[number + 1].hasty:
                outage.overtaken = True
            else:
                self._watch(outage, began)

    def _victims(self, part: str) -> list[int]:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while not (found := self.house.parts()[part]):
            self.house.keep_up()
            if time.monotonic() > deadline:
                raise NotUp(f"there was no {part} to kill for {GIVE_UP_SECONDS:.0f} seconds")
            if part == BACKEND and self.house.parts()[POSTMASTER]:
                self._healthy()
            time.sleep(0.02)
        return found

    def _watch(self, outage: Outage, began: float) -> None:
        good, first, whole = 0, 0.0, None
        while good < GOOD_IN_A_ROW or whole is None:
            self.house.keep_up()
            passed = time.monotonic() - began
            if passed > GIVE_UP_SECONDS:
                raise NotUp(f"{GIVE_UP_SECONDS:.0f} seconds after the {outage.blow.part} was killed the site is not up")
            whole = (whole or passed) if self.house.whole() else None
            if good < GOOD_IN_A_ROW:
                good = good + 1 if self._healthy() and self._signed(outage) else 0
                first = time.monotonic() - began if good == 1 else first
            time.sleep(0.1)
        outage.served, outage.whole = first, whole

    def _healthy(self) -> bool:
        try:
            with Visit(self.house.port) as visit:
                return visit.get("/healthz")[0] == 200
        except BROKEN:
            return False

    def _signed(self, outage: Outage) -> bool:
        self._probes += 1
        person = Person(
            f"probe-{self.seed}-{self._probes}@example.org",
            CODES[self._probes % len(CODES)],
            AREAS[self._probes % len(AREAS)],
        )
        if not self.crowd.sign(person):
            return False
        outage.probe = outage.probe or person.address
        return True

    def await_start(self) -> None:
        """Wait for the first start. Raises NotUp."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while not (self.house.whole() and self._healthy()):
            if time.monotonic() > deadline:
                raise NotUp(f"the site did not start within {GIVE_UP_SECONDS:.0f} seconds:\n{self.house.said()}")
            time.sleep(0.1)
