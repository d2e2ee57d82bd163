"""A run in words and figures."""

import statistics
from collections import Counter
from collections.abc import Iterator

from .house import PARTS
from .run import Result

MOST_FAULTS = 40


def lines(result: Result) -> Iterator[str]:
    """The summary, a line each."""
    yield f"seed {result.seed}: {len(result.outages)} kills in {result.seconds:.0f} s"
    yield from _outages(result)
    yield from _signings(result)
    if result.books:
        yield from _books(result)
    yield f"{len(result.faults)} faults" if result.faults else "nothing lost, nothing doubled, all up again"
    yield from (f"  - {fault}" for fault in result.faults[:MOST_FAULTS])


def _outages(result: Result) -> Iterator[str]:
    yield f"  {'seconds until, median and most':32}{'kills':>6}{'signing again':>18}{'all parts again':>18}{'mail':>18}"
    for part in (*PARTS, "any"):
        found = [o for o in result.outages if part in (o.blow.part, "any")]
        last = [o for o in found if not o.overtaken and o.served is not None]
        mailed = [result.mailbox.mails[o.probe][0].at - o.at for o in last if o.probe in result.mailbox.mails]
        if found:
            yield (
                f"  {part:32}{len(found):>6}{_spread([o.served for o in last]):>18}"
                f"{_spread([o.whole for o in last]):>18}{_spread(mailed):>18}"
            )
    overtaken = sum(o.overtaken for o in result.outages)
    yield f"  after {overtaken} kills another came before all was up; all had to be up within {result.within:.0f} s"


def _spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.1f}  {max(seconds):5.1f}" if seconds else "-"


def _signings(result: Result) -> Iterator[str]:
    people = list(result.crowd.people.values())
    sent = sum(len(person.answers) for person in people)
    yield f"{sent} forms sent by {sum(bool(p.answers) for p in people)} people, answered:"
    yield "  " + ", ".join(f"{answer}: {times}" for answer, times in result.crowd.answers().most_common())
    promised = [person for person in people if person.promised]
    languages = Counter(person.language for person in promised)
    yield f"{len(promised)} people were answered 303: {_listed(languages)}"


def _books(result: Result) -> Iterator[str]:
    people, mails, found = result.crowd.people, result.mailbox.mails, result.books
    unpromised = sum(not people[row.address].promised for row in found.rows if row.address in people)
    gone = sum("withdraw" in person.done for person in people.values())
    yield f"{len(found.rows)} signatures stand and {gone} were withdrawn; {unpromised} stand whose answer was lost"
    more = sum(len(known) > people[address].answers.count(303) for address, known in mails.items() if address in people)
    yield (
        f"{sum(map(len, mails.values()))} mails to {len(mails)} people: {more} got one more than they were told of;"
        f" all done {result.drained:.0f} s after the last signing"
    )
    confirmed, withdrawn = found.total
    stand = confirmed - withdrawn
    yield f"{confirmed} confirmed and {withdrawn} of them withdrew; {stand} are counted, the API tells {result.told}"
    yield f"jobs that failed for good: {_listed(found.failed_jobs) or 'none'}"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{key} {number}" for key, number in sorted(counts.items()))
