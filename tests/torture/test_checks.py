"""The comparison finds each kind of fault: nothing passes because nobody looked."""

from dataclasses import replace

import pytest

from .books import Books, Row
from .checks import faults
from .crowd import Person
from .mailbox import Mail

DAY = "2026-11-24"
PEOPLE = (
    Person("waits@example.org", "ar", "EGY", "wait", [303]),
    Person("counts@example.org", "fr", "FRA", "confirm", ["RemoteDisconnected", 303], ["confirm"]),
    Person("left@example.org", "ru", "FRA", "leave", [303], ["confirm", "withdraw"]),
    Person("lost-answer@example.org", "en", "other", "wait", ["ConnectionResetError"]),
    Person("refused@example.org", "es", "ESP", "wait", [500]),
)
MAILS = {person.address: [Mail(person.language, "", 0.0)] for person in PEOPLE[:4]}
ROWS = [
    Row("waits@example.org", "ar", "EGY", ""),
    Row("counts@example.org", "fr", "FRA", DAY),
    Row("lost-answer@example.org", "en", "other", ""),
]
BOOKS = Books(ROWS, (2, 1), {"FRA": (2, 1)}, {DAY: (2, 1)}, [], {})


def found(mails=MAILS, **changes) -> list[str]:
    """What is found wrong when the books are changed."""
    return faults({person.address: person for person in PEOPLE}, mails, replace(BOOKS, **changes))


def test_when_all_is_right_nothing_is_found():
    assert found() == []


def test_nobody_confirmed_is_right_too():
    people = {person.address: person for person in (PEOPLE[0], PEOPLE[3])}
    assert faults(people, MAILS, Books([ROWS[0], ROWS[2]], (0, 0), {}, {}, [], {})) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rows": ROWS[1:]}, "waits@example.org was answered 303 and is lost"),
        ({"rows": [*ROWS, ROWS[0]]}, "waits@example.org has 2 signatures"),
        ({"rows": [*ROWS, Row("nobody@example.org", "en", "GHA", "")]}, "nobody@example.org has a signature and never"),
        ({"rows": [*ROWS, Row("left@example.org", "ru", "FRA", DAY)]}, "left@example.org withdrew and is still there"),
        ({"rows": [replace(ROWS[0], area="CHN"), *ROWS[1:]]}, "signed as ar, EGY and stands as ar, CHN"),
        ({"rows": [replace(ROWS[0], day=DAY), *ROWS[1:]]}, "waits@example.org is confirmed"),
        ({"rows": [ROWS[0], replace(ROWS[1], day=""), ROWS[2]]}, "counts@example.org is not confirmed"),
        ({"total": (3, 1)}, "the total says (3, 1)"),
        ({"by_area": {"FRA": (1, 1), "EGY": (1, 0)}}, "by area"),
        ({"by_day": {DAY: (1, 1)}}, f"on {DAY} 1 confirmed"),
        ({"by_day": {DAY: (2, 1), "2026-11-25": (1, 0)}}, "the totals by day"),
        ({"drift": ["whatever"]}, "recount: whatever"),
        ({"mails": {}}, "lost-answer@example.org got no mail"),
        ({"mails": {**MAILS, "counts@example.org": [Mail("en", "", 0.0)]}}, "signed in fr and got mail in en"),
    ],
)
def test_each_fault_is_found(changes, words):
    assert any(words in fault for fault in found(**changes)), found(**changes)
