"""What the fake keeps: objects by id, lists in order, events, balance transactions, its clock and its rates."""

import json
import threading
from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Context, Decimal

DAY = 86_400
# What the library of this project pins; checked against it in tests/fake_stripe/test_fake.py.
VERSION = "2026-10-28.endive"

NO_DECIMALS = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf")
)
THREE_DECIMALS = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
# Taken as if they had two decimals, which must be 00.
AS_TWO_DECIMALS = frozenset(("isk", "ugx"))

# What one of a currency is in euros, on the first day; made up, near enough to look at.
RATES = {
    "eur": "1", "usd": "0.92345", "gbp": "1.17312", "chf": "1.04511", "jpy": "0.0061034", "krw": "0.00067812",
    "kwd": "3.00521", "tnd": "0.29574", "bhd": "2.44912", "cny": "0.127745", "isk": "0.0066521", "ugx": "0.00025125",
    "xof": "0.00152449", "clp": "0.00098761", "sek": "0.087113", "mxn": "0.047211", "ngn": "0.00060123",
}  # fmt: skip
FEE_FIXED = {0: 30, 2: 25, 3: 100}
DISPUTE_FEE = {0: 2000, 2: 1500, 3: 6000}


def places(currency: str) -> int:
    """How many decimals Stripe's amounts of a currency have."""
    return 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2


def copied(thing):
    """A deep copy of what is JSON."""
    return json.loads(json.dumps(thing))


class Store:
    """The shelves. `own` are the currencies the account settles in as they are; all others become the first of them.

    `start` is the first second of the clock, or a function that tells the time.
    """

    def __init__(self, start=1_764_340_000, own=("eur",), livemode: bool = False, name: str = "A") -> None:
        self.lock = threading.RLock()
        self.own, self.livemode, self.name = tuple(own), livemode, name
        self.rates = {currency: Decimal(rate) for currency, rate in RATES.items()}
        self.objects: dict[str, dict] = {}
        self.lists: dict[str, list[dict]] = defaultdict(list)
        # What is in an object only when it is asked for by `expand`: id -> name -> list of objects.
        self.includable: dict[str, dict[str, list]] = defaultdict(dict)
        self.events: list[dict] = []
        # Called with each event as it happens.
        self.listeners: list = []
        # Who asked: the request's id and its idempotency key, told in the events that it causes.
        self.request: dict = {"id": None, "idempotency_key": None}
        self._start, self._ahead, self._number = start, 0, 0

    @property
    def now(self) -> int:
        """The present second."""
        return int(self._start() if callable(self._start) else self._start) + self._ahead

    def advance(self, seconds: int) -> None:
        """Let time go by."""
        self._ahead += seconds

    def new_id(self, prefix: str) -> str:
        """An id nobody has."""
        self._number += 1
        return f"{prefix}_{self.name}{self._number:014d}"

    def put(self, prefix: str, kind: str, **fields) -> dict:
        """A new object of a kind, kept."""
        made = {"id": self.new_id(prefix), "object": kind, "created": self.now, **fields}
        if kind not in ("balance_transaction", "refund"):
            made["livemode"] = self.livemode
        self.objects[made["id"]] = made
        self.lists[kind].append(made)
        return made

    def emit(self, kind: str, about: dict, previous: dict | None = None) -> dict:
        """Something happened to an object: the event holds it as it is now."""
        data = {"object": copied(about)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = {
            "id": self.new_id("evt"), "object": "event", "api_version": VERSION, "created": self.now, "data": data,
            "livemode": self.livemode, "pending_webhooks": 1, "request": dict(self.request), "type": kind,
        }  # fmt: skip
        self.objects[event["id"]] = event
        self.events.append(event)
        for listener in self.listeners:
            listener(event)
        return event

    def rate(self, currency: str, to: str) -> Decimal:
        """The rate of this moment, six digits of it, as Stripe tells it."""
        return Context(prec=6).divide(self.rates[currency], self.rates[to])

    def settled(self, amount: int, currency: str) -> tuple[int, str, Decimal | None]:
        """What an amount becomes on the account: amount, currency and the rate if it had to be changed."""
        if currency in self.own:
            return amount, currency, None
        to = self.own[0]
        rate = self.rate(currency, to)
        changed = (amount * rate).scaleb(places(to) - places(currency)).quantize(Decimal(1), ROUND_HALF_EVEN)
        return int(changed), to, rate

    def fee(self, amount: int, currency: str) -> int:
        """What Stripe keeps of a charge that settled at `amount`."""
        return -(-amount * 15 // 1000) + FEE_FIXED[places(currency)]

    def transaction(self, kind: str, category: str, source: str | None, amount: int, currency: str, fee: int = 0,
                    rate: Decimal | None = None, description: str | None = None) -> dict:  # fmt: skip
        """Move the account's balance by `amount - fee`, in the currency it settles in."""
        details = [{"amount": fee, "application": None, "currency": currency, "description": "Stripe processing fees",
                    "type": "stripe_fee"}] if fee else []  # fmt: skip
        return self.put(
            "txn", "balance_transaction", amount=amount, available_on=self.now + 2 * DAY, balance_type="payments",
            currency=currency, description=description,
            # The text of the number is exact: JSON writes the shortest one that reads the same.
            exchange_rate=None if rate is None else float(str(rate)),
            fee=fee, fee_details=details, net=amount - fee, reporting_category=category, source=source,
            status="pending", type=kind,
        )  # fmt: skip

    def balance(self) -> dict:
        """The account's balance as Stripe tells it."""
        sums = {part: dict.fromkeys(self.own, 0) for part in ("available", "pending")}
        for txn in self.lists["balance_transaction"]:
            part = "available" if txn["available_on"] <= self.now else "pending"
            sums[part][txn["currency"]] = sums[part].get(txn["currency"], 0) + txn["net"]
        told = {
            part: [
                {"amount": amount, "currency": currency, "source_types": {"card": amount}}
                for currency, amount in each.items()
            ]
            for part, each in sums.items()
        }
        return {"object": "balance", **told, "livemode": self.livemode}

    def sums(self) -> dict[str, int]:
        """What the account holds in each currency, all in all."""
        held: dict[str, int] = defaultdict(int)
        for txn in self.lists["balance_transaction"]:
            held[txn["currency"]] += txn["net"]
        return dict(held)
