"""A mailing's text as pieces to fill: Markdown with slots becomes HTML and plain text, once per language. Pure.

Marks stand for slots while Markdown is rendered, so that no value is ever read as Markdown or HTML: each is escaped
when it is put in.
"""

import html as html_entities
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.campaigns import markdown

from . import slots
from .slots import Piece, Slot

_MARKS = re.compile("\ue000([a-p]+)\ue001|https://slot-([a-p]+)\\.invalid/?|slot-([a-p]+)@slot\\.invalid")
# The beginning of an address that is not at its end yet; mail programs make links of those in plain text, too.
_ADDRESS_BEGINS = re.compile(r"https?://|www\.|mailto:", re.IGNORECASE)
_NO_ADDRESS = re.compile("[^!-;=?-~]")
# So far back is looked for it: a word that is longer could be one, and a text of many such must not take minutes.
_FAR = 2000
_TO_MISSION = re.compile(r"(?:\]\(<?|<)mailto:$", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
# What is left of a mark that Markdown took for a part of an address.
_BROKEN = re.compile(r'href="(?:[^"]*%EE%80%8|[^"]+https://slot-|(?!mailto:)[^"]*slot-[a-p]+@)')
_OURS = re.compile(r"\ue000|\ue001|slot-(?=[a-p]+(?:\.|@slot\.)invalid)", re.IGNORECASE)
_BLOCKS = {"p", "h2", "h3", "h4", "h1", "ul", "ol", "blockquote", "hr"}


@dataclass(frozen=True)
class Words:
    """A text of a mailing as somebody wrote it: `variant` is plain or neutral, the body Markdown with slots."""

    language: str
    variant: str
    subject: str
    preheader: str
    body: str


@dataclass(frozen=True)
class Composed:
    """The same in pieces: `html` holds escaped HTML between its slots, the others plain words."""

    language: str
    variant: str
    subject: tuple[Piece, ...]
    preheader: tuple[Piece, ...]
    text: tuple[Piece, ...]
    html: tuple[Piece, ...]

    @property
    def used(self) -> frozenset[str]:
        """The slots that any part of it has."""
        return slots.used((*self.subject, *self.preheader, *self.text))

    def lacking(self, values: Mapping[str, str | None]) -> tuple[str, ...]:
        """The slots that neither have a value nor a fallback for somebody."""
        return slots.lacking((*self.subject, *self.preheader, *self.text), values)


@dataclass(frozen=True)
class Filled:
    """What one recipient reads."""

    subject: str
    preheader: str
    text: str
    html: Markup


class Target(ValueError):
    """A slot stands in a link's target or in an address, and is none by itself; `names` are theirs. Only the link to
    sign may be a target, and the mission's address behind `mailto:`: nobody's name is to be in an address."""

    def __init__(self, names: tuple[str, ...]):
        super().__init__(", ".join(names))
        self.names = names


def compose(words: Words) -> Composed:
    """The pieces of a text. Raises slots.Bad and Target."""
    body = slots.parse(words.body)
    source, found = _marked(body)
    rendered = str(markdown.render(source, language=words.language))
    _whole(rendered, found)
    return Composed(
        words.language,
        words.variant,
        slots.parse(" ".join(words.subject.split())),
        slots.parse(" ".join(words.preheader.split())),
        tuple(_split(_plain(rendered), found)),
        tuple(_split(rendered, found)),
    )


def fill(composed: Composed, values: Mapping[str, str | None]) -> Filled:
    """What somebody with these values (slots.value) reads. Raises slots.Lacking."""
    return Filled(
        slots.fill(composed.subject, values),
        slots.fill(composed.preheader, values),
        slots.fill(composed.text, values),
        fill_html(composed.html, values),
    )


def fill_html(pieces: Iterable[Piece], values: Mapping[str, str | None]) -> Markup:
    """HTML with each value escaped, for text and for an attribute alike. Raises slots.Lacking."""
    pieces = tuple(pieces)
    # Fallbacks are words as well: all that is filled in is escaped, all that stood there is HTML already.
    safe = {name: str(escape(said)) for name, said in values.items() if said}
    escaped = (
        p if isinstance(p, str) else Slot(p.name, None if p.fallback is None else str(escape(p.fallback)))
        for p in pieces
    )
    return Markup(slots.fill(escaped, safe))  # noqa: S704 sanitised by markdown.render, values escaped above


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit, 16)) for digit in f"{number:x}")


def _number(letters: str) -> int:
    return int("".join(f"{ord(letter) - ord('a'):x}" for letter in letters), 16)


