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
    """Many strings in two blocks of memory; a list of them would take five times as much."""

    def __init__(self):
        self._text, self._ends = bytearray(), array("Q", [0])

    def append(self, text: str) -> None:
        """One more."""
        self._text += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._text))

    def __getitem__(self, place: int) -> str:
        return self._text[self._ends[place] : self._ends[place + 1]].decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self._ends) - 1


class _Reader(ExcelReader):
    def read_strings(self):
        """What cells share; each is let go of as soon as it is packed."""
        part = self.package.find(SHARED_STRINGS)
        self.shared_strings = _Strings()
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            root = None
            for event, node in iterparse(source, events=("start", "end")):
                root = node if root is None else root
                if event == "end" and node.tag == _ITEM:
                    self.shared_strings.append((Text.from_tree(node).content or "").replace("x005F_", ""))
                    # Also from the tree above it, which would hold an empty element for each.
                    root.clear()


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
