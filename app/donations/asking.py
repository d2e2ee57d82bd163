"""What Stripe says of what an event told: whole charges, and the balance transactions of whatever moved."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import gateway, rules


@dataclass
class Found:
    """What Stripe says of something: whole charges, and balance transactions with their `source`."""

    charges: dict[str, dict] = field(default_factory=dict)
    transactions: dict[str, dict] = field(default_factory=dict)
    disputes: dict[str, dict] = field(default_factory=dict)

    def add(self, source: Mapping) -> None:
        """Take what a Charge, Refund, Dispute or Payout says, with its balance transactions expanded."""
        kind = source["object"]
        if kind == "charge":
            self.charges[source["id"]] = source
        if kind == "dispute":
            self.disputes[source["id"]] = source
        said = [source.get("balance_transaction"), source.get("failure_balance_transaction")]
        for transaction in (*said, *(source.get("balance_transactions") or ())):
            if isinstance(transaction, Mapping):
                self.transactions[transaction["id"]] = {**transaction, "source": source}


def ask(event_type: str, about: str, found: Found) -> str | None:
    """Fill `found` with what Stripe says of an event's object; the id of a subscription to look at, too."""
    if event_type.startswith("checkout.session."):
        session = gateway.session(about)
        if intent := rules.id_of(session.get("payment_intent")):
            _charge_of_intent(intent, found)
        if invoice := rules.id_of(session.get("invoice")):
            _charges_of_invoice(invoice, found)
        return rules.id_of(session.get("subscription"))
    if event_type.startswith("invoice."):
        _charges_of_invoice(about, found)
        return rules.subscription_of(gateway.invoice(about))
    if event_type.startswith("charge.dispute."):
        found.add(gateway.dispute(about))
    elif event_type.startswith(("refund.", "charge.refund.")):
        found.add(gateway.refund_now(about))
    elif event_type.startswith("payment_intent."):
        _charge_of_intent(about, found)
    elif event_type.startswith("payout."):
        found.add(gateway.payout(about))
    else:
        _whole_charge(gateway.charge(about), found)
    return None


def _whole_charge(charge: dict, found: Found) -> None:
    found.add(charge)
    if charge.get("amount_refunded"):
        for refund in gateway.refunds_of(charge["id"]):
            found.add(refund)


def _charge_of_intent(intent_id: str, found: Found) -> None:
    charge = gateway.payment_intent(intent_id).get("latest_charge")
    if isinstance(charge, Mapping):
        _whole_charge(charge, found)


def _charges_of_invoice(invoice_id: str, found: Found) -> None:
    for paid in gateway.payments_of_invoice(invoice_id):
        payment = paid["payment"]
        if intent := rules.id_of(payment.get("payment_intent")):
            _charge_of_intent(intent, found)
        elif charge := rules.id_of(payment.get("charge")):
            _whole_charge(gateway.charge(charge), found)
