"""What differs between the ledger and Stripe's books, and what each of both has: read, never written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from app.kernel.db import db

from . import gateway, lines, rules, switch
from .books import Entry

# So many differences are named; of more only the number is told.
NAMED = 100
# Of one page's stretch of time, no more lines are read than this.
MOST = 1000


@dataclass(frozen=True)
class Line:
    """What one side has: a kind of entry with its amounts; of a gift, only its state."""

    word: str
    minor: int | None = None
    currency: str | None = None
    settled_minor: int | None = None
    settled_currency: str | None = None


@dataclass(frozen=True)
class Difference:
    """One difference, without anything about a person.

    `what`: `missing` (Stripe has a transaction that the ledger had not), `differing` (both have it, not the same),
    `alone` (only the ledger has it), `gift` (a gift had not moved), `balance` (the sums of a currency differ). `id`
    is the transaction's, the gift's number, or the currency. `here` and `there` say what the ledger had, and what
    Stripe has; `repaired`: it is equal now.
    """

    what: str
    id: str
    here: tuple[Line, ...]
    there: tuple[Line, ...]
    repaired: bool


@dataclass
class Outcome:
    """What one comparison came to. `number` counts every difference, `named` holds the first of them; `balances` has
    for each currency what is held `here` and `there`, in minor units."""

    livemode: bool
    since: datetime | None
    until: datetime
    number: int = 0
    unrepaired: int = 0
    transactions: int = 0
    named: list[Difference] = field(default_factory=list)
    balances: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def agreed(self) -> bool:
        """Whether both books were equal as they stood."""
        return self.number == 0

    def add(self, found: Iterable[Difference]) -> None:
        """Count differences, and name them while there are few."""
        for each in found:
            self.number += 1
            self.unrepaired += not each.repaired
            if len(self.named) < NAMED:
                self.named.append(each)


def expected(transaction: Mapping, now: datetime) -> tuple[Line, ...]:
    """The lines that the ledger should have of a balance transaction."""
    rows = lines.of_transaction(transaction, None, switch.livemode(), now)
    return tuple(
        Line(row["kind"], row["minor"], row["currency"], row["settled_minor"], row["settled_currency"]) for row in rows
    )


def ours(ids: list[str]) -> dict[str, set[Line]]:
    """The lines that the ledger has of balance transactions, in one statement."""
    found: dict[str, set[Line]] = {}
    for id_, *values in db.session.execute(
        select(
            Entry.source_id, Entry.kind, Entry.minor, Entry.currency, Entry.settled_minor, Entry.settled_currency
        ).where(Entry.source == "stripe", Entry.source_id.in_(ids))
    ):
        found.setdefault(id_, set()).add(Line(*values))
    return found


def words(these: Iterable[Line]) -> set[str]:
    """The kinds of lines."""
    return {line.word for line in these}


def in_order(these: Iterable[Line]) -> tuple[Line, ...]:
    """Lines in an order that is always the same."""
    return tuple(sorted(these, key=lambda line: (line.word, line.minor)))


class Alone:
    """Finds the transactions that only the ledger has, between one of Stripe's and the next. Both lists go back in
    time; those of the second at which a page ends may stand on the next one."""

    def __init__(self) -> None:
        self._top: datetime | None = None
        self._suspects: set[str] = set()

    def beside(self, page: list[dict]) -> set[str]:
        """What is known to be only ours once this page has been seen."""
        seen = {each["id"] for each in page}
        low = rules.moment(page[-1]["created"])
        found = self._suspects - seen
        if low == self._top:
            self._suspects = found
            return set()
        ours = self._between(low)
        self._suspects = {id_ for id_, at in ours.items() if at == low} - seen
        self._top = low
        return found | ({id_ for id_, at in ours.items() if at > low} - seen)

    def rest(self, since: datetime | None) -> set[str]:
        """What is only ours and older than Stripe's oldest."""
        return self._suspects | set(self._between(since.replace(microsecond=0) if since else None))

    def _between(self, low: datetime | None) -> dict[str, datetime]:
        wanted = [Entry.source == "stripe", Entry.livemode == switch.livemode()]
        if low is not None:
            wanted.append(Entry.happened_at >= low)
        if self._top is not None:
            wanted.append(Entry.happened_at < self._top)
        return dict(
            db.session.execute(
                select(Entry.source_id, func.max(Entry.happened_at))
                .where(*wanted)
                .group_by(Entry.source_id)
                .limit(MOST)
            ).all()
        )


def only_ours(ids: set[str]) -> Iterator[Difference]:
    """Name those that Stripe, asked for each, does not have: some may have come while we looked."""
    there = ours(sorted(ids)) if ids else {}
    for number, id_ in enumerate(sorted(ids)):
        if number >= NAMED or not gateway.has_transaction(id_):
            yield Difference("alone", id_, in_order(there[id_]), (), False)
