"""How long a text is, as bodies of the United Nations count it. Pure.

The limits are in words: 2,000 and 500 for statements to the Economic and Social Council (its resolution 1996/31,
paragraph 37), 10,700 for documents that do not come from the Secretariat, headings and footnotes included (United
Nations Editorial Manual, "Instructions for the preparation of official documents"). What a word is they leave to the
word processor: the form of the Human Rights Council for written statements says to take the number that Word gives. So
does this: each Chinese or Japanese character, full-width punctuation with them, is a word, and so is every other run
without a space.
"""

import re
from collections.abc import Iterable

from .records import LetterText

_ISOLATES = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_CHARACTER = (
    "[\u2e80-\u2fdf\u3001-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff01-\uff60\U00020000-\U0003ffff]"
)
_WORD = re.compile(f"{_CHARACTER}|(?:(?!{_CHARACTER})\\S)+")
# In Chinese texts these are as wide as a character, though other languages have them, too.
_WIDE_IN_CHINESE = re.compile("[‘’“”…—·]")


def count(text: str, language: str) -> int:
    """How many words a plain text in a language has."""
    text = _ISOLATES.sub("", text)
    if language == "zh":
        text = _WIDE_IN_CHINESE.sub("\u3000\u3001\u3000", text)
    return len(_WORD.findall(text))


def length(text: LetterText) -> int:
    """The words of a letter's text, its title and headings included."""
    return count(" ".join((text.title, *plain(text.paragraphs))), text.language)


def lengths(texts: Iterable[LetterText]) -> dict[str, int]:
    """The words of each text by its language."""
    return {text.language: length(text) for text in texts}


def plain(tree: Iterable) -> list[str]:
    """The paragraphs, headings and items of a tree as lines of plain text."""
    lines: list[str] = []
    run: list[str] = []
    for node in tree:
        if isinstance(node, str):
            run.append(node)
        elif node["kind"] in ("strong", "em", "code", "bdi"):
            run += [" ".join(plain(node["inner"]))] if node["inner"] else []
        else:
            if run:
                lines.append("".join(run))
                run = []
            lines += plain(node["inner"])
    return [*lines, "".join(run)] if run else lines
