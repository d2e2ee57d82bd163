"""Exports: what can be taken out of the house as a file, by whom, and how the file is made, kept and given.

    exports.register(
        "signatures", lazy("Signatures"),
        safe_columns={"id": lazy("Number"), …}, personal_columns={"name": lazy("Name"), …},
        rows=rows, action="signatures.export", personal_action="signatures.export-people", filters=(Filter(…), …),
    )

    def rows(filters, personal):        # filters: {"campaign": "un75", "state": "confirmed"}; only what was chosen
        yield [values of the safe columns and, with `personal`, of the personal ones, in this order]

`filters["networks"]` are the ids of those networks whose members the asker may see; it is not there for who sees all.
Safe columns name nobody. `rows` reads by key, batch by batch (`by_key`), and never by an open cursor: what is read is
committed piece by piece with the progress, so a million rows are never held, and a killed export begins anew.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import Row, Select, delete, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel import audit, jobs, listing, progress, spreadsheet
from app.kernel.db import db

from .models import Export, ExportPart, Staff
from .sessions import Signed

KEEP = timedelta(hours=24)
TASK = "exports:make"
PIECE = 64 * 1024
ROWS_A_STEP = 2000


@dataclass(frozen=True)
class Filter:
    """A choice that narrows an export: every one that its list offers, so that the file holds what the list shows.

    `choices(campaign)` gives (value, label) pairs. `brought(value)` gives the words for what only the link of a list
    brings along, such as a digest, and None for what no list says. `moment`: day and time are chosen, in UTC; else a
    day. Of a `secret` one the log says that it was chosen, and not what.
    """

    name: str
    label: object
    choices: Callable[[str | None], list[tuple[str, str]]] | None = None
    brought: Callable[[str], str | None] | None = None
    moment: bool = False
    secret: bool = False


@dataclass(frozen=True)
class Kind:
    """Something that can be exported."""

    name: str
    label: object
    safe_columns: dict[str, object]
    personal_columns: dict[str, object]
    rows: Callable[[dict[str, str], bool], Iterable[list[Any]]]
    action: str
    personal_action: str | None
    campaign: bool
    filters: tuple[Filter, ...]

    def columns(self, personal: bool) -> list[object]:
        """The heads of the columns."""
        return [*self.safe_columns.values(), *(self.personal_columns.values() if personal else ())]


_kinds: dict[str, Kind] = {}


def register(
    name: str,
    label,
    safe_columns: dict[str, object],
    personal_columns: dict[str, object],
    rows: Callable[[dict[str, str], bool], Iterable[list[Any]]],
    action: str,
    personal_action: str | None = None,
    campaign: bool = True,
    filters: tuple[Filter, ...] = (),
) -> None:
    """Have something be exported by whoever may do `action`, and its personal columns by who may do `personal_action`.
    `campaign`: it is of one campaign, and not of the whole site. Registered again, it takes the other's place."""
    _kinds[name] = Kind(
        name, label, safe_columns, personal_columns, rows, action, personal_action, campaign, tuple(filters)
    )


def kinds(staff: Signed, campaign: str | None) -> list[Kind]:
    """What somebody may export, of a campaign or, with None, of the whole site."""
    wanted = campaign is not None
    return [kind for kind in _kinds.values() if kind.campaign == wanted and staff.may(kind.action, campaign)]


def every() -> list[Kind]:
    """All that can be exported."""
    return list(_kinds.values())


def kind_of(name: str) -> Kind | None:
    """What is registered under a name; None when nothing is."""
    return _kinds.get(name)


class NotAllowed(Exception):
    """They may not export this, or not with what is personal of it."""


def ask(
    kind: Kind,
    staff: Signed,
    *,
    campaign: str | None,
    personal: bool,
    form: str,
    purpose: str,
    filters: dict[str, str],
    now: datetime,
) -> int:
    """Have a file be made; the id of the work (kernel/progress.py). Raises NotAllowed, and ValueError when personal
    columns are asked for and nothing is said of what for."""
    if not _may(kind, staff, campaign, personal):
        raise NotAllowed(kind.name)
    if personal and not purpose.strip():
        raise ValueError("personal data leave the house for a purpose that is written down")
    filters = _within(staff, filters)
    work_id = progress.begin(
        "exports.make", actor=staff.staff_id, now=now, campaign=campaign, given={}, after_url=_path(campaign)
    )
    export = Export(
        staff_id=staff.staff_id,
        work_id=work_id,
        name=kind.name,
        campaign=campaign,
        personal=personal,
        form=form,
        purpose=purpose.strip(),
        filters=filters,
        created_at=now,
        expires_at=now + KEEP,
    )
    db.session.add(export)
    db.session.flush()
    audit.record(
        "exports.ask",
        f"export:{export.id}",
        actor=staff.staff_id,
        now=now,
        campaign=campaign,
        after={"what": kind.name, "personal": personal, "form": form, "filters": _logged(kind, filters)},
        reason=purpose.strip() or None,
    )
    jobs.defer(TASK, export_id=export.id)
    return work_id


def _within(staff: Signed, filters: dict[str, str]) -> dict[str, str]:
    """The filters, and for whoever sees some networks only, theirs: a form cannot say others."""
    mine = {key: value for key, value in filters.items() if key != "networks"}
    if staff.networks is not None:
        mine["networks"] = ",".join(map(str, sorted(staff.networks)))
    return mine


