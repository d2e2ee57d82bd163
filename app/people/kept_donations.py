"""How long personal data are held: of donors (see retention.py)."""

from .kept import HASHED, KEYED, PLAIN, SEALED, Kept

_LAW = "ten years after the end of the year of the last payment: the law on accounts (GDPR art. 17(3)(b))"
_ADDRESS = "until the end of the year after that of the last payment; a monthly gift: as long as it goes on"
_GONE = "erasing; `donations.addresses`; not given: `donations.unfinished`"
_UNFINISHED = "nothing was given: a month"

DONATIONS = (
    Kept(
        "name of a donor, as they told Stripe: it stands on receipts",
        ("donations_gift.donor_name",),
        SEALED,
        f"{_LAW}; **stays after erasure** where something was paid; {_UNFINISHED}",
        "for receipts, and to account for what was received",
        "`donations.names`; not given: erasing, `donations.unfinished`",
        "the donor; who may see gifts, masked in lists",
    ),
    Kept(
        "address of a donor, as they told Stripe",
        ("donations_gift.donor_email",),
        SEALED,
        f"{_ADDRESS}; {_UNFINISHED}",
        "to thank, for receipts and the statement of the year, and for questions about them",
        _GONE,
        "the donor; who may see gifts, masked in lists",
    ),
    Kept(
        "look-up of a donor's address",
        ("donations_gift.donor_digest", "donations_statement.donor_digest"),
        KEYED,
        "as the address",
        "to find what somebody gave; one statement a year",
        _GONE + "; `donations.statements`",
    ),
    Kept(
        "name a donor wished to be shown with",
        ("donations_gift.shown_name",),
        SEALED,
        "as the address: later nobody could show that the name is theirs, and take it back",
        "the donor wished it",
        _GONE,
        "everyone, on the campaign's page",
    ),
    Kept(
        "gift: amount, interval, language, days, what became of it, Stripe's numbers of it",
        (
            "donations_gift.minor",
            "donations_gift.language",
            "donations_gift.state",
            "donations_gift.monthly_state",
            "donations_gift.session",
            "donations_gift.payment_intent",
            "donations_gift.customer",
            "donations_gift.subscription",
            "donations_gift.person_id",
        ),
        PLAIN,
        f"as the books; {_UNFINISHED}",
        "to carry it out, and to account for it",
        "`donations.unfinished`",
        "the donor; who may see gifts",
    ),
    Kept(
        "payments, refunds, receipts by number, lines of the ledger",
        (
            "donations_payment.charge",
            "donations_payment.receipt_number",
            "donations_refund.reason",
            "donations_entry.about",
            "donations_entry.note",
        ),
        PLAIN + ": names nobody; the ledger is only added to, a trigger refuses change",
        "as long as the site",
        "the law on accounts",
        "nobody",
        "who may see gifts",
    ),
    Kept(
        "page of Stripe's on which a gift can be paid",
        ("donations_gift.checkout_url",),
        SEALED,
        "until it is paid or expires, a day",
        "to lead the donor there",
        "what Stripe tells; `donations.unfinished`",
        "the donor",
    ),
    Kept(
        "network a gift came from",
        ("donations_gift.network",),
        "HMAC with a secret key, of the /24 or /64, never of the address",
        "a day",
        "to limit the testing of stolen cards",
        "`donations.networks`",
    ),
    Kept(
        "what Stripe told, as it came",
        ("donations_event.payload",),
        SEALED,
        "30 days; its number, type and moment stay",
        "to find out what happened",
        "`donations.payloads`",
    ),
    Kept(
        "links to a donor's page, to the page of a gift",
        ("donations_link.token_digest", "donations_gift.token_digest"),
        HASHED,
        "a link to all gifts: a day; of a gift: as the gift",
        "so that a donor sees what they gave, and can end it",
        "`donations.links`",
    ),
)
