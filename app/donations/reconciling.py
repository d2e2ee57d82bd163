"""The comparison of our books with Stripe's: what was missed is taken in, and each difference is named.

From the last moment at which both agreed (less what may come late) every event that Stripe still has goes through the
same intake as a webhook's, then every balance transaction is laid beside the ledger, then the sums beside the balance.
What is missing is booked; what differs, or is only ours, a person has to look at, as the ledger is never changed. The
agreement of both is written down only when all is equal.

It goes page by page: its memory does not grow with the books, nor the number of statements for a page.
"""

import itertools
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from app.kernel import jobs
from app.kernel.db import db

from . import booking, gateway, intake, switch
from .books import Entry, Event, Reconciliation
from .differences import Alone, Difference, Line, Outcome, expected, in_order, only_ours, ours, words
from .models import Gift

# What Stripe, or a clock, tells late is before the last agreement.
OVERLAP = timedelta(days=2)
# Stripe keeps events for thirty days.
EVENTS_KEPT = timedelta(days=30)
# A job that has not run by then was lost, or has failed for good.
JOB_LOST = timedelta(days=1)
# Of lost jobs, so many at once.
MOST = 1000
# Money moves while we look: so often the end of the list is looked at again before the sums are said to differ.
LOOKS = 3


def reconcile(now: datetime, from_the_start: bool = False) -> list[Outcome]:
    """Compare, repair, and compare again where something was repaired: what each comparison came to, the last of which
    says how both books stand now. Commits. Raises gateway.Away."""
    since = None if from_the_start else _since()
    outcomes = [_compare(since, now)]
    if outcomes[0].unrepaired and since is not None:
        # What is older than the last agreement is no longer as it was.
        since = None
        outcomes.append(_compare(since, now))
    if outcomes[-1].number > outcomes[-1].unrepaired:
        outcomes.append(_compare(since, now))
    return outcomes


def last() -> Reconciliation | None:
    """The last comparison in the present mode; its `differences` are Differences as dicts."""
    return db.session.scalar(
        select(Reconciliation)
        .where(Reconciliation.livemode == switch.livemode())
        .order_by(Reconciliation.id.desc())
        .limit(1)
    )


def _since() -> datetime | None:
    agreed = db.session.scalar(
        select(func.max(Reconciliation.until)).where(
            Reconciliation.agreed, Reconciliation.livemode == switch.livemode()
        )
    )
    return agreed and agreed - OVERLAP


def _compare(since: datetime | None, now: datetime) -> Outcome:
    outcome = Outcome(switch.livemode(), since, now)
    kept = now - EVENTS_KEPT
    _take_events(outcome, max(since or kept, kept), now)
    _lay_beside(outcome, since, now)
    for look in range(LOOKS):
        differing = _sums(outcome)
        if not differing:
            break
        if look < LOOKS - 1:
            _book_the_newest(now)
    outcome.add(differing)
    db.session.add(
        Reconciliation(
            livemode=outcome.livemode,
            since=since,
            until=now,
            agreed=outcome.agreed,
            number=outcome.number,
            differences=[asdict(each) for each in outcome.named],
            balances=outcome.balances,
            ended_at=now,
        )
    )
    db.session.commit()
    return outcome


def _pages(things: Iterator[dict]) -> Iterator[list[dict]]:
    while page := list(itertools.islice(things, gateway.PAGE)):
        yield page


# -- events


def _take_events(outcome: Outcome, since: datetime, now: datetime) -> None:
    """Take in every event that never came, and give those a job again whose job was lost."""
    for page in _pages(gateway.events(since)):
        ids = [event["id"] for event in page]
        known = set(db.session.scalars(select(Event.stripe_id).where(Event.stripe_id.in_(ids))))
        missed = [event for event in page if event["id"] not in known and event["type"] in intake.ACTED_ON]
        before = _states(missed)
        for event in reversed(missed):
            intake.take(event, now)
        outcome.add(
            Difference("gift", str(gift), (Line(before[gift]),), (Line(state),), True)
            for gift, state in _states(missed).items()
            if gift in before and state != before[gift]
        )
        db.session.commit()
    lost = select(Event.id).where(Event.taken_at.is_(None), Event.received_at < now - JOB_LOST)
    for event_id in db.session.scalars(lost.order_by(Event.id).limit(MOST)).all():
        jobs.defer(intake.BOOK_TASK, event_id=event_id)
    db.session.commit()


