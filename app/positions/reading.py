"""A CSV of evidence, judged row by row: records, or faults by line, column and reason. Pure: what is on file is given.

How the contract is read here: a row that is published or checked needs the UN symbol that its type asks for, a draft
may wait for it. `UN` speaks for an adoption by consensus, and a report may be about the UN as a whole. For rule 9
the second piece is one that is checked or published, of at least medium confidence, under another address, by which
the speaker stands in the same place on the ask.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as lazy

from . import record
from .csv_form import Fault, Refused, rows
from .judging import Known, judged
from .pieces import states_itself
from .record import Evidence

MOST_FAULTS = 10_000
NEW, SAME, FAULTY = "new", "same", "faulty"


@dataclass(frozen=True)
class Row:
    """What became of a row: `fate` is NEW, SAME (on file word for word) or FAULTY, then without `evidence`; `like` says
    which piece or row is of the same source, day, speaker and ask, as a lazy message: it may be the same act twice."""

    line: int
    ref: str
    fate: str
    evidence: Evidence | None = None
    like: Any = None


@dataclass
class Reading:
    """A file as read: every row's fate and the faults, at most MOST_FAULTS of them; `more` is how many are not told."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    more: int = 0

    @property
    def accepted(self) -> bool:
        """Whether the file can be stored, as it is only stored whole."""
        return not self.faults

    def new(self) -> list[Evidence]:
        """What is to be stored."""
        return [row.evidence for row in self.rows if row.fate == NEW]


def read(content: bytes, known: Known) -> Reading:
    """Judge a file. Faults are data, in the order of the file; nothing is raised for what a file holds."""
    reading = Reading()
    refs: dict[str, int] = {}
    pieces: list[tuple[int, Evidence]] = []
    faults: list[Fault] = []
    fates: list[tuple[int, str, Evidence | None]] = []
    try:
        for line, cells in rows(content):
            if isinstance(cells, Fault):
                faults.append(cells)
                fates.append((line, "", None))
                continue
            piece, found = judged(line, cells, known)
            ref = cells["ref"]
            if ref in refs:
                reason = lazy("The ref “%(ref)s” stands on line %(line)s too.", ref=ref[:60], line=refs[ref])
                found.append(Fault(line, "ref", reason))
            elif ref:
                refs[ref] = line
            if piece is not None:
                pieces.append((line, piece))
                found.extend(_differing(line, piece, known.on_file.get(ref)))
            faults.extend(found)
            fates.append((line, ref, piece))
    except Refused as refused:
        faults.extend(refused.faults)
    else:
        if not fates:
            faults.append(Fault(1, "", lazy("The file has a header and no rows.")))
    faults.extend(_unknown_regards(pieces, refs, known))
    faults.extend(_not_to_be_published(pieces, known))
    faults.sort(key=lambda fault: fault.line)
    reading.faults, reading.more = faults[:MOST_FAULTS], max(0, len(faults) - MOST_FAULTS)
    faulty = {fault.line for fault in faults}
    like = _like(pieces, known)
    for line, ref, piece in fates:
        if line in faulty or piece is None:
            reading.rows.append(Row(line, ref, FAULTY, like=like.get(line)))
        elif ref in known.on_file:
            reading.rows.append(Row(line, ref, SAME, piece))
        else:
            reading.rows.append(Row(line, ref, NEW, piece, like.get(line)))
    return reading


def _like(pieces: list[tuple[int, Evidence]], known: Known) -> dict[int, Any]:
    """By line, what a row is like that stands on file under another ref, or on an earlier line: the same address or
    symbol, day, speaker and ask. Two paragraphs of one speech are like one another, too, so it is no fault."""
    seen: dict[tuple, Any] = {}
    for piece in known.on_file.values():
        if piece.status != record.WITHDRAWN:
            told = lazy("“%(ref)s” is on file from the same source: same day, speaker and ask.", ref=piece.ref[:60])
            for key in _sources(piece):
                seen.setdefault(key, (piece.ref, told))
    found = {}
    for line, piece in pieces:
        if piece.status == record.WITHDRAWN:
            continue
        keys = _sources(piece)
        others = (seen[key] for key in keys if key in seen)
        if other := next((told for ref, told in others if ref != piece.ref), None):
            found[line] = other
        told = lazy("Line %(line)s is from the same source: same day, speaker and ask.", line=line)
        for key in keys:
            seen.setdefault(key, (piece.ref, told))
    return found


