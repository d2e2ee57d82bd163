"""How the number of organisations moved: what lists leave of it is added up, and says the same."""

from datetime import date, timedelta

from sqlalchemy import func, select, text

from app.kernel import clock
from app.people.org_models import OrganisationEntry
from app.people.org_reporting import by_region_and_status
from tests.people.org_support import organisation
from tests.support import run_task

FIRST, TODAY = date(2026, 11, 1), date(2026, 12, 1)


def test_what_stood_on_each_day_is_the_same_when_its_entries_are_added_up(app, session, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    for number, country in enumerate(("KEN", "KEN", "GHA", "FRA", None)):
        organisation(f"Fictional {number}", country=country, ecosoc="roster" if number == 1 else "none")
    days = [FIRST + timedelta(number) for number in range(30)]
    move = "UPDATE people_organisation SET country = 'FRA', changed_at = '2026-11-22 09:00+00' WHERE country = 'GHA'"
    session.execute(text(move))
    # Entered and taken back on one day, many times over: nothing is left of that.
    session.execute(
        text(
            "INSERT INTO people_organisation_entry (day, country, ecosoc, entered, there)"
            " SELECT '2026-11-21', 'MAR', 'none', sign, sign FROM generate_series(1, 50),"
            " (VALUES (1), (-1)) AS signs (sign)"
            " UNION ALL SELECT :today, 'MAR', 'none', 1, 1 FROM generate_series(1, 3)"
        ),
        {"today": TODAY},
    )
    session.commit()
    before = [sorted(by_region_and_status(FIRST, day), key=str) for day in (*days, TODAY)]
    run_task(app, "imports:fold-numbers")
    assert [sorted(by_region_and_status(FIRST, day), key=str) for day in (*days, TODAY)] == before
    parts = (OrganisationEntry.day, OrganisationEntry.country, OrganisationEntry.ecosoc)
    rows = {tuple(row[:3]): row[3] for row in session.execute(select(*parts, func.count()).group_by(*parts))}
    assert rows.pop((TODAY, "MAR", "none")) == 3, "of today more may come"
    assert set(rows.values()) == {1} and not any(country == "MAR" for _, country, _ in rows)