def _logged(kind: Kind, filters: dict[str, str]) -> dict[str, str]:
    """The filters as the log, which nothing is ever deleted from, may say them."""
    secret = {wanted.name for wanted in kind.filters if wanted.secret}
    return {name: "chosen" if name in secret else value for name, value in filters.items()}


def _path(campaign: str | None) -> str:
    return f"/desk/{campaign}/exports" if campaign else "/desk/exports"


class _Pieces:
    """What a writer writes into: pieces of some size, each a sealed row of its own."""

    def __init__(self, export_id: int):
        self._export_id = export_id
        self._held = bytearray()
        self._number = 0
        self._first: int | None = None
        self.size = 0

    def ours(self) -> bool:
        """Whether what was written stands yet, and nobody writes beside until the transaction ends: a job that was
        taken for dead finds that another began anew. To be asked at the beginning of each."""
        db.session.execute(select(Export.id).where(Export.id == self._export_id).with_for_update())
        written = select(ExportPart.id).where(ExportPart.export_id == self._export_id).order_by(ExportPart.number)
        return db.session.scalar(written.limit(1)) == self._first

    def write(self, content: bytes) -> None:
        self._held += content
        while len(self._held) >= PIECE:
            self._put(bytes(self._held[:PIECE]))
            del self._held[:PIECE]

    def close(self) -> None:
        if self._held:
            self._put(bytes(self._held))
            self._held.clear()

    def _put(self, piece: bytes) -> None:
        values = {"export_id": self._export_id, "number": self._number, "content": piece}
        made = db.session.scalar(insert(ExportPart).values(**values).returning(ExportPart.id))
        self._first = self._first or made
        self._number += 1
        self.size += len(piece)


def make(export_id: int, clock: Callable[[], datetime]) -> None:
    """Make the file of an export, committing as it goes on. Run again after a kill, it begins anew; one that is ready
    or has expired is not made again."""
    export = db.session.get(Export, export_id, with_for_update=True)
    kind = export and kind_of(export.name)
    if not export or not kind or export.ready_at or export.expires_at <= clock():
        return
    db.session.execute(delete(ExportPart).where(ExportPart.export_id == export_id))
    work_id, personal, form = export.work_id, export.personal, export.form
    filters = {**export.filters, **({"campaign": export.campaign} if export.campaign else {})}
    language = db.session.scalar(select(Staff.language).where(Staff.id == export.staff_id))
    pieces, number = _Pieces(export_id), 0
    writer = spreadsheet.WRITERS[form](pieces.write)
    with force_locale(language):
        writer.row([str(label) for label in kind.columns(personal)])
        for number, row in enumerate(kind.rows(filters, personal), 1):
            writer.row(row)
            if number % ROWS_A_STEP == 0:
                progress.step(work_id, number)
                db.session.commit()
                if not pieces.ours():
                    db.session.rollback()
                    return
    writer.close()
    pieces.close()
    now = clock()
    export = db.session.get(Export, export_id)
    export.ready_at, export.rows, export.size = now, number, pieces.size
    export.expires_at = now + KEEP
    progress.step(work_id, number, number)
    progress.finish(work_id, now, {"rows": number, "export": export_id})
    db.session.commit()


def own(staff_id: int, campaign: str | None, now: datetime) -> list[Export]:
    """The newest exports somebody asked for, of a campaign or of the whole site."""
    return list(
        db.session.scalars(
            select(Export)
            .where(Export.staff_id == staff_id, Export.campaign == campaign)
            .order_by(Export.id.desc())
            .limit(listing.SIZE)
        )
    )


def file_of(export_id: int, staff: Signed, now: datetime) -> Export | None:
    """An export whose file can be had: by who asked for it, while they may still have it, until it expires."""
    export = db.session.scalar(
        select(Export).where(
            Export.id == export_id,
            Export.staff_id == staff.staff_id,
            Export.ready_at.is_not(None),
            Export.expires_at > now,
        )
    )
    kind = export and kind_of(export.name)
    return export if kind and _may(kind, staff, export.campaign, export.personal) else None


def _may(kind: Kind, staff: Signed, campaign: str | None, personal: bool) -> bool:
    if not staff.may(kind.action, campaign):
        return False
    return not personal or (kind.personal_action is not None and staff.may(kind.personal_action, campaign))


def take(export: Export, now: datetime) -> None:
    """Note that a file leaves the house."""
    audit.record(
        "exports.take",
        f"export:{export.id}",
        actor=export.staff_id,
        now=now,
        campaign=export.campaign,
        after={"what": export.name, "personal": export.personal, "rows": export.rows},
    )


def pieces(export_id: int) -> Iterator[bytes]:
    """The file, piece by piece."""
    number = 0
    while True:
        wanted = (ExportPart.export_id == export_id) & (ExportPart.number == number)
        piece = db.session.scalar(select(ExportPart.content).where(wanted))
        if piece is None:
            return
        yield piece
        number += 1


def by_key(statement: Select, key: InstrumentedAttribute, size: int = ROWS_A_STEP) -> Iterator[Row]:
    """The rows of a statement that selects `key`, a unique column, in its order; read batch by batch, each a query of
    its own, so that commits in between do no harm."""
    last = None
    while True:
        part = statement if last is None else statement.where(key > last)
        rows = db.session.execute(part.order_by(None).order_by(key).limit(size)).all()
        yield from rows
        if len(rows) < size:
            return
        last = rows[-1]._mapping[key]


def day(filters: dict[str, str], name: str) -> date | None:
    """A day among the filters; None when none was chosen."""
    return date.fromisoformat(filters[name]) if filters.get(name) else None
