"""A rule as one statement over the projection of contacts (contacts_models.py): whom it means, and what its conditions
answer of somebody. How many it means is counted otherwise (counting.py).

What organisations and people have for long stands in kinds, of which there are few. What few of them have (signed,
wrote, were written to) is joined to the contacts: never NULL, so that `not` is the other half.

A signature is seen where everybody can see it, on a public list, and nowhere else: whoever is hidden has no row in what
is joined, and so is in the same half as whoever never signed.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    any_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.kernel.db import plain
from app.letters.member_queries import on_list
from app.petitions.models import Signature

from ..contacts_models import Contact, Kind
from ..models import Delivery, Mailing
from .facts import Facts, Viewer, writers
from .rule import BEFORE, EVER, NEVER, SINCE, And, Is, Not, Rule

# What has left the house, as far as we know.
_SENT = ("sent", "uncertain")


class Answers(Protocol):
    """What conditions are made into: where they hold, and how these are put together."""

    facts: Facts

    def areas(self, codes: frozenset[str]) -> Any:
        """Where the organisation's country is one of these."""

    def networks(self, ids: Iterable[int]) -> Any:
        """Where the organisation is in one of these."""

    def told(self, asked: Is) -> Any:
        """Where a condition holds that is not about countries and networks; of those with EVER and NEVER, as EVER."""

    def none(self, part) -> Any:
        """Where it does not hold."""

    def all(self, parts: list) -> Any:
        """Where all of them hold."""

    def any(self, parts: list) -> Any:
        """Where one of them holds."""


def whole(rule: Rule, answers: Answers):
    """Where a rule holds for the viewer of `answers.facts`, which know every name in it."""
    networks = answers.facts.viewer.networks
    seen = [] if networks is None else [answers.networks(networks)]
    return answers.all([*seen, _holds(rule, answers)])


def _holds(rule: Rule, answers: Answers):
    if isinstance(rule, Is):
        return condition(rule, answers)
    if isinstance(rule, Not):
        return answers.none(_holds(rule.rule, answers))
    # Conditions on the country side by side are one.
    areas = [answers.facts.countries(one) if isinstance(one, Is) else None for one in rule.rules]
    parts = [_holds(one, answers) for one, found in zip(rule.rules, areas, strict=True) if found is None]
    if said := [found for found in areas if found is not None]:
        both = frozenset.intersection if isinstance(rule, And) else frozenset.union
        parts.append(answers.areas(both(*said)))
    return answers.all(parts) if isinstance(rule, And) else answers.any(parts)


def condition(asked: Is, answers: Answers):
    """Where one condition holds."""
    if (areas := answers.facts.countries(asked)) is not None:
        return answers.areas(areas)
    if asked.kind == "network":
        return answers.networks([answers.facts.networks[slug] for slug in asked.values])
    found = answers.told(asked)
    return answers.none(found) if asked.values == (NEVER,) else found


class Rows:
    """Conditions on Kind, and on the sets that a statement joins to Contact; of the contacts in a statement `among`
    alone, where there is one."""

    def __init__(self, facts: Facts, among: Select | None = None):
        self.facts, self.among, self.contact = facts, among, Contact
        if among is not None:
            # Read first: no plan looks among all for the rest of what is asked.
            few = select(*map(plain, (Contact.contact_id, Contact.organisation_id, Contact.kind_id)))
            self.contact = few.where(Contact.contact_id.in_(among)).offset(0).subquery().c
        self.sets: dict[tuple[str, ...], FromClause] = {}

    def areas(self, codes: frozenset[str]) -> ColumnElement[bool]:
        return Kind.country == any_(literal(sorted(codes), ARRAY(Text)))

    def networks(self, ids: Iterable[int]) -> ColumnElement[bool]:
        return Kind.networks.overlap(literal(list(ids), Kind.networks.type))

    def told(self, asked: Is) -> ColumnElement[bool]:
        if asked.kind == "language":
            return or_(Kind.language.in_(asked.values), Kind.second_language.in_(asked.values))
        if asked.kind == "ecosoc":
            return Kind.ecosoc.in_(asked.values)
        if asked.kind == "role":
            return Kind.roles.overlap(literal(list(asked.values), Kind.roles.type))
        key = name_of(asked)
        if key not in self.sets:
            self.sets[key] = set_of(asked, self.facts, self.among).cte(f"fact_{len(self.sets)}")
        return key_of(self.sets[key]).is_not(None)

    def none(self, part: ColumnElement[bool]) -> ColumnElement[bool]:
        return not_(part)

    def all(self, parts: list) -> ColumnElement[bool]:
        return and_(true(), *parts)

    def any(self, parts: list) -> ColumnElement[bool]:
        return or_(false(), *parts)

    def onto(self, statement: Select) -> Select:
        """A statement over `contact` with its kinds and every set that was asked for joined."""
        statement = statement.join(Kind, Kind.id == self.contact.kind_id)
        for one in self.sets.values():
            statement = statement.outerjoin(one, key_of(one) == getattr(self.contact, key_of(one).name))
        return statement


