"""The batch that counts, and the nightly check that it counted right. No page ever counts rows."""

from dataclasses import dataclass

from sqlalchemy import select, text, update

from app.kernel import pagecache
from app.kernel.db import db
from app.people.rules import SMALL, AreaCount, Disclosure, disclose
from app.states import queries as states

from .total_models import AreaTotal

COUNT_LOCK = 7_501

_TAKE_UP = text(
    """
WITH left_queue AS (
    DELETE FROM petitions_tally_entry RETURNING petition_id, area, day, confirmed, withdrawn, language, source
),
taken AS (SELECT * FROM left_queue WHERE confirmed <> 0 OR withdrawn <> 0),
total AS (
    UPDATE petitions_total AS t SET confirmed = t.confirmed + s.confirmed, withdrawn = t.withdrawn + s.withdrawn
    FROM (SELECT petition_id, sum(confirmed) AS confirmed, sum(withdrawn) AS withdrawn FROM taken GROUP BY 1) AS s
    WHERE t.petition_id = s.petition_id
),
area AS (
    INSERT INTO petitions_area_total AS t (petition_id, area, confirmed, withdrawn)
    SELECT petition_id, area, sum(confirmed), sum(withdrawn) FROM taken GROUP BY petition_id, area
    ON CONFLICT (petition_id, area) DO UPDATE
    SET confirmed = t.confirmed + EXCLUDED.confirmed, withdrawn = t.withdrawn + EXCLUDED.withdrawn
),
day AS (
    INSERT INTO petitions_day_total AS t (petition_id, day, confirmed, withdrawn)
    SELECT petition_id, day, sum(confirmed), sum(withdrawn) FROM taken GROUP BY petition_id, day
    ON CONFLICT (petition_id, day) DO UPDATE
    SET confirmed = t.confirmed + EXCLUDED.confirmed, withdrawn = t.withdrawn + EXCLUDED.withdrawn
),
part AS (
    INSERT INTO petitions_part_total AS t (petition_id, kind, part, day, confirmed)
    SELECT petition_id, kind, coalesce(part, ''), day, sum(confirmed)
    FROM taken LEFT JOIN states_area AS place ON place.code = taken.area
    CROSS JOIN LATERAL (
        VALUES ('region', place.region_code), ('language', taken.language), ('source', taken.source)
    ) AS parts (kind, part)
    WHERE confirmed <> 0 GROUP BY 1, 2, 3, 4
    ON CONFLICT (petition_id, kind, part, day) DO UPDATE SET confirmed = t.confirmed + EXCLUDED.confirmed
)
SELECT DISTINCT petition_id FROM taken
"""
)


def count() -> int:
    """Add what was confirmed or withdrawn since the last run to the totals, in the caller's transaction.

    Under an advisory lock: while another process counts, this one does nothing. The entries leave in the transaction
    that adds them, so each is counted exactly once whatever is killed. Returns how many petitions moved.
    """
    if not db.session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": COUNT_LOCK}):
        return 0
    moved = db.session.scalars(_TAKE_UP).all()
    for petition_id in moved:
        disclosure = disclosed(petition_id)
        for cell in disclosure.cells:
            db.session.execute(
                update(AreaTotal)
                .where(AreaTotal.petition_id == petition_id, AreaTotal.area == cell.area)
                .values(shown=cell.shown, row_seen=cell.row_seen)
            )
    if moved:
        pagecache.bump()
    return len(moved)


def disclosed(petition_id: int) -> Disclosure:
    """What may be published of a petition's areas now, by the rule of people/rules.py."""
    regions = states.region_of()
    rows = db.session.execute(
        select(AreaTotal.area, AreaTotal.confirmed, AreaTotal.shown, AreaTotal.row_seen)
        .where(AreaTotal.petition_id == petition_id)
        .order_by(AreaTotal.area)
    )
    return disclose(AreaCount(r.area, regions.get(r.area), r.confirmed, r.shown, r.row_seen) for r in rows)


def by_source(petition: str) -> list[tuple[str | None, int]]:
    """How many confirmed signatures of a petition came by each name in `?from=`, most first; what fewer than ten came
    by, and what had no name, is one sum under None at the end."""
    found = db.session.execute(
        text(
            "SELECT s.source, count(*) FROM petitions_signature AS s"
            " JOIN petitions_petition AS p ON p.id = s.petition_id"
            " WHERE p.slug = :petition AND s.state = 'confirmed' GROUP BY s.source ORDER BY 2 DESC, 1"
        ),
        {"petition": petition},
    ).all()
    named = [(source, n) for source, n in found if source is not None and n >= SMALL]
    return [*named, (None, sum(n for _, n in found) - sum(n for _, n in named))]


@dataclass(frozen=True)
class Drift:
    """A total that is not what the signatures say; `area` is empty for the petition as a whole."""

    petition: str
    area: str
    counted: int
    found: int


def recount() -> list[Drift]:
    """Compare the totals, with what waits to be taken up, against the signatures themselves; [] is as it must be."""
    rows = db.session.execute(
        text(
            """
WITH found AS (
    SELECT petition_id, area, count(*) AS n FROM petitions_signature WHERE state = 'confirmed' GROUP BY 1, 2
),
parts AS (
    SELECT petition_id, area, confirmed - withdrawn AS n FROM petitions_area_total
    UNION ALL SELECT petition_id, area, confirmed - withdrawn FROM petitions_tally_entry
),
areas AS (SELECT petition_id, area, sum(n) AS n FROM parts GROUP BY 1, 2),
whole AS (
    SELECT petition_id, sum(n) AS n FROM (
        SELECT petition_id, confirmed - withdrawn AS n FROM petitions_total
        UNION ALL SELECT petition_id, confirmed - withdrawn FROM petitions_tally_entry
    ) AS t GROUP BY 1
),
days AS (
    SELECT petition_id, sum(n) AS n FROM (
        SELECT petition_id, confirmed - withdrawn AS n FROM petitions_day_total
        UNION ALL SELECT petition_id, confirmed - withdrawn FROM petitions_tally_entry
    ) AS t GROUP BY 1
),
compared AS (
    SELECT petition_id, area, coalesce(areas.n, 0) AS counted, coalesce(found.n, 0) AS found
    FROM areas FULL JOIN found USING (petition_id, area)
    UNION ALL
    SELECT petition_id, '', coalesce(whole.n, 0), coalesce(f.n, 0)
    FROM whole FULL JOIN (SELECT petition_id, sum(n) AS n FROM found GROUP BY 1) AS f USING (petition_id)
    UNION ALL
    SELECT petition_id, 'days', coalesce(days.n, 0), coalesce(f.n, 0)
    FROM days FULL JOIN (SELECT petition_id, sum(n) AS n FROM found GROUP BY 1) AS f USING (petition_id)
)
SELECT p.slug, c.area, c.counted, c.found FROM compared AS c JOIN petitions_petition AS p ON p.id = c.petition_id
WHERE c.counted <> c.found ORDER BY 1, 2
"""
        )
    )
    return [Drift(slug, area, int(counted), int(found)) for slug, area, counted, found in rows]
