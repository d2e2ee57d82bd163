"""Workbooks (.xlsx) read as a stream: rows one by one, and the strings that cells share packed together."""

import warnings
from array import array
from collections.abc import Iterator
from typing import BinaryIO

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

_ITEM = f"{{{SHEET_MAIN_NS}}}si"


class _Strings:
    """Many strings in two blocks of memory; a list of them would take five times as much. They are read as far as they
    are asked for: the first rows of a large file need few."""

    def __init__(self, source: Iterator[str]):
        self._source = source
        self._text, self._ends = bytearray(), array("Q", [0])

    def __getitem__(self, place: int) -> str:
        while len(self._ends) <= place + 1:
            text = next(self._source, None)
            if text is None:
                raise IndexError(place)
            self._text += text.encode("utf-8", "surrogatepass")
            self._ends.append(len(self._text))
        return self._text[self._ends[place] : self._ends[place + 1]].decode("utf-8", "surrogatepass")


def _strings(source: BinaryIO) -> Iterator[str]:
    root = None
    for event, node in iterparse(source, events=("start", "end")):
        root = node if root is None else root
        if event == "end" and node.tag == _ITEM:
            yield (Text.from_tree(node).content or "").replace("x005F_", "")
            # Also from the tree above it, which would hold an empty element for each.
            root.clear()


class _Reader(ExcelReader):
    def read_strings(self):
        """What cells share, to be read when they are."""
        part = self.package.find(SHARED_STRINGS)
        self.shared_strings = _Strings(_strings(self.archive.open(part.PartName[1:])) if part is not None else iter(()))


def rows(source: BinaryIO) -> Iterator[tuple]:
    """The rows of the first sheet, each as its cells' values; formulas as they are written, as nobody computes them.
    Raises whatever openpyxl's parsers raise: KeyError, ValueError, BadZipFile, ParseError, …"""
    with warnings.catch_warnings():
        # It warns of styles and extensions that it leaves out.
        warnings.simplefilter("ignore")
        reader = _Reader(source, read_only=True, data_only=False, keep_links=False)
        reader.read()
        sheet = reader.wb.worksheets[0]
        # What a file says of its own size need not be so.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
        reader.wb.close()
