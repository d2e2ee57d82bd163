"""A mailing over a relay of the test's own: everybody is served once, and whatever the relay says is written down."""

import os
import signal
import threading
import time

import pytest
from sqlalchemy import text

from app import create_app
from app.kernel import clock
from app.kernel.db import db
from app.mobilisation import balance, mailing_operations
from app.mobilisation.engine import claims, journal, sending, smtp, sweep, worker
from app.mobilisation.models import Mailing
from tests.conftest import environment
from tests.machine import eventually
from tests.mobilisation.engine import crowd
from tests.mobilisation.engine.sink import Sink

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def house(make_database, tmp_path):
    """An app over a database of its own, as workers commit."""
    settings = environment(make_database(), tmp_path)
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def send(sink, lines=3, until_idle=0.8, stopping=lambda: False):
    """Send what is queued, in this process."""
    sending.Sender(smtp.Relay("127.0.0.1", sink.port), lines, stopping).run(until_idle)


def found(mailing):
    """The balance, which must hold and be what a count says."""
    db.session.rollback()
    it = balance.of([mailing])[mailing]
    counted = crowd.states(mailing)
    assert it.holds, it
    assert it.queued == counted.get("queued", 0) + counted.get("sending", 0)
    assert (it.sent, it.uncertain) == (counted.get("sent", 0), counted.get("uncertain", 0))
    return it


@pytest.mark.parametrize("pipelining", [True, False])
def test_everybody_is_served_once_whatever_the_relay_says_of_others(house, pipelining):
    answers = {
        3: b"550 5.1.1 no such user\r\n",
        4: b"450 4.2.0 later\r\n",
        5: b"554 5.7.1 not from you\r\n",
        6: b"552 5.2.2 full\r\n",
        7: b"550 no\r\n",
    }

    def says(step, who):
        return answers.get(int(who.partition("@")[0].removeprefix("person")) % 20) if step == "rcpt" else None

    mailing = crowd.fill(60)
    with Sink(says, keep=True) as sink:
        sink.pipelining = pipelining
        send(sink)
    it = found(mailing)
    assert it.sent == len(sink.taken) == 45 and set(sink.taken.values()) == {1}
    assert it.failed == {"no-such-address": 3, "policy": 3, "mailbox": 3, "refused": 3} and it.queued == 3
    # Who has no such address is never written to again, and the domain that refused us is let alone.
    rows = dict(db.session.execute(text("SELECT reason, count(*) FROM people_suppression GROUP BY 1")).all())
    assert rows == {"bounced": 3}
    assert db.session.execute(text("SELECT count(*) FROM mobilisation_pace WHERE stopped_code = '5.7.1'")).scalar() == 3
    late = db.session.execute(
        text(
            "SELECT attempts, smtp_code, enhanced_code FROM mobilisation_delivery"
            " WHERE mailing_id = :m AND next_try IS NOT NULL"
        ),
        {"m": mailing},
    ).all()
    assert [tuple(row) for row in late] == [(1, 450, "4.2.0")] * 3
    content = sink.messages[0][1]
    for line in (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"Precedence: bulk", b"Auto-Submitted: "):
        assert line in content
    assert db.session.execute(text("SELECT count(*) FROM mobilisation_line")).scalar() == 0


def test_pause_holds_at_once_and_cancel_leaves_nobody_queued(house):
    mailing = crowd.fill(300)
    with Sink(delay=0.01, holds_after=30) as sink:
        thread = threading.Thread(target=_in_context, args=(house, sink))
        thread.start()
        sink.until_it_holds()
        row = db.session.get(Mailing, mailing, with_for_update=True)
        mailing_operations.pause(row, actor=None, now=row.created_at)
        db.session.commit()
        sink.go_on()
        thread.join()
        # What had leave to be handed over at that moment still goes out: one message a connection.
        assert 30 <= len(sink.taken) <= 30 + 3
        it = found(mailing)
        assert it.sent == len(sink.taken) and it.queued == 300 - it.sent
        row = db.session.get(Mailing, mailing, with_for_update=True)
        mailing_operations.cancel(row, actor=None, now=row.created_at)
        db.session.commit()
        assert found(mailing).queued == 0
        send(sink)
    assert found(mailing).cancelled == 300 - len(sink.taken) and set(sink.taken.values()) == {1}


def _in_context(app, sink):
    with app.app_context():
        send(sink, until_idle=3.0)


def test_a_relay_that_hangs_up_leaves_at_most_one_uncertain_a_connection(house):
    mailing = crowd.fill(300)
    with Sink(delay=0.005) as sink:
        thread = threading.Thread(target=_in_context, args=(house, sink))
        thread.start()
        cuts = 0
        while cuts < 3 and thread.is_alive():
            served = len(sink.taken)
            while len(sink.taken) < served + 40 and thread.is_alive():
                time.sleep(0.01)
            cuts += 1
            for client in list(sink.clients):
                sink._loop.call_soon_threadsafe(client.transport.abort)
        thread.join()
    it = found(mailing)
    assert it.sent + it.uncertain == 300 and it.uncertain <= 3 * cuts
    assert len(sink.taken) >= it.sent and set(sink.taken.values()) == {1}


