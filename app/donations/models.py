"""What somebody gives: gifts, what came of them at Stripe, and how a campaign asks for them."""

import uuid
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST, EncryptedText
from app.kernel.db import db

INTERVALS = ("once", "monthly")
GIFT_STATES = ("begun", "held", "open", "processing", "failed", "expired", "given")
MONTHLY_STATES = ("active", "past_due", "ending", "cancelled")
REFUND_STATES = ("asked", "taken", "refused")
NETWORK_PURPOSE = "donations.network"
_MOMENT = DateTime(timezone=True)
_CODE = "~ '^[A-Z]{3}$'"


class Fund(db.Model):
    """That a campaign takes money, and how much it hopes for. A campaign without a row takes none."""

    __tablename__ = "donations_fund"
    __table_args__ = (
        CheckConstraint("(goal IS NULL) = (currency IS NULL)", name="goal"),
        CheckConstraint("goal > 0", name="some"),
        CheckConstraint(f"currency {_CODE}", name="currency"),
    )

    campaign: Mapped[str] = mapped_column(Text, primary_key=True, comment="its slug")
    open: Mapped[bool] = mapped_column(server_default="false")
    goal: Mapped[int | None] = mapped_column(BigInteger, comment="minor units; NULL: no bar is shown")
    currency: Mapped[str | None] = mapped_column(Text, comment="ISO 4217, of the goal: in which Stripe settles")
    changed_at: Mapped[datetime] = mapped_column(_MOMENT)


class Offer(db.Model):
    """What a campaign suggests in one currency; without a row the defaults of rules.py stand."""

    __tablename__ = "donations_offer"
    __table_args__ = (
        UniqueConstraint("campaign", "currency", "interval"),
        CheckConstraint(f"currency {_CODE}", name="currency"),
        CheckConstraint("interval IN ('once', 'monthly')", name="interval"),
        CheckConstraint("cardinality(amounts) BETWEEN 1 AND 6", name="amounts"),
        CheckConstraint("minimum > 0 AND minimum <= ALL (amounts)", name="minimum"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign: Mapped[str] = mapped_column(Text, comment="its slug")
    currency: Mapped[str] = mapped_column(Text)
    interval: Mapped[str] = mapped_column(Text)
    amounts: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), comment="minor units, rising")
    minimum: Mapped[int] = mapped_column(BigInteger, comment="minor units")
    changed_at: Mapped[datetime] = mapped_column(_MOMENT)


class Recipient(db.Model):
    """The organisation that the money is for, as receipts name it: one row. None goes out before it is there."""

    __tablename__ = "donations_recipient"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, comment="lines")
    register: Mapped[str] = mapped_column(Text, server_default="", comment="its number in a register")
    reply_to: Mapped[str] = mapped_column(Text, comment="public: where a donor may ask")
    tax: Mapped[dict[str, str]] = mapped_column(
        JSONB, server_default="{}", comment="what the law wants a receipt to say, by language"
    )
    changed_at: Mapped[datetime] = mapped_column(_MOMENT)


