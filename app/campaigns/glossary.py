"""The glossary's rules: where a term occurs, whether a forbidden word does, and the glossary as CSV. Pure."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.kernel.spreadsheet import defused

LONGEST_TERM, LONGEST_NOTE, MOST_ROWS = 120, 600, 2000
_WORD = r"\w"
# Scripts that put no space between words, or write small words onto the next: a term is found anywhere in them.
_UNSPACED = ("zh", "zh-Hant", "ja", "th", "lo", "km", "my", "bo", "ar", "he")


@dataclass(frozen=True)
class Said:
    """A term in one language: the word agreed on ("" where there is none yet) and those not to be used."""

    translation: str = ""
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A term with what it is called in each language. `id` is None for one that is not stored yet."""

    term: str
    note: str = ""
    words: dict[str, Said] = field(default_factory=dict)
    id: int | None = None


def folded(term: str) -> str:
    """The form in which terms are compared: one space between words, small letters."""
    return " ".join(term.split()).casefold()


def occurs(term: str, text: str, language: str) -> bool:
    """Whether a term stands in a text of a language; in English, also in its plural."""
    words = [re.escape(word) for word in folded(term).split()]
    if not words:
        return False
    pattern = r"\s+".join(words)
    if language not in _UNSPACED:
        ending = r"(?:e?s)?" if language == "en" else ""
        pattern = rf"(?<!{_WORD}){pattern}{ending}(?!{_WORD})"
    return re.search(pattern, text.casefold()) is not None


def found(entries: Iterable[Entry], text: str, language: str) -> list[Entry]:
    """The terms that occur in a source text, the longest first."""
    return sorted((e for e in entries if occurs(e.term, text, language)), key=lambda e: (-len(e.term), e.term))


def misused(entries: Iterable[Entry], translation: str, language: str) -> list[tuple[str, Entry]]:
    """Each forbidden word that stands in a translation, with its term."""
    return [
        (word, entry)
        for entry in entries
        for word in entry.words.get(language, Said()).forbidden
        if occurs(word, translation, language)
    ]


def listed(text: str) -> tuple[str, ...]:
    """Words that are typed with a semicolon between them, each once."""
    return tuple(dict.fromkeys(word for part in re.split("[;；؛]", text) if (word := " ".join(part.split()))))


def to_csv(entries: Iterable[Entry], languages: Iterable[str]) -> str:
    """The glossary as CSV: term, note, and two columns for each language. Cells that a spreadsheet would carry out
    are defused."""
    languages = list(languages)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["term", "note", *(name for code in languages for name in (code, f"{code} forbidden"))])
    for entry in entries:
        row = [entry.term, entry.note]
        for code in languages:
            said = entry.words.get(code, Said())
            row += [said.translation, "; ".join(said.forbidden)]
        writer.writerow([defused(cell) for cell in row])
    return out.getvalue()


def _armed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and defused(cell[1:]) == cell else cell


class WrongTable(ValueError):
    """A table that is no glossary: `why` is one of not-text, no-term, unknown-column, twice, too-long, too-many; `row`
    (from 1, the heading) and `cell` say where, as far as that is known."""

    def __init__(self, why: str, row: int = 1, cell: str = ""):
        super().__init__(why)
        self.why, self.row, self.cell = why, row, cell


def from_csv(content: bytes, languages: Iterable[str]) -> list[Entry]:
    """The terms that a CSV file says, with comma or semicolon between cells. Raises WrongTable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongTable("not-text") from None
    if "\0" in text:
        raise WrongTable("not-text")
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise WrongTable("not-text") from None
    columns = _columns(rows[0] if rows else [], set(languages))
    if len(rows) > MOST_ROWS:
        raise WrongTable("too-many")
    entries: dict[str, Entry] = {}
    for number, cells in enumerate(rows[1:], 2):
        said = {name: _armed(cell.strip()) for name, cell in zip(columns, cells, strict=False)}
        if not any(said.values()):
            continue
        entry = _entry(said, number)
        if folded(entry.term) in entries:
            raise WrongTable("twice", number, entry.term)
        entries[folded(entry.term)] = entry
    return list(entries.values())


def _columns(cells: list[str], languages: set[str]) -> list[str]:
    names = [" ".join(cell.split()) for cell in cells]
    if "term" not in names:
        raise WrongTable("no-term")
    known = {"term", "note", *languages, *(f"{code} forbidden" for code in languages)}
    for name in names:
        if name and name not in known:
            raise WrongTable("unknown-column", 1, name[:40])
        if name and names.count(name) > 1:
            raise WrongTable("twice", 1, name[:40])
    return names


def _entry(said: dict[str, str], number: int) -> Entry:
    term, note = " ".join(said.get("term", "").split()), said.get("note", "")
    if not term:
        raise WrongTable("no-term", number)
    words: dict[str, Said] = {}
    for name, cell in said.items():
        if len(cell) > (LONGEST_NOTE if name == "note" else LONGEST_TERM * 4 if " " in name else LONGEST_TERM):
            raise WrongTable("too-long", number, name)
        if name in ("", "term", "note") or not cell:
            continue
        code, _, forbidden = name.partition(" ")
        held = words.get(code, Said())
        words[code] = Said(held.translation, listed(cell)) if forbidden else Said(cell, held.forbidden)
    return Entry(term, note, words)
