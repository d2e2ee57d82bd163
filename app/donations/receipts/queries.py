"""What receipts and statements read of the books."""

from datetime import UTC

from sqlalchemy import Select, literal_column, or_, select, text
from sqlalchemy.orm import aliased

from app.campaigns import queries as campaigns
from app.kernel import i18n
from app.kernel.db import db
from app.people import holdings
from app.people.operations import email_digests
from app.people.queries import silent_digests

from ..models import Gift, Payment, Recipient, Statement
from ..money import Money
from . import records, rules

MAIL_TASK, STATEMENT_TASK = "receipts:mail", "receipts:statement"
_SHOWN = (
    *(Payment.id, Payment.minor, Payment.currency, Payment.refunded, Payment.disputed, Payment.paid_at),
    *(Payment.livemode, Payment.receipt_year, Payment.receipt_number, Payment.receipt_sent_at),
    *(Gift.campaign, Gift.interval, Gift.language, Gift.person_id, Gift.donor_name, Gift.donor_email),
)


def organisation(language: str) -> records.Organisation | None:
    """Who the money is for, with what the law wants said in this language, else in English; None: the desk has not
    said it yet."""
    row = db.session.get(Recipient, 1)
    if row is None:
        return None
    words = row.tax.get(language) or row.tax.get(i18n.FALLBACK, "")
    return records.Organisation(row.name, row.address, row.register, row.reply_to, words)


def receipt(payment_id: int, language: str | None = None) -> records.Receipt | None:
    """The receipt of a payment that arrived, in its donor's language or another; None where there is none to give: it
    did not arrive, is of no gift of ours, or nobody knows any longer whose it is."""
    row = db.session.execute(payments().where(Payment.id == payment_id)).one_or_none()
    if row is None or row.donor_email is None:
        return None
    if not rules.owed(row.minor, row.refunded, row.disputed, row.receipt_number is not None):
        return None
    language = language or row.language
    return records.Receipt(
        payment_id=row.id,
        address=row.donor_email,
        language=language,
        name=row.donor_name,
        livemode=row.livemode,
        discreet=holdings.is_known_discreet(row.person_id),
        sent=row.receipt_sent_at is not None,
        line=_line(row, dict(campaigns.names(language))),
        organisation=organisation(language),
    )


def statement(statement_id: int, language: str | None = None) -> records.Statement | None:
    """What somebody gave in the year of a statement, as it stands at this moment; None where nobody knows any longer
    who they are, or nothing was left of what they gave."""
    row = db.session.get(Statement, statement_id)
    if row is None:
        return None
    latest = (
        select(Gift.donor_email)
        .where(Gift.donor_digest == row.donor_digest, Gift.donor_email.is_not(None))
        .order_by(Gift.id.desc())
        .limit(1)
    )
    address = db.session.scalar(latest)
    if address is None:
        return None
    first, end = rules.span(row.year)
    given = payments().where(
        Gift.donor_digest.in_(email_digests(address)),
        Payment.livemode == row.livemode,
        Payment.paid_at >= first,
        Payment.paid_at < end,
    )
    found = db.session.execute(given.order_by(Payment.paid_at, Payment.id)).all()
    if not any(rules.left(one.minor, one.refunded, one.disputed) for one in found):
        return None
    last = found[-1]
    language = language or last.language
    titles = dict(campaigns.names(language))
    return records.Statement(
        id=row.id,
        year=row.year,
        address=address,
        language=language,
        name=next((one.donor_name for one in reversed(found) if one.donor_name), None),
        livemode=row.livemode,
        discreet=any(holdings.is_known_discreet(one) for one in {one.person_id for one in found}),
        sent=row.sent_at is not None,
        lines=tuple(_line(one, titles) for one in found),
        organisation=organisation(language),
    )


def sent_already(statement_id: int, address: str) -> bool:
    """Whether a statement of the same year went to this address under another digest of it, as keys are exchanged."""
    mine, other = aliased(Statement), aliased(Statement)
    twin = (
        select(other.id)
        .join(mine, (other.year == mine.year) & (other.livemode == mine.livemode) & (other.id != mine.id))
        .where(mine.id == statement_id, other.sent_at.is_not(None), other.donor_digest.in_(email_digests(address)))
    )
    return db.session.scalar(twin.limit(1)) is not None


def receipts_to_send(limit: int) -> list[int]:
    """Payments whose receipt has not gone out and that no job is at: what waited for the organisation's data, and what
    a job lost. None of a donor who gets no mail."""
    waits = (
        select(Payment.id)
        .join(Gift, Gift.id == Payment.gift_id)
        .where(
            Payment.receipt_sent_at.is_(None),
            Payment.paid_at.is_not(None),
            Payment.gift_id.is_not(None),
            Gift.donor_email.is_not(None),
            or_(Payment.receipt_number.is_not(None), Payment.minor > Payment.refunded + Payment.disputed),
            Gift.donor_digest.not_in(silent_digests()),
            ~_at_work(MAIL_TASK, "payment_id", "donations_payment.id"),
        )
    )
    return list(db.session.scalars(waits.order_by(Payment.id).limit(limit)))


def statements_to_send(year: int, limit: int) -> list[int]:
    """Statements of a year that were called for, have not gone out, and that no job is at."""
    waits = select(Statement.id).where(
        Statement.year == year,
        Statement.sent_at.is_(None),
        Statement.donor_digest.not_in(silent_digests()),
        ~_at_work(STATEMENT_TASK, "statement_id", "donations_statement.id"),
    )
    return list(db.session.scalars(waits.order_by(Statement.id).limit(limit)))


def payments() -> Select:
    """Payments that arrived and are of gifts of ours, with all that receipts say of them and of their donor."""
    return select(*_SHOWN).join(Gift, Gift.id == Payment.gift_id).where(Payment.paid_at.is_not(None))


def _line(row, titles: dict[str, str]) -> records.Line:
    off = min(row.refunded + row.disputed, row.minor)
    numbered = row.receipt_number is not None
    return records.Line(
        number=rules.called(row.receipt_year, row.receipt_number, row.livemode) if numbered else None,
        day=row.paid_at.astimezone(UTC).date(),
        campaign=row.campaign,
        purpose=titles.get(row.campaign, row.campaign),
        given=Money(row.minor, row.currency),
        off=Money(off, row.currency),
        monthly=row.interval == "monthly",
    )


def _at_work(task: str, name: str, column: str):
    """Whether a job of this task waits or runs for the row in which `column` is."""
    return (
        select(literal_column("1"))
        .select_from(text("procrastinate_jobs AS job"))
        .where(
            text("job.status IN ('todo', 'doing')"),
            literal_column("job.task_name") == task,
            literal_column(f"(job.args ->> '{name}')::bigint") == literal_column(column),
        )
        .exists()
    )
