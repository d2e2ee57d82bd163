"""What in a text is no word: link addresses, marks of language, placeholders, heading marks. Translators move these
and leave them as they are. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TEXT, ALONE, OPEN, CLOSE = "text", "alone", "open", "close"
_TOKEN = re.compile(
    r"""
    ^(?P<heading>\#{1,6}[ ]+)
    | \[(?P<words>[^\[\]]*)\](?P<end>\((?:[^()\s]|\([^()\s]*\))*\)(?:\{lang=[A-Za-z-]+\})?|\{lang=[A-Za-z-]+\})
    | (?P<auto><(?:https?://|mailto:)[^<>\s]+>)
    | (?P<field>\{[a-z_]+\})
    """,
    re.VERBOSE | re.MULTILINE,
)


@dataclass(frozen=True)
class Part:
    """A run of words, or a code; `number` counts the codes of a text, and an opening one shares it with its closing
    one. `role` says what a code is: heading, link, language or placeholder."""

    kind: str
    text: str
    number: int = 0
    role: str = ""


def parts(text: str) -> Iterator[Part]:
    """A Markdown text in parts; their texts put together are the text again."""
    at = number = 0
    for match in _TOKEN.finditer(text):
        if match.start() > at:
            yield Part(TEXT, text[at : match.start()])
        at = match.end()
        number += 1
        if match["end"] is None:
            role = "heading" if match["heading"] else "link" if match["auto"] else "placeholder"
            yield Part(ALONE, match[0], number, role)
            continue
        role = "link" if match["end"].startswith("(") else "language"
        yield Part(OPEN, "[", number, role)
        if match["words"]:
            yield Part(TEXT, match["words"])
        yield Part(CLOSE, f"]{match['end']}", number, role)
    if at < len(text):
        yield Part(TEXT, text[at:])
