"""Reading a PDF back as two programs do, and how much of what it should say comes back in its order."""

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher

from app.letters.handover import content, words

# Vowel marks go, too: where a letter carries one, typst 0.15 maps that letter twice.
_UNSEEN = re.compile("[\u064b-\u0652\u200b\u200e\u200f\u2060\u2066-\u2069\ufeff\ufffe\x00-\x08\x0b-\x1f]")
# Pdftotext writes where a run of the other direction begins and ends; its spaces may be on the wrong side of that.
_TURNS = re.compile("[\u202a-\u202e]")


def by_poppler(pdf: bytes) -> str:
    """The text as pdftotext gives it."""
    run = subprocess.run(["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True)
    return run.stdout.decode()


def by_pdfium(pdf: bytes) -> str:
    """The text as pypdfium2 gives it, page by page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for page in document:
        text = page.get_textpage()
        pages.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return "\n".join(pages)


def pieces(text: str, language: str) -> list[str]:
    """The words of a text; in Chinese its characters. A word that was broken at a line's end is one again."""
    text = re.sub(r"[-‐‑]\s*", "", _TURNS.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFKC", text))))
    if language == "zh":
        text = re.sub(r"([\u2e80-\u9fff\uf900-\uffef])", r" \1 ", text)
    return re.findall(r"\w+", text)


def in_order(said: list[str], found: list[str]) -> float:
    """The part of what was said that is found in its order."""
    blocks = SequenceMatcher(None, said, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(said)


def lost(said: list[str], found: list[str]) -> list[tuple[list[str], list[str]]]:
    """What was said and not found there, each with what was found instead."""
    steps = SequenceMatcher(None, said, found, autojunk=False).get_opcodes()
    return [(said[a:b], found[c:d]) for kind, a, b, c, d in steps if kind in ("replace", "delete")]


def said(made: content.Document) -> Iterator[str]:
    """Every line of a document in the order in which it is to be read."""
    yield from (made.campaign, *made.addressed, made.day if made.addressed else "", made.kind, made.title)
    yield from (made.addressees, made.standing, "" if made.addressed else made.day)
    yield from made.facts[0] if made.facts else ()
    for label, number in made.facts[1:]:
        yield from (number, label)
    yield from (made.check, made.url.partition("://")[2])
    if made.own:
        yield from _section(made.own)
    yield from (
        made.title,
        *words.plain(made.body),
        made.origin_title,
        *(part for pair in made.origin for part in pair),
    )
    for section in made.sections:
        yield from _section(section)


def _section(section: content.Section) -> Iterator[str]:
    yield from (section.title, *section.notes)
    for region in section.groups:
        yield region.name
        for country in region.groups:
            yield from (country.name, *_entries(country))
        yield from _entries(region)
    for table in section.tables:
        yield from (table.caption, *(cell for row in table.rows for cell in row))


def _entries(group: content.Group) -> Iterator[str]:
    for entry in group.entries:
        yield from (entry.name, *entry.notes, entry.other, entry.person)
    yield group.more
