"""Relays as they are: they refuse us on principle, hang up over one message or after some, or refuse too much."""

import threading

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.mobilisation import leaving, mailing_operations
from app.mobilisation.engine import aftermath, lines, outcomes, paces, smtp
from app.mobilisation.models import Mailing
from app.people import operations as people
from app.people.models import EMAIL_CONTEXT
from tests.mobilisation.engine import crowd
from tests.mobilisation.engine.sink import HANG_UP, Sink
from tests.mobilisation.engine.test_sending import found, house, send

__all__ = ["house"]
pytestmark = pytest.mark.enable_socket
LINES = 3


def number(who: str) -> int:
    """Which of the crowd an address is."""
    return int(who.partition("@")[0].removeprefix("person"))


def at_one_domain(numbers: range) -> None:
    """Have some of the crowd live at one domain."""
    for one in numbers:
        db.session.execute(
            text(
                "UPDATE people_person SET email = :email"
                " WHERE id = (SELECT id FROM people_person ORDER BY id OFFSET :n LIMIT 1)"
            ),
            {"email": keyring().encrypt(f"person{one}@proud.example.org", EMAIL_CONTEXT), "n": one},
        )
    db.session.commit()


def in_context(app, sink, **how):
    """Send in a thread."""

    def work():
        with app.app_context():
            send(sink, LINES, **how)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


@pytest.mark.parametrize("step", ["rcpt", "dot"])
def test_a_refusal_on_principle_stops_what_was_claimed_for_that_domain_before(house, step):
    mailing = crowd.fill(300)
    at_one_domain(range(50, 250))
    asked = []

    def says(at, who):
        if at == step and who.endswith("@proud.example.org"):
            asked.append(who)
            return b"550 5.7.1 we want none of this\r\n"

    with Sink(says) as sink:
        send(sink, LINES)
    it = found(mailing)
    # Of each line the one that told, and what was under way by then.
    assert len(asked) <= 3 * LINES and it.failed == {"policy": len(asked)}
    assert it.sent == len(sink.taken) == 100 and it.queued == 200 - len(asked)
    waits = "SELECT min(next_try), max(attempts) FROM mobilisation_delivery WHERE state = 'queued'"
    soonest, attempts = db.session.execute(text(waits)).one()
    assert soonest > clock.now() and attempts == 0


def test_what_another_process_was_refused_stops_this_one_too(house):
    mailing = crowd.fill(300)
    at_one_domain(range(0, 300))
    with Sink(delay=0.02, holds_after=10) as sink:
        thread = in_context(house, sink)
        sink.until_it_holds()
        assert paces.stop("domain", "proud.example.org", "5.7.1", "none of this", clock.now())
        db.session.commit()
        sink.go_on()
        thread.join()
        assert len(sink.taken) < 300 and found(mailing).queued == 300 - len(sink.taken)
        paces.free("domain", "proud.example.org")
        db.session.execute(text("UPDATE mobilisation_delivery SET next_try = now() WHERE state = 'queued'"))
        db.session.commit()
        send(sink, LINES)
    assert found(mailing).sent == 300 and set(sink.taken.values()) == {1}


@pytest.mark.parametrize(("step", "how"), [("rcpt", b"421 4.3.2 closing\r\n"), ("data", HANG_UP)])
def test_whom_a_relay_breaks_over_lets_the_others_by(house, step, how):
    mailing = crowd.fill(60)
    with Sink(lambda at, who: how if at == step and number(who) < LINES else None) as sink:
        send(sink, LINES, until_idle=3.0)
    it = found(mailing)
    assert it.sent == len(sink.taken) == 60 - LINES and it.queued == LINES and it.uncertain == 0
    rows = db.session.execute(text("SELECT attempts, next_try FROM mobilisation_delivery WHERE state = 'queued'")).all()
    assert all(row.attempts == 2 and row.next_try > clock.now() for row in rows)


