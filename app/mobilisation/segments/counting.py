"""How many contacts a rule means, by counting bits (contacts_models.Bits): one statement, whatever the rule.

What stands in kinds is there as strings of bits; who signed, wrote or, for a coordinator, was written to is made into
such strings as it is asked, so that whoever is hidden is in none. A rule is then `&`, `|` and `~` over these strings,
in the first, second, … organisation of everybody, and whoever it holds for in one of them is counted once. The few of
whom the bits may not say what is so are left out, and asked themselves.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    any_,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIT

from app.kernel.db import plain
from app.states import queries as states

from .. import contacts_models as known
from ..contacts_models import CHUNK, Bits, Contact, Entry
from .facts import Facts, Viewer
from .rule import BEFORE, SINCE, Is, Rule
from .sql import facts_of, key_of, name_of, number_among, set_of, whole

_STRING = BIT(1 << CHUNK)
_NOBODY = literal_column(f"B'0'::bit({1 << CHUNK})", _STRING)
# A word of a string: 64 bits.
_WORD = 6


def number(rule: Rule, viewer: Viewer, campaign: str, now: datetime) -> Select:
    """How many contacts a rule means, in the column `number`. Raises as sql.places."""
    facts = facts_of(rule, viewer, campaign, now)
    everybody = _said(Bits.what == known.EVERYBODY).cte("everybody")
    late = _late(Entry.mailed.is_(False)).cte("late")
    strings = _Strings(facts)
    here = strings.all([everybody.c.bits, whole(rule, strings), strings.none(strings.of("late", late))])
    met = select(func.bit_or(here).label("bits")).select_from(strings.onto(everybody)).group_by(everybody.c.chunk)
    met = met.subquery("met")
    counted = select(func.coalesce(func.sum(func.bit_count(met.c.bits)), 0)).scalar_subquery()
    asked = number_among(rule, facts, select(late.c.contact_id)).scalar_subquery()
    return select(cast(counted + asked, BigInteger).label("number"))


class _Strings:
    """Conditions as strings of bits (sql.Answers), each read or made once."""

    def __init__(self, facts: Facts):
        self.facts = facts
        self.parts: dict[tuple[str, ...], FromClause] = {}
        self.written_to = _late(Entry.mailed).cte("written_to")

    def kept(self, name: tuple[str, ...], made: Select) -> ColumnElement:
        """The strings that a statement makes, by what it is for: columns chunk and bits, and place where it makes a
        difference in which organisation somebody is."""
        if name not in self.parts:
            self.parts[name] = made.subquery(f"string_{len(self.parts)}")
        return func.coalesce(self.parts[name].c.bits, _NOBODY, type_=_STRING)

    def of(self, name: str, people: FromClause) -> ColumnElement:
        """The strings of some people (their `contact_id`)."""
        return self.kept((name,), _made_of(select(people.c.contact_id)))

    def onto(self, everybody: FromClause) -> FromClause:
        """What everybody's strings are joined to."""
        found = everybody
        for one in self.parts.values():
            same = [one.c[name] == everybody.c[name] for name in ("chunk", "place") if name in one.c]
            found = found.outerjoin(one, and_(*same))
        return found

    def areas(self, codes: frozenset[str]) -> ColumnElement:
        few, regions, but = _cover(codes)
        found = [self._one_of(known.COUNTRY, few)] if few else []
        if regions:
            whole_ones = self._one_of(known.REGION, regions)
            found.append(self.all([whole_ones, self.none(self._one_of(known.COUNTRY, but))] if but else [whole_ones]))
        return self.any(found)

    def networks(self, ids: Iterable[int]) -> ColumnElement:
        return self._one_of(known.NETWORK, sorted(map(str, ids)))

    def told(self, asked: Is) -> ColumnElement:
        if asked.kind in (known.LANGUAGE, known.ECOSOC, known.ROLE):
            return self._one_of(asked.kind, sorted(asked.values))
        if asked.kind == known.MAILED and self.facts.viewer.networks is None:
            return self._mailed(asked)
        return self.kept(name_of(asked), _made_of(set_of(asked, self.facts)))

    def none(self, part: ColumnElement) -> ColumnElement:
        return part.bitwise_not()

    def all(self, parts: list) -> ColumnElement:
        return reduce(ColumnElement.bitwise_and, parts) if parts else _NOBODY.bitwise_not()

    def any(self, parts: list) -> ColumnElement:
        return reduce(ColumnElement.bitwise_or, parts) if parts else _NOBODY

    def _mailed(self, asked: Is) -> ColumnElement:
        """Where the last mail was then: of whom the bits may not say it, as deliveries do."""
        said = self.kept((known.MAILED, "said", *asked.values), _said(_reached(name_of(asked)[1])))
        late = select(self.written_to.c.contact_id)
        found = self.kept(name_of(asked), _made_of(set_of(asked, self.facts, late)))
        return self.any([self.all([said, self.none(self.of("written_to", self.written_to))]), found])

    def _one_of(self, what: str, values: list[str]) -> ColumnElement:
        among = Bits.value == any_(literal(values, ARRAY(Text)))
        return self.kept((what, *values), _said(and_(Bits.what == what, among)))


