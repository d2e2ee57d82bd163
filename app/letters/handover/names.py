"""Names as they can be set: without what turns a line round, in letters that our fonts have. Pure."""

import functools
import re
import unicodedata
from pathlib import Path

from anyascii import anyascii

from app.campaigns import glyphs, pictures
from app.kernel.i18n import EVERY

from .records import Signatory

FONTS = Path(__file__).parent / "fonts"
# Overrides and embeddings would turn round what follows a name; other characters of control have no picture.
_UNSEEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_RTL = frozenset(("R", "AL"))
# A word without end has to be broken somewhere, or it leaves its column.
LONGEST = 24
_ENDLESS = re.compile(rf"\w{{{LONGEST + 1},}}|\S{{{2 * LONGEST},}}")


def clean(name: str) -> str:
    """A name on one line, composed, without characters of control and of direction."""
    return " ".join(_UNSEEN.sub(" ", unicodedata.normalize("NFC", name)).split())


def rtl(text: str) -> bool:
    """Whether a text begins from the right: its first strong letter decides (UAX #9, P2)."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind == "L" or kind in _RTL:
            return kind in _RTL
    return False


def soft(text: str) -> str:
    """The text with places to break in words that are longer than a column."""
    return _ENDLESS.sub(lambda found: "\u200b".join(_pieces(found[0])), text)


def _pieces(word: str) -> list[str]:
    return [word[at : at + LONGEST] for at in range(0, len(word), LONGEST)]


@functools.cache
def _drawable() -> frozenset[int]:
    paths = [*pictures.FONTS.glob("*-Regular.ttf"), *FONTS.glob("*.ttf")]
    return frozenset().union(*(glyphs.characters(path) for path in paths))


def drawable(text: str) -> bool:
    """Whether our fonts have every character of a clean text."""
    known = _drawable()
    return all(ord(letter) in known or letter == " " or unicodedata.category(letter) == "Cf" for letter in text)


def drawn(text: str) -> str:
    """A clean text in letters that our fonts have: the words that need others, in Latin letters; signs left out."""
    text = clean(text)
    if drawable(text):
        return text
    words = (word if drawable(word) else _latin(word) for word in text.split())
    return " ".join(word for word in words if word)


def _latin(word: str) -> str:
    letters = (letter for letter in word if unicodedata.category(letter) not in ("So", "Sk", "Co", "Cn"))
    return clean(anyascii("".join(letters)))


def shown(one: Signatory, language: str) -> tuple[str, str, str]:
    """How a signatory is called in a document's language: the name as signed and its language, and in the document's
    language what else it is called, or "". Where the signed name cannot be drawn, another one that can takes its
    place, else its sound in Latin letters; where nothing is left of it, an ellipsis."""
    name, spoken = clean(one.name), one.language if one.language in EVERY else language
    other = clean(one.names.get(language, ""))
    if not drawable(name):
        spare = ((clean(one.names.get(code, "")), code) for code in (language, "en", "fr", "es", *one.names))
        name, spoken = next(
            ((said, code) for said, code in spare if said and code in EVERY and drawable(said)), (drawn(name), "en")
        )
    other = drawn(other) if other and other.casefold() != name.casefold() else ""
    return name or "…", spoken, other


def order(name: str) -> tuple[str, str]:
    """By what names are sorted: their sound in Latin letters, whatever their script."""
    return anyascii(name).casefold().lstrip("'\"«“(-#*@$<\\ "), name