def test_over_whom_a_relay_always_breaks_it_is_given_up_in_the_end():
    now = clock.now()
    assert outcomes.broke(1, 0, now).next_try is None and outcomes.broke(1, 1, now).next_try > now
    last = outcomes.broke(1, outcomes.MOST_ATTEMPTS - 1, now)
    assert (last.state, last.reason) == ("failed", "gave-up")


@pytest.mark.parametrize("says_so", [b"421 4.7.0 too many messages in this connection", b"452 4.5.3 too many messages"])
def test_a_relay_that_ends_each_connection_after_some_messages_is_no_broken_one(house, monkeypatch, says_so):
    mailing, asked, pauses = crowd.fill(450), [], []
    rest = lines.Line.rest

    def resting(line, now, why):
        rest(line, now, why)
        pauses.append(line.rests_until - now)

    def says(at, who):
        if at == "mail":
            asked.append(who)
            if len(asked) % 36 == 0:
                return says_so + b"\r\n"

    monkeypatch.setattr(lines.Line, "rest", resting)
    with Sink(says) as sink:
        send(sink, LINES)
    it = found(mailing)
    assert it.sent + it.uncertain == 450 and set(sink.taken.values()) == {1}
    # Some 12 connections: with pauses that double it was minutes.
    assert len(pauses) >= 10 and max(pauses) <= lines.FIRST_PAUSE


def attempts() -> set[int]:
    """How often deliveries were tried."""
    return set(db.session.scalars(text("SELECT DISTINCT attempts FROM mobilisation_delivery")))


def test_a_relay_that_takes_so_many_a_second_uses_up_nobodys_tries(house):
    mailing, asked = crowd.fill(100), []

    def says(at, who):
        if at == "dot":
            asked.append(who)
            return b"454 Throttling failure: Maximum sending rate exceeded.\r\n" if len(asked) % 15 == 0 else None

    with Sink(says) as sink:
        send(sink, 1)
    assert found(mailing).sent == 100 and set(sink.taken.values()) == {1} and attempts() == {1}


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("rcpt", b"503 5.5.1 improper command pipelining"),
        ("rcpt", b"530 5.7.1 authentication required"),
        ("dot", b"550 5.4.5 daily sending limit exceeded"),
    ],
)
def test_who_gets_a_mail_does_not_fail_for_what_a_relay_has_against_us(house, step, answer):
    mailing = crowd.fill(60)
    with Sink(lambda at, who: answer + b"\r\n" if at == step else None) as sink:
        send(sink, LINES)
    it = found(mailing)
    assert (it.sent, it.queued, it.failed) == (0, 60, {})
    assert db.session.get(Mailing, mailing).paused_for == "policy"
    told = house.test_cli_runner().invoke(args=["mobilise", "status"]).output
    assert f"not taken, {' '.join(answer.decode().split()[:2])}: " in told, told
    assert db.session.scalar(text("SELECT count(*) FROM mobilisation_pace WHERE stopped_at IS NOT NULL")) == 0


def test_a_relay_that_promises_pipelining_and_cannot_is_spoken_to_word_for_word(house, monkeypatch):
    mailing = crowd.fill(30)
    write = smtp.Session.write
    # Nobody waits for a minute.
    monkeypatch.setattr(smtp.Session, "write", lambda session, content, seconds=1.0: write(session, content, 1.0))
    with Sink() as sink:
        sink.forgets = True
        send(sink, 1, until_idle=3.0)
    it = found(mailing)
    assert it.sent + it.queued == 30 and it.queued <= 1 and set(sink.taken.values()) == {1}


def test_whoever_lets_a_refused_mailing_go_on_has_it_judged_by_what_comes(house):
    mailing = crowd.fill(200)
    with Sink(lambda at, who: b"550 no\r\n" if at == "rcpt" and number(who) < 60 else None) as sink:
        send(sink, LINES, until_idle=3.0)
    row = db.session.get(Mailing, mailing, with_for_update=True, populate_existing=True)
    assert (row.state, row.paused_for) == ("paused", "errors")
    mailing_operations.resume(row, actor=None, now=clock.now())
    db.session.commit()
    aftermath.tidy(clock.now())
    db.session.commit()
    assert db.session.get(Mailing, mailing, populate_existing=True).state in ("running", "finished")