@pytest.mark.slow
def test_killed_workers_lose_nobody_and_serve_nobody_twice(house):
    number, connections = 900, 4
    mailing = crowd.fill(number)
    uncertain = 0
    with Sink(delay=0.004) as sink:
        house.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=sink.port, MAIL_CONNECTIONS=connections)
        for kill, served in ((signal.SIGKILL, 150), (signal.SIGTERM, 350), (signal.SIGKILL, 550)):
            group = _workers(house)
            eventually(lambda served=served: len(sink.taken) >= served)
            os.killpg(group, kill)
            os.waitpid(group, 0)
            time.sleep(0.2)
            # As if the lease had run out.
            db.session.execute(text("UPDATE mobilisation_worker SET lease_until = now() - interval '1 second'"))
            while sweep.leases():
                pass
            db.session.commit()
            it = found(mailing)
            assert it.sent <= len(sink.taken) <= it.sent + it.uncertain
            assert it.uncertain - uncertain <= (connections if kill == signal.SIGKILL else 0)
            uncertain = it.uncertain
        send(sink)
    it = found(mailing)
    assert it.queued == 0 and it.sent + it.uncertain == number
    assert set(sink.taken.values()) == {1} and len(sink.taken) >= it.sent
    assert sweep.finish(clock.now()) == [mailing] or db.session.get(Mailing, mailing).state == "finished"


def _workers(app) -> int:
    """The processes of `flask mobilise send`, forked from this one, as a group of their own; its number."""
    db.session.remove()
    db.engine.dispose()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        worker.run(app, 2)
    finally:
        os._exit(0)


def test_no_more_processes_send_than_there_are_places_also_once_the_database_was_started_anew(house, monkeypatch):
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.0)
    house.config["MAIL_PROCESSES"] = 1
    here, there = worker.Place(), worker.Place()
    assert here.held() and not there.held()
    there.leave()
    db.session.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    )
    db.session.commit()
    there = worker.Place()
    # On another machine somebody was faster.
    assert there.held() and not here.held() and not here.held()
    here.leave()
    there.leave()
    again = worker.Place()
    assert again.held()
    again.leave()


def leave(worker, mailing, line, place, delivery):
    """Whether a line may hand over."""
    return journal.allow(worker, {line: journal.Standing(place - 1)}, journal.Leave(line, place, delivery, mailing))


def test_who_is_believed_dead_hands_nothing_over(house):
    mailing = crowd.fill(3)
    ids = list(db.session.execute(text("SELECT id FROM mobilisation_delivery ORDER BY id")).scalars())
    worker = claims.enlist()
    (line,) = claims.take(worker, mailing, [ids])
    assert leave(worker, mailing, line, 1, ids[0]) and leave(worker, mailing, line, 2, ids[1])
    db.session.execute(text("UPDATE mobilisation_worker SET lease_until = now() - interval '1 second'"))
    assert sweep.leases() == 1
    assert not leave(worker, mailing, line, 3, ids[2])
    assert not claims.alive(worker) and not claims.hold(worker, {})
    assert crowd.states(mailing) == {"sent": 1, "uncertain": 1, "queued": 1}
    # Somebody else has it now: whoever was believed dead gives nothing back.
    second = claims.enlist()
    (other,) = claims.take(second, mailing, [ids[2:]])
    claims.end([line], ids[2:])
    assert crowd.states(mailing) == {"sent": 1, "uncertain": 1, "sending": 1}
    assert not leave(worker, mailing, line, 3, ids[2]) and leave(second, mailing, other, 1, ids[2])


def test_a_worker_that_was_believed_dead_begins_anew_and_serves_nobody_twice(house):
    mailing = crowd.fill(300)
    with Sink(delay=0.01) as sink:
        thread = threading.Thread(target=_in_context, args=(house, sink))
        thread.start()
        for share in (60, 150):
            while len(sink.taken) < share:
                time.sleep(0.01)
            db.session.execute(text("UPDATE mobilisation_worker SET lease_until = now() - interval '1 second'"))
            assert sweep.leases() == 1
            db.session.commit()
        thread.join()
    it = found(mailing)
    assert it.sent + it.uncertain == 300 and it.uncertain <= 6 and set(sink.taken.values()) == {1}
    assert db.session.execute(text("SELECT count(*) FROM mobilisation_worker")).scalar() == 0


def test_what_a_worker_knows_nothing_of_is_given_back_and_the_rest_is_its_own(house):
    mailing = crowd.fill(6)
    ids = list(db.session.execute(text("SELECT id FROM mobilisation_delivery ORDER BY id")).scalars())
    worker = claims.enlist()
    kept, forgotten = claims.take(worker, mailing, [ids[:3], ids[3:]])
    claims.disown(worker, [kept])
    assert crowd.states(mailing) == {"sending": 3, "queued": 3}
    assert leave(worker, mailing, kept, 1, ids[0]) and not leave(worker, mailing, forgotten, 1, ids[3])
    claims.resign(worker)
    assert claims.alive(worker), "who holds something does not go"
    claims.end([kept], ids[:3])
    claims.resign(worker)
    assert not claims.alive(worker) and crowd.states(mailing) == {"queued": 6}


def test_of_a_round_those_have_leave_that_were_not_cancelled(house):
    mailing = crowd.fill(4)
    ids = list(db.session.execute(text("SELECT id FROM mobilisation_delivery ORDER BY id")).scalars())
    worker = claims.enlist()
    lines = claims.take(worker, mailing, [[number] for number in ids])
    db.session.execute(text("UPDATE mobilisation_delivery SET state = 'cancelled' WHERE id = :id"), {"id": ids[2]})
    db.session.commit()
    record = journal.Journal(db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False))
    asked = [journal.Leave(line, 1, number, mailing) for line, number in zip(lines, ids, strict=True)]
    try:
        assert record.allow(worker, {line: journal.Standing() for line in lines}, asked) == {*lines} - {lines[2]}
        row = db.session.execute(text("SELECT lines, places FROM mobilisation_worker")).one()
        assert dict(zip(row.lines, row.places, strict=True)) == {**dict.fromkeys(lines, 1), lines[2]: 0}
        db.session.execute(text("UPDATE mobilisation_mailing SET state = 'paused'"))
        db.session.commit()
        assert record.allow(worker, {}, asked) == set()
    finally:
        record.close()
