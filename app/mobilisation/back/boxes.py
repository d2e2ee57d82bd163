"""Reports from a mailbox: each message once, and an interrupted run goes on where it was.

A message is put away only after what it said was committed; killed in between, it is read again, and its event, which
has the same number, changes nothing. What nobody here understands stays in the box, flagged, for a person.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.kernel.crypto import keyring
from app.kernel.db import db
from app.kernel.logs import log

from . import events, gateway
from .model import UNKNOWN
from .reading import MOST_BYTES, Read, read


class Box(Protocol):
    """A place that messages wait in; `done` deletes one, `keep` leaves it for a person, and neither comes again."""

    def letters(self) -> Iterator[tuple[str, bytes]]: ...
    def done(self, number: str) -> None: ...
    def keep(self, number: str) -> None: ...


class Maildir:
    """A Maildir as mail servers write it: what is new, or in cur/ and not seen."""

    def __init__(self, folder: Path):
        self._folder = folder

    def letters(self) -> Iterator[tuple[str, bytes]]:
        """The place and content of each message, the oldest name first. Raises OSError where there is no folder."""
        found = [*(self._folder / "new").iterdir(), *(self._folder / "cur").iterdir()]
        for path in sorted(found, key=lambda path: path.name):
            flags = path.name.partition(":2,")[2]
            if path.name.startswith(".") or "S" in flags or "T" in flags or not path.is_file():
                continue
            with path.open("rb") as file:
                yield str(path), file.read(MOST_BYTES)

    def done(self, number: str) -> None:
        """Delete a message: what it said is written down, and it held an address."""
        Path(number).unlink(missing_ok=True)

    def keep(self, number: str) -> None:
        """Leave a message for a person, flagged, and seen by us."""
        path = Path(number)
        path.rename(self._folder / "cur" / f"{path.name.partition(':2,')[0]}:2,FS")


def read_box(address: str, now: datetime) -> Counter[str]:
    """Read the box of the setting BOUNCE_BOX (see kernel/config.py) and take what it says, message by message, each
    committed. How many there were of each kind. Raises gateway.Away and OSError."""
    if address.startswith("maildir:"):
        return take_from(Maildir(Path(address.removeprefix("maildir:"))), now)
    with gateway.ImapBox(address, MOST_BYTES) as box:
        return take_from(box, now)


def take_from(box: Box, now: datetime) -> Counter[str]:
    """The same from a box that is open."""
    counted: Counter[str] = Counter()
    for number, raw in box.letters():
        found = understood(raw, now)
        if found.event is not None:
            events.take(found.event, now)
            db.session.commit()
        if found.for_a_person:
            box.keep(number)
        else:
            box.done(number)
        counted[found.kind] += 1
    return counted


def understood(raw: bytes, now: datetime, recipient: str = "") -> Read:
    """What a message is; one that breaks the reader is left for a person, and keeps no other from being read."""
    try:
        return read(raw, keyring(), now, recipient)
    except Exception as error:
        log.error("a report cannot be read", extra={"error": type(error).__name__})
        return Read(UNKNOWN)
