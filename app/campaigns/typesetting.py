"""Setting texts on paper with typst: the tree it draws, and PDF/UA-1 with our own fonts alone.

Templates lie beside the code that fills them. Their root is `app/`, so that each can import `nodes.typ`.
"""

import functools
import hashlib
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

from app.kernel import i18n
from app.kernel.logs import log

from . import pictures

ROOT = Path(__file__).parents[1]
NODES = Path(__file__).parent / "nodes.typ"
STANDARD = "ua-1"


def pdf(template: Path, inputs: dict[str, str], *, what: str, fonts: Sequence[Path] = (), timestamp: int = 0) -> bytes:
    """What a template makes of its inputs, as PDF/UA-1 (ISO 14289-1). The same inputs give the same bytes; nothing but
    our own fonts, and those in the folders `fonts`, is read. `timestamp` is the second at which it says it was made.

    A character without a glyph, in an operator's address say, may not stop a release: then the PDF is an ordinary one,
    and the log says of `what`.
    """
    import typst  # here: web workers, which never draw, do without its memory

    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[pictures.FONTS, *fonts])
    compiler = typst.Compiler(template, root=ROOT, font_paths=known)
    try:
        return compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=timestamp, sys_inputs=inputs)
    except typst.TypstError as error:
        log.error(f"{what} is not accessible", extra={"error": str(error)[:200]})
        return compiler.compile(format="pdf", timestamp=timestamp, sys_inputs=inputs)


@functools.cache
def design_digest() -> str:
    """Hex SHA-256 of what templates share: the fonts, and how a tree is drawn."""
    return hashlib.sha256(NODES.read_bytes() + pictures.design_digest().encode()).hexdigest()


def isolate(text: str) -> str:
    """The text as a piece whose direction is its own (UAX #9, 2.7)."""
    return f"\u2068{text}\u2069"


class _Nodes(HTMLParser):
    """Sanitised HTML as the tree that nodes.typ draws: texts, and nodes with `kind` and `inner`."""

    KINDS = frozenset(["p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "code", "bdi"])
    EMPTY = frozenset(("br", "hr"))

    def __init__(self, rtl: bool):
        super().__init__(convert_charrefs=True)
        self.rtl = rtl
        self.root: dict = {"kind": "root", "inner": []}
        self.open = [self.root]

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        node: dict = {"kind": tag, "inner": []}
        if tag in self.EMPTY:
            self.open[-1]["inner"].append(node)
        elif tag in self.KINDS:
            if tag == "ol" and (values.get("start") or "").isdigit():
                node["start"] = int(values["start"])
            if values.get("lang"):
                node["lang"] = values["lang"]
            self.open[-1]["inner"].append(node)
            self.open.append(node)

    def handle_endtag(self, tag):
        # A link is its words on paper: its tag opened nothing.
        if tag in self.KINDS:
            self.open.pop()

    def handle_data(self, data):
        within = self.open[-1]
        if within["kind"] in ("root", "ul", "ol", "blockquote") and not data.strip():
            return
        if self.rtl and within["kind"] == "bdi":
            data = isolate(data)
        within["inner"].append(data.replace("\n", " "))


def nodes(html: str, language: str) -> list:
    """What `markdown.render` made, as the tree that nodes.typ draws."""
    parser = _Nodes(i18n.BY_CODE[language].dir == "rtl")
    parser.feed(html)
    parser.close()
    return parser.root["inner"]
