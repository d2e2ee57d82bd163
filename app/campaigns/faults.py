"""What is wrong with a pack or a block: a code with values, told in English here and in the reader's language at the
desk (wording.py)."""

from dataclasses import dataclass, field

# For whoever writes a pack. The desk has a sentence of its own for each of these that editing can meet.
WORDS = {
    "action": "the line {action} must stand once, as a paragraph of its own",
    "block-empty": "the block %(block)r is empty",
    "block-extra": "the block %(block)r is not in the source language",
    "block-missing": "the block %(block)r is missing",
    "block-unknown": "%(kind)s have no block %(block)r",
    "braces": "braces that mark nothing: a foreign name is written [Name]{lang=en}",
    "braces-open": "braces do not close: %(error)s",
    "dead-link": "the link %(link)s leads nowhere",
    "empty": "the text is empty: it has no block",
    "field-lines": "%(field)r is one line of plain text",
    "field-long": "%(field)r has more than %(most)s characters",
    "field-missing": "missing key %(field)r",
    "foreign": "the foreign name %(name)r needs its language: [Name]{lang=en}",
    "heading": "a heading of level %(level)s follows level %(before)s",
    "headings": "its headings differ in number or level from the source language",
    "html": "raw HTML is not allowed",
    "link": "the link %(link)s leads to no web address, page: or petition:",
    "link-broken": "this link leads to no web address, page: or petition:",
    "link-extra": "the link %(link)s is not in the source language",
    "link-fewer": "the link %(link)s stands fewer times than in the source language",
    "link-missing": "the link %(link)s is missing; it stands in the source language",
    "link-more": "the link %(link)s stands more times than in the source language",
    "marker": "a line in a block may not begin with {#",
    "order": "its blocks stand in another order than in the source language",
    "picture": "pictures are not allowed",
    "placeholder-extra": "the placeholder {%(name)s} is not in the source language",
    "placeholder-missing": "the placeholder {%(name)s} is missing",
    "placeholder-unknown": "unknown placeholder {%(name)s}",
}


@dataclass(frozen=True)
class Finding:
    """One thing wrong with a document: the line, what it is (a code of WORDS), and what that speaks of."""

    line: int
    code: str
    values: dict = field(default_factory=dict, hash=False)

    @property
    def words(self) -> str:
        """In English, for whoever writes a pack."""
        return WORDS[self.code] % self.values if self.values else WORDS[self.code]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a pack: the file below its folder, the line (from 1; 0: the whole file), the words."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class PackFaults(Exception):
    """A pack that may not be imported; `faults` says why."""

    def __init__(self, faults: list[Fault]):
        super().__init__(f"{len(faults)} faults")
        self.faults = faults
