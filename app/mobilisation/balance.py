"""The balance of a mailing: every recipient stands in exactly one of its sums, at every moment.

A trigger writes each movement of a delivery in the transaction that moves it (engine/models.Movement), so the sums of
the movements are those of the deliveries, whoever moved them, and cost no count of a million rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select, text

from app.kernel.db import db

from .engine.models import Movement
from .models import Mailing

# Compacted under a lock of their own, so that two that do it at once take nothing twice.
_COMPACT = text(
    "WITH old AS ("
    " DELETE FROM mobilisation_movement m USING"
    "  (SELECT id FROM mobilisation_movement ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED) f"
    " WHERE m.id = f.id RETURNING m.mailing_id, m.state, m.reason, m.number)"
    " INSERT INTO mobilisation_movement (mailing_id, state, reason, number)"
    " SELECT mailing_id, state, reason, sum(number) FROM old GROUP BY 1, 2, 3 HAVING sum(number) <> 0"
)
_MANY = text("SELECT id FROM mobilisation_movement ORDER BY id LIMIT 1 OFFSET :number")


@dataclass(frozen=True)
class Balance:
    """Where the recipients of a mailing stand. `queued` holds those that a worker has in its hands; `excluded` and
    `failed` are by reason."""

    audience: int = 0
    queued: int = 0
    sent: int = 0
    uncertain: int = 0
    cancelled: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    excluded: dict[str, int] = field(default_factory=dict)

    @property
    def sum(self) -> int:
        """What all its parts are together."""
        apart = sum(self.failed.values()) + sum(self.excluded.values())
        return self.queued + self.sent + self.uncertain + self.cancelled + apart

    @property
    def holds(self) -> bool:
        """Whether the parts are the whole."""
        return self.sum == self.audience


def of(mailing_ids: Iterable[int]) -> dict[int, Balance]:
    """The balances of mailings, by id. Two queries in one snapshot each; a plan that is not frozen has an empty one."""
    wanted = list(mailing_ids)
    # One statement, so that audience and parts are of one moment.
    rows = db.session.execute(
        select(Mailing.id, Mailing.audience, Movement.state, Movement.reason, func.sum(Movement.number))
        .outerjoin(Movement, Movement.mailing_id == Mailing.id)
        .where(Mailing.id.in_(wanted))
        .group_by(Mailing.id, Mailing.audience, Movement.state, Movement.reason)
    )
    audiences, parts = {}, {number: [] for number in wanted}
    for mailing, audience, state, reason, number in rows:
        audiences[mailing] = audience
        if number:
            parts[mailing].append(("queued" if state == "sending" else state, reason, int(number)))
    return {mailing: counted(audiences.get(mailing), part) for mailing, part in parts.items()}


def counted(audience: int | None, rows: Iterable) -> Balance:
    """The same of deliveries counted by state and reason (their number last in a row), so that what stands beside it is
    of the very same moment. Pure."""
    parts: dict = {"failed": {}, "excluded": {}}
    for state, reason, *_rest, number in rows:
        if state in ("failed", "excluded"):
            parts[state][reason] = parts[state].get(reason, 0) + number
        else:
            parts[state] = parts.get(state, 0) + number
    return Balance(audience or 0, **parts)


def compact(most: int = 200, batch: int = 20_000) -> bool:
    """Put the movements of many changes into one row per sum, where more than `most` wait. Says whether it did."""
    if db.session.execute(_MANY, {"number": most}).first() is None:
        return False
    db.session.execute(_COMPACT, {"batch": batch})
    return True
