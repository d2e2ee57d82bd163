"""The glossary in the database: read for pages, written by named verbs in the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit, listing
from app.kernel.db import db

from .glossary import Entry, Said, folded
from .models import Campaign
from .translation_models import Term, TermWord

ORDER = listing.Order((Term.folded, Term.id))


class TermExists(ValueError):
    """The glossary has that term already."""


def part(campaign_id: int, search: str, language: str, cursor: str | None) -> tuple[listing.Part, list[Entry]]:
    """A page of the glossary, by term: those whose term, note or translation has `search` in it; with `language`, only
    those that have no translation into it yet. Two queries. Raises listing.WrongCursor."""
    statement = select(Term.id, Term.folded).where(Term.campaign_id == campaign_id)
    if search:
        in_words = select(TermWord.term_id).where(TermWord.translation.icontains(search, autoescape=True))
        texts = (column.icontains(search, autoescape=True) for column in (Term.term, Term.note))
        statement = statement.where(or_(*texts, Term.id.in_(in_words)))
    if language:
        has = select(TermWord.term_id).where(TermWord.language == language, TermWord.translation != "")
        statement = statement.where(Term.id.not_in(has))
    rows = listing.part(statement, ORDER, cursor)
    return rows, _read(Term.id.in_([row.id for row in rows.rows]))


def entries(campaign_id: int) -> list[Entry]:
    """The whole glossary, by term. One query."""
    return _read(Term.campaign_id == campaign_id)


def entry(campaign_id: int, term_id: int) -> Entry | None:
    """One term."""
    return next(iter(_read((Term.campaign_id == campaign_id) & (Term.id == term_id))), None)


def _read(which) -> list[Entry]:
    rows = db.session.execute(
        select(Term.id, Term.term, Term.note, TermWord.language, TermWord.translation, TermWord.forbidden)
        .join(TermWord, TermWord.term_id == Term.id, isouter=True)
        .where(which)
        .order_by(Term.folded, Term.id)
    )
    found: dict[int, Entry] = {}
    for row in rows:
        held = found.setdefault(row.id, Entry(row.term, row.note, {}, row.id))
        if row.language:
            held.words[row.language] = Said(row.translation, tuple(row.forbidden))
    return list(found.values())


def put(campaign: Campaign, given: Entry, actor: int, now: datetime, languages: Iterable[str]) -> int:
    """Add a term, or change the one of id `given.id`; its id. Of the words only those in `languages` are touched, so
    that two who work in different languages do not undo one another. Raises TermExists, LookupError."""
    name = folded(given.term)
    other = db.session.scalar(select(Term.id).where(Term.campaign_id == campaign.id, Term.folded == name))
    if other is not None and other != given.id:
        raise TermExists(given.term)
    if given.id is None:
        term = Term(campaign_id=campaign.id)
        db.session.add(term)
    else:
        term = db.session.scalar(
            select(Term).where(Term.campaign_id == campaign.id, Term.id == given.id).with_for_update()
        )
        if term is None:
            raise LookupError(given.id)
    term.term, term.folded, term.note = given.term, name, given.note
    db.session.flush()
    _words(term.id, given, languages)
    action = "glossary.add" if given.id is None else "glossary.change"
    after = {"term": given.term, "languages": sorted(languages)}
    audit.record(action, f"term:{term.id}", actor=actor, now=now, campaign=campaign.slug, after=after)
    return term.id


def _words(term_id: int, given: Entry, languages: Iterable[str]) -> None:
    for code in languages:
        said = given.words.get(code, Said())
        if not said.translation and not said.forbidden:
            db.session.execute(delete(TermWord).where(TermWord.term_id == term_id, TermWord.language == code))
            continue
        values = {"translation": said.translation, "forbidden": list(said.forbidden)}
        statement = upsert(TermWord).values(term_id=term_id, language=code, **values)
        db.session.execute(statement.on_conflict_do_update(index_elements=["term_id", "language"], set_=values))


def remove(campaign: Campaign, term_id: int, actor: int, now: datetime) -> None:
    """Take a term out of the glossary. Raises LookupError."""
    term = db.session.scalar(
        delete(Term).where(Term.campaign_id == campaign.id, Term.id == term_id).returning(Term.term)
    )
    if term is None:
        raise LookupError(term_id)
    audit.record(
        "glossary.remove", f"term:{term_id}", actor=actor, now=now, campaign=campaign.slug, before={"term": term}
    )


def take_in(campaign: Campaign, given: list[Entry], actor: int, now: datetime, languages: set[str]) -> tuple[int, int]:
    """Add terms from a table, and change those that are there already: how many were added, how many changed.

    Only what the table says is written: an empty cell takes nothing away. Words in other languages than `languages` are
    left out. Five queries, however long the table is.
    """
    held = {e.id: e for e in entries(campaign.id)}
    ids = {folded(e.term): e.id for e in held.values()}
    new = [e for e in given if folded(e.term) not in ids]
    if new:
        rows = [{"campaign_id": campaign.id, "term": e.term, "folded": folded(e.term), "note": e.note} for e in new]
        made = db.session.execute(insert(Term).returning(Term.id, Term.folded), rows)
        ids |= {row.folded: row.id for row in made}
    changed, notes, words = set(), [], []
    for e in given:
        term_id = ids[folded(e.term)]
        before = held.get(term_id)
        if before and e.note and e.note != before.note:
            notes.append({"id": term_id, "note": e.note})
            changed.add(term_id)
        for code, said in e.words.items():
            old = before.words.get(code, Said()) if before else Said()
            said = Said(said.translation or old.translation, said.forbidden or old.forbidden)
            if code in languages and said != old:
                words.append(
                    {
                        "term_id": term_id,
                        "language": code,
                        "translation": said.translation,
                        "forbidden": list(said.forbidden),
                    }
                )
                if before:
                    changed.add(term_id)
    if notes:
        db.session.execute(update(Term), notes)
    if words:
        statement = upsert(TermWord)
        taken = {name: statement.excluded[name] for name in ("translation", "forbidden")}
        db.session.execute(statement.on_conflict_do_update(index_elements=["term_id", "language"], set_=taken), words)
    after = {"added": len(new), "changed": len(changed)}
    audit.record(
        "glossary.import", f"campaign:{campaign.slug}", actor=actor, now=now, campaign=campaign.slug, after=after
    )
    return len(new), len(changed)
