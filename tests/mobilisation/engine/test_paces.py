"""How fast mail may go: an hour's and a day's limit, quiet hours, and what a mission gets of letters and mailings."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parseaddr
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text, update

from app import create_app
from app.kernel import clock
from app.kernel.db import db
from app.mobilisation import missions
from app.mobilisation.engine import claims, local, paces
from app.mobilisation.engine.choosing import Chooser, is_quiet
from app.mobilisation.engine.models import Pace
from app.mobilisation.models import Delivery, Mailing, MailingText
from app.mobilisation.writing import limits, operations, rules
from app.mobilisation.writing.models import MissionMail
from tests.browser import mission_sample as sample
from tests.conftest import environment
from tests.mobilisation.contact_support import contact, delivery, mailing
from tests.mobilisation.engine import crowd
from tests.mobilisation.writing_support import waiting
from tests.people.org_support import network
from tests.positions.reply_support import campaign
from tests.support import run_task

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
KEY = ("domain", "example.org")


def go(bucket: paces.Bucket, number: int, now: datetime) -> int:
    """How many of so many may go now."""
    answers = paces.grant({KEY: bucket}, [(n, (KEY,)) for n in range(number)], now)
    return sum(at is None for at in answers.values())


# Limits, without a database.


@pytest.mark.parametrize("per_hour", [0.5, 1, 7, 60, 3600, 100_000])
def test_no_hour_holds_more_than_its_limit_and_the_burst_however_often_is_asked(per_hour):
    chance, bucket, sent, now = Random(per_hour), paces.Bucket(per_hour=per_hour), [], NOON
    most = per_hour * (1 + paces.BURST_SECONDS / 3600) + 1
    while now < NOON + timedelta(hours=3):
        sent += [now] * go(bucket, chance.randrange(1, 40), now)
        now += timedelta(seconds=chance.choice([0.1, 5, 61, 900, 2000]))
    for start in sent[:: max(1, len(sent) // 200)]:
        assert sum(start <= at < start + timedelta(hours=1) for at in sent) <= most


def test_what_waits_for_its_hour_is_told_to_come_one_after_another_and_then_may_go():
    bucket, waits, goes = paces.Bucket(per_hour=6), list(range(5)), {}
    now = NOON
    while waits:
        answers = paces.grant({KEY: bucket}, [(n, (KEY,)) for n in waits], now)
        goes |= {n: now for n, at in answers.items() if at is None}
        later = {n: at for n, at in answers.items() if at is not None}
        assert len(set(later.values())) == len(later) and all(at > now for at in later.values())
        waits, now = list(later), min(later.values(), default=now)
    assert [goes[n] - NOON for n in range(5)] == [timedelta(minutes=10 * n) for n in range(5)]


def test_a_day_is_one_of_utc_and_what_is_left_of_it_goes_no_further():
    bucket = paces.Bucket(per_day=10)
    assert go(bucket, 7, NOON) == 7 and go(bucket, 7, NOON + timedelta(hours=11, minutes=59)) == 3
    assert bucket.free_at(NOON) == datetime(2026, 3, 11, tzinfo=UTC)
    # The same moment as a machine in another zone tells it.
    assert go(bucket, 7, (NOON + timedelta(hours=11)).astimezone(timezone(timedelta(hours=9)))) == 0
    assert go(bucket, 70, datetime(2026, 3, 11, tzinfo=UTC)) == 10


@pytest.mark.parametrize(
    "per_day, growth, ceiling, grown",
    [
        (500, 1.5, 2000, [500, 750, 1125, 1687, 2000, 2000]),
        (1, 1.5, None, [1, 2, 3, 4, 6, 9]),
        (3, 1.0, None, [3, 3, 3, 3, 3, 3]),
        (100, 2.0, 50, [100, 100, 100, 100, 100, 100]),
    ],
)
def test_a_days_limit_grows_where_it_was_used_up_and_stands_where_it_was_not(per_day, growth, ceiling, grown):
    bucket, found = paces.Bucket(per_day=per_day, growth=growth, ceiling=ceiling), []
    for day in range(6):
        found.append(go(bucket, 5000, NOON + timedelta(days=day)))
    assert found == grown
    idle = paces.Bucket(per_day=per_day, growth=growth, ceiling=ceiling)
    for day in range(6):
        go(idle, per_day // 2, NOON + timedelta(days=day))
    assert idle.per_day == per_day
    # A week without any mail is one night: what was earned stays, and grows by nobody's waiting.
    last = bucket.per_day
    bucket.renew(NOON + timedelta(days=40))
    bucket.renew(NOON + timedelta(days=80))
    assert last <= bucket.per_day <= max(last + 1, last * growth)


def test_a_clock_behind_at_midnight_begins_no_day_anew_and_a_wrong_one_stops_nothing_for_long():
    bucket, midnight = paces.Bucket(per_day=10), datetime(2026, 3, 11, tzinfo=UTC)
    assert go(bucket, 10, midnight) == 10
    assert go(bucket, 10, midnight - timedelta(seconds=1)) == 0 == go(bucket, 10, midnight + timedelta(seconds=1))
    wrong = paces.Bucket(per_day=10, day=date(2031, 1, 1), used=10)
    assert go(wrong, 10, midnight) == 10


def test_of_several_limits_all_have_to_let_it_go_and_none_is_used_for_what_waits():
    buckets = {KEY: paces.Bucket(per_day=5), ("relay", "r"): paces.Bucket(per_day=100, stopped=True)}
    assert set(paces.grant(buckets, [(1, (KEY, ("relay", "r"))), (2, (KEY,))], NOON).values()) > {None}
    assert buckets[KEY].used == 1


# Quiet hours.

ZONES = ["UTC", "Pacific/Auckland", "Pacific/Honolulu", "America/St_Johns", "Asia/Kathmandu", "Europe/Berlin"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hours", [(22, 7), (9, 17), (0, 6), (20, 0), (23, 1), (5, 5)])
def test_quiet_is_what_the_clock_on_the_wall_says_through_both_changes_of_a_year(zone, hours):
    start, end = hours
    silent = {(start + n) % 24 for n in range((end - start) % 24)}
    # Every quarter of an hour of a week around the changes, north and south.
    for day in (date(2026, 3, 5), date(2026, 3, 26), date(2026, 4, 2), date(2026, 9, 24), date(2026, 10, 22)):
        for quarter in range(0, 7 * 96, 3):
            now = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=15 * quarter)
            assert is_quiet(zone, *hours, now) == (now.astimezone(ZoneInfo(zone)).hour in silent)


def test_an_hour_that_there_is_not_or_twice_is_no_hole_in_the_quiet():
    # In Berlin 02:00 to 03:00 is not on 29 March, and is twice on 25 October.
    spring = [datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)]
    assert [is_quiet("Europe/Berlin", 2, 3, at) for at in spring] == [False, False]
    autumn = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in range(4)]
    assert [is_quiet("Europe/Berlin", 2, 3, at) for at in autumn] == [True, True, False, False]
    assert not is_quiet("UTC", None, None, NOON) and is_quiet("Nowhere/Fictional", 12, 13, NOON)


# Over processes.


def test_eight_workers_at_once_are_let_send_as_much_as_the_limits_say(make_database, tmp_path):
    app = create_app(environment(make_database(), tmp_path))
    with app.app_context():
        crowd.fill(120)
        paces.set_limits("sender", "fictional.test", per_day=90)
        paces.set_limits("domain", "", per_day=1)
        db.session.commit()
        db.session.remove()

    def work(_):
        with app.app_context():
            chooser, taken = Chooser("relay.test", "Fictional.test"), 0
            worker = claims.enlist()
            for _ in range(6):
                taken += sum(len(claim.parcels) for claim in chooser.claim(worker, [7, 7]))
                db.session.commit()
            db.session.remove()
            return taken

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 90
    with app.app_context():
        used = dict(db.session.execute(select(Pace.kind, func.max(Pace.used)).group_by(Pace.kind)).all())
        assert used == {"sender": 90, "domain": 1}
        db.session.remove()
        db.engine.dispose()


def test_a_limit_for_all_reaches_those_that_began_with_an_older_one(session):
    paces.set_limits("domain", "", per_hour=100.0, per_day=None)
    paces.set_limits("domain", "own.example.org", per_hour=7.0, per_day=None)
    keys = [("domain", "a.example.org"), ("domain", "own.example.org")]
    assert [paces.load(keys)[key].per_hour for key in keys] == [100.0, 7.0]
    paces.set_limits("domain", "", per_hour=5.0, per_day=None)
    assert [paces.load(keys)[key].per_hour for key in keys] == [5.0, 7.0]


# Missions: one count for mailings and letters.


def test_what_mailings_send_to_a_mission_and_what_letters_do_is_one_count(app, session, kenya, at):
    now = clock.now()
    at(now)
    net = network("fictional-network")
    posts = [mailing() for _ in range(3)]
    for post in posts:
        session.add(MailingText(mailing_id=post.id, language="en", subject="F", body="Fictional", changed_at=now))
    desk_officer = contact(kenya.email, net)
    queued = [delivery(post, desk_officer, state="queued", sent_at=None) for post in posts]
    # Entered before or after, in whatever campaign: the mailbox is the mission.
    assert missions.mark() == 3
    session.commit()
    assert local.drain() == 1, "an hour's limit where nobody set one: one in ten minutes"
    at(now + timedelta(minutes=11))
    assert local.drain() == 1
    kept = {"per_hour": 3, "per_day": 5, "kept_days": 30, "residents_only": True}
    operations.put_settings(campaign(), kept, actor=None, now=clock.now())
    waiting(kenya, 4)
    for _ in range(3):
        run_task(app, "writing:sweep")
    assert session.scalars(select(MissionMail.letters)).all() == [4], "two of three were taken: the rest in a digest"
    at(now + timedelta(minutes=22))
    assert local.drain() == 0, "the letters put the next of a mailing off"
    assert limits.hold(kenya.email, clock.now(), mission=True).in_hour == 2
    session.rollback()
    at(now + timedelta(minutes=75))
    waiting(kenya, 4, first=4)
    for _ in range(5):
        run_task(app, "writing:sweep")
    assert session.scalar(select(func.count(MissionMail.id))) == 3, "five a day, and two were of mailings"
    session.expire_all()
    assert sorted(one.state for one in queued) == ["queued", "sent", "sent"]


def test_letters_keep_to_the_limits_of_relay_sender_and_domain(app, session, kenya):
    waiting(kenya, 3)
    paces.set_limits("sender", parseaddr(app.config["MAIL_DEFAULT_SENDER"])[1].partition("@")[2].upper(), per_day=1)
    paces.stop("domain", "example.org", "5.7.1", "Fictional words", clock.now())
    session.commit()
    run_task(app, "writing:sweep")
    assert session.scalar(select(func.count(MissionMail.id))) == 0
    paces.free("domain", "example.org")
    session.commit()
    for _ in range(2):
        run_task(app, "writing:sweep")
    assert session.scalar(select(func.count(MissionMail.id))) == 1


def test_an_operators_limit_of_a_mission_holds_for_letters_too(app, session, kenya):
    said = app.test_cli_runner().invoke(args=["mobilise", "pace", "mission", kenya.email.upper(), "--per-day", "1"])
    assert said.exit_code == 0, said.output
    waiting(kenya, 3)
    for _ in range(2):
        run_task(app, "writing:sweep")
    assert session.scalars(select(MissionMail.letters)).all() == [1]


def test_an_entry_made_while_a_mailing_runs_holds_for_what_waits(app, session):
    first = delivery(mailing(), contact("fictional-cri-new-york@example.org"), state="queued", sent_at=None)
    target = sample.target(campaign(), "CRI")
    session.commit()
    assert session.scalar(select(Delivery.mission_id).where(Delivery.id == first.id)) in missions.numbers(target.email)
    assert paces.GIVEN["mission"]["per_hour"] == rules.PER_HOUR
    assert session.scalar(text("SELECT count(*) FROM mobilisation_delivery WHERE mission_id IS NULL")) == 0


def test_a_mailing_that_was_slow_for_a_while_goes_on_at_full_speed_as_soon_as_it_may(session):
    made = crowd.fill(400)
    chooser, worker = Chooser("relay.test", "fictional.test"), claims.enlist()
    session.execute(update(Mailing).values(pace=10))
    for _ in range(5):
        chooser.claim(worker, [200, 200])
    assert crowd.states(made) == {"queued": 399, "sending": 1}
    latest = session.scalar(select(func.max(Delivery.next_try)))
    assert latest < clock.now() + timedelta(minutes=10)
    session.execute(update(Mailing).values(pace=None))
    claimed = sum(len(claim.parcels) for claim in chooser.claim(worker, [200, 200]))
    assert claimed >= 380


def test_no_row_is_so_long_that_a_limit_that_was_raised_is_not_noticed():
    bucket = paces.Bucket(per_hour=10.0)
    answers = paces.grant({KEY: bucket}, [(n, (KEY,)) for n in range(500)], NOON)
    assert max(at for at in answers.values() if at) <= NOON + timedelta(hours=1, minutes=6)
