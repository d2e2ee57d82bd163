"""Pure: what one balance transaction of Stripe becomes in the ledger. No Flask, no database."""

from collections.abc import Mapping
from datetime import datetime

from . import money, rules

_REFUNDS = frozenset({"refund", "refund_failure", "payment_refund", "payment_failure_refund", "payment_reversal"})
_FEES = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee", "application_fee", "application_fee_refund"})
_PAYOUTS = frozenset({"payout", "payout_cancel", "payout_failure"})
_DISPUTES = frozenset({"dispute", "dispute_reversal"})


def kind_of(transaction: Mapping) -> str:
    """The kind of its line. Disputes are `adjustment`s that only their reporting category tells from others."""
    type_ = transaction["type"]
    source = transaction.get("source")
    disputed = isinstance(source, Mapping) and source.get("object") == "dispute"
    if disputed or transaction.get("reporting_category") in _DISPUTES:
        return "dispute"
    if type_ in ("charge", "payment") and transaction["amount"] > 0:
        return "gift"
    for kind, types in (("refund", _REFUNDS), ("fee", _FEES), ("payout", _PAYOUTS)):
        if type_ in types:
            return kind
    return "adjustment"


def charge_of(transaction: Mapping) -> str | None:
    """The id of the charge that a balance transaction is about; None for payouts and the like."""
    source = transaction.get("source")
    if isinstance(source, Mapping):
        return source["id"] if source.get("object") == "charge" else rules.id_of(source.get("charge"))
    return source if isinstance(source, str) and source.startswith(("ch_", "py_")) else None


def moves_money(charge: Mapping) -> bool:
    """Whether a charge is in Stripe's books, or is paid: one that was only tried is no payment."""
    return charge["status"] == "succeeded" or charge.get("balance_transaction") is not None


def payment_of(charge: Mapping, gift_id: int | None) -> dict:
    """A row of donations_payment."""
    given = money.from_stripe(charge["amount"], charge["currency"])
    made = rules.moment(charge["created"])
    return {
        "gift_id": gift_id,
        "charge": charge["id"],
        "minor": given.minor,
        "currency": given.currency,
        "livemode": charge["livemode"],
        "paid_at": made if charge["status"] == "succeeded" else None,
        "created_at": made,
    }


def of_transaction(transaction: Mapping, place, livemode: bool, now: datetime) -> list[dict]:
    """The rows of donations_entry for a balance transaction: its own, and its fee's where it has one. `place` says
    which payment and campaign it belongs to, or is None."""
    settled = money.from_stripe(transaction["amount"], transaction["currency"])
    given = _given(transaction, settled)
    source = transaction.get("source")
    common = {
        "source": "stripe",
        "source_id": transaction["id"],
        "about": rules.id_of(source),
        "livemode": livemode,
        "campaign": place.campaign if place else None,
        "payment_id": place.payment_id if place else None,
        "happened_at": rules.moment(transaction["created"]),
        "booked_at": now,
    }
    kind = kind_of(transaction)
    rate = transaction.get("exchange_rate") if given.currency != settled.currency else None
    rows = [_row(common, kind, given, settled, rate)]
    if transaction["fee"]:
        fee = -money.from_stripe(transaction["fee"], transaction["currency"])
        if kind == "fee":
            both = settled + fee
            return [_row(common, kind, both, both, None)]
        rows.append(_row(common, "fee", fee, fee, None))
    return rows


def _row(common: Mapping, kind: str, given: money.Money, settled: money.Money, rate) -> dict:
    return {
        **common,
        "kind": kind,
        "minor": given.minor,
        "currency": given.currency,
        "settled_minor": settled.minor,
        "settled_currency": settled.currency,
        "rate": rate,
    }


def _given(transaction: Mapping, settled: money.Money) -> money.Money:
    """The amount in the currency of what it is about, with the sign of what it does to the balance."""
    source = transaction.get("source")
    if not isinstance(source, Mapping) or source.get("object") not in ("charge", "refund", "dispute"):
        return settled
    told = money.from_stripe(source["amount"], source["currency"])
    if told.currency == settled.currency:
        return settled
    return told if settled.minor >= 0 else -told
