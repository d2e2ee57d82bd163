"""One row of evidence, field by field and rule by rule, without looking at the rows beside it."""

import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as lazy

from . import record, words
from .csv_form import COLUMNS, Fault
from .pieces import ALIGNMENT, DEFAULTS, OF_GROUPS, VOTE, WITHDRAWAL
from .record import Evidence

FIRST_YEAR = 1945
LONGEST_CODE, LONGEST_TEXT = 200, 20_000
LONG = frozenset(("quote", "translation", "note", "url", "archive_url", "states"))
ADOPTION, REPORT, JOINT = "consensus_adoption", "report", "joint_statement"
SILENT = frozenset((ADOPTION, WITHDRAWAL))
# Who may speak in a type, where it is not a state or a decider.
BY_ANYONE = frozenset((WITHDRAWAL, REPORT, JOINT))
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CODES = {"relevance": record.RELEVANCES, "status": record.STATUSES, "confidence": record.CONFIDENCES}
_VOTE_FIELDS = {"on": record.ON, "yes_means": (record.FOR, record.AGAINST), "cast": record.CASTS}

Complaint = tuple[str, Any]


@dataclass(frozen=True)
class KnownAsk:
    """An ask of the campaign: the variants of its wording, and its status (open, adopted, dropped)."""

    variants: tuple[str, ...] = ()
    status: str = "open"


@dataclass(frozen=True)
class Known:
    """What a row is judged by: codes of states, groups with whether their statements bind members, asks by slug, the
    evidence of the campaign by ref, the day; and codes of deciders that are no states (rule 14)."""

    states: Collection[str]
    groups: Mapping[str, bool]
    asks: Mapping[str, KnownAsk]
    today: date
    on_file: Mapping[str, Evidence] = field(default_factory=dict)
    deciders: Collection[str] = frozenset()


def judged(line: int, cells: Mapping[str, str], known: Known) -> tuple[Evidence | None, list[Fault]]:
    """The record of a row, None if its day or states cannot be read, and all that is wrong with it."""
    complaints: list[Complaint] = []
    for judge in (_texts, _codes, _ask, _speaker, _states, _vote, _signal, _source, _regards):
        complaints.extend(judge(cells, known))
    day = _day(cells["date"], known.today, lambda reason: complaints.append(("date", reason)))
    faults = [Fault(line, column, reason) for column, reason in complaints]
    if day is None:
        return None, faults
    values: dict[str, Any] = {name: sys.intern(cells[name]) if cells[name] else "" for name in COLUMNS}
    values |= {"date": day, "states": tuple(sorted(set(cells["states"].split())))}
    return Evidence(**values), faults


def _day(text: str, today: date, complain: Callable[[Any], None]) -> date | None:
    if not text:
        complain(_missing())
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        complain(lazy("“%(text)s” is not a day; write it as 2026-09-21.", text=text[:60]))
    elif day > today:
        complain(lazy("The day %(text)s lies in the future.", text=text))
    elif day.year < FIRST_YEAR:
        complain(lazy("The day %(text)s lies before %(year)s.", text=text, year=FIRST_YEAR))
    return day


def _missing():
    return lazy("This is missing.")


def _unknown(text: str):
    return lazy("“%(text)s” is not known here.", text=text[:60])


def _texts(cells: Mapping[str, str], known: Known) -> Iterator[Complaint]:
    for column, cell in cells.items():
        if not cell:
            continue
        if len(cell) > (LONGEST_TEXT if column in LONG else LONGEST_CODE):
            limit = LONGEST_TEXT if column in LONG else LONGEST_CODE
            yield column, lazy("This is longer than %(limit)s characters.", limit=limit)
        if _UNSTORABLE.search(cell):
            yield column, lazy("There is a character in this that is no text.")
    if not cells["ref"]:
        yield "ref", _missing()
    elif re.search(r"\s", cells["ref"]):
        yield "ref", lazy("A ref is one word.")


def _codes(cells: Mapping[str, str], known: Known) -> Iterator[Complaint]:
    for column, codes in _CODES.items():
        if not cells[column]:
            yield column, _missing()
        elif cells[column] not in codes:
            yield column, _unknown(cells[column])


def _ask(cells: Mapping[str, str], known: Known) -> Iterator[Complaint]:
    ask = known.asks.get(cells["ask"])
    if not cells["ask"]:
        yield "ask", _missing()
    elif ask is None:
        yield "ask", lazy("There is no ask “%(text)s” in this campaign.", text=cells["ask"][:60])
    elif cells["variant"] and cells["variant"] not in ask.variants:
        yield "variant", lazy("The ask has no wording “%(text)s”.", text=cells["variant"][:60])


