"""What may be wrong with a document, alone and beside the one it was translated from. Pure."""

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter

from . import markdown
from .faults import Fault
from .format import Block, Document
from .kinds import KINDS, LONGEST_DESCRIPTION, file_name

PLACEHOLDERS = {"mails": {"name", "petition", "action"}}
NEUTRAL_PLACEHOLDERS = {"action"}
LONGEST = {"name": 40, "tagline": 130, "share": 200, "description": LONGEST_DESCRIPTION}
HTML = re.compile(r"<(?!https?://|mailto:)[a-zA-Z/!?]")
# In scripts of their own, a run of Latin words is a foreign name; capitals are acronyms and document symbols.
OWN_SCRIPT = ("ar", "zh", "ru")
LATIN_RUN = re.compile(r"[A-Za-zÀ-ɏ0-9._@/?=:%-]+")
LATIN_NAME = re.compile(r"^(?!.*[.@/?=:]\w)[^a-zà-ɏ]*[A-Za-zÀ-ɏ]*[a-zà-ɏ][A-Za-zÀ-ɏ]+")

Finding = tuple[int, str]


def document_faults(kind: str, code: str, document: Document) -> Iterator[Finding]:
    """What is wrong with one document by itself: line and words."""
    yield from _blocks_wanted(kind, document)
    for key, value in document.front.items():
        if "\n" in value or HTML.search(value):
            yield 2, f"{key!r} is one line of plain text"
        if len(value) > LONGEST.get(key, 1000):
            yield 2, f"{key!r} has more than {LONGEST[key]} characters"
    level = 1
    for block in document.blocks:
        for number, line in enumerate(block.text.split("\n"), block.line + 1):
            if HTML.search(line):
                yield number, "raw HTML is not allowed"
            if "![" in line:
                yield number, "pictures are not allowed"
        for line, heading in markdown.headings_by_line(block.text):
            if heading == 1 or heading > level + 1:
                yield block.line + line, f"a heading of level {heading} follows level {level}"
            level = heading
        for target in markdown.links(block.text):
            if not markdown.allowed(target):
                yield (
                    _line_with(block, target),
                    f"the link {target} leads to no web address, page: or petition:",
                )
        yield from _foreign_names(kind, code, block)


def _blocks_wanted(kind: str, document: Document) -> Iterator[Finding]:
    wanted, keys = KINDS[kind], [block.key for block in document.blocks]
    if not keys:
        yield 1, "the text is empty: it has no block"
    if wanted.blocks:
        for key in wanted.blocks:
            if key not in keys:
                yield 1, f"the block {key!r} is missing"
        for block in document.blocks:
            if block.key not in wanted.blocks + wanted.optional:
                yield block.line, f"{kind} have no block {block.key!r}"


def _foreign_names(kind: str, code: str, block: Block) -> Iterator[Finding]:
    bare = list(markdown.bare_text(block.text))
    for line, text in bare:
        if kind != "mails" and "{" in text:
            yield block.line + line, "braces that mark nothing: a foreign name is written [Name]{lang=en}"
        if "](" in text:
            yield block.line + line, "this link leads to no web address, page: or petition:"
        if code in OWN_SCRIPT:
            for run in LATIN_RUN.findall(re.sub(r"\{\w*\}", "", text)):
                if LATIN_NAME.search(run):
                    yield block.line + line, f"the foreign name {run!r} needs its language: [Name]{{lang=en}}"


def _line_with(block: Block, part: str) -> int:
    lines = block.text.split("\n")
    return block.line + next((n for n, line in enumerate(lines, 1) if part in line), 0)


