"""Which signatures are meant: conditions as an address says them, as a person reads them, and as the database asks.

A condition names nobody: an address is never one, and a name, a network or a domain is one by its keyed digest alone.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from app.kernel import sources
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.people.queries import usable

from . import limits
from .models import Signature

STATES = ("pending", "confirmed", "held", "fraudulent")
HELD = ("network", "domain", "trap")
# So much of a digest is shown, in hexadecimal and without its key's number; `limits.held_groups` shows as much.
SHORT = 8
_SHORT = re.compile(r"[0-9a-f]{8}")
_FULL = re.compile(r"[0-9a-f]{66}(?:\.[0-9a-f]{66})*")
_AREA = re.compile(r"[A-Z]{3}|other|unsaid")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class WrongCondition(ValueError):
    """A condition that no page of ours made; its argument is the condition's name."""


@dataclass(frozen=True)
class Chosen:
    """Conditions that hold together; None: no condition. `name` are digests (hex) under each key, joined by dots;
    `network` and `domain` the beginning of one (hex); `since` and `until` moments, the latter not within."""

    state: str | None = None
    area: str | None = None
    network: str | None = None
    domain: str | None = None
    source: str | None = None
    held: str | None = None
    name: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is said, so that it is all signatures."""
        return not self.said

    @property
    def said(self) -> dict[str, str]:
        """As an address says it, and as it is kept in JSON: texts by the names of conditions, no empty one."""
        values = {key: value for key, value in asdict(self).items() if value is not None}
        return {key: moment(value) if isinstance(value, datetime) else value for key, value in values.items()}

    def everything(self, opened: date, now: datetime) -> bool:
        """Whether it is all signatures after all: from the petition's first day or earlier on, and to no end that has
        come yet. Pure."""
        begins = self.since is None or self.since <= datetime.combine(opened, time.min, UTC)
        return begins and (self.until is None or self.until > now) and not self.but(since=None, until=None).said

    def but(self, **changes: str | datetime | None) -> "Chosen":
        """The same with other conditions in the place of some."""
        return replace(self, **changes)


def moment(at: datetime) -> str:
    """A moment as fields for date and time of day take it, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def parsed_moment(text: str, end: bool = False) -> datetime:
    """A moment of such a field, or a day: its beginning, or with `end` its end. Raises ValueError."""
    day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    if not 1970 <= day.year <= 9000:
        raise ValueError(text)
    return day + timedelta(days=1) if end and _DAY.fullmatch(text) else day


def chosen(said: Mapping[str, str]) -> Chosen:
    """The conditions that an address, or a row of petitions_bulk, says. Raises WrongCondition."""
    given = {key: said[key].strip() for key in Chosen.__dataclass_fields__ if (said.get(key) or "").strip()}
    checks = {
        "state": lambda text: text in STATES,
        "held": lambda text: text in HELD,
        "area": _AREA.fullmatch,
        "network": _SHORT.fullmatch,
        "domain": _SHORT.fullmatch,
        "name": _FULL.fullmatch,
        "source": sources.checked,
    }
    values: dict[str, str | datetime] = {}
    for key, text in given.items():
        if key in ("since", "until"):
            try:
                values[key] = parsed_moment(text, end=key == "until")
            except ValueError:
                raise WrongCondition(key) from None
        elif checks[key](text):
            values[key] = text
        else:
            raise WrongCondition(key)
    return Chosen(**values)


def short(digest: bytes | None) -> str | None:
    """What is shown of a digest."""
    return None if digest is None else digest.hex()[2 : 2 + SHORT]


def network_or_domain(scope: str, text: str) -> str:
    """What is shown of the digest of a network or domain, that itself may be typed. Raises limits.WrongKey."""
    text = text.strip()
    if _SHORT.fullmatch(text.lower()):
        return text.lower()
    key = limits.key_of(scope, text)
    if key == limits.EVERYBODY:
        raise limits.WrongKey("* is all of them")
    return short(limits.digests(scope, key)[0])


def clauses(petition_id: int, wanted: Chosen) -> list[ColumnElement[bool]]:
    """The conditions on petitions_signature. Two short questions at most: which whole digests these beginnings mean."""
    found = [Signature.petition_id == petition_id, usable(Signature.person_id)]
    if wanted.state == "held":
        found += [Signature.state == "pending", Signature.held.is_not(None)]
    elif wanted.state == "pending":
        # Said twice: there is an index on the second.
        found += [Signature.state == "pending", Signature.confirmed_at.is_(None)]
    elif wanted.state:
        found.append(Signature.state == wanted.state)
    for column, value in ((Signature.area, wanted.area), (Signature.source, wanted.source)):
        if value:
            found.append(column == value)
    if wanted.held:
        found.append(Signature.held == wanted.held)
    if wanted.name:
        found.append(Signature.name_digest.in_([bytes.fromhex(text) for text in wanted.name.split(".")]))
    for scope, value in ((limits.NETWORK, wanted.network), (limits.DOMAIN, wanted.domain)):
        if value:
            found.append(_begins(limits.SCOPES[scope], value))
    if wanted.since:
        found.append(Signature.signed_at >= wanted.since)
    if wanted.until:
        found.append(Signature.signed_at < wanted.until)
    return found


def _begins(column, value: str) -> ColumnElement[bool]:
    """A digest that begins so, under any key. One whole digest, where it is only one, as the index is by whole ones."""
    low = bytes.fromhex(value)
    spans = []
    for digest in keyring().digests("", ""):
        first = digest[:1] + low
        spans.append(and_(column >= first, column <= first + b"\xff" * 28))
    within = or_(*spans)
    edges = [select(column).where(within).order_by(order).limit(1) for order in (column.asc(), column.desc())]
    least, most = db.session.execute(select(*(edge.scalar_subquery() for edge in edges))).one()
    if least is not None and least == most:
        return column == least
    return within
