"""What each page asks of the database, with few signatures and with many: statements, and blocks touched.

The pages are rendered anew each time, without the page cache. Blocks are those of tables, indexes and sequences by
PostgreSQL's own counters, hits and reads together; what foreign keys and triggers touch is in it.
"""

import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from flask import Flask
from sqlalchemy import text
from werkzeug.test import Client

from app import create_app
from app.kernel.db import db
from app.petitions import limits, rules
from tests.house.queries import counted
from tests.support import FIELD, PETITION

from . import crowd

SAMPLES = 9
SIZES = (10, 1_000, 1_000_000)
POST = "POST, a signing"
HELD = "held"

BLOCKS = """
SELECT relname, heap_blks_read + heap_blks_hit + coalesce(toast_blks_read + toast_blks_hit + tidx_blks_read
    + tidx_blks_hit, 0) FROM pg_statio_user_tables
UNION ALL SELECT indexrelname, idx_blks_read + idx_blks_hit FROM pg_statio_user_indexes
UNION ALL SELECT relname, blks_read + blks_hit FROM pg_statio_user_sequences
"""

LIMITS = 10
_HOLD = """
UPDATE petitions_signature SET {} = :digest, held = :scope, state = 'pending', confirmed_at = NULL, signed_at = now()
WHERE id IN (SELECT id FROM petitions_signature ORDER BY id LIMIT 100 OFFSET :first)
"""


@dataclass(frozen=True)
class Asked:
    """What one request asked: how many statements, and how many blocks of each relation."""

    statements: int
    blocks: Counter

    @property
    def total(self) -> int:
        return sum(self.blocks.values())


def median(samples: list[Asked]) -> Asked:
    """The most statements of any sample, and of each relation the median of its blocks."""
    relations = set().union(*(sample.blocks for sample in samples))
    blocks = {r: int(statistics.median(sample.blocks[r] for sample in samples)) for r in relations}
    return Asked(max(sample.statements for sample in samples), Counter(blocks))


class Reader:
    """The app in this process over the database at `url`, without the page cache, and an observer beside it."""

    def __init__(self, environ: dict[str, str], url: str):
        self.app: Flask = create_app({**environ, "DATABASE_URL": url})
        self._client = Client(lambda environ, start_response: Flask.wsgi_app(self.app, environ, start_response))
        self._observer = psycopg.connect(url, autocommit=True)
        self._signed = 0
        self._address = "203.0.113.9"

    def hold(self) -> None:
        """Have ten limits tripped, each with a hundred signatures held; signings come from one of these networks."""
        with self.app.app_context():
            for number, scope in enumerate([limits.NETWORK, limits.DOMAIN] * (LIMITS // 2)):
                key = f"198.51.{number}.0/24" if scope == limits.NETWORK else f"held{number}.example.org"
                limits.put(scope, key, rules.Allowance(3600, 0, 0, 250, rules.HELD))
                values = {"scope": scope, "digest": limits.digests(scope, key)[0], "first": 1 + 100 * number}
                db.session.execute(text(_HOLD.format(scope)), values)
            db.session.commit()
        self._address = "198.51.0.9"

    def pages(self) -> dict[str, Callable[[], None]]:
        """The requests to measure, by name."""
        petition = PETITION.format(lang="en")
        return {
            "campaign page": lambda: self._get("/en/un75"),
            "petition page": lambda: self._get(petition),
            "signatories": lambda: self._get(f"{petition}/signatories"),
            "API, petition": lambda: self._get("/api/v1/petitions/focal-point"),
            POST: self._sign,
        }

    def close(self) -> None:
        """End the connections of both."""
        self._observer.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def measure(self) -> dict[str, Asked]:
        """Each request several times, warm; of each relation the median."""
        found = {}
        for name, ask in self.pages().items():
            ask()
            found[name] = median([self._sample(ask) for _ in range(SAMPLES)])
        return found

    def _sample(self, ask: Callable[[], None]) -> Asked:
        before = self._blocks()
        with counted() as seen:
            ask()
        return Asked(len(seen.statements), Counter(self._blocks() - before))

    def _blocks(self) -> Counter:
        # A backend hands its counters over once a second unless it is told to do so at once.
        with self.app.app_context():
            db.session.execute(text("SELECT pg_stat_force_next_flush()"))
        return Counter(dict(self._observer.execute(BLOCKS).fetchall()))

    def _get(self, path: str) -> str:
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise ValueError(f"{path} answers {answer.status_code}")
        return answer.get_data(as_text=True)

    def _sign(self) -> None:
        path = PETITION.format(lang="en")
        if not self._signed:
            self._token = FIELD.search(self._get(path))[1]
        self._signed += 1
        values = {
            "token": self._token,
            "name": "Ama Serwaa Mensah",
            "email": f"reader{self._signed}@example.org",
            "area": "GHA",
            "shown": "name",
            "consent": "y",
        }
        answer = self._client.post(path, data=values, environ_overrides={"REMOTE_ADDR": self._address})
        if answer.status_code != 303:
            raise ValueError(f"a signing was answered {answer.status_code}")


def by_size(environ: dict[str, str], url: str) -> dict[int | str, dict[str, Asked]]:
    """What each request asks at each of SIZES, and then under ten tripped limits (HELD); the database at `url` holds
    no signature yet."""
    reader = Reader(environ, url)
    found, held = {}, 0
    try:
        for size in SIZES:
            crowd.gather(reader.app, url, held + 1, size)
            held = size
            found[size] = reader.measure()
        reader.hold()
        found[HELD] = reader.measure()
    finally:
        reader.close()
    return found
