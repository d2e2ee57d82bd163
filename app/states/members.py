"""What pages ask about states: their names, labels and order in each language, and where they sit."""

from dataclasses import dataclass

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.i18n import CODES
from app.states import files
from app.states.cache import kept
from app.states.models import UN_WORLD, Area, State
from app.states.records import StateRecord


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of the hall, in a half circle around 0, 0: its number from the left in the row order of the file."""

    number: int
    row: int
    angle: float
    x: float
    y: float


def states(world: str = UN_WORLD) -> dict[str, StateRecord]:
    """Every state of a world by its ISO 3166-1 alpha-3 code: in `un` 193 members and 2 observers, by code."""
    return dict(kept(f"states {world}", lambda: _read(world)))


def state(iso3: str) -> StateRecord | None:
    """A state by its code, of whatever world."""
    return kept("all states", lambda: _read(None)).get(iso3)


def member_codes(world: str = UN_WORLD) -> frozenset[str]:
    """The codes of the members: in `un`, the 193."""
    return frozenset(iso3 for iso3, found in states(world).items() if found.member)


def in_order(lang: str, world: str = UN_WORLD) -> list[StateRecord]:
    """Every state of a world in the alphabetical order of a language. An unknown language raises KeyError."""
    return sorted(states(world).values(), key=lambda found: (found.orders[lang], found.iso3))


def seats() -> list[Seat]:
    """The 193 seats of the hall."""
    (table,), _ = files.read_tables(files.FOLDER, ["hemicycle.csv"])
    return [
        Seat(int(row["seat"]), int(row["row"]), float(row["angle_deg"]), float(row["x"]), float(row["y"]))
        for row in table.rows
    ]


def _read(world: str | None) -> dict[str, StateRecord]:
    statement = select(State, Area).outerjoin(Area, Area.code == State.iso3).order_by(State.iso3)
    if world is not None:
        statement = statement.where(State.world == world)
    rows = db.session.execute(statement).all()
    ranks = {lang: _ranks(rows, lang) for lang in CODES}
    return {row.iso3: _record(row, {lang: ranks[lang][row.iso3] for lang in CODES}) for row, _ in rows}


def _ranks(rows, lang: str) -> dict[str, int]:
    """By the ranks of areas, made as the language sorts; fictional states, which have none, by the letters' numbers."""
    ranked = sorted(
        rows,
        key=lambda row: (0, getattr(row[1], f"sort_{lang}"), "") if row[1] else (1, 0, getattr(row[0], f"name_{lang}")),
    )
    return {row[0].iso3: place for place, row in enumerate(ranked, 1)}


def _record(row: State, orders: dict[str, int]) -> StateRecord:
    return StateRecord(
        iso3=row.iso3,
        world=row.world,
        membership=row.membership,
        names={lang: getattr(row, f"name_{lang}") for lang in CODES},
        labels={lang: getattr(row, f"label_{lang}") for lang in CODES},
        articles={lang: getattr(row, f"article_{lang}") for lang in ("en", "fr", "es")},
        orders=orders,
        un_order=row.un_order,
        tile=None if row.tile_col is None else (row.tile_col, row.tile_row),
        regional_group=row.regional_group,
        region=row.region_code,
        admitted=row.admitted,
        iso2=row.iso2,
        m49=row.m49,
        ldc=row.ldc,
        sids=row.sids,
        lldc=row.lldc,
        name_source=row.name_source,
        names_edited=row.names_basis == "edited",
    )
