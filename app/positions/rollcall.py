"""A pasted roll-call, sponsor list or list of aligning countries, in any of the six languages. Pure.

    roll = parse(text, Directory(names))

A name is found whole, as it is in the directory, and never in parts: what is left over beside names must be a word that
joins them or says that they align, or the whole of it is given back as not matched.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from .aliases import aliases
from .folding import fold, is_chinese
from .roll_words import ABOUT, ABSTAIN, COUNTED, HEADINGS, JOINING, NO, NOBODY, TOTALS, YES

# A hyphen at the end of a line, which may belong to the name or not.
_BREAK = "\ue000"
_SEPARATORS = re.compile("[,;،؛、，；•·|\t]|\\s[–—]\\s")
_NOTES = re.compile(r"[*†‡§]+|[¹²³⁰-⁹]+|\[\d+\]|(?<=[^\W\d])\d{1,2}\b")
_COUNT = r"\s*(?:[(（\[]?\s*(\d+)\s*[)）\]]?)?\s*"
_STOP = re.compile(r"(?<!\bSt)(?<!\bSte)(?<!\bSta)(?<!\bSto)(?<!\bRep)(?<!\bDem)\.(?=\s|$)|[。۔](?=\s|$|\D)")
_HEADED = re.compile(r"(?P<words>[^\W\d_][^:：\n(（.;]{0,45}?)" + _COUNT + r"(?:[:：]|(?=\n|$))")
# In words, and in Chinese characters.
LONGEST_NAME, LONGEST_CHINESE = 12, 24


@dataclass(frozen=True)
class Total:
    """What the text says of one cast, and how many states were matched for it."""

    cast: str
    stated: int
    found: int

    @property
    def agrees(self) -> bool:
        """Whether both are one."""
        return self.stated == self.found


@dataclass(frozen=True)
class Roll:
    """What a text holds: `matched` are (state, cast) in its order, each state once, the cast "" in a list that is no
    vote; `unmatched` are (name as written, cast); `doubles` are states named again, with every cast they have there."""

    matched: tuple[tuple[str, str], ...]
    unmatched: tuple[tuple[str, str], ...]
    doubles: tuple[tuple[str, tuple[str, ...]], ...]
    totals: tuple[Total, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing is left to look at: all matched once, and every total as stated."""
        return not self.unmatched and not self.doubles and all(total.agrees for total in self.totals)


class Directory:
    """States by every name they go under: those given, as (code, name), and what aliases.csv has for the same codes."""

    def __init__(self, names: Iterable[tuple[str, str]]):
        self._by_name: dict[str, str] = {}
        names = list(names)
        codes = {code for code, _ in names}
        for code, name in (*names, *((code, name) for name, code in aliases() if code in codes)):
            for form in _forms(name):
                self._by_name.setdefault(form, code)

    def find(self, folded: str) -> str | None:
        """The state that goes under a folded name."""
        return self._by_name.get(folded)


def _forms(name: str) -> Iterator[str]:
    """The folded forms of a name; "Iran (Islamic Republic of)" is also "Islamic Republic of Iran", and "United Republic
    of Tanzania" is "Tanzania, United Republic of"."""
    yield fold(name)
    inverted = re.fullmatch(r"(.+?)\s*[(（](.+)[)）]\s*", name) or re.fullmatch(r"(.+? of(?: the)?) (.+)", name)
    if inverted:
        yield fold(f"{inverted[2]} {inverted[1]}")


