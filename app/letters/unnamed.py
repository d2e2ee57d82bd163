"""What is told of signatories who are not named: made once a day, in tens, and by area after the disclosure rule.

Whoever compares two days, or two pages, learns no name and no small number:

- Nothing here moves between two days, so nothing tells the moment at which somebody signed, hid or withdrew.
- Every number is rounded down to tens: ten histories at least look alike, and no difference of two is a small cell.
- Who stood on the public list once is left out until the letter is handed over. Whoever hides and whoever withdraws
  therefore look alike; at the handover everything moves at once.
- By area only those count who let their country or region be told; which areas stand by their own name is decided by
  people/rules.disclose, over numbers that never fall.
"""

import json
from collections import Counter
from dataclasses import asdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import pagecache
from app.kernel.db import db
from app.people.rules import AreaCount, disclose
from app.states import queries as states

from .list_models import Figures, Line
from .models import AREA, ORGANISATION, ROLLS, Letter, Signatory
from .record import opened
from .rules import in_tens

BATCH = 1000


def make(letter: Letter, day: date) -> None:
    """Make the figures of a letter at the end of a day, in the caller's transaction; a day that was made stays."""
    held = db.session.get(Figures, letter.id, with_for_update=True)
    if held is not None and held.day >= day:
        return
    before = json.loads(held.sealed) if held is not None else {}
    hidden, places = _count(letter)
    told: dict = {"at_least": {roll: in_tens(hidden[roll]) for roll in ROLLS}, "areas": {}, "regions": {}}
    cells = _cells(before.get("cells", []), places)
    found = disclose(cells)
    told["areas"] = {area: in_tens(number) for area, number in found.areas.items() if in_tens(number)}
    told["regions"] = {code or "": in_tens(number) for code, number in found.rows.items() if in_tens(number)}
    values = {"day": day, "told": told, "sealed": json.dumps({"cells": [asdict(cell) for cell in found.cells]})}
    statement = upsert(Figures).values(letter_id=letter.id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["letter_id"], set_=values))
    if held is None or held.told != told:
        pagecache.bump()


def _count(letter: Letter) -> tuple[Counter, Counter]:
    """Those who count without a line on the list, by list; of organisations that let it be told, by country."""
    hidden, places = Counter(), Counter()
    shown = select(Line.signatory_id).where(Line.letter_id == letter.id)
    rows = select(Signatory.roll, Signatory.visibility, Signatory.sealed).where(
        Signatory.letter_id == letter.id, Signatory.state == "counted", Signatory.id.not_in(shown)
    )
    for row in db.session.execute(rows.execution_options(yield_per=BATCH)):
        record = opened(row.sealed)
        if record.was_public and letter.handed_over_on is None:
            continue
        hidden[row.roll] += 1
        if row.visibility == AREA and row.roll == ORGANISATION:
            places[record.country] += 1
    return hidden, places


def _cells(before: list[dict], places: Counter) -> list[AreaCount]:
    """The tallies for the disclosure rule: the most there ever were on one day, with what it remembers."""
    regions = states.region_of()
    held = {cell["area"]: cell for cell in before}
    found = []
    for area in sorted({*held, *places}):
        cell = held.get(area, {"confirmed": 0, "shown": False, "row_seen": 0})
        most = max(cell["confirmed"], places[area])
        found.append(AreaCount(area, regions.get(area), most, cell["shown"], cell["row_seen"]))
    return found
