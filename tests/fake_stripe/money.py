"""Moves of money that stand behind everything: payment intents, charges, refunds, disputes, payouts, fees."""

from .store import DISPUTE_FEE, Store, places

ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
CARD = {"brand": "visa", "country": "US", "exp_month": 12, "exp_year": 2034, "funding": "credit", "last4": "4242",
        "network": "visa", "wallet": None}  # fmt: skip
DECLINED = {"code": "card_declined", "decline_code": "generic_decline", "message": "Your card was declined.",
            "type": "card_error"}  # fmt: skip
METHODS = {"card": CARD, "sepa_debit": {"bank_code": "37040044", "country": "DE", "last4": "3000"}}


def id_of(thing) -> str:
    """The id of an object, or an id as it is."""
    return thing["id"] if isinstance(thing, dict) else thing


class Money(Store):
    """The store, with the verbs that move money. Each takes an object or its id, and returns what it made."""

    def one(self, thing) -> dict:
        """The object itself."""
        return self.objects[id_of(thing)]

    # -- payment intents and charges

    def intend(self, amount: int, currency: str, customer=None, metadata=None, description=None) -> dict:
        """A payment intent that has no charge yet."""
        made = self.put(
            "pi", "payment_intent", amount=amount, amount_capturable=0, amount_received=0, application=None,
            application_fee_amount=None, canceled_at=None, cancellation_reason=None,
            capture_method="automatic_async", client_secret=None, confirmation_method="automatic", currency=currency,
            customer=customer, description=description, last_payment_error=None, latest_charge=None,
            metadata=dict(metadata or {}), next_action=None, on_behalf_of=None, payment_method=None,
            payment_method_options={}, payment_method_types=["card"], processing=None, receipt_email=None,
            review=None, setup_future_usage=None, shipping=None, statement_descriptor=None,
            status="requires_payment_method", transfer_data=None, transfer_group=None,
        )  # fmt: skip
        self.emit("payment_intent.created", made)
        return made

    def charge(self, intent, status: str, email: str | None, name: str | None, method: str = "card",
               country: str | None = None) -> dict:  # fmt: skip
        """Try to take an intent's money: `succeeded`, `pending` or `failed`. Its balance transaction comes later."""
        intent = self.one(intent)
        fails = status == "failed"
        made = self.put(
            "ch" if method == "card" else "py", "charge", amount=intent["amount"],
            amount_captured=0 if fails else intent["amount"], amount_refunded=0, application=None,
            application_fee=None, application_fee_amount=None, balance_transaction=None,
            billing_details={"address": {**ADDRESS, "country": country}, "email": email, "name": name, "phone": None,
                             "tax_id": None},
            calculated_statement_descriptor="PLENARY TEST", captured=not fails, currency=intent["currency"],
            customer=intent["customer"], description=intent["description"], disputed=False,
            failure_balance_transaction=None, failure_code=DECLINED["code"] if fails else None,
            failure_message=DECLINED["message"] if fails else None, fraud_details={},
            metadata=dict(intent["metadata"]), on_behalf_of=None,
            outcome={"network_status": "declined_by_network" if fails else "approved_by_network", "reason": None,
                     "risk_level": "normal", "seller_message": None, "type": "issuer_declined" if fails else
                     "authorized"},
            paid=not fails and status == "succeeded", payment_intent=intent["id"], payment_method=self.new_id("pm"),
            payment_method_details={"type": method, method: dict(METHODS[method])}, receipt_email=None,
            receipt_number=None, receipt_url=None, refunded=False, review=None, shipping=None, source_transfer=None,
            statement_descriptor=None, statement_descriptor_suffix=None, status=status, transfer_data=None,
            transfer_group=None,
        )  # fmt: skip
        intent["latest_charge"] = made["id"]
        intent["payment_method_types"] = [method]
        self.emit(f"charge.{status}", made)
        self._follow(intent, made)
        return made

    def _follow(self, intent: dict, charge: dict) -> None:
        """The intent's state after its charge's."""
        if charge["status"] == "succeeded":
            intent.update(status="succeeded", amount_received=intent["amount"], last_payment_error=None)
            self.emit("payment_intent.succeeded", intent)
        elif charge["status"] == "pending":
            intent["status"] = "processing"
            self.emit("payment_intent.processing", intent)
        else:
            intent.update(status="requires_payment_method", last_payment_error=dict(DECLINED))
            self.emit("payment_intent.payment_failed", intent)

    def decide(self, charge, succeeds: bool) -> dict:
        """A pending charge ends."""
        charge = self.one(charge)
        assert charge["status"] == "pending", charge["status"]
        if succeeds:
            charge.update(status="succeeded", paid=True)
        else:
            if charge["balance_transaction"]:
                taken = self.one(charge["balance_transaction"])
                txn = self.transaction("payment_failure_refund", "charge_failure", charge["id"], -taken["amount"],
                                       taken["currency"], -taken["fee"])  # fmt: skip
                txn["exchange_rate"] = taken["exchange_rate"]
                charge["failure_balance_transaction"] = txn["id"]
            charge.update(status="failed", paid=False, captured=False, amount_captured=0,
                          failure_code="debit_not_authorized", failure_message="It was not authorized.")  # fmt: skip
        self.emit(f"charge.{charge['status']}", charge)
        self._follow(self.one(charge["payment_intent"]), charge)
        return charge

    def settle(self, charge) -> dict:
        """The money of a charge reaches the balance, for some methods while it is pending; the charge's event of that
        is the last one."""
        charge = self.one(charge)
        assert charge["status"] != "failed" and not charge["balance_transaction"], charge
        amount, currency, rate = self.settled(charge["amount"], charge["currency"])
        card = charge["payment_method_details"]["type"] == "card"
        txn = self.transaction("charge" if card else "payment", "charge", charge["id"], amount, currency,
                               self.fee(amount, currency), rate, charge["description"])  # fmt: skip
        charge["balance_transaction"] = txn["id"]
        self.emit("charge.updated", charge, {"balance_transaction": None})
        return txn

    def stray(self, amount: int, currency: str, email: str = "stray@example.org") -> dict:
        """Money that came by no Checkout of ours, such as from the dashboard."""
        charge = self.charge(self.intend(amount, currency, description="Not ours"), "succeeded", email, "Nobody")
        self.settle(charge)
        return charge

    # -- refunds

    def refund(self, charge, amount: int | None = None, reason: str | None = None, metadata=None,
               pending: bool = False) -> dict:  # fmt: skip
        """Give money back; `pending`: the balance does not move before `move_refund`."""
        charge = self.one(charge)
        left = charge["amount"] - charge["amount_refunded"]
        amount = left if amount is None else amount
        assert 0 < amount <= left and charge["status"] == "succeeded", (amount, left)
        made = self.put(
            "re", "refund", amount=amount, balance_transaction=None, charge=charge["id"], currency=charge["currency"],
            description=None, failure_balance_transaction=None,
            destination_details={"card": {"reference_status": "pending", "type": "refund"},
                                                   "type": "card"},
            metadata=dict(metadata or {}), payment_intent=charge["payment_intent"], reason=reason,
            receipt_number=None, source_transfer_reversal=None, status="pending", transfer_reversal=None,
        )  # fmt: skip
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        if not pending:
            self._take_back(made)
        self.emit("refund.created", made)
        self.emit("charge.refunded", charge)
        return made

    def _take_back(self, refund: dict) -> None:
        amount, currency, rate = self.settled(refund["amount"], refund["currency"])
        card = self.one(refund["charge"])["payment_method_details"]["type"] == "card"
        txn = self.transaction("refund" if card else "payment_refund", "refund", refund["id"], -amount, currency,
                               rate=rate)  # fmt: skip
        refund.update(balance_transaction=txn["id"], status="succeeded")

    def move_refund(self, refund) -> dict:
        """A pending refund reaches the balance."""
        refund = self.one(refund)
        self._take_back(refund)
        self.emit("refund.updated", refund, {"status": "pending", "balance_transaction": None})
        self.emit("charge.refund.updated", refund, {"status": "pending", "balance_transaction": None})
        return refund

    def fail_refund(self, refund) -> dict:
        """The donor's bank sends the money back: the balance has it again."""
        refund = self.one(refund)
        charge = self.one(refund["charge"])
        before = {"status": refund["status"]}
        refund.update(status="failed", failure_reason="lost_or_stolen_card")
        if refund["balance_transaction"]:
            taken = self.one(refund["balance_transaction"])
            txn = self.transaction("refund_failure", "refund_failure", refund["id"], -taken["amount"],
                                   taken["currency"])  # fmt: skip
            txn["exchange_rate"] = taken["exchange_rate"]
            refund["failure_balance_transaction"] = txn["id"]
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        for kind in ("refund.failed", "refund.updated", "charge.refund.updated"):
            self.emit(kind, refund, before)
        return refund

    # -- disputes

    def dispute(self, charge, amount: int | None = None, inquiry: bool = False) -> dict:
        """The donor's bank takes the money back, or only asks (`inquiry`)."""
        charge = self.one(charge)
        amount = charge["amount"] - charge["amount_refunded"] if amount is None else amount
        made = self.put(
            "du", "dispute", amount=amount, balance_transactions=[], charge=charge["id"], currency=charge["currency"],
            enhanced_eligibility_types=[], evidence={}, evidence_details={"due_by": self.now + 10 * 86_400,
            "has_evidence": False, "past_due": False, "submission_count": 0}, is_charge_refundable=inquiry,
            metadata={}, payment_intent=charge["payment_intent"], reason="fraudulent",
            status="warning_needs_response" if inquiry else "needs_response",
        )  # fmt: skip
        charge["disputed"] = True
        self.emit("charge.dispute.created", made)
        if not inquiry:
            settled, currency, rate = self.settled(amount, charge["currency"])
            txn = self.transaction("adjustment", "dispute", made["id"], -settled, currency,
                                   DISPUTE_FEE[places(currency)], rate, "Chargeback withdrawal")  # fmt: skip
            made["balance_transactions"].append(txn)
            self.emit("charge.dispute.funds_withdrawn", made)
        return made

    def close(self, dispute, won: bool, fee_back: bool = True) -> dict:
        """A dispute ends; what was withdrawn comes back if it is won."""
        dispute = self.one(dispute)
        dispute["status"] = "won" if won else "lost"
        if not dispute["balance_transactions"]:
            dispute["status"] = "warning_closed"
        elif won:
            taken = dispute["balance_transactions"][0]
            txn = self.transaction("adjustment", "dispute_reversal", dispute["id"], -taken["amount"],
                                   taken["currency"], -taken["fee"] if fee_back else 0)  # fmt: skip
            txn.update(exchange_rate=taken["exchange_rate"], description="Chargeback reversal")
            dispute["balance_transactions"].append(txn)
            self.emit("charge.dispute.funds_reinstated", dispute)
        self.emit("charge.dispute.closed", dispute)
        return dispute

    # -- the account

    def pay_out(self, amount: int, currency: str) -> dict:
        """Money goes to the organisation's bank."""
        made = self.put(
            "po", "payout", amount=amount, application_fee=None, application_fee_amount=None,
            arrival_date=self.now + 2 * 86_400, automatic=True, balance_transaction=None, currency=currency,
            description="STRIPE PAYOUT", destination=None, failure_balance_transaction=None, failure_code=None,
            failure_message=None, metadata={}, method="standard", original_payout=None,
            reconciliation_status="completed", reversed_by=None, source_type="card", statement_descriptor=None,
            status="in_transit", trace_id=None, type="bank_account",
        )  # fmt: skip
        txn = self.transaction("payout", "payout", made["id"], -amount, currency, description="STRIPE PAYOUT")
        made["balance_transaction"] = txn["id"]
        self.emit("payout.created", made)
        return made

    def arrive(self, payout, succeeds: bool = True) -> dict:
        """A payout reaches the bank, or comes back."""
        payout = self.one(payout)
        payout["status"] = "paid" if succeeds else "failed"
        if not succeeds:
            txn = self.transaction("payout_failure", "payout_reversal", payout["id"], payout["amount"],
                                   payout["currency"], description="STRIPE PAYOUT (FAILED)")  # fmt: skip
            payout.update(failure_balance_transaction=txn["id"], failure_code="account_closed",
                          failure_message="The bank account has been closed.")  # fmt: skip
        self.emit("payout.paid" if succeeds else "payout.failed", payout)
        return payout

    def bill(self, amount: int, currency: str, words: str = "Radar (2026-10)") -> dict:
        """Stripe takes a fee for its services: no event tells of it."""
        return self.transaction("stripe_fee", "fee", None, -amount, currency, description=words)
