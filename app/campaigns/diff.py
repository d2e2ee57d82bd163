"""What changed between two texts, word by word. Pure; it knows no language, so it serves every script.

A word is a run of letters and digits with their marks; scripts written without spaces are compared by the character,
an address counts as one word. Texts keep the order of their characters: which way they run is the page's affair.
"""

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher

SAME, REMOVED, ADDED = "same", "removed", "added"
ADDRESS = re.compile(r"(?:https?://|mailto:|page:|petition:)[^\s)\]>]+")
# Longer texts are compared by the line: comparing words takes the square of their number.
MOST_WORDS = 6000


def words(old: str, new: str) -> list[tuple[str, str]]:
    """The two texts as parts in order: (same, removed or added; its text).

    What is the same and added, put together, is `new`; what is the same and removed is `old`.
    """
    before, after = list(_split(old)), list(_split(new))
    if max(len(before), len(after)) > MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    parts: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append((SAME, "".join(after[c:d])))
            continue
        parts += [(REMOVED, "".join(before[a:b]))] if b > a else []
        parts += [(ADDED, "".join(after[c:d]))] if d > c else []
    return _joined(parts)


def _split(text: str) -> Iterator[str]:
    end = 0
    for address in ADDRESS.finditer(text):
        yield from _plain(text[end : address.start()])
        yield address[0]
        end = address.end()
    yield from _plain(text[end:])


def _plain(text: str) -> Iterator[str]:
    run, kind = "", None
    for character in text:
        new = _class(character)
        if run and new == kind and new != "alone":
            run += character
        else:
            if run:
                yield run
            run, kind = character, new
    if run:
        yield run


def _class(character: str) -> str:
    if character.isspace():
        return "\n" if character == "\n" else "space"
    if _is_alone(character):
        return "alone"
    return "word" if character.isalnum() or unicodedata.category(character).startswith("M") else "alone"


def _is_alone(character: str) -> bool:
    """Scripts that put no space between words: Han and Kana, Thai, Lao, Khmer, Burmese."""
    number = ord(character)
    return (
        0x0E00 <= number <= 0x0EFF
        or 0x1000 <= number <= 0x109F
        or 0x1780 <= number <= 0x17FF
        or 0x2E80 <= number <= 0x30FF
        or 0x3400 <= number <= 0x9FFF
        or 0xF900 <= number <= 0xFAFF
        or 0x20000 <= number <= 0x3FFFF
    )


def _joined(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Changes with nothing but a space between them are one change: easier to read."""
    found: list[tuple[str, str]] = []
    removed = added = ""
    for number, (kind, text) in enumerate(parts):
        between = kind == SAME and text.strip(" ") == "" and removed + added and number + 1 < len(parts)
        if between:
            removed, added = removed + text, added + text
        elif kind == SAME:
            found += _change(removed, added)
            removed = added = ""
            found.append((SAME, text))
        elif kind == REMOVED:
            removed += text
        else:
            added += text
    return found + _change(removed, added)


def _change(removed: str, added: str) -> list[tuple[str, str]]:
    return ([(REMOVED, removed)] if removed else []) + ([(ADDED, added)] if added else [])
