"""Documents of word processors (DOCX): how each language is written in them. Whoever makes one loads python-docx."""

import re

from . import i18n

# Office programs have these or put their own in place; the document's letters must not come out as boxes.
FONTS = {"ar": "Arial", "zh": "Microsoft YaHei"}
LOCALES = {"ar": "ar-SA", "zh": "zh-CN", "en": "en-GB", "fr": "fr-FR", "ru": "ru-RU", "es": "es-ES"}
LATIN_FONT = "Calibri"
ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
# What the schema wants in a paragraph's properties before its direction (ISO/IEC 29500-1, 17.3.1.26).
BEFORE_BIDI = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers",
    "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE",
    "autoSpaceDN",
)  # fmt: skip
# What XML cannot hold (W3C XML 1.0, 2.2).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(text: str) -> str:
    """The text as such a document takes it: Word has its own way to keep numbers together, and shows isolates as boxes
    where a font lacks them."""
    return _UNWRITABLE.sub("", text.translate(ISOLATES))


class Paper:
    """How a language is written in the form's own terms: what python-docx has no word for is set in its XML."""

    def __init__(self, lang: str, sizes: dict[str, float]):
        """`lang` is one of the six; `sizes` are the styles in use, in points. Arabic letters have a size of their own
        in this form, and are given the same."""
        self._lang = lang
        self._sizes = sizes
        self._rtl = i18n.BY_CODE[lang].dir == "rtl"

    def style(self, document) -> None:
        """The fonts and the language of every style in use."""
        from docx.shared import Pt

        for name, size in self._sizes.items():
            style = document.styles[name]
            style.font.name = LATIN_FONT
            style.font.color.rgb = None
            style.font.size = Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in [key for key in fonts.attrib if key.lower().endswith("theme")]:
                del fonts.attrib[theme]
            for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(_name(f"w:{kind}"), FONTS.get(self._lang, LATIN_FONT))
            properties = style.element.get_or_add_rPr()
            # Letters set apart or aslant are for Latin alone: Arabic ones would no longer join.
            for kind in ("szCs", "spacing", "kern", "i", "iCs"):
                for old in properties.findall(_name(f"w:{kind}")):
                    properties.remove(old)
            whole = _element("w:szCs")
            whole.set(_name("w:val"), str(round(2 * size)))
            _insert(properties, whole, ("sz",))
            self._speak(properties)

    def turn_page(self, section) -> None:
        """A4 with margins of 2 cm, columns and page numbers from the language's own side."""
        from docx.shared import Mm

        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
        if self._rtl and section._sectPr.find(_name("w:bidi")) is None:
            _insert(section._sectPr, _element("w:bidi"), ("pgSz", "pgMar", "cols", "titlePg"))

    def turn_table(self, table) -> None:
        """Columns from the language's own side."""
        if self._rtl:
            _insert(table._tbl.tblPr, _element("w:bidiVisual"), ("tblOverlap", "tblpPr", "tblStyle"))

    def repeat_head(self, row) -> None:
        """A head that stands again on the next page."""
        row._tr.get_or_add_trPr().append(_element("w:tblHeader"))

    def write(
        self, paragraph, text: str, bold: bool = False, number: bool = False, lang: str = "", rtl: bool | None = None
    ):
        """A run of text in a paragraph, each with its direction; numbers stand at the line's end. `lang` is the text's
        own language where that is another one, `rtl` its direction where the language does not say it. The run comes
        back."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        run = paragraph.add_run(plain(text))
        run.bold = bold or None
        properties = run._r.get_or_add_rPr()
        if bold and self._rtl:
            properties.append(_element("w:bCs"))
        if self._rtl:
            self.turn_paragraph(paragraph)
        if i18n.EVERY[lang or self._lang].dir == "rtl" if rtl is None else rtl:
            properties.append(_element("w:rtl"))
        if lang and lang != self._lang:
            self._say(properties, lang)
        if number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return run

    def field(self, paragraph, code: str) -> None:
        """What the program that opens the document puts in: PAGE or NUMPAGES."""
        for kind in ("begin", "", "end"):
            run = self.write(paragraph, "")
            part = _element("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(_name("w:fldCharType"), kind)
            else:
                part.text = code
            run._r.append(part)

    def turn_paragraph(self, paragraph) -> None:
        """A paragraph from the language's own side: in it Word reads `left` as the side where lines begin."""
        properties = paragraph._p.get_or_add_pPr()
        if self._rtl and properties.find(_name("w:bidi")) is None:
            _insert(properties, _element("w:bidi"), BEFORE_BIDI)

    def _say(self, properties, lang: str) -> None:
        said = _element("w:lang")
        kind = "bidi" if i18n.EVERY[lang].dir == "rtl" else "eastAsia" if lang in ("zh", "ja", "ko") else "val"
        said.set(_name(f"w:{kind}"), LOCALES.get(lang, lang))
        properties.append(said)

    def _speak(self, properties) -> None:
        for old in properties.findall(_name("w:lang")):
            properties.remove(old)
        said = _element("w:lang")
        said.set(_name("w:val"), LOCALES["en"] if self._rtl or self._lang == "zh" else LOCALES[self._lang])
        said.set(_name("w:eastAsia"), LOCALES["zh"])
        said.set(_name("w:bidi"), LOCALES["ar"])
        properties.append(said)


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return qn(tag)


def _element(tag: str):
    from docx.oxml import OxmlElement

    return OxmlElement(tag)


def _insert(parent, element, after: tuple[str, ...]) -> None:
    """Put an element behind the last of those that the schema wants before it."""
    names = {_name(f"w:{name}") for name in after}
    place = max((number for number, child in enumerate(parent, 1) if child.tag in names), default=0)
    parent.insert(place, element)
