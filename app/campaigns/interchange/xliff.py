"""XLIFF 1.2 (OASIS), which OmegaT, Weblate, memoQ and Trados all read and write. Pure."""

from collections.abc import Iterable
from itertools import groupby

from lxml import etree

from . import inline, xml
from .units import MOST_BYTES, Unit, checked, from_address, printable, refuse

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
MIMETYPE = "application/xliff+xml"
# Our states as XLIFF's `state` of a target; a missing one has no target.
_STATES = {
    "stale": "needs-review-translation",
    "machine": "needs-review-translation",
    "draft": "translated",
    "reviewed": "signed-off",
}
_CODES = {"heading": "x-heading", "link": "link", "language": "x-language", "placeholder": "x-placeholder"}


def write(units: Iterable[Unit], source_language: str, language: str) -> bytes:
    """The units as XLIFF: a `file` for each document, a `trans-unit` for each unit. What is no word, such as a link's
    address, stands in elements that translators' programs protect."""
    root = etree.Element("xliff", {"version": "1.2"}, nsmap={None: NAMESPACE})
    for document, group in groupby(units, key=lambda unit: unit.document):
        file = etree.SubElement(
            root,
            "file",
            {
                "original": document,
                "source-language": source_language,
                "target-language": language,
                "datatype": "x-markdown",
            },
        )
        body = etree.SubElement(file, "body")
        for unit in group:
            _write_unit(body, unit)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _write_unit(body: etree._Element, unit: Unit) -> None:
    element = etree.SubElement(body, "trans-unit", {"id": unit.address, SPACE: "preserve"})
    _fill(etree.SubElement(element, "source"), unit.source)
    if unit.target:
        _fill(etree.SubElement(element, "target", {"state": _STATES[unit.state]}), unit.target)
    for note in unit.notes:
        etree.SubElement(element, "note", {"from": "Plenary"}).text = printable(note)


def _fill(element: etree._Element, text: str) -> None:
    last: etree._Element | None = None
    for part in inline.parts(printable(text)):
        if part.kind == inline.TEXT:
            if last is None:
                element.text = part.text
            else:
                last.tail = part.text
            continue
        name = {inline.ALONE: "ph", inline.OPEN: "bpt", inline.CLOSE: "ept"}[part.kind]
        last = etree.SubElement(element, name, {"id": str(part.number)})
        if part.kind != inline.CLOSE:
            last.set("ctype", _CODES[part.role])
        last.text = part.text


def read(content: bytes) -> list[Unit]:
    """The units of an XLIFF file that came back. Raises WrongFile."""
    if len(content) > MOST_BYTES:
        refuse("too-large")
    root = xml.parse(content)
    if xml.local(root) != "xliff":
        refuse("no-xliff")
    if root.get("version") != "1.2":
        refuse("version")
    found = []
    for element in root.iter("{*}trans-unit"):
        # A direct child: what a translation memory proposes stands deeper.
        target = next((child for child in element if xml.local(child) == "target"), None)
        text = "" if target is None else "".join(target.itertext())
        if unit := from_address(element.get("id", ""), text):
            found.append(unit)
    return checked(found)