def _marked(pieces: tuple[Piece, ...]) -> tuple[str, list[Slot]]:
    """Markdown with a mark for each slot, and the slots in the marks' order. Raises Target."""
    said, found, wrong = "", [], []
    for piece in pieces:
        if isinstance(piece, str):
            said += _OURS.sub("", piece)
            continue
        target = said.endswith(("](", "](<"))
        before = said[-_FAR:]
        to_mission = piece.name == slots.MISSION and bool(_TO_MISSION.search(before))
        if to_mission and piece.fallback is not None and not _ADDRESS.fullmatch(piece.fallback):
            wrong.append(piece.name)
        if (target and piece.name not in slots.LINKS) or (not to_mission and _in_address(before)):
            wrong.append(piece.name)
        mark = _letters(len(found))
        if to_mission:
            said += f"slot-{mark}@slot.invalid"
        elif piece.name not in slots.LINKS:
            said += f"\ue000{mark}\ue001"
        else:
            said += f"https://slot-{mark}.invalid/" if target else f"<https://slot-{mark}.invalid/>"
        found.append(piece)
    if wrong:
        raise Target(tuple(dict.fromkeys(wrong)))
    return said, found


def _in_address(before: str) -> bool:
    """Whether what comes behind these words would be a part of an address."""
    word = _NO_ADDRESS.split(before)[-1]
    return len(word) == _FAR or bool(_ADDRESS_BEGINS.search(word))


def _whole(rendered: str, found: list[Slot]) -> None:
    """Raises Target for slots that are not in the HTML as they were written: in a link's title, or within an address in
    a way that nobody thought of."""
    there = {_number(mark[1] or mark[2] or mark[3]) for mark in _MARKS.finditer(rendered)}
    lost = [slot.name for number, slot in enumerate(found) if number not in there]
    if lost or (found and _BROKEN.search(rendered)):
        raise Target(tuple(dict.fromkeys(lost or [slot.name for slot in found])))


def _split(said: str, found: list[Slot]):
    """The text in pieces where marks stood."""
    last = 0
    for mark in _MARKS.finditer(said):
        number = _number(mark[1] or mark[2] or mark[3])
        if number >= len(found):
            continue
        if said[last : mark.start()]:
            yield said[last : mark.start()]
        yield found[number]
        last = mark.end()
    if said[last:]:
        yield said[last:]


def _plain(rendered: str) -> str:
    """The words of rendered Markdown, with the address of each link behind its words."""
    # For what compiles a mail, not for every web worker.
    from lxml import html as lxml_html

    blocks: list[str] = []
    for element in lxml_html.fragments_fromstring(rendered or "<p></p>"):
        if not isinstance(element, str):
            _block(element, blocks, "")
        elif element.strip():
            blocks.append(_one_line(element).strip())
    return "\n\n".join(blocks)


def _block(element, blocks: list[str], before: str) -> None:
    if element.tag in ("ul", "ol"):
        first = int(element.get("start", 1))
        items = []
        for place, item in enumerate(element, first):
            inner: list[str] = []
            _children(item, inner)
            bullet = f"{place}. " if element.tag == "ol" else "- "
            items.append(before + bullet + f"\n{before}  ".join("\n\n".join(inner).split("\n")))
        blocks.append("\n".join(items))
    elif element.tag == "blockquote":
        inner = []
        _children(element, inner)
        blocks.append("\n".join(f"{before}> {line}" for line in "\n\n".join(inner).split("\n")))
    elif element.tag == "hr":
        blocks.append(f"{before}---")
    else:
        blocks.append(before + _line(element).strip())


def _children(element, blocks: list[str]) -> None:
    """A list item or quotation: its paragraphs, or the bare words of a tight list."""
    if any(child.tag in _BLOCKS for child in element):
        if (element.text or "").strip():
            blocks.append(element.text.strip())
        for child in element:
            if child.tag in _BLOCKS:
                _block(child, blocks, "")
            else:
                blocks.append(_line(child).strip())
    else:
        blocks.append(_line(element).strip())


def _line(element) -> str:
    if element.tag == "br":
        return "\n"
    said = _one_line(element.text)
    for child in element:
        tail = _one_line(child.tail)
        said += _line(child) + (tail.lstrip() if child.tag == "br" else tail)
    if element.tag == "a" and element.get("href"):
        address = element.get("href").removeprefix("mailto:")
        return said if html_entities.unescape(said).removeprefix("mailto:") == address else f"{said} ({address})"
    return said


def _one_line(words: str | None) -> str:
    """Where Markdown's lines end is not where a reader's do."""
    return (words or "").replace("\n", " ")
