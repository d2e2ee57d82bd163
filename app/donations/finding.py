"""Whose gift a charge is, and the charges that are missing to say so."""

import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from app.kernel.db import db

from . import gateway, lines, rules
from .models import Gift, Payment


def complete(found) -> None:
    """Ask Stripe for the charges that balance transactions and disputes speak of and nobody has told. Raises
    gateway.Away."""
    told = {lines.charge_of(transaction) for transaction in found.transactions.values()}
    # An inquiry moves no money, and may be told of before its charge is.
    wanted = told | {rules.id_of(dispute["charge"]) for dispute in found.disputes.values()}
    wanted -= {None, *found.charges}
    if not wanted:
        return
    known = set(db.session.scalars(select(Payment.charge).where(Payment.charge.in_(sorted(wanted)))))
    db.session.commit()
    for charge_id in sorted(wanted - known):
        found.add(gateway.charge(charge_id))


def gifts_of(charges: Iterable[Mapping]) -> dict[str, int]:
    """The ids of our gifts by charge: by what we told Stripe with the call, by PaymentIntent or customer, else by the
    Checkout Session that Stripe finds. A charge that is none of ours is not in it. Raises gateway.Away."""
    money = {charge["id"]: charge for charge in charges if lines.moves_money(charge)}
    if not money:
        return {}
    keys = {id_: key for id_, charge in money.items() if (key := _key((charge.get("metadata") or {}).get("gift")))}
    intents = {id_: intent for id_, charge in money.items() if (intent := rules.id_of(charge.get("payment_intent")))}
    customers = {id_: whose for id_, charge in money.items() if (whose := rules.id_of(charge.get("customer")))}
    told = dict(
        db.session.execute(select(Payment.charge, Payment.gift_id).where(Payment.charge.in_(list(money)))).all()
    )
    found = {id_: gift_id for id_, gift_id in told.items() if gift_id is not None}
    for column, values in ((Gift.key, keys), (Gift.payment_intent, intents), (Gift.customer, customers)):
        open_ = {id_: value for id_, value in values.items() if id_ not in found}
        by_value = _ids(column, open_.values())
        found |= {id_: by_value[value] for id_, value in open_.items() if value in by_value}
    lost = [id_ for id_ in money if id_ not in found and id_ not in told]
    if lost:
        db.session.commit()
        sessions = {id_: _sessions(intents.get(id_), customers.get(id_)) for id_ in lost}
        by_key = _ids(Gift.key, [key for key in sessions.values() if key])
        found |= {id_: by_key[key] for id_, key in sessions.items() if key in by_key}
    return found


def _ids(column, values) -> dict:
    values = list(values)
    if not values:
        return {}
    return dict(db.session.execute(select(column, Gift.id).where(column.in_(values)).order_by(Gift.id.desc())).all())


def _sessions(intent: str | None, customer: str | None) -> uuid.UUID | None:
    for name, value in (("payment_intent", intent), ("customer", customer)):
        for session in gateway.sessions_of(**{name: value}) if value else ():
            if key := _key(session.get("client_reference_id")):
                return key
    return None


def _key(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
