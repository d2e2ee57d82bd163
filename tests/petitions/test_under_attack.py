"""Two thousand false signatures among two hundred honest ones: all honest ones count, the false are held, unseen.

Most sign by the operation that the form's view calls, two hundred of each kind through the form over HTTP. The worker's
jobs run between. What an attacker could see is every byte of every answer but date and request id; what they could time
is taken to be the work done: the statements that each answer took. `test_held.py` looks at the rows they write.
"""

from collections import Counter
from itertools import count

import pytest
from sqlalchemy import select, text

from app import create_app
from app.kernel.db import db
from app.petitions import counting
from app.petitions.models import Signature
from app.states import queries as states
from tests.conftest import environment
from tests.house.queries import counted
from tests.support import PETITION, form_values

FALSE, HONEST = 2_000, 200
NETWORKS = [f"198.51.{number}.0/24" for number in range(40)]
SHARED = ("gmail.com", "mail.ru", "qq.com", "outlook.com", "yahoo.com")
DOMAINS = [*(f"mail{number}.example.com" for number in range(25)), *SHARED]
CAMPUS, CAMPUS_DOMAIN = "203.0.113.0/24", "campus.example.edu"
POST = PETITION.format(lang="en")


@pytest.fixture
def app(make_database, tmp_path):
    """An app over a database of its own, in which what is committed stays: one long transaction would be slow."""
    app = create_app(environment(make_database(), tmp_path))
    with app.app_context():
        states.clear_cache()
        yield app
        db.session.remove()
        db.engine.dispose()
    states.clear_cache()


def observed(client, data: dict, address: str) -> tuple:
    """Everything about one answer that could tell one signer from another, and the statements it took."""
    with counted() as seen:
        answer = client.post(POST, data=data, environ_overrides={"REMOTE_ADDR": address})
    headers = tuple(sorted((k, v) for k, v in answer.headers if k not in ("Date", "X-Request-ID")))
    return answer.status_code, headers, answer.data, tuple(seen.statements)


@pytest.fixture
def everybody(crowd, client):
    """The attack as it runs over forty minutes, with the campus signing through it: what was observed of each kind."""
    values = form_values(client)
    seen: dict[str, Counter] = {"false": Counter(), "honest": Counter()}
    campus = (f"student{number}@{CAMPUS_DOMAIN}" for number in count())
    robots = count()
    for minute in range(40):
        if minute in (1, 8):
            # As a real server does by itself: else the planner goes on taking the table for an empty one.
            db.session.execute(text("ANALYZE"))
            db.session.commit()
        for _ in range(FALSE // 40):
            number = next(robots)
            network, domain = NETWORKS[number % len(NETWORKS)], DOMAINS[number % len(DOMAINS)]
            address = f"robot{number}@{domain}"
            if number % 10:
                crowd.sign(address, network)
            else:
                data = {**values, "email": address}
                seen["false"][observed(client, data, network.replace(".0/24", ".77"))] += 1
        arrived = [next(campus) for _ in range(HONEST // 40)]
        for address in arrived:
            data = {**values, "email": address}
            seen["honest"][observed(client, data, "203.0.113.9")] += 1
        crowd.later(seconds=30)
        crowd.work()
        crowd.later(seconds=30)
        for address in arrived:
            assert crowd.confirm(client, address).status_code == 303
    crowd.work()
    return seen


def test_the_honest_are_counted_the_false_are_held_and_no_answer_tells_them_apart(everybody, crowd, client, session):
    counting.count()
    session.commit()
    rows = session.execute(select(Signature.state, Signature.held, Signature.network, Signature.id)).all()
    honest = [row for row in rows if row.state == "confirmed"]
    false = [row for row in rows if row.state == "pending"]
    assert (len(honest), len(false)) == (HONEST, FALSE)
    assert [row for row in honest if row.held] == []
    assert [row for row in false if not row.held] == []
    assert len({row.network for row in false}) == len(NETWORKS)
    figures = client.get("/api/v1/petitions/focal-point").json
    assert figures["signatures"]["confirmed"] == HONEST
    assert counting.recount() == []

    (of_false,), (of_honest,) = everybody["false"], everybody["honest"]
    assert of_false == of_honest, "one way to be answered, for both"
    assert sum(everybody["false"].values()) == FALSE // 10
    assert sum(everybody["honest"].values()) == HONEST
    assert all(len(letters) == 1 for letters in crowd.letters.values())
    assert len(crowd.letters) == FALSE + HONEST, "whoever was held unjustly could still confirm"
