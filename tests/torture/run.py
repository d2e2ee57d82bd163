"""One run: start, let the crowd come, kill, let it come to rest, compare."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from . import books, checks
from .blows import Blow, Executioner, NotUp, Outage
from .books import Books
from .crowd import Crowd
from .house import House, HouseFell
from .mailbox import Mailbox


@dataclass
class Result:
    """What a run has shown. `faults` is empty when nothing was lost or doubled and all came up again within `within`
    seconds of each kill."""

    seed: int
    within: float
    crowd: Crowd
    mailbox: Mailbox
    outages: list[Outage]
    seconds: float = 0.0
    drained: float = 0.0
    books: Books | None = None
    told: int | None = None
    faults: list[str] = field(default_factory=list)


def torture(folder: Path, blows: list[Blow], seed: int, within: float) -> Result:
    """Deal `blows` to a house of its own in `folder`. Whatever goes wrong stands in the result's faults."""
    house = House(folder)
    crowd = Crowd(house.port, seed)
    mailbox = Mailbox(house.instance / "mailbox", house.port, crowd)
    executioner = Executioner(house, crowd, seed)
    result = Result(seed, within, crowd, mailbox, executioner.outages)
    try:
        house.start()
        executioner.await_start()
        _endure(executioner, mailbox, blows, result)
        _compare(house, mailbox, result)
    except NotUp as error:
        result.faults.append(str(error))
    finally:
        try:
            house.stop()
        except HouseFell as error:
            result.faults.append(str(error))
    result.faults += [f"the supervisor gave up by itself with code {code}" for code in house.given_up]
    if result.faults:
        result.faults.append(f"the last words of the house:\n{house.said()}")
    return result


def _endure(executioner: Executioner, mailbox: Mailbox, blows: list[Blow], result: Result) -> None:
    began = time.monotonic()
    result.crowd.start()
    mailbox.start()
    try:
        executioner.deal(blows)
    except NotUp:
        mailbox.stop()
        raise
    finally:
        result.crowd.stop()
        result.seconds = time.monotonic() - began
    for outage in result.outages:
        if not outage.overtaken and max(outage.served, outage.whole) > result.within:
            result.faults.append(
                f"the {outage.blow.part} was killed and all was up only after {max(outage.served, outage.whole):.1f} s"
            )


def _compare(house: House, mailbox: Mailbox, result: Result) -> None:
    began = time.monotonic()
    with books.inside(house):
        try:
            result.faults += books.drain(mailbox)
        finally:
            mailbox.stop()
        result.drained = time.monotonic() - began
        found = result.books = books.read()
    result.faults += mailbox.faults + checks.faults(result.crowd.people, mailbox.mails, found)
    confirmed = found.total[0] - found.total[1]
    result.told = books.api_says(house.port, confirmed)
    if result.told != confirmed:
        result.faults.append(f"the public API tells {result.told} signatures, and the database has {confirmed}")