def _sources(piece: Evidence) -> list[tuple]:
    about = piece.date, piece.speaker, piece.ask
    symbol = " ".join(piece.un_symbol.split()).casefold()
    found = [("url", address(piece.url), *about)] if piece.url else []
    return found + ([("symbol", symbol, *about)] if symbol else [])


def _differing(line: int, piece: Evidence, on_file: Evidence | None) -> Iterator[Fault]:
    if on_file is None:
        return
    same_version = replace(on_file, of_current_version=piece.of_current_version)
    if same_version != piece:
        columns = [name for name in Evidence.__slots__ if getattr(same_version, name) != getattr(piece, name)]
        reason = lazy(
            "The ref “%(ref)s” is on file with other content: %(columns)s.", ref=piece.ref, columns=", ".join(columns)
        )
        yield Fault(line, "ref", reason)


def _unknown_regards(pieces: list[tuple[int, Evidence]], refs: Mapping[str, int], known: Known) -> Iterator[Fault]:
    for line, piece in pieces:
        if piece.regards and piece.regards == piece.ref:
            yield Fault(line, "regards", lazy("A piece cannot be about itself."))
        elif piece.regards and piece.regards not in refs and piece.regards not in known.on_file:
            reason = lazy("There is no piece “%(ref)s” in this campaign or in the file.", ref=piece.regards[:60])
            yield Fault(line, "regards", reason)


def _not_to_be_published(pieces: list[tuple[int, Evidence]], known: Known) -> Iterator[Fault]:
    """Rule 9."""
    judgeable = (entry for entry in pieces if entry[1].confidence in record.CONFIDENCES)
    doubtful = [(line, piece) for line, piece in judgeable if needs_a_second(piece)]
    if not doubtful:
        return
    seconds: dict[tuple, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for piece in (*known.on_file.values(), *(piece for _, piece in pieces)):
        if is_a_second(piece):
            seconds[claim(piece)][address(piece.url)].add(piece.ref)
    for line, piece in doubtful:
        if piece.confidence == record.LOW:
            yield Fault(line, "confidence", lazy("What is of low confidence stays a draft."))
        elif not piece.url or not any(url != address(piece.url) for url in seconds.get(claim(piece), ())):
            yield Fault(line, "status", _alone(piece))


def _alone(piece: Evidence):
    if piece.type == "report":
        return lazy("A report alone stays a draft: it needs a second piece from another address that says the same.")
    return lazy("Of medium confidence, this stays a draft until a second piece from another address says the same.")


def needs_a_second(piece: Evidence) -> bool:
    """Whether a piece is published or claims to be, and may not be by itself (rule 9)."""
    return piece.status == record.PUBLISHED and (piece.confidence != record.HIGH or piece.type == "report")


def is_a_second(piece: Evidence) -> bool:
    """Whether a piece can stand beside another so that both are published."""
    there = piece.status in (record.CHECKED, record.PUBLISHED)
    return there and piece.confidence in (record.HIGH, record.MEDIUM) and bool(piece.url)


def claim(piece: Evidence) -> tuple:
    """Who, on which ask, says what: two pieces with the same can stand for one another."""
    said = piece.signal or states_itself(piece) or (piece.type, piece.cast, piece.regards)
    return piece.speaker, piece.ask, said


def address(url: str) -> str:
    """An address without what makes two of one: scheme, www, fragment, a slash at the end."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = re.sub(r"^www\.", "", parts.netloc.lower())
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"
