"""Writing the public list: a line comes, goes, or moves to another version, and the totals with it. In the caller's
transaction. Pages keep no copy beyond it: each change has them made anew."""

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, insert, select, text, update

from app.kernel import pagecache
from app.kernel.db import db
from app.people.naming import search_words, sort_key
from app.states import queries as states

from . import doubting, seals
from .handover_models import drop_files
from .list_models import DailyDigest, Line, LineKey, Total
from .models import ORGANISATION, Signatory
from .record import Record

_COUNT = text(
    """
INSERT INTO letters_total AS t (letter_id, roll, kind, part, number)
SELECT :letter_id, :roll, part.kind, part.part, greatest(:step, 0)
FROM unnest(CAST(:kinds AS text[]), CAST(:parts AS text[])) AS part (kind, part) ORDER BY 3, 4
ON CONFLICT (letter_id, roll, kind, part) DO UPDATE SET number = t.number + :step
"""
).bindparams(bindparam("kinds"), bindparam("parts"))


def place(signatory: Signatory, record: Record) -> None:
    """Put a signatory on the public list, unless it is there."""
    if db.session.scalar(select(Line.id).where(Line.signatory_id == signatory.id)) is not None:
        return
    region = states.region_of().get(record.country)
    values = {
        "letter_id": signatory.letter_id,
        "signatory_id": signatory.id,
        "roll": signatory.roll,
        "country": record.country,
        "region": region,
        "version": record.version,
        "language": record.text_language,
        "sort_key": "",
    }
    if signatory.roll == ORGANISATION:
        values |= {name: getattr(record, name) for name in ("name", "names", "ecosoc", "organisation_id")}
        values |= {"acronym": record.acronym or None, "website": record.website or None}
        values |= {"networks": list(record.networks), "sort_key": sort_key(record.name)}
    else:
        values |= {"person": record.person, "title": record.title or None}
    line_id = db.session.scalar(insert(Line).values(values).returning(Line.id))
    keys = _keys(signatory.roll, record)
    if keys:
        db.session.execute(insert(LineKey), [{"line_id": line_id, "key": key} for key in keys])
    _count(signatory.letter_id, signatory.roll, _parts(record, region, signatory.roll), 1)
    pagecache.bump()


def remove(signatory_id: int) -> bool:
    """Take a signatory off the public list, without a trace. False when it was not there."""
    gone = db.session.execute(
        delete(Line)
        .where(Line.signatory_id == signatory_id)
        .returning(Line.letter_id, Line.roll, Line.country, Line.region, Line.ecosoc, Line.networks, Line.version)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if gone is None:
        return False
    parts = _of(gone.roll, gone.version, gone.country, gone.region, gone.ecosoc, gone.networks)
    _count(gone.letter_id, gone.roll, parts, -1)
    drop_salts(gone.letter_id)
    drop_files(gone.letter_id)
    pagecache.bump()
    return True


def drop_salts(letter_id: int) -> None:
    """Have nobody find out, by the digests that are published, which name stood on the list of a day and does not
    now."""
    salted = update(DailyDigest).where(DailyDigest.letter_id == letter_id, DailyDigest.salt.is_not(None))
    db.session.execute(salted.values(salt=None).execution_options(synchronize_session=False))


def move(signatory_id: int, version: int, language: str) -> None:
    """Have a line stand under another version, signed in a language."""
    line = db.session.execute(
        select(Line.letter_id, Line.roll, Line.version).where(Line.signatory_id == signatory_id).with_for_update()
    ).one_or_none()
    if line is None:
        return
    values = {"version": version, "language": language}
    db.session.execute(update(Line).where(Line.signatory_id == signatory_id).values(values))
    _count(line.letter_id, line.roll, [("version", str(line.version))], -1)
    _count(line.letter_id, line.roll, [("version", str(version))], 1)
    pagecache.bump()


def _keys(roll: str, record: Record) -> set[str]:
    if roll != ORGANISATION:
        return {seals.word_keys(word)[0] for word in search_words([record.person])}
    names = (record.name, *record.names.values(), record.acronym)
    words = {f"w:{word[:60]}" for word in search_words(filter(None, names)) if word}
    return words | {f"n:{network}" for network in record.networks} | doubting.line_keys(record)


def _parts(record: Record, region: str | None, roll: str) -> list[tuple[str, str]]:
    return _of(roll, record.version, record.country, region, record.ecosoc, record.networks)


def _of(roll: str, version: int, country: str, region: str | None, ecosoc: str, networks: Iterable[int]):
    parts = [("all", ""), ("version", str(version)), ("country", country), ("region", region or "")]
    if roll == ORGANISATION:
        parts += [("ecosoc", ecosoc), *(("network", str(network)) for network in networks)]
    return parts


def _count(letter_id: int, roll: str, parts: list[tuple[str, str]], step: int) -> None:
    kinds, names = zip(*sorted(parts), strict=True)
    values = {"letter_id": letter_id, "roll": roll, "step": step, "kinds": list(kinds), "parts": list(names)}
    db.session.execute(_COUNT, values)
    if step < 0:
        # A row of nought would say that there was one.
        none = delete(Total).where(Total.letter_id == letter_id, Total.roll == roll, Total.number == 0)
        db.session.execute(none.execution_options(synchronize_session=False))