def name_of(asked: Is) -> tuple[str, ...]:
    """What a set is kept by: never written to is not to be among those who were."""
    return asked.kind, *sorted(EVER if value == NEVER else value for value in asked.values)


def key_of(one: FromClause) -> ColumnElement:
    """The column that a set is found by: contact_id or organisation_id."""
    return next(iter(one.c))


def set_of(asked: Is, facts: Facts, among: Select | None = None) -> Select:
    """The organisations (`organisation_id`), or the contacts (`contact_id`), of whom something is so, each once; of the
    contacts `among` whom, those alone."""
    kind, *values = name_of(asked)
    if kind == "signed-letter":
        return on_list(*(facts.letters[slug] for slug in values))
    if kind == "wrote":
        return writers()(facts.campaign_id, among)
    if kind == "signed-petition":
        found = (
            select(plain(Signature.person_id, "contact_id"))
            .where(Signature.petition_id.in_([facts.petitions[slug] for slug in values]))
            .where(Signature.state == "confirmed", Signature.shown == "name")
        )
        found = found if among is None else found.where(Signature.person_id.in_(among))
        # Nobody signs one petition twice.
        return found.distinct() if len(values) > 1 else found
    return _mailed(values[0], facts.viewer, among)


def _mailed(value: str, viewer: Viewer, among: Select | None) -> Select:
    """The contacts whom a mailing reached: one of all, and for who sees some networks alone, one of these."""
    found = select(plain(Delivery.contact_id)).where(Delivery.contact_id.is_not(None), Delivery.state.in_(_SENT))
    if viewer.networks is not None:
        mine = select(Mailing.id).where(Mailing.network_id == any_(list(viewer.networks)))
        found = found.where(Delivery.mailing_id.in_(mine))
    if among is not None:
        found = found.where(Delivery.contact_id.in_(among))
    if value.startswith(SINCE):
        return found.where(Delivery.sent_at >= _midnight(value.removeprefix(SINCE))).distinct()
    if value.startswith(BEFORE):
        latest = func.max(Delivery.sent_at)
        return found.group_by(Delivery.contact_id).having(latest < _midnight(value.removeprefix(BEFORE)))
    return found.distinct()


def _midnight(day: str) -> datetime:
    """Days begin at midnight UTC."""
    return datetime.combine(date.fromisoformat(day), time.min, UTC)


def facts_of(rule: Rule, viewer: Viewer, campaign: str, now: datetime) -> Facts:
    """What the names in a rule mean. Raises as `places`."""
    facts = Facts(campaign, viewer, now)
    facts.check(rule)
    return facts


def places(rule: Rule, viewer: Viewer, campaign: str, now: datetime, *columns) -> Select:
    """Every place (Contact.contact_id, Contact.organisation_id) in which the rule holds, with further columns of
    Contact and Kind. Raises rule.Bad for names that are not known, LookupError for no campaign."""
    rows = Rows(facts_of(rule, viewer, campaign, now))
    return _holding(rule, rows, Contact.contact_id, Contact.organisation_id, *columns)


def _holding(rule: Rule, rows: Rows, *columns) -> Select:
    where = whole(rule, rows)
    return rows.onto(select(*columns)).where(where)


def number_among(rule: Rule, facts: Facts, among: Select) -> Select:
    """How many of the contacts `among` whom (a statement that finds their ids) a rule means."""
    rows = Rows(facts, among)
    return _holding(rule, rows, func.count(rows.contact.contact_id.distinct()))


def contacts(rule: Rule, viewer: Viewer, campaign: str, now: datetime) -> Select:
    """The ids of the contacts that a rule means, each once. Raises as `places`."""
    return places(rule, viewer, campaign, now).with_only_columns(Contact.contact_id).distinct()


def audience(rule: Rule, viewer: Viewer, campaign: str, now: datetime) -> Select:
    """The same, each with the organisation to write to them for: the first in which the rule holds. Raises as
    `places`."""
    found = places(rule, viewer, campaign, now)
    first = func.min(Contact.organisation_id).label("organisation_id")
    return found.with_only_columns(Contact.contact_id, first).group_by(Contact.contact_id)


def answers(asked: list[Is], viewer: Viewer, campaign: str, now: datetime) -> Select:
    """For every place that a viewer may see, what each of these conditions answers: the columns answer_0, answer_1, …
    beside contact_id and organisation_id. Raises as `places`."""
    rows = Rows(facts_of(And(tuple(asked)), viewer, campaign, now))
    columns = [condition(one, rows).label(f"answer_{place}") for place, one in enumerate(asked)]
    statement = rows.onto(select(Contact.contact_id, Contact.organisation_id, *columns))
    return statement.where(whole(And(()), rows))