class Gift(db.Model):
    """What somebody wished to give, written down before Stripe is asked: once, or every month until it ends.

    `state` only rises (rules.moved). It names nobody until Stripe says whose gift it is.
    """

    __tablename__ = "donations_gift"
    __table_args__ = (
        CheckConstraint("minor > 0", name="some"),
        CheckConstraint(f"currency {_CODE}", name="currency"),
        CheckConstraint("interval IN ('once', 'monthly')", name="interval"),
        CheckConstraint("state IN ('begun', 'held', 'open', 'processing', 'failed', 'expired', 'given')", name="state"),
        CheckConstraint("monthly_state IN ('active', 'past_due', 'ending', 'cancelled')", name="monthly_state"),
        CheckConstraint("interval = 'monthly' OR num_nonnulls(monthly_state, subscription, ended_at) = 0", name="once"),
        CheckConstraint("(monthly_state IS NOT DISTINCT FROM 'cancelled') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(donor_email IS NULL) = (donor_digest IS NULL)", name="found"),
        CheckConstraint("state = 'given' OR given_at IS NULL", name="given"),
        Index("ix_donations_gift_campaign", "campaign", "id"),
        Index("ix_donations_gift_state", "state", "created_at"),
        # Lists of the desk, by what they are narrowed to.
        Index("ix_donations_gift_state_list", "state", "id"),
        Index("ix_donations_gift_currency_list", "currency", "id"),
        Index(
            "ix_donations_gift_monthly_list", "monthly_state", "id", postgresql_where=text("monthly_state IS NOT NULL")
        ),
        Index("ix_donations_gift_donor", "donor_digest", "id", postgresql_where=text("donor_digest IS NOT NULL")),
        Index("ix_donations_gift_network", "network", "created_at", postgresql_where=text("network IS NOT NULL")),
        Index("ix_donations_gift_intent", "payment_intent", postgresql_where=text("payment_intent IS NOT NULL")),
        Index("ix_donations_gift_customer", "customer", postgresql_where=text("customer IS NOT NULL")),
        Index(
            "uq_donations_gift_subscription",
            "subscription",
            unique=True,
            postgresql_where=text("subscription IS NOT NULL"),
        ),
        Index("ix_donations_gift_person_id", "person_id", postgresql_where=text("person_id IS NOT NULL")),
        Index(
            "ix_donations_gift_shown",
            "campaign",
            "given_at",
            postgresql_where=text("shown_name IS NOT NULL AND state = 'given'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[uuid.UUID] = mapped_column(
        Uuid, unique=True, default=uuid.uuid4, comment="key of the call to Stripe, and its client_reference_id"
    )
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True, comment="SHA-256 of its page's token")
    campaign: Mapped[str] = mapped_column(Text, comment="its slug")
    minor: Mapped[int] = mapped_column(BigInteger, comment="minor units, of each payment")
    currency: Mapped[str] = mapped_column(Text, comment="ISO 4217")
    interval: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, comment="of the page, of receipts")
    state: Mapped[str] = mapped_column(Text, server_default="begun")
    livemode: Mapped[bool] = mapped_column(comment="real money")
    session: Mapped[str | None] = mapped_column(Text, unique=True, comment="Stripe's Checkout Session (cs_)")
    checkout_url: Mapped[str | None] = mapped_column(
        EncryptedText("donations_gift.checkout_url"), comment="Stripe's page, while it can be paid there"
    )
    payment_intent: Mapped[str | None] = mapped_column(Text, comment="pi_, of a gift given once")
    customer: Mapped[str | None] = mapped_column(Text, comment="cus_, of a monthly gift: it has one of its own")
    subscription: Mapped[str | None] = mapped_column(Text, comment="sub_")
    monthly_state: Mapped[str | None] = mapped_column(Text, comment="NULL: given once, or not yet begun")
    ended_at: Mapped[datetime | None] = mapped_column(_MOMENT, comment="when a monthly gift was over")
    shown_name: Mapped[str | None] = mapped_column(
        EncryptedText("donations_gift.shown_name"), comment="public; NULL: anonymous, as most are"
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), comment="who has the donor's address, if anybody here"
    )
    donor_name: Mapped[str | None] = mapped_column(EncryptedText("donations_gift.donor_name"), comment="Stripe told")
    donor_email: Mapped[str | None] = mapped_column(EncryptedText("donations_gift.donor_email"), comment="Stripe told")
    donor_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=KEYED_DIGEST, comment="key number, then HMAC-SHA-256 of the canonical address, as of a person"
    )
    network: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=KEYED_DIGEST, comment="HMAC-SHA-256 of the network it came from; dropped after a day"
    )
    created_at: Mapped[datetime] = mapped_column(_MOMENT)
    changed_at: Mapped[datetime] = mapped_column(_MOMENT)
    given_at: Mapped[datetime | None] = mapped_column(_MOMENT, comment="when Stripe said that it is given")
    erased_at: Mapped[datetime | None] = mapped_column(
        _MOMENT, comment="its donor was erased: nothing of them is written here again"
    )


