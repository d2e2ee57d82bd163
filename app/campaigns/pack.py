"""Campaign packs: everything a campaign says, in every language, as plain files.

A pack is read whole and checked whole; a fault names its file, its line and what is wrong. What a translation still
lacks is no fault but a notice: a page that has fallen behind stays up and says so.
"""

import hashlib
import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from app.kernel.i18n import CODES
from app.states import worlds
from app.states.models import UN_WORLD
from app.states.worlds import World

from . import checks, format, head
from .faults import Fault, PackFaults
from .format import Document
from .head import Head
from .kinds import KINDS, file_name

HEAD_FILE = "campaign.toml"
WORLD_FOLDER = "world"


@dataclass(frozen=True)
class Pack:
    """A whole pack. `documents[kind][slug][language]`, with the kinds of kinds.py; `notices` are what the translations
    lack, as faults that keep nothing from being imported; `world` the fictional one that it brings along."""

    head: Head
    documents: dict[str, dict[str, dict[str, Document]]]
    digest: str
    notices: list[Fault]
    world: World | None = None

    @property
    def slug(self) -> str:
        return self.head.slug

    @property
    def source_language(self) -> str:
        return self.head.source_language

    @property
    def lacking(self) -> list[Fault]:
        """The notices that keep it from being complete: those of further languages do not."""
        return [n for n in self.notices if Path(n.file).stem not in self.head.content_languages]


@dataclass
class _Reader:
    root: Path
    faults: list[Fault] = field(default_factory=list)

    def fault(self, file: str, line: int, message: str) -> None:
        self.faults.append(Fault(file, line, message))

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
        if not text.strip():
            self.fault(file, 1, "the file is empty")
            return ""
        for number, line in enumerate(text.split("\n"), 1):
            if unicodedata.normalize("NFC", line) != line:
                self.fault(file, number, "not in canonical form: not in Unicode normal form C")
            elif line != line.rstrip() or "\t" in line:
                self.fault(file, number, "not in canonical form: a space at the end of the line, or a tab")
        return text

    def in_form(self, file: str, text: str, wanted: str) -> None:
        """Note where a text leaves the one form that `wanted` has, unless that line was named before."""
        if text == wanted:
            return
        line = format.first_difference(text, wanted)
        if not any(fault.file == file and "canonical" in fault.message for fault in self.faults):
            lines = wanted.split("\n")
            there = lines[line - 1] if line <= len(lines) else ""
            self.fault(file, line, f"not in canonical form: here should stand {there!r}")

    def head(self) -> Head:
        """The head of the pack. Raises PackFaults where it cannot be read: nobody knows then what there should be."""
        text = self.text(HEAD_FILE)
        try:
            said = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.fault(HEAD_FILE, format.toml_line(error), f"no valid TOML: {error}")
            raise PackFaults(self.faults) from None
        if not text:
            raise PackFaults(self.faults)
        found, faults = head.read(said, self.root.name)
        self.faults += [Fault(HEAD_FILE, head.line_of(text, key), words) for key, words in faults]
        if not faults and text:
            self.in_form(HEAD_FILE, text, head.write(found))
        return found

    def document(self, kind: str, slug: str, code: str) -> Document | None:
        file = file_name(kind, slug, code)
        text = self.text(file)
        if not text:
            return None
        try:
            document = format.parse(text)
        except format.FormFault as error:
            self.fault(file, error.line, error.message)
            return None
        fields = KINDS[kind].fields
        wrong = document.front.keys() ^ set(fields)
        for key in sorted(wrong):
            known = f"unknown key {key!r}" if key in document.front else f"missing key {key!r}"
            self.fault(file, _line_of_key(text, key), known)
        self.faults += [Fault(file, f.line, f.words) for f in checks.document_faults(kind, code, document)]
        if not wrong:
            self.in_form(file, text, format.write(document, fields))
        return document


def _line_of_key(text: str, key: str) -> int:
    return next((n for n, line in enumerate(text.split("\n"), 1) if line.startswith(f"{key} ")), 2)


def read(root: Path) -> Pack:
    """Read and check the pack in folder `root`. Raises PackFaults with every fault found."""
    reader = _Reader(root)
    found = reader.head()
    documents = {
        kind: {
            slug: {
                code: document
                for code in _codes(root, found, kind, slug)
                if (document := reader.document(kind, slug, code)) is not None
            }
            for slug in found.slugs(kind)
        }
        for kind in KINDS
    }
    faults, notices = judge(found, documents)
    reader.faults += faults
    world = _world(reader, root, found)
    _find_strays(reader, root, found)
    if reader.faults:
        raise PackFaults(sorted(reader.faults, key=lambda fault: (fault.file, fault.line)))
    return Pack(found, documents, files_digest(root), notices, world)


