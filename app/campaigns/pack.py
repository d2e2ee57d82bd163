"""Campaign packs: everything a campaign says, in every language, as plain files.

A pack is read whole and checked whole; a fault names its file, its line and what is wrong.
"""

import hashlib
import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from app.kernel.i18n import CODES

from . import markdown

PAGES = ("call", "why", "road", "questions", "sources", "about", "privacy")
MAILS = ("confirm", "reminder", "repeat")
MAIL_PLACEHOLDERS = {"name", "petition", "action"}
ASK_STATES = ("open", "adopted", "dropped")
LONGEST_DESCRIPTION = 180
FRONT = {
    "pages": {"title", "description"},
    "petitions": {"title", "addressees"},
    "asks": {"title"},
    "mails": {"subject", "action"},
}


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


@dataclass(frozen=True)
class Document:
    """One text of a pack: its front matter and its Markdown body."""

    front: dict[str, str]
    body: str


@dataclass(frozen=True)
class Pack:
    """A whole pack. `documents[kind][slug][lang]`, with kinds pages, petitions, asks and mails."""

    slug: str
    source_language: str
    languages: tuple[str, ...]
    texts: dict[str, dict[str, str]]
    order: dict[str, list[dict]]
    documents: dict[str, dict[str, dict[str, Document]]]
    digest: str


@dataclass
class _Reader:
    root: Path
    faults: list[Fault] = field(default_factory=list)

    def fault(self, file: str, line: int, message: str) -> None:
        self.faults.append(Fault(file, line, message))

    def toml(self) -> dict:
        text = self.text("campaign.toml")
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.fault("campaign.toml", _line_of(error), f"no valid TOML: {error}")
            return {}

    def text(self, file: str) -> str:
        path = self.root / file
        if not path.is_file():
            self.fault(file, 0, "the file is missing")
            return ""
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            self.fault(file, 0, f"not UTF-8: {error.reason} at byte {error.start}")
            return ""
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip() or "\t" in line:
                self.fault(file, number, "spaces at the end of the line, or a tab")
            if unicodedata.normalize("NFC", line) != line:
                self.fault(file, number, "not in Unicode normal form C")
        if not text.endswith("\n") or text.endswith("\n\n"):
            self.fault(file, text.count("\n") + 1, "the file must end with exactly one line break")
        return text

    def document(self, file: str, keys: set[str]) -> Document | None:
        text = self.text(file)
        if not text:
            return None
        parts = text.split("+++\n", 2)
        if len(parts) != 3 or parts[0] or not parts[2].startswith("\n"):
            self.fault(file, 1, "front matter between two lines of +++ and an empty line must open the file")
            return None
        try:
            front = tomllib.loads(parts[1])
        except tomllib.TOMLDecodeError as error:
            self.fault(file, _line_of(error) + 1, f"front matter is no valid TOML: {error}")
            return None
        for key in sorted(front.keys() ^ keys):
            self.fault(file, 2, f"unknown key {key!r}" if key in front else f"missing key {key!r}")
        for key in sorted(front.keys() & keys):
            if not isinstance(front[key], str) or not front[key].strip():
                self.fault(file, 2, f"{key!r} must be a text that is not empty")
                return None
        body = parts[2][1:].rstrip("\n")
        self.body(file, body, text.count("\n", 0, len(text) - len(parts[2])) + 2)
        return Document({key: str(value) for key, value in front.items()}, body)

    def body(self, file: str, body: str, first_line: int) -> None:
        if not body.strip():
            self.fault(file, first_line, "the text is empty")
        for number, line in enumerate(body.split("\n"), first_line):
            if "<" in line and any(f"<{c}" in line.lower() for c in "abcdefghijklmnopqrstuvwxyz/!?"):
                self.fault(file, number, "raw HTML is not allowed")
            if "![" in line:
                self.fault(file, number, "pictures are not allowed")
        level = 1
        for heading in markdown.headings(body):
            if heading == 1 or heading > level + 1:
                self.fault(file, first_line, f"a heading of level {heading} follows level {level}")
            level = heading


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    words = str(error).partition("line ")[2]
    number = words.partition(",")[0]
    return int(number) if number.isdigit() else 1


def read(root: Path) -> Pack:
    """Read and check the pack in folder `root`. Raises PackFaults with every fault found."""
    reader = _Reader(root)
    head = reader.toml()
    languages = tuple(head.get("languages", ()))
    source = str(head.get("source_language", ""))
    if set(languages) != set(CODES):
        reader.fault("campaign.toml", 1, f"languages must be {', '.join(CODES)}")
    if source not in CODES:
        reader.fault("campaign.toml", 1, "source_language must be one of the languages")
    if str(head.get("slug")) != root.name:
        reader.fault("campaign.toml", 1, f"slug must be the folder's name, {root.name}")
    texts = _texts(reader, head)
    order = _order(reader, head)
    documents = {
        kind: {
            entry["slug"]: {
                code: document
                for code in CODES
                if (document := reader.document(f"{kind}/{entry['slug']}/{code}.md", FRONT[kind])) is not None
            }
            for entry in entries
        }
        for kind, entries in order.items()
    }
    _compare_languages(reader, documents, source)
    _check_mails(reader, documents["mails"])
    _check_strays(reader, root, order)
    if reader.faults:
        raise PackFaults(reader.faults)
    return Pack(root.name, source, languages, texts, order, documents, files_digest(root))


