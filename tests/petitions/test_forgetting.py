"""Where signatures came from is forgotten after thirty days, in batches that are as large as asked for."""

import pytest
from sqlalchemy import text

from app.petitions import limits, rules
from app.petitions.models import Signature
from tests.house.queries import counted
from tests.support import run_task

NETWORK = "198.51.100.0/24"
# What the planner is denied in turn; a database with other statistics does the same by itself. With the first, a plain
# subselect is run again for each row.
PLANS = (
    "hashjoin mergejoin hashagg sort indexscan bitmapscan material memoize",
    "hashjoin mergejoin",
    "nestloop mergejoin",
    "nestloop hashjoin",
)


def test_where_signatures_came_from_is_forgotten_after_thirty_days_batch_by_batch(crowd, client, session, app):
    for number in range(5):
        crowd.sign(f"a{number}@one.example.org", NETWORK)
    crowd.work()
    for address in crowd.letters:
        crowd.confirm(client, address)
    crowd.later(days=29)
    crowd.sign("late@one.example.org", NETWORK)
    crowd.work()
    run_task(app, "privacy:forget")
    assert session.query(Signature).filter(Signature.network.is_(None) | Signature.domain.is_(None)).count() == 0
    crowd.later(days=1)
    assert limits.forget_digests(crowd.now, batch=2) == 2, "one batch, then the power goes"
    session.commit()
    run_task(app, "privacy:forget")
    left = session.query(Signature).filter(Signature.network.is_not(None) | Signature.domain.is_not(None)).all()
    assert len(left) == 1
    assert limits.forget_digests(crowd.now) == 0


@pytest.mark.parametrize("without", PLANS)
def test_a_batch_is_as_large_as_asked_for_however_the_database_joins(crowd, session, without):
    for number in range(5):
        crowd.sign(f"a{number}@one.example.org", NETWORK)
    for way in without.split():
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    crowd.later(days=30)
    assert [limits.forget_digests(crowd.now, batch=2) for _ in range(4)] == [2, 2, 1, 0]


def test_whatever_locks_rows_to_change_them_looks_for_them_once(crowd, session):
    limits.put("network", "*", rules.Allowance(3600, waiting=1, per_confirmed=2, mails=250, verdict="held"))
    for number in range(3):
        crowd.sign(f"a{number}@one.example.org", NETWORK)
    with counted() as seen:
        crowd.work()
        crowd.later(days=30)
        assert limits.forget_digests(crowd.now) == 3
    changing = [sql for sql in seen.statements if sql.startswith(("UPDATE", "WITH")) and "FOR UPDATE" in sql]
    assert len(changing) >= 2
    assert all("AS MATERIALIZED" in sql for sql in changing), changing