def _late(which: ColumnElement[bool]) -> Select:
    return select(Entry.contact_id).where(which).distinct()


def _cover(codes: frozenset[str]) -> tuple[list[str], list[str], list[str]]:
    """The same areas as some of them, whole regions, and areas that these have too much: as few as may be. Every area
    is in one region at the most."""
    inside: dict[str | None, list[str]] = {}
    outside: dict[str | None, list[str]] = {}
    for area, region in sorted(states.region_of().items()):
        (inside if area in codes else outside).setdefault(region, []).append(area)
    few, regions, but = list(inside.pop(None, ())), [], []
    for region, areas in inside.items():
        missing = outside.get(region, [])
        if len(areas) > len(missing) + 1:
            regions.append(region)
            but += missing
        else:
            few += areas
    return few, regions, but


def _said(where: ColumnElement[bool]) -> Select:
    """What stands in some of the strings, as one."""
    found = select(Bits.chunk, Bits.place, func.bit_or(Bits.bits, type_=_STRING).label("bits"))
    return found.where(where).group_by(Bits.chunk, Bits.place)


def _reached(value: str) -> ColumnElement[bool]:
    """Which strings say that the last mail was then: days of one month, and whole months."""
    if value.startswith(SINCE):
        day = value.removeprefix(SINCE)
        return or_(_in_month(day, Bits.value >= day), and_(Bits.what == known.MAILED_IN, Bits.value > day[:7]))
    months = Bits.what == known.MAILED_IN
    if value.startswith(BEFORE):
        day = value.removeprefix(BEFORE)
        known_months = Bits.value > known.SOME_DAY.isoformat()[:7]
        return or_(_in_month(day, Bits.value < day), and_(months, known_months, Bits.value < day[:7]))
    return months


def _in_month(day: str, where: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(Bits.what == known.MAILED, Bits.value.startswith(day[:7]), where)


def _made_of(found: Select) -> Select:
    """Strings of the contacts that a statement finds, by their ids or by those of their organisations."""
    found = found.subquery()
    one = key_of(found)
    if one.name == Contact.contact_id.name:
        people, place = found, []
    else:
        people = select(plain(Contact.contact_id), Contact.place).join(found, one == Contact.organisation_id).subquery()
        place = [people.c.place]
    contact = people.c.contact_id
    chunk = contact.bitwise_rshift(_number(CHUNK)).cast(Integer).label("chunk")
    word = contact.bitwise_and(_number((1 << CHUNK) - 1)).bitwise_rshift(_number(_WORD)).cast(Integer).label("word")
    bit = _number(1).cast(BigInteger).bitwise_lshift(contact.bitwise_and(_number((1 << _WORD) - 1)).cast(Integer))
    words = select(chunk, word, func.bit_or(bit, type_=BigInteger).label("bits"), *place).group_by(chunk, word, *place)
    words = words.subquery()
    string = func.mobilisation_bits(func.array_agg(words.c.word), func.array_agg(words.c.bits), type_=_STRING)
    same = [words.c[name] for name in ("chunk", "place") if name in words.c]
    return select(*same, string.label("bits")).group_by(*same)


def _number(value: int) -> ColumnElement[int]:
    """A small number: PostgreSQL shifts by no large ones."""
    return literal_column(str(value), Integer)
