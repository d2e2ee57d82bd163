"""What must hold when it is over: the books and the mailbox against what the crowd was told. Pure comparisons."""

from collections import Counter
from collections.abc import Iterator

from .books import Books, Row
from .crowd import Person
from .mailbox import Mail


def faults(people: dict[str, Person], mails: dict[str, list[Mail]], books: Books) -> list[str]:
    """Everything that is lost, doubled or wrong, a line each."""
    return [*_doubled(people, books), *_signatures(people, mails, books), *_totals(people, books)]


def _doubled(people: dict[str, Person], books: Books) -> Iterator[str]:
    for address, times in Counter(row.address for row in books.rows).items():
        if times > 1:
            yield f"{address} has {times} signatures"
        if address not in people:
            yield f"{address} has a signature and never signed"


def _signatures(people: dict[str, Person], mails: dict[str, list[Mail]], books: Books) -> Iterator[str]:
    rows = {row.address: row for row in books.rows}
    for address, person in people.items():
        row = rows.get(address)
        if "withdraw" in person.done:
            if row:
                yield f"{address} withdrew and is still there"
        elif row:
            yield from _row(person, row)
        elif person.promised:
            yield f"{address} was answered 303 and is lost"
        if person.promised or row:
            yield from _mails(person, mails.get(address, []))


def _row(person: Person, row: Row) -> Iterator[str]:
    if (row.language, row.area) != (person.language, person.area):
        yield f"{person.address} signed as {person.language}, {person.area} and stands as {row.language}, {row.area}"
    if bool(row.day) != ("confirm" in person.done):
        yield f"{person.address} is {'' if row.day else 'not '}confirmed, buttons answered: {person.done}"


def _mails(person: Person, mails: list[Mail]) -> Iterator[str]:
    if not mails:
        yield f"{person.address} got no mail"
    if wrong := {mail.language for mail in mails} - {person.language}:
        yield f"{person.address} signed in {person.language} and got mail in {', '.join(sorted(wrong))}"


def _totals(people: dict[str, Person], books: Books) -> Iterator[str]:
    confirmed = sum("confirm" in person.done for person in people.values())
    left = sum({"confirm", "withdraw"} <= set(person.done) for person in people.values())
    if books.total != (confirmed, left):
        yield f"{confirmed} confirmed and {left} of them withdrew, and the total says {books.total}"
    if books.total[0] - books.total[1] != sum(bool(row.day) for row in books.rows):
        yield f"the total says {books.total}, and that is not how many confirmed signatures there are"
    by_area = Counter(person.area for person in people.values() if "confirm" in person.done)
    if by_area != {area: confirmed for area, (confirmed, _) in books.by_area.items()}:
        yield f"by area {dict(by_area)} confirmed, and the totals say {books.by_area}"
    by_area = Counter(row.area for row in books.rows if row.day)
    if by_area != Counter({area: confirmed - withdrawn for area, (confirmed, withdrawn) in books.by_area.items()}):
        yield f"by area {dict(by_area)} stand, and the totals say {books.by_area}"
    yield from _days(books)
    yield from (f"recount: {drift}" for drift in books.drift)


def _days(books: Books) -> Iterator[str]:
    """Whoever withdrew left no row to tell the day of confirming, so past midnight a day's total may be more."""
    days = Counter(row.day for row in books.rows if row.day)
    for day, stand in days.items():
        confirmed, withdrawn = books.by_day.get(day, (0, 0))
        if confirmed < stand or (len(books.by_day) == 1 and confirmed - withdrawn != stand):
            yield f"on {day} {stand} confirmed, and the total of the day says {confirmed} less {withdrawn}"
    if tuple(map(sum, zip(*books.by_day.values(), strict=True))) != (books.total if books.by_day else ()):
        yield f"the totals by day say {books.by_day}, and the total {books.total}"