def test_refusals_that_begin_late_stop_a_mailing_as_soon_as_early_ones(house, monkeypatch):
    monkeypatch.setattr(aftermath, "LOOKS_AT", 200)
    mailing = crowd.fill(900)
    with Sink(lambda at, who: b"550 no\r\n" if at == "rcpt" and number(who) >= 600 else None) as sink:
        sink.delay = 0.01
        send(sink, LINES, until_idle=3.0)
    it = found(mailing)
    row = db.session.get(Mailing, mailing, populate_existing=True)
    assert row.paused_for == "errors", (it, row.state, row.judged_sent, row.judged_refused)
    # Of 600 good ones a tenth alone would be 67; what a connection holds is looked at several times a second.
    assert it.failed["refused"] < 300 and it.queued > 0


def test_who_leaves_while_a_worker_holds_the_mail_does_not_get_it(house):
    mailing = crowd.fill(60)
    with Sink(holds_after=3) as sink:
        thread = in_context(house, sink, until_idle=3.0)
        sink.until_it_holds()
        last = text(
            "SELECT d.contact_id, p.email_digest FROM mobilisation_delivery d JOIN people_person p"
            " ON p.id = d.contact_id WHERE d.state = 'sending' ORDER BY d.id DESC LIMIT 5"
        )
        gone = db.session.execute(last).all()
        for person, digest in gone:
            people.suppress(digest, "unsubscribed", clock.now())
            leaving.take_out(person, clock.now())
        db.session.commit()
        sink.go_on()
        thread.join()
    it = found(mailing)
    assert it.excluded == {"unsubscribed": len(gone)} and it.sent == len(sink.taken) == 60 - len(gone)


@pytest.mark.parametrize("change", [{"pace": 60}, {"quiet_from": 0, "quiet_until": 23}])
def test_slowed_down_or_quiet_what_was_claimed_before_does_not_go_out_either(house, monkeypatch, change):
    noon = clock.now().replace(hour=12)
    monkeypatch.setattr(clock, "now", lambda: noon)
    mailing = crowd.fill(150)
    with Sink(delay=0.05, holds_after=6) as sink:
        thread = in_context(house, sink, until_idle=2.0)
        sink.until_it_holds()
        row = db.session.get(Mailing, mailing, with_for_update=True, populate_existing=True)
        for name, value in change.items():
            setattr(row, name, value)
        db.session.commit()
        sink.go_on()
        thread.join()
    it = found(mailing)
    # All 150 were claimed by then. Some may go in the half second until it is seen, and by the new pace.
    assert it.sent == len(sink.taken) <= 6 + 12 * LINES and it.queued == 150 - it.sent
    assert it.uncertain == 0 and set(sink.taken.values()) == {1}


def test_at_a_relay_that_takes_long_who_objected_since_is_found_out_in_time(house, monkeypatch):
    monkeypatch.setattr(lines, "OLD_SECONDS", 0.5)
    mailing = crowd.fill(40)
    with Sink(delay=0.1, holds_after=3) as sink:
        thread = in_context(house, sink, until_idle=3.0)
        sink.until_it_holds()
        gone = db.session.execute(
            text(
                "SELECT p.email_digest FROM mobilisation_delivery d JOIN people_person p ON p.id = d.contact_id"
                " WHERE d.state = 'sending' ORDER BY d.id DESC LIMIT 5"
            )
        ).scalars()
        for digest in gone.all():
            people.suppress(digest, "objected", clock.now())
        db.session.commit()
        sink.go_on()
        thread.join()
    it = found(mailing)
    assert it.excluded == {"objected": 5} and it.sent == len(sink.taken) == 35 and set(sink.taken.values()) == {1}
