"""Which language a recipient is written to in: their own, their second, an official one of their country, the default.

Only languages that the mailing is written in count. Official languages are CLDR's (unicode.org, territoryInfo), the one
that more people read first; where no law names one, as in Mexico, the one that offices write in. Pure; `statement` says
the same in SQL, and a test compares the two.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from babel.languages import get_official_languages
from sqlalchemy import ColumnElement, and_, case, func, literal

# How a language was come by; the last two are by fallback.
OWN, SECOND, OFFICIAL, DEFAULT = WAYS = ("own", "second", "official", "default")
BY_FALLBACK = frozenset({OFFICIAL, DEFAULT})


@dataclass(frozen=True)
class Choice:
    """The language chosen for somebody, and how it was come by: of WAYS."""

    language: str
    way: str

    @property
    def by_fallback(self) -> bool:
        """Whether they never said that they read it."""
        return self.way in BY_FALLBACK


@dataclass(frozen=True)
class Line:
    """One line of the table before sending: so many in a language, so many of them by fallback."""

    language: str
    number: int
    by_fallback: int


def _written(code: str | None, written: Collection[str]) -> str | None:
    """The language written that serves a reader of `code`: itself, or the one it is a variety of (pt-BR: pt)."""
    if not code:
        return None
    if code in written:
        return code
    base = code.partition("-")[0]
    return base if base in written else None


@cache
def official(iso2: str) -> tuple[str, ...]:
    """The official languages of a country, the most read first, as BCP 47 codes."""
    found = get_official_languages(iso2) or get_official_languages(iso2, de_facto=True)
    return tuple(code.replace("_", "-") for code in found)


def of_countries(iso2_by_code: Mapping[str, str | None], written: Collection[str]) -> dict[str, str]:
    """By the code of a country, the first of its official languages that is written; others are left out."""
    found = {}
    for code, iso2 in iso2_by_code.items():
        said = (_written(one, written) for one in (official(iso2) if iso2 else ()))
        language = next((one for one in said if one), None)
        if language:
            found[code] = language
    return found


def choose(
    own: str | None,
    second: str | None,
    country: str | None,
    *,
    written: Collection[str],
    countries: Mapping[str, str],
    default: str,
) -> Choice:
    """The language for somebody. `countries` is what `of_countries` answers; `default` is among the written."""
    for code, way in ((own, OWN), (second, SECOND)):
        language = _written(code, written)
        if language:
            return Choice(language, way)
    if country and country in countries:
        return Choice(countries[country], OFFICIAL)
    return Choice(default, DEFAULT)


def statement(
    own: ColumnElement,
    second: ColumnElement,
    country: ColumnElement,
    *,
    written: Collection[str],
    countries: Mapping[str, str],
    default: str,
) -> tuple[ColumnElement[str], ColumnElement[bool]]:
    """The same as SQL over columns: the language, and whether it is by fallback."""
    written = sorted(written)
    said = []
    for column in (own, second):
        base = func.split_part(column, "-", 1)
        said += [(column.in_(written), column), (base.in_(written), base)]
    by_language: dict[str, list[str]] = {}
    for code, language in countries.items():
        by_language.setdefault(language, []).append(code)
    there = [(country.in_(sorted(codes)), literal(language)) for language, codes in sorted(by_language.items())]
    fallback = and_(*(func.coalesce(~condition, literal(True)) for condition, _ in said))
    return case(*said, *there, else_=literal(default)), fallback


def table(counts: Iterable[tuple[str, bool, int]]) -> list[Line]:
    """The table before sending, of (language, by fallback, number): the most read language first."""
    numbers: dict[str, list[int]] = {}
    for language, by_fallback, number in counts:
        both = numbers.setdefault(language, [0, 0])
        both[0] += number
        both[1] += number if by_fallback else 0
    lines = [Line(language, *both) for language, both in numbers.items()]
    return sorted(lines, key=lambda line: (-line.number, line.language))
