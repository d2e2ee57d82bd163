"""What the house has written down: signatures, totals and jobs, read from its database and from its public API."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select, text

from app import create_app
from app.kernel.config import read_env_file
from app.kernel.db import db
from app.people.addresses import canonical_address
from app.people.models import Person
from app.petitions.counting import recount
from app.petitions.models import Signature
from app.petitions.total_models import AreaTotal, DayTotal, PetitionTotal

from .browser import BROKEN, Visit
from .house import House
from .mailbox import Mailbox

STUCK_SECONDS = 20.0
DRAIN_SECONDS = 120.0
API_SECONDS = 10.0

# Longer `doing` than any job of ours takes is a job whose worker is dead or has forgotten it.
_UNFINISHED = text(
    """
SELECT concat_ws(' ', 'job', id, task_name, 'is', status, 'since', round(seconds), 's, attempt', attempts,
    CASE WHEN worker_id IS NULL THEN 'without a worker' ELSE concat('worker ', worker_id) END)
FROM (
    SELECT j.*, extract(epoch FROM now() - (
        SELECT max(at) FROM procrastinate_events AS e WHERE e.job_id = j.id AND e.type IN ('deferred', 'started')
    )) AS seconds FROM procrastinate_jobs AS j
) AS job
WHERE task_name = 'petitions:mail' OR (status = 'doing' AND seconds > :stuck)
UNION ALL
SELECT concat(count(*), ' confirmations or withdrawals are not counted') FROM petitions_tally_entry HAVING count(*) > 0
"""
)
_FAILED = text("SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed' GROUP BY 1 ORDER BY 1")


@dataclass(frozen=True)
class Row:
    """One signature; `address` is the canonical one, `day` that of the confirmation or empty."""

    address: str
    language: str
    area: str
    day: str


@dataclass(frozen=True)
class Books:
    """Everything that is compared at the end. Totals are (confirmed, withdrawn)."""

    rows: list[Row]
    total: tuple[int, int]
    by_area: dict[str, tuple[int, int]]
    by_day: dict[str, tuple[int, int]]
    drift: list[str]
    failed_jobs: dict[str, int]


@contextmanager
def inside(house: House) -> Iterator[None]:
    """The app's context over the house's database, with the house's keys."""
    settings = {"INSTANCE_DIR": str(house.instance), "DATABASE_URL": house.cluster.url(), "PLENARY_ENV": "testing"}
    app = create_app({**read_env_file(house.instance / "keys.env"), **settings})
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def drain(mailbox: Mailbox) -> list[str]:
    """Wait until nothing is left to do; what is left after DRAIN_SECONDS, a line each."""
    deadline = time.monotonic() + DRAIN_SECONDS
    quiet = 0
    while quiet < 3:
        left = list(db.session.scalars(_UNFINISHED, {"stuck": STUCK_SECONDS}))
        db.session.rollback()
        if not mailbox.idle:
            left.append("not every button has been answered")
        if left and time.monotonic() > deadline:
            return left
        # A mail that has just come may lead to buttons, and these to something to count.
        quiet = 0 if left else quiet + 1
        time.sleep(0.5)
    return []


def read() -> Books:
    """The books as they stand."""
    signatures = db.session.execute(
        select(Person.email, Signature.language, Signature.area, Signature.confirmed_at).join(
            Person, Person.id == Signature.person_id
        )
    )
    total = db.session.scalars(select(PetitionTotal)).one()
    return Books(
        rows=[
            Row(canonical_address(email), language, area, at.date().isoformat() if at else "")
            for email, language, area, at in signatures
        ],
        total=(total.confirmed, total.withdrawn),
        by_area={t.area: (t.confirmed, t.withdrawn) for t in db.session.scalars(select(AreaTotal))},
        by_day={t.day.isoformat(): (t.confirmed, t.withdrawn) for t in db.session.scalars(select(DayTotal))},
        drift=[str(drift) for drift in recount()],
        failed_jobs={task: number for task, number in db.session.execute(_FAILED)},
    )


def api_says(port: int, confirmed: int) -> int | None:
    """What the public API tells of the petition, asked until it is `confirmed` or API_SECONDS are over."""
    deadline = time.monotonic() + API_SECONDS
    told = None
    while told != confirmed and time.monotonic() < deadline:
        try:
            with Visit(port) as visit:
                status, body = visit.get("/api/v1/petitions/focal-point")
            told = json.loads(body)["signatures"]["confirmed"] if status == 200 else None
        except BROKEN:
            told = None
        time.sleep(0.2)
    return told
