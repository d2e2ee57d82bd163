"""Giving money back, and ending a monthly gift. What is to be given back is written down before Stripe is asked, under
the key of the press: pressed twice, tried again or killed in between, it goes once, and is lost never."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select

from app.kernel import audit, jobs
from app.kernel.db import db

from .. import gateway, intake, money, rules, switch
from ..models import Gift, Payment, Refund
from ..money import Money
from . import gifts

TASK, TELL_TASK = "refunds:send", "refunds:tell"
# The page that asked has called Stripe by then; else the job does.
SOON = timedelta(minutes=1)
# Stripe forgets a key after a day. An older refund is looked for before it is asked for again.
KEY_LASTS = timedelta(hours=20)
# https://docs.stripe.com/refunds#failed-refunds: a bank may take up to 30 days to send money back.
FOLLOWED = timedelta(days=40)


class Refused(ValueError):
    """It is not done: `why` is off, unpaid, disputed, much, thousandths, ended, or `code` Stripe's own word."""

    def __init__(self, why: str, code: str | None = None):
        super().__init__(why)
        self.why, self.code = why, code


def checked(found: gifts.Paid, minor: int) -> None:
    """Whether so much of a payment can be given back. Raises Refused."""
    payment = found.payment
    if not switch.on() or payment.livemode != switch.livemode():
        raise Refused("off")
    if payment.paid_at is None:
        raise Refused("unpaid")
    if payment.dispute in ("open", "lost"):
        raise Refused("disputed")
    if not 0 < minor <= found.left:
        raise Refused("much")
    try:
        money.to_stripe(Money(minor, payment.currency))
    except money.NotMoney:
        raise Refused("thousandths") from None


def ask(payment_id: int, minor: int, reason: str, key: uuid.UUID, *, actor: int, now: datetime) -> Refund:
    """Write down that so much of a payment is to be given back; the same row for the same press. Commit, then `send`.

    Two at once wait for each other at the payment, so that never more goes than is left. Raises Refused.
    """
    db.session.execute(select(Payment.id).where(Payment.id == payment_id).with_for_update())
    db.session.expire_all()
    before = db.session.scalar(select(Refund).where(Refund.key == key))
    if before is not None:
        if before.payment_id != payment_id:
            raise Refused("much")
        return before
    found = gifts.paid(Payment.id == payment_id)[0]
    checked(found, minor)
    refund = Refund(payment_id=payment_id, key=key, minor=minor, reason=reason, staff_id=actor, asked_at=now)
    db.session.add(refund)
    db.session.flush()
    _record("gifts.refund", found.payment, refund, actor, now)
    jobs.defer(TASK, at=now + SOON, refund_id=refund.id)
    return refund


def again(refund: Refund, *, actor: int, now: datetime) -> None:
    """Have Stripe be asked once more for a refund that it has not answered. Commit, then `send`."""
    _record("gifts.refund-again", db.session.get(Payment, refund.payment_id), refund, actor, now)


def _record(action: str, payment: Payment, refund: Refund, actor: int, now: datetime) -> None:
    audit.record(
        action,
        f"gift:{payment.gift_id}" if payment.gift_id else f"payment:{payment.id}",
        actor=actor,
        now=now,
        campaign=db.session.scalar(select(Gift.campaign).where(Gift.id == payment.gift_id)),
        after={"payment": payment.id, "minor": refund.minor, "currency": payment.currency, "refund": refund.id},
        reason=refund.reason or None,
    )


def send(refund_id: int, now: datetime) -> str:
    """Ask Stripe for a refund that is written down, and write down what it said: the state it is in then. Commits. What
    the books have of it comes by Stripe's events. Raises gateway.Away, and it waits."""
    refund = db.session.get(Refund, refund_id)
    if refund.state == "taken":
        return follow(refund_id)
    if refund.state != "asked":
        return refund.state
    payment = db.session.get(Payment, refund.payment_id)
    charge, minor, currency, key = payment.charge, refund.minor, payment.currency, str(refund.key)
    old = now - refund.asked_at > KEY_LASTS
    # No transaction is open while Stripe is asked.
    db.session.commit()
    code = told = None
    try:
        told = (_there(charge, key) if old else None) or gateway.refund(charge, minor, currency, key)
    except gateway.Refused as error:
        code = error.code
    refund = db.session.get(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund.state == "asked":
        refund.state, refund.refused = ("refused", code) if told is None else ("taken", None)
        refund.refund = told["id"] if told else None
        if told is not None:
            jobs.defer(TELL_TASK, jobs.MAIL_QUEUE, refund_id=refund_id)
    state = refund.state
    db.session.commit()
    return state


def follow(refund_id: int) -> str:
    """Ask Stripe what became of a refund that it took: a bank may refuse it weeks later, and it counts no more then.
    The state it is in. Commits. Raises gateway.Away and gateway.Refused."""
    number = db.session.get(Refund, refund_id).refund
    db.session.commit()
    told = gateway.refund_now(number)
    refund = db.session.get(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund.state == "taken" and told["status"] in ("failed", "canceled"):
        refund.state, refund.refused = "refused", told.get("failure_reason") or told["status"]
    state = refund.state
    db.session.commit()
    return state


def to_follow(now: datetime) -> list[int]:
    """The refunds that Stripe took lately."""
    lately = (Refund.state == "taken", Refund.asked_at > now - FOLLOWED)
    return list(db.session.scalars(select(Refund.id).where(*lately).order_by(Refund.id)))


def _there(charge: str, key: str) -> dict | None:
    return next((one for one in gateway.refunds_of(charge) if (one.get("metadata") or {}).get("key") == key), None)


def end_monthly(campaign: str, gift_id: int, reason: str, *, actor: int, now: datetime) -> None:
    """End a monthly gift at Stripe and here. Commits. Asked twice it ends once. Raises Refused, and gateway.Away, and
    nothing has changed then that asking again would not do."""
    which = select(Gift.subscription, Gift.monthly_state, Gift.livemode).where(
        Gift.id == gift_id, Gift.campaign == campaign
    )
    subscription, state, livemode = db.session.execute(which).one()
    if not switch.on() or livemode != switch.livemode():
        raise Refused("off")
    if subscription is None or state in (None, "cancelled"):
        raise Refused("ended")
    db.session.commit()
    try:
        told = gateway.cancel(subscription)
    except gateway.Refused as error:
        raise Refused("stripe", error.code) from error
    gift = db.session.get(Gift, gift_id, with_for_update=True, populate_existing=True)
    intake.set_monthly(gift, rules.monthly(told), told, now)
    after = {"monthly_state": gift.monthly_state}
    audit.record(
        "gifts.cancel",
        f"gift:{gift_id}",
        actor=actor,
        now=now,
        campaign=campaign,
        before={"monthly_state": state},
        after=after,
        reason=reason or None,
    )
    db.session.commit()


def by_key(key: uuid.UUID) -> Refund | None:
    """The refund of a press; None when it was not pressed before."""
    return db.session.scalar(select(Refund).where(Refund.key == key))