def parse(text: str, directory: Directory) -> Roll:
    """Read a text. Nothing is raised; a text without any name gives an empty roll."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "")
    text = re.sub(r"(?<=\w)[-‐‑]\n[ \t]*(?=\w)", _BREAK, text)
    sections = list(_sections(text))
    stated = _stated(text)
    found: list[tuple[str, str]] = []
    unmatched: list[tuple[str, str]] = []
    for cast, count, body in sections:
        if count is not None:
            stated.setdefault(cast, count)
        states, left = _names(body, directory)
        found += [(state, cast) for state in states]
        unmatched += [(name, cast) for name in left]
    casts: dict[str, list[str]] = {}
    for state, cast in found:
        casts.setdefault(state, []).append(cast)
    totals = [
        Total(cast, number, len({state for state, as_cast in found if as_cast == cast}))
        for cast, number in stated.items()
        if any(cast for cast, _, _ in sections)
    ]
    return Roll(
        tuple((state, its[0]) for state, its in casts.items()),
        tuple(unmatched),
        tuple((state, tuple(its)) for state, its in casts.items() if len(its) > 1),
        tuple(totals),
    )


@cache
def _cast_of() -> dict[str, str]:
    return {fold(heading): cast for cast, headings in HEADINGS.items() for heading in headings}


def _sections(text: str) -> Iterator[tuple[str, int | None, str]]:
    """(cast, the count in its heading, what stands below it); one without a cast where no heading is."""
    heads = []
    for head in _HEADED.finditer(text):
        words = head["words"]
        # The heading may follow other words on its line: the shortest tail that is one.
        starts = [0, *(match.end() for match in re.finditer(r"[\s(]+", words))]
        for start in starts:
            cast = _cast_of().get(fold(words[start:]))
            if cast and (head[0].rstrip().endswith((":", "：")) or (start == 0 and _begins_line(text, head.start()))):
                heads.append((head.start() + start, head.end(), cast, int(head[2]) if head[2] else None))
                break
    if not heads:
        before, colon, after = text.partition(":")
        if not colon:
            before, colon, after = text.partition("：")
        yield "", None, _listed(after if colon and len(before) < 300 else text)
        return
    for place, (_, end, cast, count) in enumerate(heads):
        until = heads[place + 1][0] if place + 1 < len(heads) else len(text)
        yield cast, count, _listed(text[end:until])


def _begins_line(text: str, place: int) -> bool:
    return not text[:place].rsplit("\n", 1)[-1].strip()


def _listed(body: str) -> str:
    """A section up to the full stop that ends its list."""
    body = body.strip().removesuffix("(").removesuffix("（").strip()
    stop = _STOP.search(body)
    return (body[: stop.start()] if stop else body).strip().strip(")）")


def _stated(text: str) -> dict[str, int]:
    """The totals told in a sentence; the first that is there."""
    plain = fold(text)
    for words, number in COUNTED:
        plain = plain.replace(words, number)
    for pattern in TOTALS:
        if found := pattern.search(plain):
            numbers = [None if word is None else int(word) if word.isdecimal() else 0 for word in found.groups()]
            return {cast: n for cast, n in zip((YES, NO, ABSTAIN), numbers, strict=True) if n is not None}
    return {}


def _names(body: str, directory: Directory) -> tuple[list[str], list[str]]:
    """States and what is none, with lines as wrapped or as entries of their own: whichever leaves less unmatched."""
    if not body or fold(body) in NOBODY:
        return [], []
    readings = [_split_and_find(body.replace("\n", " "), directory)]
    if "\n" in body:
        readings.append(_split_and_find(body.replace("\n", "\t"), directory))
    return min(readings, key=lambda reading: len(reading[1]))


def _split_and_find(body: str, directory: Directory) -> tuple[list[str], list[str]]:
    parts = [part.strip() for part in _SEPARATORS.split(_NOTES.sub("", body))]
    parts = [part for part in parts if part and fold(part)]
    states, left = [], []
    place = 0
    while place < len(parts):
        for taken in (3, 2, 1):
            joined = ", ".join(parts[place : place + taken])
            # A name can have commas of its own ("Korea, Republic of").
            if place + taken <= len(parts) and (taken == 1 or _whole(joined, directory)):
                break
        found = _within(joined, directory)
        if found is None:
            left.append(joined.replace(_BREAK, "-"))
        else:
            states += found
        place += taken
    return states, left


def _whole(part: str, directory: Directory) -> str | None:
    return next((code for form in _written(part) if (code := directory.find(form))), None)


def _written(part: str) -> Iterator[str]:
    yield fold(part.replace(_BREAK, ""))
    if _BREAK in part:
        yield fold(part.replace(_BREAK, "-"))


def _within(part: str, directory: Directory) -> list[str] | None:
    """The states named in a part; None if there is anything else in it that is no joining word."""
    for form in _written(part):
        pieces = list(form) if is_chinese(form) else form.split()
        found = _scan(pieces, "" if is_chinese(form) else " ", directory)
        if found is not None:
            return found
    return None


def _scan(pieces: list[str], between: str, directory: Directory) -> list[str] | None:
    states: list[str] = []
    place, told = 0, False
    while place < len(pieces):
        taken, state = _at(pieces, place, between, directory)
        if state is not None:
            states.append(state)
        else:
            told |= taken > 0
        if not taken:
            return None
        place += taken
    return states if states or told else None


def _at(pieces: list[str], place: int, between: str, directory: Directory) -> tuple[int, str | None]:
    """How many pieces from a place on are a name, and whose; or a joining word, and None; nought for anything else."""
    longest = LONGEST_NAME if between else LONGEST_CHINESE
    for taken in range(min(longest, len(pieces) - place), 0, -1):
        words = between.join(pieces[place : place + taken])
        # In Arabic "and" is written to the word after it.
        for form in (words, words[1:]) if words.startswith("و") else (words,):
            if state := directory.find(form):
                return taken, state
        if words in JOINING or words in ABOUT:
            return taken, None
    return 0, None
