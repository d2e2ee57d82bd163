"""What is written down of receipts and statements. Each verb works in the caller's transaction."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import jobs
from app.kernel.db import db
from app.people.queries import silent_digests

from .. import booking
from ..models import Gift, Payment, Statement
from . import queries, rules

# Two jobs for one mail: the one that comes second leaves it to the first.
_AT_WORK = text("SELECT pg_try_advisory_xact_lock(hashtext(:what), :id)")
_IN_TURN = text("SELECT pg_advisory_xact_lock(hashtext('donations.receipt-number'), :year)")
_ADVISORY_IDS = 2**31
# Somebody who asks for a statement again gets it again, once a day.
AGAIN = timedelta(days=1)


def alone(what: str, id: int) -> bool:
    """Whether nobody else is at this mail until the transaction's end."""
    return db.session.scalar(_AT_WORK, {"what": f"donations.{what}", "id": id % _ADVISORY_IDS})


def take_number(payment_id: int) -> None:
    """Give a payment that arrived the next receipt number of its year, unless it has one. Whoever comes at the same
    time waits, and what is rolled back leaves no gap. Money of tests is counted by itself."""
    paid_at, livemode, number = db.session.execute(
        select(Payment.paid_at, Payment.livemode, Payment.receipt_number).where(Payment.id == payment_id)
    ).one()
    if number is not None:
        return
    year = rules.year_of(paid_at)
    db.session.execute(_IN_TURN, {"year": year if livemode else -year})
    of_year = (Payment.livemode == livemode) & (Payment.receipt_year == year)
    last = db.session.scalar(select(func.max(Payment.receipt_number)).where(of_year))
    mine = update(Payment).where(Payment.id == payment_id, Payment.receipt_number.is_(None))
    db.session.execute(mine.values(receipt_year=year, receipt_number=(last or 0) + 1))


def note_receipt(payment_id: int, now: datetime) -> None:
    """Note that a receipt went out."""
    db.session.execute(update(Payment).where(Payment.id == payment_id).values(receipt_sent_at=now))


def note_statement(statement_id: int, now: datetime) -> None:
    """Note that a statement went out."""
    db.session.execute(update(Statement).where(Statement.id == statement_id).values(sent_at=now))


def call_for_receipt(payment_id: int) -> None:
    """Have the receipt of a payment mailed. However often that is called for, it goes once."""
    jobs.defer(queries.MAIL_TASK, jobs.MAIL_QUEUE, payment_id=payment_id)


def call_for_statements(year: int, modes: tuple[bool, ...], limit: int) -> int:
    """Write down, and have mailed, the statements of a year that nobody has called for yet. Returns how many of this
    batch; nought when there is none left."""
    first, end = rules.span(year)
    given = (
        select(Gift.donor_digest, Payment.livemode)
        .join(Payment, Payment.gift_id == Gift.id)
        .where(
            Payment.paid_at >= first,
            Payment.paid_at < end,
            Payment.minor > Payment.refunded + Payment.disputed,
            Payment.livemode.in_(modes),
            Gift.donor_email.is_not(None),
            Gift.donor_digest.not_in(silent_digests()),
            ~select(Statement.id)
            .where(
                Statement.year == year,
                Statement.livemode == Payment.livemode,
                Statement.donor_digest == Gift.donor_digest,
            )
            .exists(),
        )
        .distinct()
        .limit(limit)
    )
    rows = [{"year": year, "livemode": live, "donor_digest": digest} for digest, live in db.session.execute(given)]
    if not rows:
        return 0
    made = insert(Statement).values(rows).on_conflict_do_nothing().returning(Statement.id)
    for statement_id in db.session.scalars(made).all():
        jobs.defer(queries.STATEMENT_TASK, jobs.MAIL_QUEUE, priority=jobs.PATIENT, statement_id=statement_id)
    return len(rows)


def ask_for_statement(payment_id: int, now: datetime) -> bool:
    """Have the statement of the year of a payment mailed to its donor, again if it went out a day ago or longer. False
    where the year is not over, so that it would not be whole."""
    donor, livemode, paid_at = db.session.execute(
        select(Gift.donor_digest, Payment.livemode, Payment.paid_at)
        .join(Payment, Payment.gift_id == Gift.id)
        .where(Payment.id == payment_id)
    ).one()
    year = rules.year_of(paid_at)
    if donor is None or year >= rules.year_of(now):
        return False
    asked = insert(Statement).values(year=year, livemode=livemode, donor_digest=donor)
    anew = asked.on_conflict_do_update(
        index_elements=["livemode", "year", "donor_digest"],
        set_={"sent_at": None},
        where=Statement.sent_at <= now - AGAIN,
    )
    statement_id = db.session.scalar(anew.returning(Statement.id))
    if statement_id is not None:
        jobs.defer(queries.STATEMENT_TASK, jobs.MAIL_QUEUE, statement_id=statement_id)
    return True


def register() -> None:
    """Have the receipt of each payment called for in the transaction that writes that it arrived."""
    booking.register_follower(_arrived)


def _arrived(payment_ids: list[int], now: datetime) -> None:
    for payment_id in payment_ids:
        call_for_receipt(payment_id)
