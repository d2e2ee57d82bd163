"""The books of the fake Stripe: Checkout Sessions, customers, subscriptions and invoices over what moves the money."""

from .money import ADDRESS, Money, id_of

MONTH = 30 * 86_400


class Books(Money):
    """All the fake's state and every verb. See `Store` for what it is made with."""

    # Where the page to pay on and the portal are; a Server says where it listens.
    pages = "https://checkout.stripe.test"

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # What a session hands on to its payment intent or subscription: by the session's id.
        self._handed_on: dict[str, dict] = {}

    # -- before anything is paid

    def customer(self, email: str | None, name: str | None = None, locale: str | None = None, metadata=None) -> dict:
        """Somebody who pays."""
        made = self.put(
            "cus", "customer", address=None, balance=0, currency=None, default_source=None, delinquent=False,
            description=None, discount=None, email=email, invoice_prefix="AAAA0001",
            invoice_settings={"custom_fields": None, "default_payment_method": None, "footer": None,
                              "rendering_options": None},
            metadata=dict(metadata or {}), name=name, next_invoice_sequence=1, phone=None,
            preferred_locales=[locale] if locale else [], shipping=None, tax_exempt="none", test_clock=None,
        )  # fmt: skip
        self.emit("customer.created", made)
        return made

    def product(self, name: str, description: str | None = None, metadata=None) -> dict:
        """What is paid for."""
        made = self.put(
            "prod", "product", active=True, default_price=None, description=description, images=[],
            marketing_features=[], metadata=dict(metadata or {}), name=name, package_dimensions=None, shippable=None,
            statement_descriptor=None, tax_code=None, type="service", unit_label=None, updated=self.now, url=None,
        )  # fmt: skip
        self.emit("product.created", made)
        return made

    def price(self, product, amount: int, currency: str, interval: str | None = None, metadata=None) -> dict:
        """What it costs, once or each `interval`."""
        recurring = interval and {"interval": interval, "interval_count": 1, "meter": None, "trial_period_days": None,
                                  "usage_type": "licensed"}  # fmt: skip
        made = self.put(
            "price", "price", active=True, billing_scheme="per_unit", currency=currency, custom_unit_amount=None,
            lookup_key=None, metadata=dict(metadata or {}), nickname=None, product=id_of(product),
            recurring=recurring, tax_behavior="unspecified", tiers_mode=None, transform_quantity=None,
            type="recurring" if interval else "one_time", unit_amount=amount, unit_amount_decimal=str(amount),
        )  # fmt: skip
        self.emit("price.created", made)
        return made

    def open_session(self, mode: str, price, quantity: int = 1, **said) -> dict:
        """A Checkout Session: `said` is what the request said of it beside."""
        price = self.one(price)
        total = price["unit_amount"] * quantity
        made = self.put(
            "cs_live" if self.livemode else "cs_test", "checkout.session", adaptive_pricing={"enabled": False},
            after_expiration=None, allow_promotion_codes=None, amount_subtotal=total, amount_total=total,
            automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
            billing_address_collection=None, cancel_url=said.get("cancel_url"),
            client_reference_id=said.get("client_reference_id"), client_secret=None, collected_information=None,
            consent=None, consent_collection=None, currency=price["currency"], currency_conversion=None,
            custom_fields=[], custom_text={"after_submit": None, "submit": None}, customer=said.get("customer"),
            customer_creation=None if mode == "subscription" else said.get("customer_creation", "if_required"),
            customer_details=None, customer_email=said.get("customer_email"), discounts=None,
            expires_at=said.get("expires_at", self.now + 86_400), invoice=None, invoice_creation=None,
            locale=said.get("locale"), metadata=dict(said.get("metadata", {})), mode=mode, payment_intent=None,
            payment_link=None, payment_method_collection="always" if mode == "subscription" else "if_required",
            payment_method_options={}, payment_method_types=["card", "sepa_debit"], payment_status="unpaid",
            phone_number_collection={"enabled": False}, recovered_from=None, setup_intent=None,
            shipping_address_collection=None, shipping_options=[], status="open",
            submit_type=said.get("submit_type"), subscription=None, success_url=said.get("success_url"),
            total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, ui_mode="hosted_page",
            url=None,
        )  # fmt: skip
        made["url"] = f"{self.pages}/c/pay/{made['id']}"
        item = {"id": self.new_id("li"), "object": "item", "amount_subtotal": total, "amount_total": total,
                "currency": price["currency"], "description": self.one(price["product"])["name"], "price": price,
                "quantity": quantity}  # fmt: skip
        self.includable[made["id"]] = {"line_items": [item]}
        self._handed_on[made["id"]] = said.get("payment_intent_data" if mode == "payment" else "subscription_data", {})
        return made

    def is_open(self, session) -> bool:
        """May it still be paid? One that is too old ends here."""
        session = self.one(session)
        if session["status"] == "open" and session["expires_at"] <= self.now:
            self.expire(session)
        return session["status"] == "open"

    def expire(self, session) -> dict:
        """Nobody paid in time."""
        session = self.one(session)
        assert session["status"] == "open", session["status"]
        session.update(status="expired", url=None)
        self.emit("checkout.session.expired", session)
        return session

    # -- paying

    def pay(self, session, email: str = "ama@example.org", name: str = "Ama Mensah (fictional)",
            method: str = "card", country: str | None = "FR", late: bool = False) -> dict:  # fmt: skip
        """A donor pays on Stripe's page. `sepa_debit` stays open until `clear`; `late`: the balance moves only when
        `settle` is called with the charge. Returns the charge."""
        session = self.one(session)
        assert self.is_open(session), session["status"]
        who = {"address": {**ADDRESS, "country": country}, "business_name": None, "email": email,
               "individual_name": None, "name": name, "phone": None, "tax_exempt": "none", "tax_ids": []}  # fmt: skip
        session["customer_details"] = who
        monthly = session["mode"] == "subscription"
        if not session["customer"] and (monthly or session["customer_creation"] == "always"):
            session["customer"] = self.customer(email, name, session["locale"])["id"]
        said = self._handed_on[session["id"]]
        if monthly:
            charge = self._subscribe(session, said, email, name, method, country)
        else:
            intent = self.intend(session["amount_total"], session["currency"], session["customer"],
                                 said.get("metadata"), said.get("description"))  # fmt: skip
            session["payment_intent"] = intent["id"]
            charge = self.charge(intent, "succeeded" if method == "card" else "pending", email, name, method, country)
        paid = charge["status"] == "succeeded"
        session.update(status="complete", payment_status="paid" if paid else "unpaid", url=None)
        self.emit("checkout.session.completed", session)
        if paid and not late:
            self.settle(charge)
        return charge

    def decline(self, session, email: str = "ama@example.org", name: str = "Ama Mensah (fictional)") -> dict:
        """A card that is declined: the session stays open. Returns the charge."""
        session = self.one(session)
        assert self.is_open(session), session["status"]
        intent = self.intend(session["amount_total"], session["currency"], session["customer"])
        return self.charge(intent, "failed", email, name)

    def clear(self, session, succeeds: bool = True, late: bool = False) -> dict:
        """What a donor's bank was asked for (a delayed method) comes, or does not. Returns the charge."""
        session = self.one(session)
        intent = session["payment_intent"] or self._payments(session["invoice"])[0]["payment"]["payment_intent"]
        charge = self.decide(self.one(intent)["latest_charge"], succeeds)
        if session["invoice"]:
            self._conclude(self.one(session["invoice"]), succeeds)
        if succeeds:
            session["payment_status"] = "paid"
        self.emit(f"checkout.session.async_payment_{'succeeded' if succeeds else 'failed'}", session)
        if succeeds and not late and not charge["balance_transaction"]:
            self.settle(charge)
        return charge

    # -- monthly

    def _subscribe(self, session: dict, said: dict, email, name, method: str, country) -> dict:
        price = self.includable[session["id"]]["line_items"][0]["price"]
        made = self.put(
            "sub", "subscription", application=None, application_fee_percent=None,
            automatic_tax={"enabled": False, "disabled_reason": None, "liability": None},
            billing_cycle_anchor=self.now, billing_mode={"flexible": {"proration_discounts": "included"},
                                                         "type": "flexible"},
            billing_thresholds=None, cancel_at=None, cancel_at_period_end=False, canceled_at=None,
            cancellation_details={"comment": None, "feedback": None, "reason": None},
            collection_method="charge_automatically", currency=session["currency"], customer=session["customer"],
            days_until_due=None, default_payment_method=self.new_id("pm"), default_source=None, default_tax_rates=[],
            description=said.get("description"), discounts=[], ended_at=None, invoice_settings={},
            items=None, latest_invoice=None, metadata=dict(said.get("metadata", {})),
            next_pending_invoice_item_invoice=None, on_behalf_of=None, pause_collection=None, payment_settings={},
            pending_invoice_item_interval=None, pending_setup_intent=None, pending_update=None, schedule=None,
            start_date=self.now, status="active", test_clock=None, transfer_data=None, trial_end=None,
            trial_settings=None, trial_start=None,
        )  # fmt: skip
        item = {"id": self.new_id("si"), "object": "subscription_item", "billing_thresholds": None,
                "created": self.now, "current_period_start": self.now, "current_period_end": self.now + MONTH,
                "discounts": [], "metadata": {}, "price": price, "quantity": 1, "subscription": made["id"],
                "tax_rates": []}  # fmt: skip
        made["items"] = {"object": "list", "data": [item], "has_more": False, "total_count": 1,
                         "url": f"/v1/subscription_items?subscription={made['id']}"}  # fmt: skip
        session["subscription"] = made["id"]
        self.emit("customer.subscription.created", made)
        invoice, charge = self._invoice(
            made, "subscription_create", "succeeded" if method == "card" else "pending", (email, name, method, country)
        )
        session["invoice"] = invoice["id"]
        return charge

    def renew(self, subscription, fails: bool = False, method: str = "card", late: bool = False) -> dict:
        """The next month: an invoice, and a charge that succeeds, fails, or (another method) stays open until
        `clear_invoice`. Returns the charge."""
        subscription = self.one(subscription)
        assert subscription["status"] in ("active", "past_due"), subscription["status"]
        if subscription["cancel_at_period_end"]:
            raise AssertionError("it ends with this period: call end()")
        item = subscription["items"]["data"][0]
        item.update(current_period_start=item["current_period_end"],
                    current_period_end=item["current_period_end"] + MONTH)  # fmt: skip
        customer = self.one(subscription["customer"])
        status = "failed" if fails else "succeeded" if method == "card" else "pending"
        _, charge = self._invoice(
            subscription, "subscription_cycle", status, (customer["email"], customer["name"], method, None)
        )
        if status == "succeeded" and not late:
            self.settle(charge)
        return charge

    def _invoice(self, subscription: dict, why: str, status: str, payer) -> tuple[dict, dict]:
        item = subscription["items"]["data"][0]
        amount, currency = item["price"]["unit_amount"], item["price"]["currency"]
        customer = self.one(subscription["customer"])
        made = self.put(
            "in", "invoice", account_country="FR", account_name="An organisation (fictional)", amount_due=amount,
            amount_overpaid=0, amount_paid=0, amount_remaining=amount, amount_shipping=0, attempt_count=0,
            attempted=False, auto_advance=True, billing_reason=why, collection_method="charge_automatically",
            currency=currency, customer=customer["id"], customer_email=customer["email"],
            customer_name=customer["name"], description=None, discounts=[], due_date=None, effective_at=self.now,
            hosted_invoice_url=None, invoice_pdf=None, last_finalization_error=None,
            lines={"object": "list", "data": [], "has_more": False, "total_count": 0, "url": ""}, metadata={},
            next_payment_attempt=None, number=f"AAAA0001-{len(self.lists['invoice']) + 1:04d}", on_behalf_of=None,
            parent={"quote_details": None, "subscription_details": {"metadata": dict(subscription["metadata"]),
                    "subscription": subscription["id"]}, "type": "subscription_details"},
            payment_settings={}, period_end=item["current_period_start"], period_start=item["current_period_start"],
            receipt_number=None, starting_balance=0, statement_descriptor=None, status="draft",
            status_transitions={"finalized_at": self.now, "marked_uncollectible_at": None, "paid_at": None,
                                "voided_at": None}, subtotal=amount, total=amount, total_taxes=[],
        )  # fmt: skip
        line = {"id": self.new_id("il"), "object": "line_item", "amount": amount, "currency": currency,
                "description": None, "invoice": made["id"], "livemode": self.livemode, "metadata": {},
                "parent": {"invoice_item_details": None, "subscription_item_details": {
                    "subscription": subscription["id"], "subscription_item": item["id"]},
                    "type": "subscription_item_details"},
                "period": {"start": item["current_period_start"], "end": item["current_period_end"]},
                "pricing": {"price_details": {"price": item["price"]["id"], "product": item["price"]["product"]},
                            "type": "price_details", "unit_amount_decimal": str(amount)},
                "quantity": 1, "subtotal": amount, "taxes": []}  # fmt: skip
        made["lines"].update(data=[line], total_count=1, url=f"/v1/invoices/{made['id']}/lines")
        self.emit("invoice.created", made)
        subscription["latest_invoice"] = made["id"]
        intent = self.intend(amount, currency, customer["id"], description="Subscription update"
                             if why == "subscription_cycle" else "Subscription creation")  # fmt: skip
        payment = self.put(
            "inpay", "invoice_payment", amount_paid=None, amount_requested=amount, currency=currency,
            invoice=made["id"], is_default=True,
            payment={"payment_intent": intent["id"], "type": "payment_intent"}, status="open",
            status_transitions={"canceled_at": None, "paid_at": None},
        )  # fmt: skip
        self.includable[made["id"]] = {"payments": [payment]}
        made["status"] = "open"
        self.emit("invoice.finalized", made)
        email, name, method, country = payer
        charge = self.charge(intent, status, email, name, method, country)
        if status != "pending":
            self._conclude(made, status == "succeeded")
        return made, charge

    def _payments(self, invoice) -> list[dict]:
        return self.includable[id_of(invoice)]["payments"]

    def _conclude(self, invoice: dict, paid: bool) -> None:
        """What an invoice, its payment and its subscription become when the charge is decided."""
        subscription = self.one(invoice["parent"]["subscription_details"]["subscription"])
        before = subscription["status"]
        invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
        if paid:
            payment = self._payments(invoice)[0]
            payment.update(status="paid", amount_paid=invoice["total"])
            payment["status_transitions"]["paid_at"] = invoice["status_transitions"]["paid_at"] = self.now
            invoice.update(status="paid", amount_paid=invoice["total"], amount_remaining=0)
            for kind in ("invoice.paid", "invoice.payment_succeeded"):
                self.emit(kind, invoice)
            self.emit("invoice_payment.paid", payment)
        else:
            invoice["next_payment_attempt"] = self.now + 3 * 86_400
            self.emit("invoice.payment_failed", invoice)
        if subscription["status"] != "canceled":
            subscription["status"] = "active" if paid else "past_due"
            if invoice["billing_reason"] == "subscription_cycle" or not paid:
                self.emit("customer.subscription.updated", subscription, {"status": before})

    def retry(self, invoice, succeeds: bool = True, late: bool = False) -> dict:
        """A failed invoice is tried once more. Returns the new charge."""
        invoice = self.one(invoice)
        assert invoice["status"] == "open", invoice["status"]
        customer = self.one(invoice["customer"])
        intent = self._payments(invoice)[0]["payment"]["payment_intent"]
        charge = self.charge(intent, "succeeded" if succeeds else "failed", customer["email"], customer["name"])
        self._conclude(invoice, succeeds)
        if succeeds and not late:
            self.settle(charge)
        return charge

    def clear_invoice(self, invoice, succeeds: bool = True, late: bool = False) -> dict:
        """A renewal by a delayed method is decided. Returns the charge."""
        invoice = self.one(invoice)
        intent = self.one(self._payments(invoice)[0]["payment"]["payment_intent"])
        charge = self.decide(intent["latest_charge"], succeeds)
        self._conclude(invoice, succeeds)
        if succeeds and not late and not charge["balance_transaction"]:
            self.settle(charge)
        return charge

    def stop_at_end(self, subscription, stops: bool = True) -> dict:
        """It ends with the month that is paid, as the portal does it."""
        subscription = self.one(subscription)
        before = {"cancel_at_period_end": subscription["cancel_at_period_end"]}
        end = subscription["items"]["data"][0]["current_period_end"]
        subscription.update(cancel_at_period_end=stops, cancel_at=end if stops else None,
                            canceled_at=self.now if stops else None)  # fmt: skip
        subscription["cancellation_details"]["reason"] = "cancellation_requested" if stops else None
        self.emit("customer.subscription.updated", subscription, before)
        return subscription

    def end(self, subscription, why: str = "cancellation_requested") -> dict:
        """It ends now."""
        subscription = self.one(subscription)
        assert subscription["status"] != "canceled"
        subscription.update(status="canceled", ended_at=self.now,
                            canceled_at=subscription["canceled_at"] or self.now)  # fmt: skip
        subscription["cancellation_details"]["reason"] = why
        self.emit("customer.subscription.deleted", subscription)
        return subscription

    def portal(self, customer, return_url: str | None, locale: str | None = None) -> dict:
        """A session of the portal where a donor looks after a monthly gift."""
        made = self.put(
            "bps", "billing_portal.session", configuration="bpc_1", customer=id_of(customer), customer_account=None,
            flow=None, locale=locale, on_behalf_of=None, return_url=return_url, url=None,
        )  # fmt: skip
        made["url"] = f"{self.pages}/p/session/{made['id']}"
        return made
