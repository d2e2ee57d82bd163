"""What needs somebody today: only what they may see to, the most urgent first, and each room asked once."""

from datetime import UTC, datetime

import pytest

from app.accounts import needs
from app.accounts.needs import Need
from app.accounts.roles import Role
from app.accounts.sessions import Signed

MAY = datetime(2026, 5, 1, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def somebody(*roles: Role) -> Signed:
    return Signed(1, 1, "Fictional Somebody", "en", roles, None, None, MAY)


@pytest.fixture
def rooms(monkeypatch):
    """A registry of its own, and what each room was asked."""
    monkeypatch.setattr(needs, "_entries", {})
    asked = []

    def room(name, action, *found, urgency=50):
        needs.register(name, action, lambda campaign, staff: asked.append((name, campaign)) or list(found), urgency)

    room.asked = asked
    return room


def texts(staff, campaign=None):
    return [need.text for need in needs.of(staff, campaign)]


def test_nobody_is_told_of_what_they_may_not_see_to(rooms):
    rooms("held", "signatures.moderate", Need("here", "/", 3, MAY, "here"), Need("there", "/", 1, MAY, "there"))
    assert texts(somebody(Role("moderator", "here"))) == ["here"]
    assert texts(somebody(Role("moderator", "*"))) == ["here", "there"]
    assert texts(somebody(Role("observer", "*"), Role("campaigner", "here"))) == []


def test_a_room_is_asked_once_for_all_campaigns_and_not_at_all_where_nobody_may(rooms):
    rooms("held", "signatures.moderate")
    rooms("jobs", "jobs.see")
    needs.of(somebody(Role("moderator", "here"), Role("moderator", "there")))
    assert rooms.asked == [("held", None)]


def test_the_most_urgent_comes_first_and_of_equals_the_oldest_and_nothing_that_is_nought(rooms):
    rooms("later", "desk.see", Need("c", "/", 1, MAY), urgency=90)
    rooms("sooner", "desk.see", Need("z", "/", 1), Need("b", "/", 1, JUNE), Need("a", "/", 1, MAY), urgency=10)
    rooms("nothing", "desk.see", Need("none", "/", 0, MAY), urgency=1)
    assert texts(somebody(Role("observer", "here"))) == ["a", "b", "z", "c"]


def test_a_campaigns_page_asks_only_about_that_campaign(rooms):
    rooms("held", "signatures.see", Need("held", "/", 1, None, "here"))
    rooms("jobs", "jobs.see", Need("failed", "/", 1))
    assert texts(somebody(Role("administrator", "*")), "here") == ["held"]
    assert rooms.asked == [("held", "here")]


def test_an_action_that_is_not_in_the_table_is_refused(rooms):
    with pytest.raises(KeyError):
        rooms("wrong", "signatures.admire")
