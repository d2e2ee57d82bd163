"""Lists go forward and back by key, and believe no cursor that they did not make."""

import base64
import json

import pytest
from sqlalchemy import select

from app.kernel import audit, clock, listing
from app.kernel.audit import Entry

ORDER = listing.Order((Entry.at, Entry.id), descending=True)


@pytest.fixture
def log(session):
    for number in range(7):
        audit.record("test.write", f"thing:{number}", actor=None, now=clock.now())
    return select(Entry.at, Entry.id, Entry.subject).where(Entry.action == "test.write")


def subjects(part):
    return [int(row.subject.partition(":")[2]) for row in part.rows]


def test_a_list_is_walked_to_its_end_and_back_again(log):
    first = listing.part(log, ORDER, size=3)
    second = listing.part(log, ORDER, first.older, size=3)
    third = listing.part(log, ORDER, second.older, size=3)
    assert [subjects(part) for part in (first, second, third)] == [[6, 5, 4], [3, 2, 1], [0]]
    assert first.newer is None and third.older is None
    assert subjects(listing.part(log, ORDER, third.newer, size=3)) == [3, 2, 1]
    back = listing.part(log, ORDER, second.newer, size=3)
    assert subjects(back) == [6, 5, 4] and back.newer is None and back.older


def test_a_list_that_fits_on_a_page_leads_nowhere(log):
    part = listing.part(log, ORDER, size=7)
    assert (part.older, part.newer) == (None, None)


@pytest.mark.parametrize(
    "key", [[1], [1, 2, 3], [2, {"t": "x"}, 1], [1, {"t": "2026-01-01"}, "1"], [1, 5, 2**70], "x", 7]
)
def test_a_made_up_cursor_is_refused(log, key):
    cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode()
    deep = base64.urlsafe_b64encode(b"[" * 6000).decode()
    for text in (cursor, cursor[:-3], "%%%", deep):
        with pytest.raises(listing.WrongCursor):
            listing.part(log, ORDER, text)