def compare(kind: str, slug: str, by_language: dict[str, Document], source: str) -> tuple[list[Fault], list[Fault]]:
    """Each translation of a document beside its original: (faults, what has fallen behind).

    Links, headings and placeholders must be the same in a translation that says it was made from this very block: a
    reader loses no source by the language they read. One made from an older text is behind, and no fault.
    """
    faults: list[Fault] = []
    behind: list[Fault] = []
    if kind == "mails":
        for code, document in by_language.items():
            faults += [Fault(file_name(kind, slug, code), line, words) for line, words in _mail_faults(slug, document)]
    original = by_language.get(source)
    if original is None:
        return faults, behind
    if original.source or any(block.source for block in original.blocks):
        faults.append(Fault(file_name(kind, slug, source), 2, "the source language has no from"))
    for code, document in by_language.items():
        if code == source:
            continue
        file = file_name(kind, slug, code)
        faults += [Fault(file, line, words) for line, words in _shape_faults(document, original)]
        for ours, theirs in _pairs(document, original):
            if ours.source is None:
                faults.append(
                    Fault(
                        file, ours.line, f"{ours.key} says not which text it was made from: see `flask campaign mark`"
                    )
                )
            elif ours.source != theirs:
                words = f"stale: {ours.key} was made from another text; its source is {theirs} now"
                behind.append(Fault(file, ours.line, words))
            elif twin := original.block(ours.key):
                faults += [Fault(file, line, words) for line, words in _twin_faults(kind, ours, twin)]
        if document.source == original.digest and kind == "mails":
            faults += [Fault(file, 2, words) for words in _field_faults(document.front, original.front)]
        keys = {block.key for block in document.blocks}
        behind += [
            Fault(file, 0, f"missing: {b.key} is not translated yet") for b in original.blocks if b.key not in keys
        ]
    return faults, behind


def _pairs(document: Document, original: Document) -> Iterator[tuple[Block, str]]:
    yield document.head, original.digest
    for block in document.blocks:
        if twin := original.block(block.key):
            yield block, twin.digest


def _shape_faults(document: Document, original: Document) -> Iterator[Finding]:
    order = [block.key for block in original.blocks]
    for block in document.blocks:
        if block.key not in order:
            yield block.line, f"the block {block.key!r} is not in the source language"
    ours = [order.index(block.key) for block in document.blocks if block.key in order]
    if ours != sorted(ours):
        yield 1, "its blocks stand in another order than in the source language"


def _twin_faults(kind: str, ours: Block, theirs: Block) -> Iterator[Finding]:
    mine, wanted = Counter(markdown.links(ours.text)), Counter(markdown.links(theirs.text))
    for link in sorted((wanted - mine).keys()):
        often = "stands fewer times than" if mine[link] else "is missing; it stands"
        yield ours.line, f"the link {link} {often} in the source language"
    for link in sorted((mine - wanted).keys()):
        often = "stands more times than" if wanted[link] else "is not"
        yield _line_with(ours, link), f"the link {link} {often} in the source language"
    if markdown.headings(ours.text) != markdown.headings(theirs.text):
        yield ours.line, "its headings differ in number or level from the source language"
    if kind == "mails":
        for words in _field_faults({"": ours.text}, {"": theirs.text}):
            yield ours.line, words


def _field_faults(ours: dict[str, str], theirs: dict[str, str]) -> Iterator[str]:
    for key, text in ours.items():
        mine, wanted = fields(text), fields(theirs.get(key, ""))
        for name in sorted(wanted - mine):
            yield f"the placeholder {{{name}}} is missing"
        for name in sorted(mine - wanted):
            yield f"the placeholder {{{name}}} is not in the source language"


def fields(text: str) -> set[str]:
    """The names of a text's placeholders; braces that do not close have none."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def _mail_faults(slug: str, document: Document) -> Iterator[Finding]:
    known = NEUTRAL_PLACEHOLDERS if slug.endswith("-neutral") else PLACEHOLDERS["mails"]
    for line, text in [(2, document.front.get("subject", "")), *((b.line, b.text) for b in document.blocks)]:
        try:
            names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError as error:
            yield line, f"braces do not close: {error}"
            continue
        for name in sorted(names - known):
            yield line, f"unknown placeholder {{{name}}}"
    body = document.block("body")
    if body and body.text.split("\n\n").count("{action}") != 1:
        yield body.line, "the line {action} must stand once, as a paragraph of its own"


def dead_links(documents: dict[str, dict[str, dict[str, Document]]]) -> list[Fault]:
    """Links to pages and petitions that the pack does not hold."""
    found = []
    for kind, by_slug in documents.items():
        for slug, by_language in by_slug.items():
            for code, document in by_language.items():
                for block in document.blocks:
                    for link in markdown.links(block.text):
                        place, _, target = link.partition(":")
                        if place in ("page", "petition") and target not in documents[f"{place}s"]:
                            words = f"the link {link} leads nowhere"
                            found.append(Fault(file_name(kind, slug, code), _line_with(block, link), words))
    return found