def _texts(reader: _Reader, head: dict) -> dict[str, dict[str, str]]:
    texts = head.get("text", {})
    for code in CODES:
        words = texts.get(code, {})
        if set(words) != {"name", "tagline"} or not all(isinstance(w, str) and w.strip() for w in words.values()):
            reader.fault("campaign.toml", 1, f"[text.{code}] needs a name and a tagline, and nothing else")
    known = {"slug", "source_language", "languages", "text", "pages", "petitions", "asks"}
    for key in sorted(set(head) - known):
        reader.fault("campaign.toml", 1, f"unknown key {key!r}")
    return texts


def _order(reader: _Reader, head: dict) -> dict[str, list[dict]]:
    order = {kind: list(head.get(kind, [])) for kind in ("pages", "petitions", "asks")}
    allowed = {"pages": {"slug"}, "petitions": {"slug", "version", "opened"}, "asks": {"slug", "status", "variants"}}
    for kind, entries in order.items():
        for entry in entries:
            for key in sorted(set(entry) - allowed[kind]):
                reader.fault("campaign.toml", 1, f"unknown key {key!r} in [[{kind}]]")
        slugs = [entry.get("slug") for entry in entries]
        if len(set(slugs)) != len(slugs) or not all(slugs):
            reader.fault("campaign.toml", 1, f"[[{kind}]] needs a slug in each entry, and none twice")
        order[kind] = [entry for entry in entries if entry.get("slug")]
    for page in PAGES:
        if page not in [entry["slug"] for entry in order["pages"]]:
            reader.fault("campaign.toml", 1, f"the page {page!r} is missing from [[pages]]")
    for petition in order["petitions"]:
        if not isinstance(petition.get("version"), int) or petition["version"] < 1:
            reader.fault("campaign.toml", 1, f"petition {petition['slug']!r} needs a version, a number from 1")
    for ask in order["asks"]:
        if ask.get("status") not in ASK_STATES:
            reader.fault("campaign.toml", 1, f"ask {ask['slug']!r}: status is one of {', '.join(ASK_STATES)}")
    return {**order, "mails": [{"slug": slug} for slug in MAILS]}


def _compare_languages(reader: _Reader, documents: dict, source: str) -> None:
    """Links and headings must be the same in every language: a reader loses no source by the language they read."""
    for kind, by_slug in documents.items():
        for slug, by_language in by_slug.items():
            original = by_language.get(source)
            for code, document in by_language.items():
                if original is None or document is original:
                    continue
                file = f"{kind}/{slug}/{code}.md"
                if markdown.links(document.body) != markdown.links(original.body):
                    _report_links(reader, file, document, original)
                if markdown.headings(document.body) != markdown.headings(original.body):
                    reader.fault(file, 1, f"its headings differ in number or level from {source}.md")


def _report_links(reader: _Reader, file: str, document: Document, original: Document) -> None:
    ours, theirs = markdown.links(document.body), markdown.links(original.body)
    if sorted(ours) == sorted(theirs):
        return
    for link in sorted(set(theirs) - set(ours)):
        reader.fault(file, 1, f"the link {link} is missing")
    for link in sorted(set(ours) - set(theirs)):
        reader.fault(file, 1, f"the link {link} is not in the source language")
    if set(ours) == set(theirs):
        reader.fault(file, 1, "a link stands a different number of times than in the source language")


def _check_mails(reader: _Reader, mails: dict) -> None:
    for slug, by_language in mails.items():
        for code, document in by_language.items():
            file = f"mails/{slug}/{code}.md"
            for text in (document.front.get("subject", ""), document.body):
                try:
                    names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
                except ValueError as error:
                    reader.fault(file, 1, f"braces do not close: {error}")
                    continue
                for name in sorted(names - MAIL_PLACEHOLDERS):
                    reader.fault(file, 1, f"unknown placeholder {{{name}}}")
            if document.body.split("\n\n").count("{action}") != 1:
                reader.fault(file, 1, "the line {action} must stand once, as a paragraph of its own")


def _check_strays(reader: _Reader, root: Path, order: dict[str, list[dict]]) -> None:
    expected = {"campaign.toml"} | {
        f"{kind}/{entry['slug']}/{code}.md" for kind, entries in order.items() for entry in entries for code in CODES
    }
    for path in sorted(root.rglob("*")):
        file = path.relative_to(root).as_posix()
        if path.is_file() and file not in expected:
            reader.fault(file, 0, "nothing in campaign.toml asks for this file")


def files_digest(root: Path) -> str:
    """SHA-256 over the pack's files, names and contents, in order of name."""
    total = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        name = path.relative_to(root).as_posix().encode()
        content = path.read_bytes()
        total.update(len(name).to_bytes(4) + name + len(content).to_bytes(8) + content)
    return total.hexdigest()
