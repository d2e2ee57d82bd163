"""Who may not be written to, and why: one statement, joined with whoever is to be written to.

    excluded("un75", now, week_cap=2)           # contact_id, reason: each contact at most once

The first reason of REASONS that holds is the one that is told. Suppression wins over everything; consent is one that
stands towards some network, in the words of its ledger: the last thing a person said to a network counts. A campaign
that somebody left is left whatever they agreed to with networks.
"""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as lazy
from sqlalchemy import Select, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.people.models import Consent, Person, Suppression

from .models import Delivery, Mailing

PURPOSE = "mobilisation"
WEEK = timedelta(days=7)
REASONS = {
    "erased": lazy("Was erased"),
    "objected": lazy("Wants no mails"),
    "complained": lazy("Reported a mail of ours as unwanted"),
    "bounced": lazy("No mail arrives at the address"),
    "unsubscribed": lazy("Left all mailings"),
    "restricted": lazy("Asked that nothing is used"),
    "not_me": lazy("Said that it was somebody else"),
    "no_address": lazy("No address is known"),
    "no_consent": lazy("Agreed with no network to get calls to act"),
    "left_campaign": lazy("Left the mails of this campaign"),
    "week_cap": lazy("Gets enough mails this week"),
}


def agreed(person_id, networks: tuple[int, ...] | None = None):
    """The condition that a person (a column with their id) agreed to get calls to act, and did not take that back, with
    one of these networks; None: with any."""
    given, later = aliased(Consent), aliased(Consent)
    newer = (
        exists()
        .where(
            later.person_id == given.person_id,
            later.network_id == given.network_id,
            later.purpose == PURPOSE,
            tuple_(later.at, later.id) > tuple_(given.at, given.id),
        )
        .correlate(given)
    )
    of_network = given.network_id.is_not(None) if networks is None else given.network_id.in_(networks)
    return exists().where(
        given.person_id == person_id, given.purpose == PURPOSE, given.act == "given", of_network, ~newer
    )


def left(person_id, campaign: str):
    """The condition that the last thing a person (a column with their id) said to a campaign about calls to act is that
    they want no more of them."""
    gone, later = aliased(Consent), aliased(Consent)
    same = and_(later.person_id == gone.person_id, later.campaign == campaign, later.purpose == PURPOSE)
    newer = exists().where(same, tuple_(later.at, later.id) > tuple_(gone.at, gone.id)).correlate(gone)
    return exists().where(
        gone.person_id == person_id,
        gone.campaign == campaign,
        gone.purpose == PURPOSE,
        gone.act == "withdrawn",
        ~newer,
    )


def mails(person_id, now: datetime):
    """How many mails of ours a person (a column with their id) had within a week, or is about to have, over all
    mailings and networks; one of which nobody knows whether it went out counts."""
    since = now - WEEK
    return (
        select(func.count(Delivery.id))
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Delivery.contact_id == person_id)
        .where(
            or_(
                Delivery.state.in_(("queued", "sending")),
                Delivery.sent_at > since,
                and_(Delivery.state == "uncertain", Mailing.frozen_at > since),
            )
        )
        .scalar_subquery()
    )


def excluded(
    campaign: str, now: datetime, *, week_cap: int | None = None, networks: tuple[int, ...] | None = None
) -> Select:
    """People (`contact_id`) whom a campaign may not write to now, with the first `reason` of REASONS. `week_cap`: at
    most so many mails a week; None: any number. `networks`: those that write; None: whichever they agreed with.

    It speaks of everybody: whoever uses it narrows it, by a join on `contact_id` or `.where(Person.id.in_(…))`.
    """
    reasons = [
        (Person.erased_at.is_not(None), "erased"),
        (Suppression.reason.is_not(None), Suppression.reason),
        (Person.restricted_at.is_not(None), "restricted"),
        (Person.email.is_(None), "no_address"),
        (~agreed(Person.id, networks), "no_consent"),
        (left(Person.id, campaign), "left_campaign"),
    ]
    if week_cap is not None:
        reasons.append((mails(Person.id, now) >= week_cap, "week_cap"))
    silent = and_(
        Suppression.email_digest == Person.email_digest, or_(Suppression.until.is_(None), Suppression.until > now)
    )
    found = (
        select(Person.id.label("contact_id"), case(*reasons).label("reason")).outerjoin(Suppression, silent).subquery()
    )
    return select(found.c.contact_id, found.c.reason).where(found.c.reason.is_not(None))


def reasons_of(
    person_ids: list[int],
    campaign: str,
    now: datetime,
    *,
    week_cap: int | None = None,
    networks: tuple[int, ...] | None = None,
) -> Select:
    """`excluded` of a few people, by their ids: for whoever hands a batch over."""
    statement = excluded(campaign, now, week_cap=week_cap, networks=networks)
    return statement.where(statement.selected_columns.contact_id.in_(person_ids))
