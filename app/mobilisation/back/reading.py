"""One message that came to the address of reports: what it is, and what events it tells of.

Whose mail it was says a stamp (stamps.py) that only we can make, wherever in the message it stands: in the address the
report was sent to, however it was forwarded, or in the mail that came back within it. For a complaint the link to leave
does as well: whoever has that may leave.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message

from app.kernel.crypto import Keyring

from .. import stamps
from . import automatic, complaints, dsn, parts
from .model import AUTOMATIC, COMPLAINED, DELAYED, DELIVERED, UNKNOWN, Event

SOURCE = "mailbox"
# A report with the mail that came back in it; whatever is longer is read up to here.
MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Read:
    """What a message is (one of model.py's kinds), and the event it tells of; None where nothing follows from it."""

    kind: str
    event: Event | None = None

    @property
    def for_a_person(self) -> bool:
        """Whether nobody but a person can say what this is."""
        return self.kind == UNKNOWN


def read(raw: bytes, keyring: Keyring, now: datetime, recipient: str = "") -> Read:
    """Read a message as it came; `recipient` is the envelope's, where whoever hands it over knows it. Never raises for
    what stands in it."""
    raw = raw[:MOST_BYTES]
    message = _unwrapped(message_from_bytes(parts.trimmed(raw)))
    token = stamps.token_in(recipient, keyring) or _first(stamps.token_in, raw, keyring)
    complaint = complaints.fields(message)
    if complaint is not None:
        if not complaints.is_complaint(complaint):
            return Read(DELIVERED)
        token = token or _first(stamps.token_in_link, raw)
        return _read(message, raw, now, token, dsn.Report(COMPLAINED, None, complaints.about(complaint)))
    found = dsn.report(message)
    if found is None and automatic.is_receipt(message):
        return Read(AUTOMATIC)
    if found is None and ("X-Failed-Recipients" in message or dsn.from_a_daemon(message)):
        found = dsn.unusual(message)
    if found is None:
        if automatic.is_automatic(message):
            return Read(AUTOMATIC)
        found = dsn.unusual(message)
    return _read(message, raw, now, token, found) if found else Read(UNKNOWN)


def _first(find: Callable[..., bytes | None], raw: bytes, *more) -> bytes | None:
    return next((token for text in parts.readings(raw) if (token := find(text, *more))), None)


def _unwrapped(message: Message) -> Message:
    """The report that somebody forwarded whole, as an attachment; else the message itself."""
    if message.get_content_type() != "multipart/mixed":
        return message
    within = [part for part in parts.own_parts(message) if part.get_content_type() == "message/rfc822"]
    reports = [part.get_payload(0) for part in within if part.is_multipart()]
    reports = [report for report in reports if report.get_content_type() == "multipart/report"]
    return reports[0] if len(reports) == 1 else message


def _read(message: Message, raw: bytes, now: datetime, token: bytes | None, found: dsn.Report) -> Read:
    if found.kind in (DELAYED, DELIVERED):
        return Read(found.kind)
    if token is None or found.kind == UNKNOWN:
        return Read(UNKNOWN)
    event = Event(
        source=SOURCE,
        outside_id=_number(message, raw),
        kind=found.kind,
        at=now,
        token=token,
        status=found.status,
        about=found.about,
    )
    return Read(found.kind, event)


def _number(message: Message, raw: bytes) -> str:
    """The same for the same report, also where the last server wrote other lines above it."""
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    return hashlib.sha256(parts.header(message, "Message-ID").encode() + b"\0" + body).hexdigest()[:40]
