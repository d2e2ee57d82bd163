"""A handover document as PDF: tagged, PDF/UA-1, in our own fonts. The same records give the same bytes."""

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path

from app.campaigns import typesetting
from app.kernel.qr import qr_code

from . import content, names
from .records import Handover

TEMPLATE = Path(__file__).parent / "handover.typ"
# Lists up to so many are set in columns of equal height; that takes a second look at each line.
BALANCED = 240
# From so many on a list is set small, in three columns.
MANY = 150
# Up to so many are tagged as lists; beyond, tags would take more memory than all the rest.
LISTED = 5000
# The vowel marks of Arabic, which its readers do without. Typst gives a letter that bears one back twice, or with the
# words around it not at all, to whoever copies it or has it read out; the DOCX has them as they were written.
_VOWELS = re.compile("[\u064b-\u0652\u0670]")
_FROM_THE_RIGHT = re.compile(rb"(/ViewerPreferences<<[^>]*)/Direction/R2L")


def pdf(handover: Handover) -> bytes:
    """The document. Needs an app's context, for its words; asks no database."""
    made = content.document(handover)
    noon = datetime.combine(handover.made_on, time(12), UTC)
    inputs = {"sheet": _VOWELS.sub("", json.dumps(_sheet(made), ensure_ascii=False))}
    fonts = [names.FONTS]
    made = typesetting.pdf(TEMPLATE, inputs, what="handover", fonts=fonts, timestamp=int(noon.timestamp()))
    return _each_line_its_own(made)


def _each_line_its_own(made: bytes) -> bytes:
    """The same PDF, in which each line has the direction of its letters. Typst says that an Arabic document turns its
    pages from the right; PDFium, and so Chrome, takes that for the direction of every line, and gives the words of a
    Latin name back in reverse. As many bytes as before, so that nothing in the file moves."""
    return _FROM_THE_RIGHT.sub(lambda found: found[1] + b" " * len("/Direction/R2L"), made, count=1)


def _sheet(made: content.Document) -> dict:
    """The document as handover.typ takes it."""
    sheet = {key: value for key, value in _plain(made, ("own", "sections")).items()}
    sheet["own"] = _section(made.own, made.rtl) if made.own else None
    sheet["sections"] = [_section(section, made.rtl) for section in made.sections]
    sheet["qr"] = qr_code(made.url).decode()
    sheet["address"] = made.url.partition("://")[2]
    return sheet


def _plain(made: content.Document, without: tuple[str, ...]) -> dict:
    return {name: getattr(made, name) for name in made.__slots__ if name not in without}


def _section(section: content.Section, rtl: bool) -> dict:
    return {
        "title": section.title,
        "notes": section.notes,
        "size": section.size,
        "columns": 3 if section.size >= MANY else 2,
        "balanced": section.size <= BALANCED,
        "listed": section.size <= LISTED,
        "groups": [_group(group, rtl) for group in section.groups],
        "tables": [asdict(table) for table in section.tables],
    }


def _group(group: content.Group, rtl: bool) -> dict:
    return {
        "name": group.name,
        "more": group.more,
        "entries": [_entry(entry, rtl) for entry in group.entries],
        "groups": [_group(part, rtl) for part in group.groups],
    }


def _entry(entry: content.Entry, rtl: bool) -> list:
    """Name, its language, what follows on its line, and the lines below it. A line has one direction: of a mixed one
    programs that read a PDF take the words in a wrong order."""
    beside = [note for note in entry.notes if names.rtl(note) == entry.rtl] if entry.rtl == rtl else []
    below = [note for note in entry.notes if note not in beside]
    below += [line for line in (entry.other, entry.person) if line]
    name, *rest = (content.isolate(names.soft(text), rtl) for text in (entry.name, *beside, *below))
    return [name, entry.language, rest[: len(beside)], rest[len(beside) :]]
