"""What the treasurer's pages call things."""

from flask_babel import lazy_gettext as lazy

from app.kernel import i18n

from .. import money
from ..money import Money
from ..receipts.rules import called

STATES = {
    "begun": lazy("Begun"),
    "held": lazy("Held by the limits"),
    "open": lazy("On Stripe’s page"),
    "processing": lazy("Being confirmed"),
    "failed": lazy("Failed"),
    "expired": lazy("Not finished"),
    "given": lazy("Given"),
}
# Besides its state: what has come of the payments of a gift.
DISPUTED, REFUNDING, UNRECEIPTED = "disputed", "refunding", "unreceipted"
FILTERS = {
    **STATES,
    DISPUTED: lazy("With an open dispute"),
    REFUNDING: lazy("With a refund that waits"),
    UNRECEIPTED: lazy("Its receipt has not gone out"),
}
INTERVALS = {"once": lazy("Once"), "monthly": lazy("Monthly")}
MONTHLY = {
    "active": lazy("Goes on"),
    "past_due": lazy("A payment has failed"),
    "ending": lazy("Ends with its month"),
    "cancelled": lazy("Has ended"),
}
DISPUTES = {"open": lazy("open"), "won": lazy("won"), "lost": lazy("lost")}
REFUNDS = {
    "asked": lazy("Stripe has not answered yet"),
    "taken": lazy("Stripe has taken it"),
    "refused": lazy("Stripe has refused it"),
}
KINDS = {
    "gift": lazy("Gift"),
    "fee": lazy("Fee"),
    "refund": lazy("Refund"),
    "dispute": lazy("Dispute"),
    "payout": lazy("Payout"),
    "adjustment": lazy("Adjustment"),
    "transfer": lazy("Bank transfer"),
    "grant": lazy("Grant"),
}
SOURCES = {"stripe": lazy("Stripe"), "manual": lazy("By hand")}
# The columns of sums, in their order: what stands in each.
COLUMNS = {
    "gross": lazy("Gifts"),
    "by_hand": lazy("Transfers and grants"),
    "refunds": lazy("Refunds"),
    "disputes": lazy("Disputes"),
    "fees": lazy("Fees"),
    "other": lazy("Adjustments"),
    "net": lazy("Net"),
    "payouts": lazy("Payouts"),
}
# Of a comparison with Stripe's books (reconciling.Difference).
DIFFERENCES = {
    "missing": lazy("Stripe had it and the ledger had not"),
    "differing": lazy("Both have it, and not the same"),
    "alone": lazy("Only the ledger has it"),
    "gift": lazy("The gift had not moved"),
    "balance": lazy("The sums of a currency differ"),
}
EVENTS = {
    "begun": lazy("begun"),
    "given": lazy("given"),
    "paid": lazy("money arrived"),
    "ended": lazy("the monthly gift ended"),
    "erased": lazy("its donor was erased"),
    "receipt": lazy("receipt sent"),
    "gifts.look": lazy("looked at name and address"),
    "gifts.refund": lazy("refund asked for"),
    "gifts.refund-again": lazy("refund tried again"),
    "gifts.cancel": lazy("monthly gift ended at the desk"),
    **{kind: lazy("ledger: %(kind)s", kind=name) for kind, name in KINDS.items()},
}


def cash(minor: int, currency: str) -> str:
    """An amount as the reader's language writes it, with its sign."""
    return money.words(Money(minor, currency), i18n.current_language())


def receipt(year: int | None, number: int | None, livemode: bool = True) -> str | None:
    """The number of a receipt as the receipt says it; None where there is none yet."""
    return None if number is None else called(year, number, livemode)
