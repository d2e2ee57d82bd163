"""Jobs of receipts and statements. Their arguments are ids, and each can run twice without harm."""

from datetime import timedelta

import procrastinate

from app.kernel import clock, jobs, mail, switches
from app.kernel.db import db
from app.people.queries import is_silent

from .. import switch
from . import mails, operations, queries, rules

tasks = procrastinate.Blueprint()

# As for a mail to confirm: a relay may be away for a day.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)
PAUSE = timedelta(minutes=1)
AT_ONCE = 200


@tasks.task(name="mail", queue=jobs.MAIL_QUEUE, retry=RETRY)
def send_receipt(payment_id: int) -> None:
    """Thank for a payment and send its receipt, unless that was done. It waits while the organisation's data are not
    filled in: `sweep` comes back to it.

    The number is committed before the mail goes, so that no other payment can get it. Killed between sending and
    noting, the same mail goes once more, under the same number and Message-ID.
    """
    if _waits(queries.MAIL_TASK, payment_id=payment_id):
        return
    found = queries.receipt(payment_id)
    if found is None or found.sent or found.organisation is None or is_silent(found.address):
        db.session.rollback()
        return
    operations.take_number(payment_id)
    db.session.commit()
    # Asked for after the lock: whoever held it may just have sent it.
    if operations.alone("receipt", payment_id) and (found := queries.receipt(payment_id)) and not found.sent:
        mail.send(mails.receipt_mail(found))
        operations.note_receipt(payment_id, clock.now())
    db.session.commit()


@tasks.task(name="statement", queue=jobs.MAIL_QUEUE, retry=RETRY)
def send_statement(statement_id: int) -> None:
    """Send what somebody gave in a year, unless it went out. It waits as receipts do."""
    if _waits(queries.STATEMENT_TASK, statement_id=statement_id):
        return
    if operations.alone("statement", statement_id):
        found = queries.statement(statement_id)
        if found is None or found.sent or found.organisation is None or is_silent(found.address):
            db.session.rollback()
            return
        if not queries.sent_already(statement_id, found.address):
            mail.send(mails.statement_mail(found, clock.now()))
        operations.note_statement(statement_id, clock.now())
    db.session.commit()


def _waits(task: str, **ids: int) -> bool:
    if not switches.paused("mailing"):
        return False
    jobs.defer(task, jobs.MAIL_QUEUE, clock.now() + PAUSE, **ids)
    db.session.commit()
    return True


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="sweep")
def sweep(timestamp: int) -> None:
    """Send the receipts that waited for the organisation's data, and those whose job was lost."""
    if queries.organisation("en") is None or switches.paused("mailing"):
        db.session.rollback()
        return
    for payment_id in queries.receipts_to_send(AT_ONCE):
        operations.call_for_receipt(payment_id)
    db.session.commit()


@tasks.periodic(cron="13 5 * * *")
@tasks.task(name="statements")
def statements(timestamp: int) -> None:
    """In January, send everybody who gave what they gave in the year before. It runs each day of the year, as the
    worker or the organisation's data may have been missing, and sends nothing twice."""
    year = rules.stated_year(clock.today())
    if year is None or queries.organisation("en") is None:
        db.session.rollback()
        return
    # Once the money is real, nobody wants the statements of tests.
    modes = (True, False) if switch.state() == "test" else (True,)
    while operations.call_for_statements(year, modes, AT_ONCE):
        db.session.commit()
    for statement_id in queries.statements_to_send(year, AT_ONCE):
        jobs.defer(queries.STATEMENT_TASK, jobs.MAIL_QUEUE, priority=jobs.PATIENT, statement_id=statement_id)
    db.session.commit()
