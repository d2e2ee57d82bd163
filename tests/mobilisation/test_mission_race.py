"""Many workers at once give a mission not one mail more than its limit."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app import create_app
from app.kernel import clock
from app.kernel.db import db
from app.mobilisation.writing import operations, sending
from app.mobilisation.writing.models import MissionLetter, MissionMail
from tests.browser import mission_sample as sample
from tests.conftest import environment
from tests.positions.reply_support import campaign

WORKERS, LIMIT = 8, 5


def test_eight_workers_at_once_write_down_as_many_mails_as_the_limit_lets(make_database, tmp_path):
    app = create_app(environment(make_database(), tmp_path))
    with app.app_context():
        target = sample.target(campaign(), "KEN")
        limits = {"per_hour": LIMIT, "per_day": 24, "kept_days": 30, "residents_only": True}
        operations.put_settings(campaign(), limits, actor=None, now=clock.now())
        for n in range(40):
            operations.confirm(sample.letter(target, n), clock.now())
        db.session.commit()
        target_id = target.id
        db.session.remove()

    def work(_):
        with app.app_context():
            while sending.begin(target_id, clock.now()) is not None:
                db.session.commit()
            db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(MissionMail)) == LIMIT
        # Four by themselves, all others in the fifth: each letter in just one mail.
        assert db.session.scalar(select(func.sum(MissionMail.letters))) == 40
        taken = select(func.count()).where(MissionLetter.mail_id.is_not(None), MissionLetter.status == "sending")
        assert db.session.scalar(taken) == 40
        db.session.remove()
        db.engine.dispose()