def _states(events: Iterable[Mapping]) -> dict[int, str]:
    """How the gifts stand that events speak of, in one statement."""
    about = [event["data"]["object"] for event in events]
    sessions = [thing["id"] for thing in about if thing["object"] == "checkout.session"]
    subscriptions = [thing["id"] for thing in about if thing["object"] == "subscription"]
    told = [thing.get("client_reference_id") or (thing.get("metadata") or {}).get("gift") for thing in about]
    keys = [key for each in told if (key := _uuid(each))]
    if not (sessions or subscriptions or keys):
        return {}
    rows = db.session.execute(
        select(Gift.id, Gift.state, Gift.monthly_state).where(
            or_(Gift.session.in_(sessions), Gift.subscription.in_(subscriptions), Gift.key.in_(keys))
        )
    )
    return {id_: f"{state}, {monthly}" if monthly else state for id_, state, monthly in rows}


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


# -- balance transactions


def _lay_beside(outcome: Outcome, since: datetime | None, now: datetime) -> None:
    """Lay Stripe's balance transactions beside the ledger's lines, the newest first, page by page."""
    alone = Alone()
    for page in _pages(gateway.balance_transactions(since)):
        outcome.transactions += len(page)
        said = {each["id"]: expected(each, now) for each in page}
        had = ours(list(said))
        lacking = [each for each in page if words(said[each["id"]]) - words(had.get(each["id"], ()))]
        if lacking:
            new = booking.book_transactions(lacking, now)
            db.session.commit()
            there = ours(sorted({*new, *(each["id"] for each in lacking)}))
            outcome.add(_missing(there, had, said))
            had |= there
        outcome.add(
            Difference("differing", id_, in_order(had[id_]), these, False)
            for id_, these in said.items()
            if id_ in had and set(these) != had[id_] and not words(these) - words(had[id_])
        )
        outcome.add(only_ours(alone.beside(page)))
        db.session.commit()
    outcome.add(only_ours(alone.rest(since)))


def _missing(there: Mapping, had: Mapping, said: Mapping) -> Iterator[Difference]:
    """Name what was lacking. With a charge, others may have been booked: the ledger tells what they are."""
    for id_ in sorted(there):
        should = said.get(id_) or in_order(there[id_])
        yield Difference("missing", id_, in_order(had.get(id_, ())), should, not words(should) - words(there[id_]))
    for id_ in sorted(said.keys() - there.keys() - had.keys()):
        yield Difference("missing", id_, (), said[id_], False)


def _book_the_newest(now: datetime) -> None:
    """Book what moved while we looked."""
    for page in _pages(gateway.balance_transactions(now - OVERLAP)):
        had = ours([each["id"] for each in page])
        lacking = [each for each in page if words(expected(each, now)) - words(had.get(each["id"], ()))]
        if lacking:
            booking.book_transactions(lacking, now)
        db.session.commit()


# -- sums


def _sums(outcome: Outcome) -> list[Difference]:
    """Compare what the ledger adds up to with what Stripe holds, by currency."""
    there = gateway.balance()
    here = dict(
        db.session.execute(
            select(Entry.settled_currency, func.sum(Entry.settled_minor))
            .where(Entry.source == "stripe", Entry.livemode == outcome.livemode)
            .group_by(Entry.settled_currency)
        ).all()
    )
    db.session.commit()
    sums = {
        currency: {"here": int(here.get(currency, 0)), "there": there.get(currency, 0)}
        for currency in sorted(here.keys() | there.keys())
    }
    outcome.balances = {currency: both for currency, both in sums.items() if any(both.values())}
    return [
        Difference(
            "balance",
            currency,
            (Line("balance", both["here"], currency),),
            (Line("balance", both["there"], currency),),
            False,
        )
        for currency, both in sums.items()
        if both["here"] != both["there"]
    ]