def _speaker(cells: Mapping[str, str], known: Known) -> Iterator[Complaint]:
    speaker, kind = cells["speaker"], cells["type"]
    if not kind:
        yield "type", _missing()
    elif kind not in words.evidence_types():
        yield "type", _unknown(kind)
    state = speaker in known.states or speaker in known.deciders
    group = speaker in known.groups
    if not speaker:
        yield "speaker", _missing()
    elif speaker == record.UN:
        if kind not in (ADOPTION, REPORT):
            yield "speaker", lazy("UN speaks in an adoption by consensus only.")
    elif not state and not group:
        yield "speaker", lazy("“%(text)s” is neither a state nor a group.", text=speaker[:60])
    elif kind == ADOPTION:
        yield "speaker", lazy("In an adoption by consensus the speaker is UN.")
    elif kind in OF_GROUPS:
        if not group:
            yield "speaker", lazy("Only a group makes a statement or tables a draft on behalf of a group.")
        elif not known.groups[speaker] and not cells["states"]:
            reason = lazy("%(group)s does not bind its members: name the states it spoke for.", group=speaker)
            yield "states", reason
    # NAM is Namibia, too: what kind of act it is tells the two apart.
    elif group and not state and kind not in BY_ANYONE:
        yield "speaker", lazy("A group does not act in this way; what it says is a statement on behalf of a group.")


def _states(cells: Mapping[str, str], known: Known) -> Iterator[Complaint]:
    named = cells["states"].split()
    for code in dict.fromkeys(named):
        if code not in known.states:
            yield "states", lazy("“%(text)s” is not the code of a state.", text=code[:60])
        elif named.count(code) > 1:
            yield "states", lazy("%(state)s is named twice.", state=code)
    if cells["type"] == JOINT and not named:
        yield "states", lazy("A joint statement names the states that made it.")
    elif named and cells["type"] != JOINT and cells["type"] not in OF_GROUPS:
        yield "states", lazy("States are named one by one only in a joint statement or in that of a group.")


def _vote(cells: Mapping[str, str], known: Known) -> Iterator[Complaint]:
    vote = cells["type"] == VOTE
    for column, codes in _VOTE_FIELDS.items():
        cell = cells[column]
        if cell and not vote:
            yield column, lazy("Only a vote has this.")
        elif cell and cell not in codes:
            yield column, _one_of(cell, codes)
        elif vote and not cell and not (column == "yes_means" and cells["on"] == "procedural"):
            yield column, _missing()
    if vote and cells["on"] == "procedural" and cells["relevance"] == record.DIRECT:
        yield "relevance", lazy("A vote on a procedural motion cannot be direct.")


def _one_of(text: str, codes: tuple[str, ...]):
    return lazy("“%(text)s” is none of these: %(codes)s.", text=text[:60], codes=", ".join(codes))


def _signal(cells: Mapping[str, str], known: Known) -> Iterator[Complaint]:
    signal, kind = cells["signal"], cells["type"]
    if signal and signal not in record.SCALE:
        yield "signal", _one_of(signal, record.SCALE)
    elif signal and kind == VOTE:
        yield "signal", lazy("A vote says it by what was cast.")
    elif not signal and cells["relevance"] != record.CONTEXT and _must_state(kind):
        yield "signal", lazy("What was said must be stated here.")


def _must_state(kind: str) -> bool:
    """Whether the type has neither a default nor another way to say it (rule 4)."""
    return kind in words.evidence_types() and kind not in DEFAULTS and kind not in (*SILENT, VOTE, ALIGNMENT)


def _source(cells: Mapping[str, str], known: Known) -> Iterator[Complaint]:
    for column in ("url", "archive_url"):
        if cells[column] and not _is_address(cells[column]):
            yield column, lazy("This is not an address that begins with https:// or http://.")
    if cells["language"] and not _LANGUAGE.fullmatch(cells["language"]):
        yield "language", lazy("“%(text)s” is not the code of a language.", text=cells["language"][:60])
    kind = words.evidence_types().get(cells["type"])
    told = cells["status"] in (record.CHECKED, record.PUBLISHED)
    if kind and kind.needs_symbol and told and not cells["un_symbol"]:
        yield "un_symbol", lazy("This type of evidence needs the symbol of a UN document or press release.")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(host) and not re.search(r"[\s\x00-\x1f\x7f]", text)


def _regards(cells: Mapping[str, str], known: Known) -> Iterator[Complaint]:
    if cells["regards"]:
        return
    if cells["type"] == WITHDRAWAL:
        yield "regards", lazy("Name the piece that is withdrawn.")
    elif cells["type"] == ALIGNMENT and not cells["signal"]:
        yield "regards", lazy("Name the piece it aligns with, or state what was said.")
