"""A rule as one statement over the projection of contacts (contacts_models.py).

What organisations and people have for long stands in kinds, of which there are few. What few of them have (signed,
wrote, were written to) is joined to the contacts: never NULL, so that `not` is the other half.

A signature is seen where everybody can see it, on a public list, and nowhere else: whoever is hidden has no row in what
is joined, and so is in the same half as whoever never signed.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    any_,
    cast,
    column,
    false,
    func,
    lateral,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.util import find_tables

from app.letters.member_queries import on_list
from app.people.queries import usable
from app.petitions.models import Signature

from .. import contacts_models as known
from ..contacts_models import Contact, Kind, KindEntry, MailedEntry
from ..models import Delivery, Mailing
from .facts import Facts, Viewer, writers
from .rule import BEFORE, EVER, NEVER, SINCE, And, Is, Not, Rule

# What has left the house, as far as we know.
_SENT = ("sent", "uncertain")
_LATELY = "lately"


@dataclass
class _Joined:
    """What a statement joins to contacts: by the condition that asks it, the set and the column it is found by."""

    facts: Facts
    sets: dict[tuple, FromClause] = field(default_factory=dict)

    def has(self, asked: Is) -> ColumnElement[bool]:
        """The condition under which a contact is in the set of what is asked."""
        if _of_kind(asked, self.facts.viewer):
            late = self.sets.setdefault((_LATELY,), _lately().cte(_LATELY))
            return _reached(asked.values[0], func.coalesce(late.c.mailed, Kind.mailed, type_=Date()))
        key = _name(asked)
        if key not in self.sets:
            found, name = _set(asked.kind, key[1:], self.facts), f"fact_{len(self.sets)}"
            # What is read from an index alone is read again rather than kept, so that processes can share it.
            self.sets[key] = found.subquery(name) if asked.kind.startswith("signed-") else found.cte(name)
        return _key(self.sets[key]).is_not(None)

    def onto(self, statement: Select, contact) -> Select:
        """The statement with every set joined; `contact` has the columns of Contact."""
        for one in self.sets.values():
            statement = statement.outerjoin(one, _key(one) == getattr(contact, _key(one).name))
        return statement


class _Within(_Joined):
    """The same where everybody is in what is asked."""

    def has(self, asked: Is) -> ColumnElement[bool]:
        return true()


class _Bits(_Joined):
    """The same as columns of `_touched` say it."""

    def has(self, asked: Is) -> ColumnElement[bool]:
        if _of_kind(asked, self.facts.viewer):
            return _reached(asked.values[0], func.coalesce(column("late"), Kind.mailed, type_=Date()))
        bit = 1 << list(self.sets).index(_name(asked))
        return column("bits", BigInteger).op("&")(literal_column(str(bit))) != 0


def _name(asked: Is) -> tuple[str, ...]:
    """What a set is kept by: never written to is not to be among those who were."""
    return asked.kind, *sorted(EVER if value == NEVER else value for value in asked.values)


def _of_kind(asked: Is, viewer: Viewer) -> bool:
    """Whether kinds tell it, but for the few of whom it is not folded yet: when a mailing reached somebody; not which,
    so it tells nothing to who may know of some networks' mailings alone."""
    return asked.kind == "mailed" and viewer.networks is None


def _lately() -> Select:
    """The contacts whose kind may not say yet when they were last written to, and when that was, as the function
    mobilisation_mailed says it."""
    late = select(MailedEntry.contact_id).distinct().subquery("late")
    day = cast(func.timezone("UTC", func.max(Delivery.sent_at)), Date)
    last = select(func.coalesce(day, known.SOME_DAY).label("day")).where(
        Delivery.contact_id == late.c.contact_id, Delivery.state.in_(_SENT)
    )
    last = lateral(last.having(func.count() > 0)).alias("last")
    mailed = func.coalesce(last.c.day, known.NEVER, type_=Date()).label("mailed")
    return select(late.c.contact_id, mailed).select_from(late).outerjoin(last, true())


def _reached(value: str, day: ColumnElement[date]) -> ColumnElement[bool]:
    """A condition on the day of the last mail. Days begin at midnight UTC, as those of a rule do."""
    if value.startswith(SINCE):
        return day >= date.fromisoformat(value.removeprefix(SINCE))
    if value.startswith(BEFORE):
        return and_(day > known.SOME_DAY, day < date.fromisoformat(value.removeprefix(BEFORE)))
    return day > known.NEVER


def _key(one: FromClause) -> ColumnElement:
    return next(iter(one.c))


