"""What may be wrong with a document, alone and beside the one it was translated from. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from string import Formatter

from . import markdown
from .faults import Fault, Finding
from .format import Block, Document
from .kinds import KINDS, LONGEST_DESCRIPTION, file_name

PLACEHOLDERS = {"mails": {"name", "petition", "action"}}
NEUTRAL_PLACEHOLDERS = {"action"}
LONGEST_FIELD = 1000
LONGEST = {"name": 40, "tagline": 130, "share": 200, "description": LONGEST_DESCRIPTION}
HTML = re.compile(r"<(?!https?://|mailto:)[a-zA-Z/!?]")
# In scripts of their own, a run of Latin words is a foreign name; capitals are acronyms and document symbols.
OWN_SCRIPT = ("ar", "zh", "ru")
LATIN_RUN = re.compile(r"[A-Za-zÀ-ɏ0-9._@/?=:%-]+")
LATIN_NAME = re.compile(r"^(?!.*[.@/?=:]\w)[^a-zà-ɏ]*[A-Za-zÀ-ɏ]*[a-zà-ɏ][A-Za-zÀ-ɏ]+")


def document_faults(kind: str, code: str, document: Document) -> Iterator[Finding]:
    """What is wrong with one document by itself."""
    yield from _blocks_wanted(kind, document)
    for key, value in document.front.items():
        if "\n" in value or HTML.search(value):
            yield Finding(2, "field-lines", {"field": key})
        if len(value) > LONGEST.get(key, LONGEST_FIELD):
            yield Finding(2, "field-long", {"field": key, "most": LONGEST.get(key, LONGEST_FIELD)})
    level = 1
    for block in document.blocks:
        for number, line in enumerate(block.text.split("\n"), block.line + 1):
            if HTML.search(line):
                yield Finding(number, "html")
            if "![" in line:
                yield Finding(number, "picture")
        for line, heading in markdown.headings_by_line(block.text):
            if heading == 1 or heading > level + 1:
                yield Finding(block.line + line, "heading", {"level": heading, "before": level})
            level = heading
        for target in markdown.links(block.text):
            if not markdown.allowed(target):
                yield Finding(_line_with(block, target), "link", {"link": target})
        yield from _foreign_names(kind, code, block)


def _blocks_wanted(kind: str, document: Document) -> Iterator[Finding]:
    wanted, keys = KINDS[kind], [block.key for block in document.blocks]
    if not keys:
        yield Finding(1, "empty")
    if wanted.blocks:
        for key in wanted.blocks:
            if key not in keys:
                yield Finding(1, "block-missing", {"block": key})
        for block in document.blocks:
            if block.key not in wanted.blocks + wanted.optional:
                yield Finding(block.line, "block-unknown", {"kind": kind, "block": block.key})


def _foreign_names(kind: str, code: str, block: Block) -> Iterator[Finding]:
    bare = list(markdown.bare_text(block.text))
    for line, text in bare:
        if kind != "mails" and "{" in text:
            yield Finding(block.line + line, "braces")
        if "](" in text:
            yield Finding(block.line + line, "link-broken")
        if code in OWN_SCRIPT:
            for run in LATIN_RUN.findall(re.sub(r"\{\w*\}", "", text)):
                if LATIN_NAME.search(run):
                    yield Finding(block.line + line, "foreign", {"name": run})


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
            faults += _as_faults(file_name(kind, slug, code), mail_faults(slug, document))
    original = by_language.get(source)
    if original is None:
        return faults, behind
    if original.source or any(block.source for block in original.blocks):
        faults.append(Fault(file_name(kind, slug, source), 2, "the source language has no from"))
    for code, document in by_language.items():
        if code == source:
            continue
        file = file_name(kind, slug, code)
        faults += _as_faults(file, shape_faults(document, original))
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
                faults += _as_faults(file, twin_faults(kind, ours, twin))
        if document.source == original.digest and kind == "mails":
            faults += _as_faults(file, field_faults(2, document.front, original.front))
        keys = {block.key for block in document.blocks}
        behind += [
            Fault(file, 0, f"missing: {b.key} is not translated yet") for b in original.blocks if b.key not in keys
        ]
    return faults, behind


def _as_faults(file: str, findings: Iterable[Finding]) -> list[Fault]:
    return [Fault(file, finding.line, finding.words) for finding in findings]


def _pairs(document: Document, original: Document) -> Iterator[tuple[Block, str]]:
    yield document.head, original.digest
    for block in document.blocks:
        if twin := original.block(block.key):
            yield block, twin.digest


def shape_faults(document: Document, original: Document) -> Iterator[Finding]:
    """Blocks of a translation that its original does not have, or has in another order."""
    order = [block.key for block in original.blocks]
    for block in document.blocks:
        if block.key not in order:
            yield Finding(block.line, "block-extra", {"block": block.key})
    ours = [order.index(block.key) for block in document.blocks if block.key in order]
    if ours != sorted(ours):
        yield Finding(1, "order")


def twin_faults(kind: str, ours: Block, theirs: Block) -> Iterator[Finding]:
    """What a translated block lacks of the block it was made from: links, headings, placeholders."""
    mine, wanted = Counter(markdown.links(ours.text)), Counter(markdown.links(theirs.text))
    for link in sorted((wanted - mine).keys()):
        yield Finding(ours.line, "link-fewer" if mine[link] else "link-missing", {"link": link})
    for link in sorted((mine - wanted).keys()):
        yield Finding(_line_with(ours, link), "link-more" if wanted[link] else "link-extra", {"link": link})
    if markdown.headings(ours.text) != markdown.headings(theirs.text):
        yield Finding(ours.line, "headings")
    if kind == "mails":
        yield from field_faults(ours.line, {"": ours.text}, {"": theirs.text})


def field_faults(line: int, ours: dict[str, str], theirs: dict[str, str]) -> Iterator[Finding]:
    """Placeholders of a mail's texts that are not those of the original's."""
    for key, text in ours.items():
        mine, wanted = fields(text), fields(theirs.get(key, ""))
        for name in sorted(wanted - mine):
            yield Finding(line, "placeholder-missing", {"name": name})
        for name in sorted(mine - wanted):
            yield Finding(line, "placeholder-extra", {"name": name})


def fields(text: str) -> set[str]:
    """The names of a text's placeholders; braces that do not close have none."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def mail_faults(slug: str, document: Document) -> Iterator[Finding]:
    """What is wrong with the placeholders of a mail by itself."""
    known = NEUTRAL_PLACEHOLDERS if slug.endswith("-neutral") else PLACEHOLDERS["mails"]
    for line, text in [(2, document.front.get("subject", "")), *((b.line, b.text) for b in document.blocks)]:
        try:
            names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError as error:
            yield Finding(line, "braces-open", {"error": str(error)})
            continue
        for name in sorted(names - known):
            yield Finding(line, "placeholder-unknown", {"name": name})
    body = document.block("body")
    if body and body.text.split("\n\n").count("{action}") != 1:
        yield Finding(body.line, "action")


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
                            finding = Finding(_line_with(block, link), "dead-link", {"link": link})
                            found += _as_faults(file_name(kind, slug, code), [finding])
    return found
