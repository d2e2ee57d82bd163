"""What several lists say: when the one that brought it is taken back, it stays, and is the next one's to take back."""

from collections.abc import Collection, Iterable

from sqlalchemy import select, update

from app.kernel.db import db

from ..import_models import Import, ImportRow


def others(made: Import) -> list[int]:
    """The ids of the other lists that are in, or on their way in, and can still be taken back. One query."""
    wanted = select(Import.id).where(Import.id != made.id, Import.state.in_(("applied", "applying")))
    return list(db.session.scalars(wanted.order_by(Import.id)))


def hand_on(made: Import, undone: Iterable[tuple[int, dict]], lists: Collection[int]) -> None:
    """Of what rows of an import made, each with its organisation (id) and what is to be taken back (changed here), hand
    to rows of other lists (ids) what these say too. Two queries, and one for what is handed on."""
    ours = [(place, said) for place, said in undone if said.keys() & {"made", "membership", "position"}]
    if not lists or not ours:
        return
    found = db.session.execute(
        select(ImportRow.id, ImportRow.organisation_id, ImportRow.undo, Import.network_id)
        .join(Import, Import.id == ImportRow.import_id)
        .where(ImportRow.import_id.in_(lists), ImportRow.organisation_id.in_({place for place, _ in ours}))
        .where(ImportRow.undo.is_not(None))
        .order_by(ImportRow.id)
        .with_for_update(of=ImportRow)
    ).all()
    named, joined, people, handed = {}, {}, {}, {}
    for row in found:
        handed[row.id] = dict(row.undo)
        named.setdefault(row.organisation_id, row.id)
        if row.network_id is not None and row.network_id == made.network_id:
            joined.setdefault(row.organisation_id, row.id)
        if "there" in row.undo:
            people.setdefault(row.undo["there"], row.id)
    changed = set()
    for place, said in ours:
        for keys, heir in (
            (("made",), named.get(place)),
            (("membership",), joined.get(place)),
            (("position", "person"), people.get(said.get("position"))),
        ):
            if heir is not None and keys[0] in said:
                handed[heir] |= {key: said.pop(key) for key in keys if key in said}
                changed.add(heir)
    if changed:
        db.session.execute(update(ImportRow), [{"id": one, "undo": handed[one]} for one in sorted(changed)])
