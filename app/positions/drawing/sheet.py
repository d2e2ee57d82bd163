"""A drawing as a file that stands alone: with title, day, figures, legend and source, in the reader's language.

The SVG holds its letters as text, with the names of our fonts first; the PNG is made of that very SVG by typst with the
fonts of app/campaigns/fonts alone, so that it looks the same everywhere. Nothing is fetched.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from . import marks
from .marks import Drawing
from .roll import isolated

WIDTH = 2000
EDGE = 60
FONTS = "'Noto Serif','Noto Naskh Arabic','Noto Sans SC',serif"
TEMPLATE = Path(__file__).parent / "sheet.typ"


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the legend: a position, plain or hatched, in words."""

    position: str
    inferred: bool
    words: str


class Quote(str):
    """A paragraph in somebody's own words: it runs as they do, whichever way the sheet runs."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands around a drawing. `figures` are sentences above it, `outlines` the words of the lines in their order,
    `disputed` those of the sign of a disputed claim (None: none is), `neutral` the words for grounds that belong to no
    state (None without a map), `foot` sentences beneath."""

    language: str
    rtl: bool
    above: str
    title: str
    figures: Sequence[str]
    keys: Sequence[Key]
    outlines: Sequence[str]
    neutral: str | None
    foot: Sequence[str]
    disputed: str | None = None


def svg(drawing: Drawing, sheet: Sheet) -> bytes:
    """The file as SVG."""
    page = _Page(sheet)
    page.text(sheet.above, 28, "#535e59")
    page.text(sheet.title, 52, "#1a1f1d", weight=600)
    for sentence in sheet.figures:
        page.text(sentence, 30, "#1a1f1d")
    page.drawing(drawing)
    page.legend()
    for sentence in sheet.foot:
        page.text(sentence, 23, "#535e59")
    height = round(page.y + EDGE / 2)
    return (
        Markup(
            '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"'
            ' viewBox="0 0 {w} {h}" xml:lang="{lang}" font-family="{fonts}"><title>{title}</title>{defs}'
            '<rect width="{w}" height="{h}" fill="#fbfbf9"/>{body}</svg>\n'
        )
        .format(
            w=WIDTH,
            h=height,
            lang=sheet.language,
            fonts=FONTS,
            title=sheet.title,
            defs=marks.defs(),
            body=Markup().join(page.parts),
        )
        .encode()
    )


def png(content: bytes, fonts: Path) -> bytes:
    """The picture of an SVG made here, a pixel for each unit; always the same bytes. `fonts` is our folder of fonts."""
    import typst  # here: a process that draws nothing does without it

    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=known)
    return compiler.compile(format="png", ppi=96, timestamp=0, sys_inputs={"svg": content.decode()})


class _Page:
    """What has been put on the page so far, from the top down."""

    def __init__(self, sheet: Sheet):
        self._sheet = sheet
        self.y = float(EDGE)
        self.parts: list[Markup] = []

    def text(self, text: str, size: int, fill: str, weight: int = 400) -> None:
        """Add a paragraph, broken into lines."""
        quoted = isinstance(text, Quote)
        for words in lines(text, (WIDTH - 2 * EDGE) / size):
            self.y += size * 1.45
            # First strong isolate, UAX #9: each line goes by its own letters.
            words = f"\u2068{words}\u2069" if quoted else words
            self.parts.append(self._words(words, EDGE, self.y - size * 0.35, size, fill, weight))
        self.y += size * 0.25

    def drawing(self, drawing: Drawing) -> None:
        """Add the drawing in the whole width."""
        across = WIDTH - EDGE
        high = round(drawing.height * across / drawing.width)
        self.parts.append(
            Markup(
                '<svg x="{}" y="{}" width="{}" height="{}" viewBox="0 0 {} {}"><g stroke="#727e78"'
                ' stroke-width="1.2">{}</g></svg>'
            ).format(EDGE / 2, round(self.y + 10), across, high, drawing.width, drawing.height, drawing.body)
        )
        self.y += high + 30

    def legend(self) -> None:
        """Add the keys, as many beside one another as fit."""
        size, gap, x = 26, 44, float(EDGE)
        self.y += 46
        for drawn, words in self._keys():
            across = 48 + width(words) * size
            if x > EDGE and x + across > WIDTH - EDGE:
                x, self.y = float(EDGE), self.y + 46
            self.parts.append(
                Markup('<g transform="translate({} {})" stroke="#727e78" stroke-width="1.2">{}</g>').format(
                    self._along(x + 17), self.y - 9, drawn
                )
            )
            self.parts.append(self._words(words, x + 46, self.y, size, "#1a1f1d"))
            x += across + gap
        self.y += 40

    def _keys(self) -> Iterator[tuple[Markup, str]]:
        for key in self._sheet.keys:
            disc = Markup('<circle r="16" fill="{}"/>{}').format(
                marks.ground(key.position, key.inferred), marks.sign(key.position, key.inferred, 0, 0, 0.9)
            )
            yield disc, key.words
        for number, words in enumerate(self._sheet.outlines):
            line = Markup('<path d="M-17 0H17" fill="none" stroke="{}" stroke-width="5" stroke-dasharray="{}"/>')
            yield line.format(marks.LINES[number], marks.DASHES[number]), words
        if self._sheet.disputed:
            yield marks.dispute(0, 0, 1.3), self._sheet.disputed
        if self._sheet.neutral:
            yield Markup('<rect x="-16" y="-12" width="32" height="24" fill="#c9cbc7"/>'), self._sheet.neutral

    def _along(self, x: float) -> float:
        return round(WIDTH - x if self._sheet.rtl else x, 1)

    def _words(self, text: str, x: float, y: float, size: int, fill: str, weight: int = 400) -> Markup:
        rtl = self._sheet.rtl
        return Markup(
            '<text x="{}" y="{}" font-size="{}" font-weight="{}" fill="{}" text-anchor="{}">{}</text>'
        ).format(
            self._along(x), round(y, 1), size, weight, fill, "end" if rtl else "start", isolated(text) if rtl else text
        )


def width(text: str) -> float:
    """About how wide a line is, in widths of its size."""
    return sum(map(_letter, text))


def _letter(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1
    if unicodedata.category(letter) in ("Mn", "Cf"):
        return 0
    if letter.isupper():
        return 0.72
    return 0.62 if "\u0400" <= letter <= "\u04ff" else 0.56


def lines(text: str, most: float) -> list[str]:
    """A paragraph in lines of at most `most` widths; text without spaces is broken between its letters."""
    found, line = [], ""
    for word in _words(text):
        if line and width(line + word.rstrip()) > most:
            found.append(line.strip())
            line = ""
        line += word
    return [*found, line.strip()] if line.strip() else found


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        word += letter
        if letter == " " or unicodedata.east_asian_width(letter) == "W":
            yield word
            word = ""
    yield word