def _world(reader: _Reader, root: Path, found: Head) -> World | None:
    if found.world == UN_WORLD:
        return None
    world, faults = worlds.read(found.world, root / WORLD_FOLDER)
    for fault in faults:
        name = fault.file if fault.file == WORLD_FOLDER else f"{WORLD_FOLDER}/{fault.file}"
        reader.fault(name, fault.line, fault.message)
    return world


def judge(found: Head, documents: dict[str, dict[str, dict[str, Document]]]) -> tuple[list[Fault], list[Fault]]:
    """Documents, each without fault, beside one another: what is wrong with them, and what translations lack."""
    faults, notices = checks.dead_links(documents), []
    for kind, by_slug in documents.items():
        for slug, by_language in by_slug.items():
            wrong, behind = checks.compare(kind, slug, by_language, found.source_language)
            faults += wrong
            notices += behind
            notices += [
                Fault(file_name(kind, slug, code), 0, "missing: not translated yet")
                for code in found.waiting(kind, slug)
            ]
    return faults, notices


# Files of a pack that are no documents: floors above read and write them.
KEPT_BESIDE = ("evidence.csv",)


def _codes(root: Path, found: Head, kind: str, slug: str) -> list[str]:
    """The languages in which a document must be there, and those of the further ones in which it is."""
    there = [code for code in found.further(kind) if (root / file_name(kind, slug, code)).is_file()]
    return [code for code in CODES if code not in found.waiting(kind, slug)] + there


def _find_strays(reader: _Reader, root: Path, found: Head) -> None:
    expected = {HEAD_FILE, *KEPT_BESIDE} | {
        file_name(kind, slug, code)
        for kind in KINDS
        for slug in found.slugs(kind)
        for code in _codes(root, found, kind, slug)
    }
    if found.world != UN_WORLD:
        expected |= {f"{WORLD_FOLDER}/{name}" for name in worlds.COLUMNS}
    for path in sorted(root.rglob("*")):
        file = path.relative_to(root).as_posix()
        if path.is_file() and file not in expected:
            reader.fault(file, 0, "nothing in campaign.toml asks for this file")


def files_of(head_: Head, documents: dict[str, dict[str, dict[str, Document]]]) -> dict[str, str]:
    """The files of a pack, name and content, in their one form: what `read` takes."""
    files = {HEAD_FILE: head.write(head_)}
    for kind, by_slug in documents.items():
        for slug, by_language in by_slug.items():
            for code, document in by_language.items():
                files[file_name(kind, slug, code)] = format.write(document, KINDS[kind].fields)
    if head_.world != UN_WORLD:
        files |= {f"{WORLD_FOLDER}/{name}": text for name, text in worlds.files_of(head_.world).items()}
    return files


def files_digest(root: Path) -> str:
    """SHA-256 over the pack's files, names and contents, in order of name."""
    total = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        name = path.relative_to(root).as_posix().encode()
        content = path.read_bytes()
        total.update(len(name).to_bytes(4) + name + len(content).to_bytes(8) + content)
    return total.hexdigest()


def rewrite(root: Path, change=lambda kind, slug, code, document, original: document) -> list[str]:
    """Write every document of the pack in `root` anew in its one form, after `change`; the files that differ now.

    Raises PackFaults when a file is no document at all.
    """
    reader = _Reader(root)
    found = reader.head()
    reader.faults = [fault for fault in reader.faults if "canonical" not in fault.message]
    documents: dict[tuple[str, str, str], Document] = {}
    for kind in KINDS:
        for slug in found.slugs(kind):
            for code in (*CODES, *found.further(kind)):
                file = file_name(kind, slug, code)
                if not (root / file).is_file():
                    continue
                try:
                    documents[kind, slug, code] = format.parse((root / file).read_text(encoding="utf-8"))
                except format.FormFault as error:
                    reader.fault(file, error.line, error.message)
    if reader.faults:
        raise PackFaults(reader.faults)
    texts = {HEAD_FILE: head.write(found)}
    for (kind, slug, code), document in documents.items():
        original = documents.get((kind, slug, found.source_language))
        changed = change(kind, slug, code, document, original)
        texts[file_name(kind, slug, code)] = format.write(changed, KINDS[kind].fields)
    differ = [file for file, text in texts.items() if (root / file).read_text(encoding="utf-8") != text]
    for file in differ:
        (root / file).write_text(texts[file], encoding="utf-8", newline="\n")
    return differ
