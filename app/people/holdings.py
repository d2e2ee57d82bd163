"""What is held about a person, room by room: each says what it holds, how it corrects it, and stops writing to them.

    people.register_holding("signatures", signatures, label=lazy("Signatures"), fields={"name": Field(lazy("Name"))})

    def signatures(subject):                    # a Subject; `person_id` is None when nobody here has the address
        return [{"name": "…", "signed_at": datetime, …}, …]

What is given holds everything (GDPR art. 15), under the keys of `fields` and no others: its values are text, numbers,
yes and no, days, moments, or None. The same is shown as a page and given as JSON. How a room lets go of somebody it
says by `operations.register_eraser`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.kernel.db import db
from app.states import queries as states

from .models import Person
from .operations import email_digests
from .rules import discreet


@dataclass(frozen=True)
class Subject:
    """Whose data are asked for: an address as given, its digests, and the person who has it, if there is one."""

    address: str
    digests: tuple[bytes, ...]
    person_id: int | None


@dataclass(frozen=True)
class Field:
    """A value's name on the page, and how the page writes it: `shown(value, language)`; None: as it is."""

    label: object
    shown: Callable[[Any, str], str] | None = None


Give = Callable[[Subject], list[dict[str, Any]]]
Silencer = Callable[[int, str, str, str, datetime], None]


@dataclass(frozen=True)
class Holding:
    """What one room holds of a kind."""

    name: str
    label: object
    fields: dict[str, Field]
    give: Give


@dataclass(frozen=True)
class Change:
    """What is to be corrected about a person; None: that stays."""

    name: str | None = None
    language: str | None = None


_holdings: dict[str, Holding] = {}
_correctors: list[Callable[[int, Change], None]] = []
_silencers: list[Silencer] = []
_places: list[Callable[[int], Iterable[str]]] = []
_remainders: list[tuple[object, Callable[[], bool]]] = []


def register_holding(name: str, give: Give, *, label, fields: dict[str, Field]) -> None:
    """Have what `give` returns stand in every answer to who asks for their data. `name` is its key in the JSON; `label`
    its lazily translated heading."""
    _holdings[name] = Holding(name, label, fields, give)


def register_corrector(corrector: Callable[[int, Change], None]) -> None:
    """Have `corrector(person_id, change)` called, in the same transaction, when a person's data are corrected."""
    if corrector not in _correctors:
        _correctors.append(corrector)


def register_silencer(silencer: Silencer) -> None:
    """Have `silencer(person_id, language, wording, how, now)` called when a person wants no more mails: it ends what
    the room would send, and writes that consent was taken back into the ledger, by those words and in that way."""
    if silencer not in _silencers:
        _silencers.append(silencer)


def register_place(place: Callable[[int], Iterable[str]]) -> None:
    """Have `place(person_id)` say where somebody lives, in codes of areas: mails are neutral where that is safer."""
    if place not in _places:
        _places.append(place)


def register_remainder(words, holds: Callable[[], bool]) -> None:
    """Have `words`, lazily translated, say to everybody who asks to be erased what the law makes a room keep. They are
    said wherever `holds()`: of nobody in particular, as a page that only some get to see tells of what they did."""
    if (words, holds) not in _remainders:
        _remainders.append((words, holds))


def remainders() -> list[str]:
    """What is kept although somebody is erased, in sentences of the present language."""
    return [str(words) for words, holds in _remainders if holds()]


def subject_of(address: str) -> Subject:
    """Whoever has this address, which `addresses.checked_address` returned."""
    digests = tuple(email_digests(address))
    person_id = db.session.scalar(
        select(Person.id).where(Person.email_digest.in_(digests)).order_by(Person.id).limit(1)
    )
    return Subject(address, digests, person_id)


def is_discreet(person_id: int | None) -> bool:
    """Whether to write to them in neutral words: wherever it is not known to be safe where they live."""
    areas = [area for place in _places for area in place(person_id)] if person_id else []
    return not areas or any(discreet(states.civic_space(area)) for area in areas)


def is_known_discreet(person_id: int | None) -> bool:
    """Whether it is known that they live where neutral words are safer: for mails about what they gave us themselves,
    with their name, which nobody need hide where nothing is known."""
    areas = [area for place in _places for area in place(person_id)] if person_id else []
    return any(discreet(states.civic_space(area)) for area in areas)


def everything(subject: Subject) -> list[tuple[Holding, list[dict[str, Any]]]]:
    """All that is held about somebody, room by room, in the order in which the rooms registered. Raises ValueError
    when a room gives what it has not named."""
    found = []
    for holding in _holdings.values():
        rows = holding.give(subject)
        for row in rows:
            if not row.keys() <= holding.fields.keys():
                raise ValueError(f"{holding.name}: {sorted(row.keys() - holding.fields.keys())} is not named")
        found.append((holding, rows))
    return found


def as_json(found: list[tuple[Holding, list[dict[str, Any]]]]) -> dict[str, list[dict[str, Any]]]:
    """The same as plain values by the room's name; days and moments in ISO 8601."""
    return {
        holding.name: [
            {key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()} for row in rows
        ]
        for holding, rows in found
    }


def correct(person_id: int, change: Change) -> None:
    """Correct what is held about a person, everywhere."""
    if change.language is not None:
        person = db.session.get(Person, person_id, with_for_update=True)
        if person is not None and person.erased_at is None:
            person.language = change.language
    for corrector in _correctors:
        corrector(person_id, change)
    db.session.flush()


def silence(person_id: int, language: str, wording: str, how: str, now: datetime) -> None:
    """End whatever would be sent to a person."""
    for silencer in _silencers:
        silencer(person_id, language, wording, how, now)
