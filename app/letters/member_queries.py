"""What a coordinator is told of members and a letter: who stands on the public list, and of nobody else anything.

It reads `letters_line` alone, which everybody may read: whoever signed and is hidden has no row there, and looks like
whoever never signed (people.disclosure).
"""

from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from app.kernel.db import plain
from app.kernel.listing import Part, part
from app.people.org_models import Organisation
from app.people.org_queries import ORDERS, Search, found

from .list_models import Line

SIGNED, UNKNOWN = "public", "unknown"
_Former = aliased(Organisation)


@dataclass(frozen=True)
class Asked:
    """What a list of members is narrowed by: words of a name, a network (id), and whether they signed in public."""

    words: str = ""
    network: int | None = None
    signed: str = ""

    @property
    def said(self) -> dict[str, str]:
        """The same as an address says it."""
        values = {"q": self.words, "network": str(self.network or ""), "signed": self.signed}
        return {name: value for name, value in values.items() if value}


def stands(letter_id, organisation_id):
    """The condition under which an organisation (a column with its id) stands on a letter's public list, also under the
    number of one that was joined into it."""
    here = exists().where(Line.letter_id == letter_id, Line.organisation_id == organisation_id)
    by_former = exists().where(
        _Former.joined_into == organisation_id, Line.letter_id == letter_id, Line.organisation_id == _Former.id
    )
    return or_(here, by_former)


def on_list(*letter_ids: int):
    """The organisations on a public list of these letters (`organisation_id`), each once, with those that others were
    joined into: for whoever looks for these few among many. One that was joined into another is there, too; it is no
    longer listed anywhere."""
    here = select(plain(Line.organisation_id)).where(Line.letter_id.in_(letter_ids), Line.organisation_id.is_not(None))
    joined = (
        select(plain(_Former.joined_into))
        .join(Line, Line.organisation_id == _Former.id)
        .where(Line.letter_id.in_(letter_ids), _Former.joined_into.is_not(None))
    )
    return here.union(joined)


def members(letter_id: int, asked: Asked, networks: tuple[int, ...] | None, cursor: str | None) -> Part:
    """A page of members of networks that the asker may see (None: all), by name; `listed`: whether each stands on the
    letter's public list. One query. Raises listing.WrongCursor."""
    listed = stands(letter_id, Organisation.id)
    statement = found(Search(words=asked.words, network=asked.network), networks).add_columns(listed.label("listed"))
    if asked.signed == SIGNED:
        statement = statement.where(Organisation.id.in_(on_list(letter_id)))
    elif asked.signed == UNKNOWN:
        statement = statement.where(~listed)
    return part(statement, ORDERS["name"], cursor)
