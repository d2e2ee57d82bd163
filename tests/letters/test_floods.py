"""How long mails wait when very many sign on from one network: pure, and in no row of the database."""

from datetime import UTC, datetime, timedelta

from app.letters import floods
from app.letters.floods import EACH, FREE, LONGEST, Floods
from app.letters.models import Signatory
from tests.letters.support import links, organisation, sign_on
from tests.support import run_jobs

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HALL, HOME = "203.0.113.0/24", "198.51.100.0/24"


def test_a_hall_full_of_people_does_not_wait_a_flood_does_and_nobody_elsewhere():
    seen = Floods()
    assert not any(seen.wait(HALL, NOW) for _ in range(FREE))
    assert [seen.wait(HALL, NOW) for _ in range(3)] == [EACH, 2 * EACH, 3 * EACH]
    assert seen.wait(HOME, NOW) is None and seen.wait(None, NOW) is None
    assert seen.wait(HALL, NOW + timedelta(hours=2)) is None, "it runs out"


def test_nobody_waits_longer_than_a_day_and_memory_has_an_end(monkeypatch):
    seen = Floods()
    assert max(seen.wait(HALL, NOW) or EACH for _ in range(3000)) == LONGEST
    monkeypatch.setattr(floods, "MOST", 3)
    for number in range(9):
        seen.wait(f"192.0.{number}.0/24", NOW)
    assert len(seen._full_until) == 3


def test_what_comes_in_a_flood_is_taken_and_its_mail_comes_later(app, client, session, monkeypatch):
    monkeypatch.setattr("app.letters.views.floods", Floods())
    monkeypatch.setattr(floods, "FREE", 1)
    place = {"REMOTE_ADDR": "203.0.113.7"}
    for number in range(3):
        client.environ_base = {**client.environ_base, **place}
        assert sign_on(client, **organisation(number)).status_code == 303
    run_jobs(app)
    assert session.query(Signatory).count() == 3
    assert set(links()) == {"office@fictional-league-0.org"}