def _set(kind: str, values: tuple[str, ...], facts: Facts) -> Select:
    """The organisations, or the contacts, of whom something is so, each once."""
    if kind == "signed-letter":
        return on_list(*(facts.letters[slug] for slug in values))
    if kind == "signed-petition":
        found = (
            select(Signature.person_id.label("contact_id"))
            .where(Signature.petition_id.in_([facts.petitions[slug] for slug in values]))
            .where(Signature.state == "confirmed", Signature.shown == "name", usable(Signature.person_id))
        )
        # Nobody signs one petition twice.
        return found.distinct() if len(values) > 1 else found
    if kind == "wrote":
        return writers()(facts.campaign_id)
    return _mailed(values[0], facts.viewer)


def _mailed(value: str, viewer: Viewer) -> Select:
    """The contacts whom a mailing reached: one of all, and for who sees some networks alone, one of these."""
    found = select(Delivery.contact_id).where(Delivery.contact_id.is_not(None), Delivery.state.in_(_SENT))
    if viewer.networks is not None:
        mine = select(Mailing.id).where(Mailing.network_id == any_(list(viewer.networks)))
        found = found.where(Delivery.mailing_id.in_(mine))
    if value.startswith(SINCE):
        return found.where(Delivery.sent_at >= _midnight(value.removeprefix(SINCE))).distinct()
    if value.startswith(BEFORE):
        latest = func.max(Delivery.sent_at)
        return found.group_by(Delivery.contact_id).having(latest < _midnight(value.removeprefix(BEFORE)))
    return found.distinct()


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.min, UTC)


def _condition(asked: Is, joined: _Joined | None, facts: Facts) -> ColumnElement[bool]:
    """One condition on Kind, or on what is joined; without `joined` as if nobody were in any set."""
    if (areas := facts.countries(asked)) is not None:
        return Kind.country.in_(sorted(areas))
    if asked.kind == "language":
        return or_(Kind.language.in_(asked.values), Kind.second_language.in_(asked.values))
    if asked.kind == "ecosoc":
        return Kind.ecosoc.in_(asked.values)
    if asked.kind == "role":
        return Kind.roles.overlap(literal(list(asked.values), Kind.roles.type))
    if asked.kind == "network":
        return _in_networks([facts.networks[slug] for slug in asked.values])
    if joined:
        found = joined.has(asked)
    else:
        found = _reached(asked.values[0], Kind.mailed) if _of_kind(asked, facts.viewer) else false()
    return not_(found) if asked.values == (NEVER,) else found


def _in_networks(ids: list[int]) -> ColumnElement[bool]:
    return Kind.networks.overlap(literal(ids, Kind.networks.type))


def _whole(rule: Rule, joined: _Joined | None, facts: Facts) -> ColumnElement[bool]:
    if isinstance(rule, Is):
        return _condition(rule, joined, facts)
    if isinstance(rule, Not):
        return not_(_whole(rule.rule, joined, facts))
    # Conditions on the country side by side are one: their codes are few, and kinds are many.
    areas = [facts.countries(one) if isinstance(one, Is) else None for one in rule.rules]
    parts = [_whole(one, joined, facts) for one, found in zip(rule.rules, areas, strict=True) if found is None]
    if said := [found for found in areas if found is not None]:
        both = frozenset.intersection if isinstance(rule, And) else frozenset.union
        parts.append(Kind.country.in_(sorted(both(*said))))
    return and_(true(), *parts) if isinstance(rule, And) else or_(false(), *parts)


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which a contact's organisation exists for a viewer."""
    return true() if viewer.networks is None else _in_networks(list(viewer.networks))


def _asked(rule: Rule, viewer: Viewer, campaign: str, now: datetime) -> tuple[Facts, _Joined, ColumnElement[bool]]:
    facts = Facts(campaign, viewer, now)
    facts.check(rule)
    joined = _Joined(facts)
    return facts, joined, and_(_seen(viewer), _whole(rule, joined, facts))


def places(rule: Rule, viewer: Viewer, campaign: str, now: datetime, *columns) -> Select:
    """Every place (Contact.contact_id, Contact.organisation_id) in which the rule holds, with further columns of
    Contact and Kind. Raises rule.Bad for names that are not known, LookupError for no campaign."""
    _, joined, condition = _asked(rule, viewer, campaign, now)
    statement = select(Contact.contact_id, Contact.organisation_id, *columns).join(Kind, Kind.id == Contact.kind_id)
    return joined.onto(statement, Contact).where(condition)


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
    facts, joined, _ = _asked(And(tuple(asked)), viewer, campaign, now)
    columns = [_condition(one, joined, facts).label(f"answer_{place}") for place, one in enumerate(asked)]
    statement = select(Contact.contact_id, Contact.organisation_id, *columns)
    return joined.onto(statement.join(Kind, Kind.id == Contact.kind_id), Contact).where(_seen(viewer))


