"""How names of organisations are read: folded to plain Latin letters, without articles, legal forms and places. Pure.

What counts as an article, a legal form or a place are the files in `data/`. Nothing here is shown: it is what names are
found and compared by.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from anyascii import anyascii

from app.states import files as states

from . import numbering

DATA = Path(__file__).parent / "data"
LONGEST_SORT_KEY = 120
# So much of a run of Chinese characters can be looked for at once.
LONGEST_RUN = 12
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u064b-\u0670\u093c-\u094d]+[^\W_]*)*")
# e.V., S.A.R.L., e. V.: letters with dots are one word.
_DOTTED = re.compile(r"(?<!\w)(?:\w\.\s?){1,9}\w\.?(?!\w)")
_IN_BRACKETS = re.compile(r"[(\[（]\s*([^()\[\]（）]{2,12}?)\s*[)\]）]")
# Spellings of one Arabic or Cyrillic letter, and letters whose usual Latin spelling differs from anyascii's.
_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ا", "ة": "ه", "ؤ": "و", "ئ": "ي", "ظ": "ز", "ض": "د", "ـ": None, "ё": "е"}
)
_ARABIC = re.compile(r"[\u0621-\u06ff]")
_ARABIC_MARKS = re.compile(r"[\u064b-\u065f\u0670]")
_ARABIC_ARTICLE = re.compile(r"^(?:[وبك]?ال|ول?ل|لل)(?=..)")
# G20, C40; in a run of Chinese a number stands among letters, and is found by itself.
_MIXED = re.compile(r"[a-z]{1,3}[0-9]+[a-z]?")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# How the sounds of other scripts are written in English, French, German and Spanish, brought to one letter.
_SOUNDS = (
    *(("chtch", "s"), ("shch", "s"), ("sch", "s"), ("tch", "s"), ("dzh", "j"), ("dj", "j"), ("zh", "j"), ("kh", "k")),
    *(("gh", "g"), ("ch", "s"), ("sh", "s"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("ts", "c"), ("tz", "c")),
    *(("x", "ks"), ("ck", "k"), ("q", "k"), ("w", "v")),
)


def tokens(text: str) -> list[str]:
    """The words of a text in lower case and their own script, accents kept; dotted letters are one word."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    text = _ARABIC_MARKS.sub("", text)
    text = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found[0]), text)
    return _WORD.findall(unicodedata.normalize("NFC", text))


def latin(word: str) -> str:
    """A word of `tokens` in plain Latin letters and digits; the Arabic article falls away."""
    if _ARABIC.search(word):
        word = _ARABIC_ARTICLE.sub("", word)
        word = word.removesuffix("ه") if len(word) > 3 else word
    return re.sub(r"[^a-z0-9]", "", anyascii(word).lower())


# Names of one list have their words in common.
@lru_cache(maxsize=1 << 14)
def skeleton(word: str) -> str:
    """The consonants of a Latin word as they sound: what is left equal by different ways to write another script."""
    for written, sound in _SOUNDS:
        word = word.replace(written, sound)
    bones = re.sub(r"[aeiouyh]", "", word)
    return re.sub(r"(.)\1+", r"\1", bones) or word[:2]


def sort_key(name: str) -> str:
    """What a name is sorted by in lists: Latin letters, without the article at its beginning."""
    words = [latin(word) for word in tokens(name)]
    while len(words) > 1 and words[0] in articles():
        words = words[1:]
    return " ".join(word for word in words if word)[:LONGEST_SORT_KEY]


def search_words(texts: Iterable[str]) -> set[str]:
    """The words a name can be found by; of Chinese also every part of a run, as it has no spaces."""
    found: set[str] = set()
    for text in texts:
        for word in tokens(text):
            found.add(latin(word))
            if _HAN.search(word):
                found |= {word[start : start + LONGEST_RUN] for start in range(len(word))}
    return found - {""}


def asked_words(text: str) -> list[str]:
    """The same for what somebody looks for: each of these must begin a word of `search_words`."""
    return [word[:LONGEST_RUN] if _HAN.search(word) else latin(word) or word for word in tokens(text)][:8]


@cache
def articles() -> frozenset[str]:
    """Articles and small connecting words, in Latin letters."""
    return frozenset(latin(word) for row in _rows("articles.csv") for word in tokens(row["word"]))


@cache
def legal_forms() -> dict[tuple[str, ...], str]:
    """Legal forms as words in Latin letters; with each the kind of body it names, or nothing."""
    return {tuple(map(latin, tokens(row["form"]))): row["kind"] for row in _rows("legal_forms.csv")}


