"""What pages ask about areas and regions, and what mails ask about civic space.

Areas and regions are kept in the process and read again after a change (cache.py); `clear_cache` forgets them. Ratings
of civic space are read each time. Every answer is a copy that the caller may change. An unknown language raises
KeyError.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.kernel.db import db
from app.kernel.i18n import CODES
from app.states import cache
from app.states.models import Area, CivicSpace, Region, State


@dataclass(frozen=True)
class AreaChoice:
    """An area to choose in a form: its code and its name in the reader's language."""

    code: str
    name: str


@dataclass(frozen=True)
class _Areas:
    choices: dict[str, list[AreaChoice]]
    regions: dict[str, str | None]


def area_choices(lang: str) -> list[AreaChoice]:
    """All areas, in the alphabetical order of the language."""
    return list(_areas().choices[lang])


def area_names(lang: str) -> dict[str, str]:
    """The name of every area by its code, in the alphabetical order of the language."""
    return {choice.code: choice.name for choice in _areas().choices[lang]}


def area_codes() -> frozenset[str]:
    """The codes of all areas. They change with a release alone, so a process that has them asks nobody."""
    return frozenset((cache.held("areas") or _areas()).regions)


def region_of() -> dict[str, str | None]:
    """The M49 region of every area; None for Antarctica, which M49 puts in none."""
    return dict(_areas().regions)


def counted_for() -> dict[str, str]:
    """The state that an area is counted for, by the area's code: itself, or the one whose tally may include it."""
    return dict(cache.kept("counted for", _read_counted_for) or {})


def region_names(lang: str) -> dict[str, str]:
    """The name of every M49 region by its code."""
    return dict(_regions()[lang])


def civic_space(area: str) -> str | None:
    """How free civil society is in the state whose tally may include this area, or that is this area itself: a step of
    `rules.RATINGS`. None where it is not known: no rating, no state, another area, or the area was not said."""
    state = select(func.coalesce(Area.fold_to, Area.code)).where(Area.code == area).scalar_subquery()
    return db.session.scalar(select(CivicSpace.rating).where(CivicSpace.state_iso3 == state))


def civic_spaces() -> list[tuple[str, CivicSpace | None]]:
    """Every state by code, with its rating of civic space or None where nothing is known."""
    statement = select(State.iso3, CivicSpace).outerjoin(CivicSpace, CivicSpace.state_iso3 == State.iso3)
    return [tuple(row) for row in db.session.execute(statement.order_by(State.iso3))]


def clear_cache() -> None:
    """Forget what was read: the next question asks the database again."""
    cache.clear()


def _areas() -> _Areas:
    return cache.kept("areas", _read_areas) or _Areas({lang: [] for lang in CODES}, {})


def _read_areas() -> _Areas | None:
    rows = db.session.execute(select(*Area.__table__.columns)).mappings().all()
    choices = {
        lang: [
            AreaChoice(row["code"], row[f"name_{lang}"])
            for row in sorted(rows, key=lambda row, column=f"sort_{lang}": row[column])
        ]
        for lang in CODES
    }
    return _Areas(choices, {row["code"]: row["region_code"] for row in rows}) if rows else None


def _read_counted_for() -> dict[str, str]:
    statement = select(Area.code, func.coalesce(Area.fold_to, Area.code))
    return {code: state for code, state in db.session.execute(statement)}


def _regions() -> dict[str, dict[str, str]]:
    return cache.kept("regions", _read_regions) or {lang: {} for lang in CODES}


def _read_regions() -> dict[str, dict[str, str]] | None:
    rows = db.session.execute(select(*Region.__table__.columns).order_by(Region.code)).mappings().all()
    return {lang: {row["code"]: row[f"name_{lang}"] for row in rows} for lang in CODES} if rows else None
