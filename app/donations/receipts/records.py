"""What a receipt and a statement are made of: rows of the books, with nothing looked up any more."""

from dataclasses import dataclass
from datetime import date

from ..money import Money


@dataclass(frozen=True)
class Organisation:
    """Who received it, as it says of itself on receipts; `words`: what the law wants said, in the reader's language."""

    name: str
    address: str
    register: str
    reply_to: str
    words: str


@dataclass(frozen=True)
class Line:
    """One payment. `off` is what went back of it, by a refund or a dispute; `number` is None while it has none;
    `campaign` is a slug."""

    number: str | None
    day: date
    campaign: str
    purpose: str
    given: Money
    off: Money
    monthly: bool

    @property
    def left(self) -> Money:
        """What is left of it."""
        return Money(max(self.given.minor - self.off.minor, 0), self.given.currency)


@dataclass(frozen=True)
class Receipt:
    """One payment's receipt, in the donor's language. `name` is what Stripe was told, if anything."""

    payment_id: int
    address: str
    language: str
    name: str | None
    livemode: bool
    discreet: bool
    sent: bool
    line: Line
    organisation: Organisation | None


@dataclass(frozen=True)
class Statement:
    """What somebody gave in a year, in their language."""

    id: int
    year: int
    address: str
    language: str
    name: str | None
    livemode: bool
    discreet: bool
    sent: bool
    lines: tuple[Line, ...]
    organisation: Organisation | None

    @property
    def sums(self) -> tuple[tuple[Money, Money], ...]:
        """For each currency what was given and what went back, in the order of the codes. Currencies are not added
        up: no rate is anybody's to choose."""
        given: dict[str, Money] = {}
        off: dict[str, Money] = {}
        for line in self.lines:
            code = line.given.currency
            given[code] = given.get(code, Money(0, code)) + line.given
            off[code] = off.get(code, Money(0, code)) + line.off
        return tuple((given[code], off[code]) for code in sorted(given))
