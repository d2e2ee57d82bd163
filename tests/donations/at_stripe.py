"""What moves at Stripe by itself: donors, banks, months, the account. Each verb gives what could happen now, if any."""

from collections.abc import Callable


class AtStripe:
    """Half of a schedule: it has `books`, `chance` and `steps`."""

    # -- what happens at Stripe

    def at_stripe(self) -> None:
        """Something moves that our app has no hand in."""
        able = [act for name in dir(self) if name.startswith("s_") and (act := getattr(self, name)())]
        if able:
            self.chance.choice(able)()

    def _step(self, what: str, verb: Callable, thing: dict, **said) -> Callable:
        def act():
            self.steps.append(f"{what} {thing['id']} {said or ''}")
            verb(thing, **said)

        return act

    def _any(self, kind: str, test: Callable) -> dict | None:
        found = [thing for thing in self.books.lists[kind] if test(thing)]
        return self.chance.choice(found) if found else None

    def s_pay(self):
        """A donor pays, by card or by a debit that takes days."""
        if session := self._any("checkout.session", self.books.is_open):
            method = self.chance.choice(("card", "card", "sepa_debit"))
            late = self.chance.random() < 0.3
            return self._step("pay", self.books.pay, session, method=method, late=late)

    s_pay_as_often = s_pay

    def s_decline(self):
        """A card is declined; or nobody pays."""
        if session := self._any("checkout.session", self.books.is_open):
            verb = self.chance.choice((self.books.decline, self.books.expire))
            return self._step(verb.__name__, verb, session)

    def s_clear(self):
        """A debit comes, or does not."""
        charge = self._any("charge", lambda one: one["status"] == "pending")
        if charge is None:
            return None
        succeeds = self.chance.random() < 0.7
        for session in self.books.lists["checkout.session"]:
            invoice = session["invoice"]
            intents = [invoice and self.books._payments(invoice)[0]["payment"]["payment_intent"]]
            if charge["payment_intent"] in (session["payment_intent"], *intents):
                return self._step("clear", self.books.clear, session, succeeds=succeeds)
        invoice = next(
            one for one in self.books.lists["invoice"]
            if self.books._payments(one)[0]["payment"]["payment_intent"] == charge["payment_intent"]
        )  # fmt: skip
        return self._step("clear invoice", self.books.clear_invoice, invoice, succeeds=succeeds)

    def s_settle(self):
        """Money reaches the balance after its charge."""
        if charge := self._any("charge", lambda one: one["status"] != "failed" and not one["balance_transaction"]):
            return self._step("settle", self.books.settle, charge)

    def s_month(self):
        """A month is over: paid, failed, on its way, or at its end."""
        subscription = self._any("subscription", lambda one: one["status"] in ("active", "past_due"))
        if subscription is None:
            return None
        if subscription["cancel_at_period_end"] or self.chance.random() < 0.3:
            return self._step("end", self.books.end, subscription)
        if self.chance.random() < 0.2:
            return self._step("stop at end", self.books.stop_at_end, subscription)
        said = self.chance.choice(({}, {"fails": True}, {"late": True}, {"method": "sepa_debit"}))
        return self._step("renew", self.books.renew, subscription, **said)

    def s_retry(self):
        """A failed month is tried again."""
        if invoice := self._any("invoice", lambda one: one["status"] == "open" and one["next_payment_attempt"]):
            return self._step("retry", self.books.retry, invoice, succeeds=self.chance.random() < 0.6)

    def s_refund(self):
        """Money goes back, all or a part."""
        if charge := self._any("charge", self._may_go_back):
            unit = 100 if charge["currency"] == "isk" else 10
            left = (charge["amount"] - charge["amount_refunded"]) // unit
            amount = None if left < 2 or self.chance.random() < 0.5 else self.chance.randrange(1, left) * unit
            return self._step("refund", self.books.refund, charge, amount=amount, pending=self.chance.random() < 0.2)

    def _may_go_back(self, charge: dict) -> bool:
        return bool(charge["status"] == "succeeded" and charge["balance_transaction"] and not charge["disputed"]
                    and charge["amount_refunded"] < charge["amount"])  # fmt: skip

    def s_refund_ends(self):
        """A pending refund moves; one that had gone comes back."""
        if refund := self._any("refund", lambda one: one["status"] in ("pending", "succeeded")):
            verb = self.books.fail_refund
            if refund["status"] == "pending" and self.chance.random() < 0.7:
                verb = self.books.move_refund
            return self._step(verb.__name__, verb, refund)

    def s_dispute(self):
        """A bank takes the money back, or only asks."""
        if charge := self._any("charge", self._may_go_back):
            return self._step("dispute", self.books.dispute, charge, inquiry=self.chance.random() < 0.3)

    def s_close(self):
        """A dispute ends."""
        if dispute := self._any("dispute", lambda one: "needs_response" in one["status"]):
            won, back = self.chance.random() < 0.5, self.chance.random() < 0.5
            return self._step("close", self.books.close, dispute, won=won, fee_back=back)

    def s_account(self):
        """Payouts, fees of the account, and money that is no gift of ours."""
        currency = self.books.own[0]
        choices = [
            lambda: self.books.pay_out(self.chance.randrange(100, 2000), currency),
            lambda: self.books.bill(self.chance.randrange(1, 300), currency),
            lambda: self.books.stray(self.chance.randrange(100, 900) * 100, self.chance.choice(("eur", "isk", "jpy"))),
        ]
        if payout := self._any("payout", lambda one: one["status"] == "in_transit"):
            choices.append(lambda: self.books.arrive(payout, succeeds=self.chance.random() < 0.5))
        chosen = self.chance.choice(choices)

        def act():
            self.steps.append(f"account: {(chosen() or {}).get('id')}")

        return act if self.chance.random() < 0.3 else None