class Payment(db.Model):
    """One charge that Stripe's books know: money that arrived, or is on its way while `paid_at` is NULL. A monthly gift
    has many; one without a gift is none of ours, and the treasurer looks at it."""

    __tablename__ = "donations_payment"
    __table_args__ = (
        CheckConstraint("minor > 0", name="some"),
        CheckConstraint(f"currency {_CODE}", name="currency"),
        CheckConstraint("dispute IN ('open', 'won', 'lost')", name="dispute"),
        CheckConstraint("(receipt_year IS NULL) = (receipt_number IS NULL)", name="receipt"),
        CheckConstraint("receipt_number > 0", name="receipt_number"),
        CheckConstraint("receipt_sent_at IS NULL OR receipt_number IS NOT NULL", name="receipt_sent"),
        UniqueConstraint("livemode", "receipt_year", "receipt_number", name="uq_donations_payment_receipt"),
        Index("ix_donations_payment_gift_id", "gift_id", "paid_at"),
        Index("ix_donations_payment_paid_at", "paid_at", "id"),
        Index("ix_donations_payment_unpaid", "id", postgresql_where=text("paid_at IS NULL")),
        Index("ix_donations_payment_stray", "id", postgresql_where=text("gift_id IS NULL")),
        Index(
            "ix_donations_payment_unreceipted",
            "id",
            postgresql_where=text("receipt_sent_at IS NULL AND paid_at IS NOT NULL AND gift_id IS NOT NULL"),
        ),
        Index("ix_donations_payment_disputed", "id", postgresql_where=text("dispute = 'open'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    gift_id: Mapped[int | None] = mapped_column(ForeignKey("donations_gift.id"), comment="NULL: of no gift of ours")
    charge: Mapped[str] = mapped_column(Text, unique=True, comment="ch_ or py_")
    minor: Mapped[int] = mapped_column(BigInteger, comment="as it was charged")
    currency: Mapped[str] = mapped_column(Text)
    livemode: Mapped[bool] = mapped_column()
    paid_at: Mapped[datetime | None] = mapped_column(_MOMENT, comment="NULL: not yet, or it failed")
    refunded: Mapped[int] = mapped_column(
        BigInteger, server_default="0", comment="minor units given back: what the ledger says"
    )
    disputed: Mapped[int] = mapped_column(
        BigInteger, server_default="0", comment="minor units that a dispute took: what the ledger says"
    )
    dispute: Mapped[str | None] = mapped_column(Text, comment="of the last one")
    disputed_at: Mapped[datetime | None] = mapped_column(
        _MOMENT, comment="when that was opened: one charge may be disputed again"
    )
    looked_at: Mapped[datetime | None] = mapped_column(
        _MOMENT, comment="when somebody noted that they know of a payment without a gift"
    )
    receipt_year: Mapped[int | None] = mapped_column(SmallInteger)
    receipt_number: Mapped[int | None] = mapped_column(comment="within the year, without a gap")
    receipt_sent_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    created_at: Mapped[datetime] = mapped_column(_MOMENT, comment="when Stripe made the charge")


class Refund(db.Model):
    """A refund that somebody at the desk asked for, written down before Stripe is. What Stripe did is in the ledger."""

    __tablename__ = "donations_refund"
    __table_args__ = (
        CheckConstraint("minor > 0", name="some"),
        CheckConstraint("state IN ('asked', 'taken', 'refused')", name="state"),
        Index("ix_donations_refund_payment_id", "payment_id", "id"),
        Index("ix_donations_refund_open", "id", postgresql_where=text("state = 'asked'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("donations_payment.id"))
    key: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, comment="of the press, and of the call to Stripe")
    minor: Mapped[int] = mapped_column(BigInteger, comment="of the payment's currency")
    reason: Mapped[str] = mapped_column(Text, server_default="", comment="for the desk; should name nobody")
    state: Mapped[str] = mapped_column(Text, server_default="asked")
    refused: Mapped[str | None] = mapped_column(Text, comment="Stripe's code")
    refund: Mapped[str | None] = mapped_column(Text, unique=True, comment="re_, once taken")
    staff_id: Mapped[int | None] = mapped_column(BigInteger, comment="who asked")
    asked_at: Mapped[datetime] = mapped_column(_MOMENT)


class Link(db.Model):
    """A link that was mailed to a donor: to what their address gave, and to Stripe's portal."""

    __tablename__ = "donations_link"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, comment="SHA-256 of the token")
    gift_id: Mapped[int] = mapped_column(ForeignKey("donations_gift.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(_MOMENT, index=True)


class Statement(db.Model):
    """That a donor was sent the statement of a year: it goes once."""

    __tablename__ = "donations_statement"
    __table_args__ = (UniqueConstraint("livemode", "year", "donor_digest"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger)
    livemode: Mapped[bool] = mapped_column()
    donor_digest: Mapped[bytes] = mapped_column(
        LargeBinary, info=KEYED_DIGEST, comment="as of the gifts that it adds up"
    )
    sent_at: Mapped[datetime | None] = mapped_column(_MOMENT)
