"""Many at once of one network begin no more gifts than it may."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app import create_app
from app.donations import limits, operations, pressure
from app.donations.models import Gift
from app.donations.money import Money
from app.kernel import clock
from app.kernel.db import db
from tests.conftest import environment

AT_ONCE = 8


def test_of_many_at_once_in_one_network_stripe_is_asked_for_as_many_as_it_may(make_database, tmp_path):
    app = create_app(environment(make_database(), tmp_path))

    def begin(_):
        with app.app_context():
            for _each in range(3):
                now = clock.now()
                operations.begin(
                    campaign="un75",
                    given=Money(200, "EUR"),
                    interval="once",
                    language="en",
                    now=now,
                    network="203.0.113.0/24",
                    held=limits.over("203.0.113.0/24", now),
                )
                db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(begin, range(AT_ONCE)))
    with app.app_context():
        asked = select(func.count()).where(Gift.state == "begun")
        assert db.session.scalar(asked) == pressure.FREE
        assert db.session.scalar(select(func.count()).select_from(Gift)) == 3 * AT_ONCE
        db.session.remove()
        db.engine.dispose()
