"""What follows from outcomes beyond the delivery's own row: an address that is no good, a domain or mailing that has to
stop, too many errors. Each verb works in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from app.kernel import audit
from app.kernel.db import db
from app.kernel.logs import log
from app.people import operations as people
from app.people.models import Person

from .. import balance
from ..models import Delivery, Mailing
from . import claims, paces, sweep
from .choosing import Claim
from .outcomes import Outcome

# Of a mailing's last answers, so many refusals in all and so great a share of them stop it. However long it went well
# before: after so many answers that were well enough, counting begins anew.
LEAST_ERRORS, MOST_ERRORS = 25, 0.1
LOOKS_AT = 1000
_REASONS = ("no-such-address", "mailbox", "refused", "policy")


def settle(outcomes: Sequence[Outcome], held: Iterable[Claim], now: datetime) -> None:
    """Write down what became of deliveries of these claims, and do what that calls for."""
    claims.settle(outcomes)
    if notable := [outcome for outcome in outcomes if outcome.suppress or outcome.stop]:
        domains, mailings = {}, {}
        for claim in held:
            for parcel in claim.parcels:
                domains[parcel.id], mailings[parcel.id] = parcel.domain, claim.mailing_id
        follow(notable, domains, mailings, now)


def follow(outcomes: Iterable[Outcome], domains: Mapping[int, str], mailings: Mapping[int, int], now: datetime) -> None:
    """Do what these outcomes call for. `domains` and `mailings` are those of the deliveries."""
    for outcome in outcomes:
        if outcome.suppress:
            _suppress(outcome.delivery_id, now)
        if outcome.stop == "domain" and (domain := domains.get(outcome.delivery_id)):
            if paces.stop("domain", domain, outcome.enhanced, outcome.words, now):
                # Its name stands in the sealed row: `flask mobilise status` tells it.
                log.error("mail to a domain stopped", extra={"code": outcome.code, "enhanced": outcome.enhanced})
        elif outcome.stop == "mailing" and pause(mailings.get(outcome.delivery_id), "policy", now):
            log.error("the relay refuses us", extra={"code": outcome.code, "enhanced": outcome.enhanced})


def pause(mailing_id: int | None, why: str, now: datetime) -> bool:
    """Pause a mailing that runs; `why` is errors, complaints or policy. Says whether it did."""
    done = db.session.execute(
        update(Mailing)
        .where(Mailing.id == mailing_id, Mailing.state == "running")
        .values(state="paused", paused_for=why, changed_at=now)
        .returning(Mailing.campaign)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if done is None:
        return False
    audit.record("mailings.pause", f"mailing:{mailing_id}", actor=None, now=now, campaign=done, after={"why": why})
    log.error("mailing paused by itself", extra={"mailing": mailing_id, "why": why})
    return True


def watch(now: datetime) -> list[int]:
    """Pause the mailings that run and were refused too often; their ids."""
    columns = (Mailing.id, Mailing.judged_sent, Mailing.judged_refused)
    runs = db.session.execute(select(*columns).where(Mailing.state == "running")).all()
    sums = balance.of(row.id for row in runs) if runs else {}
    stopped = []
    for mailing_id, sent_before, refused_before in runs:
        sent, errors = answers(sums[mailing_id])
        of_late = sent - sent_before, errors - refused_before
        if too_many(*of_late):
            if pause(mailing_id, "errors", now):
                stopped.append(mailing_id)
        elif sum(of_late) >= LOOKS_AT:
            mine = update(Mailing).where(Mailing.id == mailing_id, Mailing.judged_sent == sent_before)
            values = {"judged_sent": sent, "judged_refused": errors}
            db.session.execute(mine.values(**values).execution_options(synchronize_session=False))
    return stopped


def answers(found: balance.Balance) -> tuple[int, int]:
    """How many of a mailing's messages were taken, and how many refused."""
    return found.sent, sum(number for reason, number in found.failed.items() if reason in _REASONS)


def tidy(now: datetime) -> None:
    """What every worker does now and then, in the caller's transaction: settle what dead ones left, pause what is
    refused too often, finish what is done, keep the movements of the balance few."""
    sweep.leases()
    watch(now)
    sweep.finish(now)
    balance.compact()


def too_many(sent: int, errors: int) -> bool:
    """Whether so many refusals beside so many that were taken mean that something is wrong. Pure."""
    return errors >= LEAST_ERRORS and errors > MOST_ERRORS * (sent + errors)


def uncertain(mailing_ids: Iterable[int] | None = None) -> dict[int, list[int]]:
    """The deliveries of which nobody can say whether they were handed over, by mailing."""
    statement = select(Delivery.mailing_id, func.array_agg(Delivery.id)).where(Delivery.state == "uncertain")
    if mailing_ids is None:
        mailing_ids = db.session.scalars(select(Mailing.id).where(Mailing.frozen_at.is_not(None)))
    statement = statement.where(Delivery.mailing_id.in_(list(mailing_ids))).group_by(Delivery.mailing_id)
    return {row[0]: sorted(row[1]) for row in db.session.execute(statement)}


def _suppress(delivery_id: int, now: datetime) -> None:
    digest = db.session.scalar(
        select(Person.email_digest).join(Delivery, Delivery.contact_id == Person.id).where(Delivery.id == delivery_id)
    )
    if digest is not None:
        people.suppress(digest, "bounced", now)
        found = update(Delivery).where(Delivery.id == delivery_id, Delivery.bounced_at.is_(None))
        db.session.execute(found.values(bounced_at=now).execution_options(synchronize_session=False))