def number(rule: Rule, viewer: Viewer, campaign: str, now: datetime) -> Select:
    """How many contacts a rule means. Raises as `places`.

    Most are in one organisation, and nothing is known of them but their kind: they are counted by kinds, as if nobody
    had signed or been written to. The few of whom more is known are then put right, and those who are in several
    organisations are counted once each.
    """
    facts, joined, condition = _asked(rule, viewer, campaign, now)
    without = and_(_seen(viewer), _whole(rule, None, facts))
    counted = select(func.coalesce(func.sum(Kind.number), 0)).where(~Kind.several, without)
    since = select(func.coalesce(func.sum(KindEntry.number), 0)).join(Kind, Kind.id == KindEntry.kind_id)
    since = since.where(~Kind.several, without)
    several = select(Contact.contact_id).where(Contact.several)
    personal = not _asks_kinds(condition) and all("contact_id" in one.c for one in joined.sets.values())
    if _asks_kinds(condition):
        several = several.join(Kind, Kind.id == Contact.kind_id).where(Kind.several)
    # What is asked of the person alone is put right for everybody at once, wherever they are.
    several = several.where(without) if personal else joined.onto(several, Contact).where(condition)
    total = counted.scalar_subquery() + since.scalar_subquery()
    total += select(func.count()).select_from(several.distinct().subquery("several")).scalar_subquery()
    if joined.sets:
        total += _put_right(rule, joined, without, personal).scalar_subquery()
    return select(total.label("number"))


def _put_right(rule: Rule, joined: _Joined, without: ColumnElement[bool], personal: bool) -> Select:
    """What the contacts of whom more is known change in the number: they are found by what is known of them. Without
    `personal`, those in one organisation."""
    facts, sets = joined.facts, joined.sets
    single = len(sets) == 1 and (_LATELY,) not in sets
    touched = (_touched if single else _several_touched)(sets, personal)
    condition = and_(_seen(facts.viewer), _whole(rule, (_Within if single else _Bits)(facts, sets), facts))
    statement = select(func.count().filter(condition) - func.count().filter(without)).select_from(touched)
    if _asks_kinds(and_(condition, without)):
        statement = statement.join(Kind, Kind.id == touched.c.kind_id).where(condition != without)
    return statement


def _touched(sets: dict[tuple, FromClause], personal: bool) -> FromClause:
    """The contacts of whom the one set knows."""
    one = next(iter(sets.values()))
    if personal:
        place = select(Contact.kind_id).where(Contact.contact_id == one.c.contact_id)
        if not isinstance(one, CTE):
            return select(one.c.contact_id).where(place.exists()).subquery("touched")
        # Each is looked up: no plan reads all contacts for these few.
        there = lateral(place.limit(1)).alias("there")
        return select(there.c.kind_id).select_from(one).join(there, true()).subquery("touched")
    found = select(Contact.kind_id).join(one, _key(one) == getattr(Contact, _key(one).name))
    return found.where(~Contact.several).subquery("touched")


def _several_touched(sets: dict[tuple, FromClause], personal: bool) -> FromClause:
    """The contacts of whom one of several sets knows more, each once: in which of them they are as bits (_Bits)."""
    parts = []
    for place, one in enumerate(sets.values()):
        late = one.c.get("mailed", cast(null(), Date)).label("late")
        bits = literal_column(str(1 << place), BigInteger).label("bits")
        if "contact_id" in one.c:
            parts.append(select(one.c.contact_id, bits, late))
        else:
            parts.append(select(Contact.contact_id, bits, late).join(one, _key(one) == Contact.organisation_id))
    every = union_all(*parts).subquery("every")
    known_by = func.bit_or(every.c.bits).label("bits"), func.max(every.c.late).label("late")
    # Grouped by a column whose statistics are known: the planner would take the others for a few.
    grouped = (Contact.contact_id,) if personal else (Contact.contact_id, Contact.kind_id)
    found = select(*grouped, *known_by).join(every, every.c.contact_id == Contact.contact_id).group_by(*grouped)
    return (found if personal else found.where(~Contact.several)).subquery("touched")


def _asks_kinds(condition: ColumnElement[bool]) -> bool:
    """Whether a condition says anything of kinds."""
    return Kind.__table__ in find_tables(condition, check_columns=True)
