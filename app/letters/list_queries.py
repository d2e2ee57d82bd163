"""What is read of a letter's public list: searched, narrowed, turned by key. The same query however long it is."""

from dataclasses import dataclass

from sqlalchemy import Select, select

from app.kernel.listing import Order, Part, part
from app.people.naming import asked_words
from app.people.org_models import ECOSOC

from . import seals
from .list_models import Line, LineKey
from .models import ORGANISATION, ROLLS

PAGE = 50
ORDER = Order((Line.sort_key, Line.id))
COLUMNS = (
    Line.id,
    Line.roll,
    Line.name,
    Line.person,
    Line.title,
    Line.names,
    Line.acronym,
    Line.website,
    Line.country,
    Line.region,
    Line.ecosoc,
    Line.networks,
    Line.version,
    Line.language,
    Line.sort_key,
)
ASKED = ("q", "country", "region", "network", "ecosoc", "list", "at")


@dataclass(frozen=True)
class Search:
    """What a reader looks for on a letter's list."""

    words: str = ""
    country: str = ""
    region: str = ""
    network: str = ""
    ecosoc: str = ""
    roll: str = ORGANISATION

    @property
    def values(self) -> dict[str, str]:
        """The same as an address says it."""
        said = {"q": self.words, "country": self.country, "region": self.region, "network": self.network}
        said |= {"ecosoc": self.ecosoc, "list": "" if self.roll == ORGANISATION else self.roll}
        return {name: value for name, value in said.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether it leaves out anybody of its list."""
        return bool(self.values.keys() - {"list"})


def search_of(asked: dict[str, str]) -> Search:
    """What an address asks for; what is not known narrows nothing."""
    roll = asked.get("list", ORGANISATION)
    network, ecosoc = asked.get("network", ""), asked.get("ecosoc", "")
    return Search(
        asked.get("q", "").replace("\0", "")[:200],
        _code(asked.get("country", "")),
        _code(asked.get("region", "")),
        network if network.isascii() and network.isdigit() and len(network) < 19 else "",
        ecosoc if ecosoc in ECOSOC else "",
        roll if roll in ROLLS else ORGANISATION,
    )


def _code(typed: str) -> str:
    """What may be a code of a place."""
    return typed[:10] if typed.isascii() and typed.isalnum() else ""


def found(letter_id: int, search: Search, columns=COLUMNS) -> Select:
    """The statement that finds the lines."""
    statement = select(*columns).where(Line.letter_id == letter_id, Line.roll == search.roll)
    for column in ("country", "region", "ecosoc"):
        if value := getattr(search, column):
            statement = statement.where(getattr(Line, column) == value)
    if search.network:
        statement = statement.where(_keyed(LineKey.key == f"n:{search.network}"))
    for word in asked_words(search.words):
        if search.roll != ORGANISATION:
            # Of people whole words alone: their names are sealed, and digests have no beginnings.
            statement = statement.where(_keyed(LineKey.key.in_(seals.word_keys(word))))
            continue
        start = f"w:{word[:60]}"
        statement = statement.where(_keyed((LineKey.key >= start) & (LineKey.key <= start + "\U0010ffff")))
    return statement


def lines(letter_id: int, search: Search, cursor: str | None, size: int = PAGE) -> Part:
    """One page of the list. Raises listing.WrongCursor."""
    return part(found(letter_id, search), ORDER, cursor, size)


def _keyed(condition):
    return Line.id.in_(select(LineKey.line_id).where(condition))