@cache
def places() -> dict[tuple[str, ...], str]:
    """Words for countries and continents, with the code of each: names in six languages, and `data/places.csv`."""
    found: dict[tuple[str, ...], str] = {}
    files = states.read()
    for table, key in ((files.regions, "code"), (files.areas, "iso3")):
        for row in table.rows:
            for column in (name for name in table.header if name.startswith("name_")):
                found[tuple(map(latin, tokens(row[column])))] = row[key]
    found |= {tuple(map(latin, tokens(row["word"]))): row["area"] for row in _rows("places.csv")}
    found.pop((), None)
    return found


@cache
def _han(kind: str) -> list[tuple[str, str]]:
    """What may stand in a run of Chinese without a space, longest first: legal forms at its end, places before it."""
    if kind == "forms":
        pairs = [(row["form"], row["kind"]) for row in _rows("legal_forms.csv")]
    else:
        files = states.read()
        pairs = [(row["name_zh"], row["iso3"]) for row in files.areas.rows]
    return sorted(((word, code) for word, code in pairs if _HAN.search(word)), key=lambda pair: -len(pair[0]))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Normal:
    """A name taken apart: its own words in order, the places and kinds of body it names, what abbreviates it, and the
    numbers, Roman numerals, years and single letters that tell it from others of its name."""

    core: tuple[str, ...]
    places: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()
    acronyms: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()

    @property
    def bones(self) -> tuple[str, ...]:
        """The skeletons of its words."""
        return tuple(skeleton(word) for word in self.core)


@lru_cache(maxsize=4096)
def normal(name: str) -> Normal:
    """Take a name apart. A name that is nothing but articles, forms and places keeps its words."""
    acronyms = {acronym(found) for found in _IN_BRACKETS.findall(name) if found.upper() == found and found.isupper()}
    bare_name = numbering.written(_without_acronyms(name))
    words, kinds, found_places = _split_han(tokens(bare_name))
    read = [numbering.han(word) for word in words]
    plain = [numbering.plain(word) for word in (latin(word) for word, _numbers in read) if word]
    numbers = {word for word in plain if word[0].isdigit() or _MIXED.fullmatch(word)}.union(*(more for _, more in read))
    letters = map(latin, numbering.letters(bare_name, articles()))
    bare = [word for word in plain if word not in articles()]
    rest, more_kinds = _take(bare, legal_forms())
    rest, more_places = _take(rest, places(), demonyms=True)
    initials = {"".join(word[0] for word in kept) for kept in (plain, bare, rest)}
    return Normal(
        core=tuple(rest or bare or plain),
        places=frozenset(found_places | more_places) if rest else frozenset(),
        kinds=frozenset(kinds | more_kinds) - {""},
        initials=frozenset(short for short in initials if len(short) >= 3),
        acronyms=frozenset(acronyms - {""}),
        numbers=frozenset(numbers.union(letters)),
    )


def acronym(text: str | None) -> str:
    """An acronym in plain Latin letters, or nothing."""
    return "".join(latin(word) for word in tokens((text or "").replace(".", "")))


def _without_acronyms(name: str) -> str:
    return _IN_BRACKETS.sub(lambda found: " " if found[1].isupper() else found[0], name)


def _split_han(words: list[str]) -> tuple[list[str], set[str], set[str]]:
    kinds: set[str] = set()
    codes: set[str] = set()
    kept = []
    for word in words:
        if _HAN.search(word):
            for form, kind in _han("forms"):
                if word.endswith(form) and len(word) > len(form):
                    word = word.removesuffix(form)
                    kinds.add(kind)
                    break
            for place, code in _han("places"):
                if word.startswith(place) and len(word) > len(place):
                    word = word.removeprefix(place)
                    codes.add(code)
                    break
        kept.append(word)
    return kept, kinds, codes


def _take(words: list[str], phrases: dict[tuple[str, ...], str], demonyms: bool = False) -> tuple[list[str], set[str]]:
    """The words without the phrases found among them, longest first, and what those phrases mean."""
    longest = max(map(len, phrases))
    rest: list[str] = []
    found: set[str] = set()
    place = 0
    while place < len(words):
        for size in range(min(longest, len(words) - place), 0, -1):
            meaning = phrases.get(tuple(words[place : place + size]))
            if meaning is None and size == 1 and demonyms:
                meaning = _demonym(words[place])
            if meaning is not None:
                found.add(meaning)
                place += size
                break
        else:
            rest.append(words[place])
            place += 1
    return rest, found


@cache
def _demonym(word: str) -> str | None:
    """Kenyan, Nigerian: the name of a country of five letters or more, and at most three letters besides."""
    for size in range(len(word) - 1, max(4, len(word) - 4), -1):
        if code := places().get((word[:size],)):
            return code
    return None
