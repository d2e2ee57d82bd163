"""The desk's lists with a thousand rows and with a million: statements, and how long a page takes.

The same app in this process over two databases, without the page cache. Each list is asked for in turns, the first page
and the one after it; what counts is the median of the rounds' ratios.
"""

import re
import time
from dataclasses import dataclass, field
from html import unescape

import psycopg
from flask import Flask
from werkzeug.test import Client

from app import create_app
from app.accounts import guard, sessions
from app.kernel import clock
from app.kernel.db import db
from tests.desk_support import make_staff
from tests.house.queries import counted

from . import crowd

FEW, MANY = 1_000, 1_000_000
# Requests of one side in one round.
REQUESTS = 3
# A list's name, its endpoint, and what its address says besides the language.
_PETITION = {"campaign": "un75", "petition": "focal-point"}
LISTS = (
    ("signatures", "signatures.petition", _PETITION),
    ("signatures, confirmed only", "signatures.petition", {**_PETITION, "state": "confirmed"}),
    ("signatures of one area", "signatures.petition", {**_PETITION, "area": "GHA"}),
    ("bursts of signatures", "signatures.show_bursts", _PETITION),
    ("comments that wait", "comments.queue", {"campaign": "un75"}),
    ("called false together", "bulk.index", {"campaign": "un75"}),
    ("organisations", "organisations.index", {}),
    ("organisations of one country", "organisations.index", {"country": "GHA"}),
    ("audit log", "audit.site", {}),
    ("audit log of a campaign", "audit.campaign", {"campaign": "un75"}),
    ("evidence", "evidence.index", {"campaign": "un75"}),
    ("evidence of one state", "evidence.index", {"campaign": "un75", "speaker": "GHA", "sort": "changed"}),
    ("the first page", "desk.start", {}),
)
_NEXT = re.compile(r'rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"')

# Rows of what is no signature, each numbered from `first` to `last`; no name among them is anybody's.
_ROWS = {
    "kernel_audit": """
INSERT INTO kernel_audit (at, actor, action, subject, campaign, after, previous, seal)
SELECT now() - n * interval '1 second', n %% 9, (ARRAY['pages.publish', 'signatures.look', 'partners.add'])[1 + n %% 3],
    'signature:' || n, CASE WHEN n %% 3 > 0 THEN 'un75' END, jsonb_build_object('n', n), sha256(n::text::bytea),
    sha256((n + 1)::text::bytea)
FROM generate_series(CAST(%(first)s AS bigint), %(last)s) AS n
""",
    "positions_evidence": """
INSERT INTO positions_evidence (campaign_id, ref, ask, ask_version, speaker, type, said_on, signal, relevance, status,
    confidence, url, entered_at, changed_at)
SELECT campaign.id, 'BENCH-' || n, 'focal-point', 1, (ARRAY['GHA', 'FRA', 'PER', 'KEN'])[1 + n %% 4],
    'national_statement', date '2026-01-01' - (n %% 20000)::int, 'undecided', 'related',
    (ARRAY['draft', 'checked', 'published'])[1 + n %% 3], 'high', 'https://example.org/' || n,
    now() - n * interval '1 second', now() - n * interval '1 second'
FROM generate_series(CAST(%(first)s AS bigint), %(last)s) AS n, campaigns_campaign AS campaign
WHERE campaign.slug = 'un75'
""",
    "people_organisation": """
INSERT INTO people_organisation (name, name_language, country, ecosoc, sort_key, created_at, changed_at)
SELECT 'Fictional organisation ' || md5(n::text), 'en', (ARRAY['GHA', 'FRA', 'PER', NULL])[1 + n %% 4],
    (ARRAY['none', 'special', 'general'])[1 + n %% 3], 'fictional organisation ' || md5(n::text),
    now() - n * interval '1 minute', now() - n * interval '1 minute'
FROM generate_series(CAST(%(first)s AS bigint), %(last)s) AS n
""",
}


@dataclass
class Compared:
    """One list: what a page asks with few rows and with many, and in each round how long it took, in milliseconds.

    All of it is empty where the app has no such page.
    """

    name: str
    statements: dict[int, int] = field(default_factory=dict)
    milliseconds: dict[int, list[float]] = field(default_factory=lambda: {FEW: [], MANY: []})

    @property
    def ratios(self) -> list[float]:
        return [many / few for few, many in zip(*self.milliseconds.values(), strict=True)]


class Desk:
    """An administrator of the whole site in the app over one database, which holds `rows` of everything."""

    def __init__(self, environ: dict[str, str], url: str, rows: int, signatures: int = 0):
        """`signatures`: so many are there already."""
        self.rows = rows
        self.app: Flask = create_app({**environ, "DATABASE_URL": url})
        if signatures < rows:
            crowd.gather(self.app, url, signatures + 1, rows)
        with psycopg.connect(url, autocommit=True) as connection:
            for table, statement in _ROWS.items():
                if connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()[0]:
                    connection.execute(statement, {"first": 1, "last": rows})
            connection.execute("VACUUM ANALYZE")
        self._client = Client(lambda environ, start_response: Flask.wsgi_app(self.app, environ, start_response))
        with self.app.app_context():
            someone = make_staff("administrator", "*")
            token = sessions.begin(someone.id, "bench", True, clock.now())
            db.session.commit()
            self._client.set_cookie(guard.cookie_name(), token)

    def path(self, endpoint: str, values: dict) -> str | None:
        """Where a list stands; None where the app has no such page."""
        if endpoint not in self.app.view_functions:
            return None
        with self.app.test_request_context():
            return self.app.url_map.bind("bench").build(endpoint, {"lang": "en", **values})

    def after(self, path: str) -> str | None:
        """The address of the page after this one; None where there is none."""
        found = _NEXT.search(self.get(path))
        return unescape(found[1] or found[2]) if found else None

    def get(self, path: str) -> str:
        """A page. Raises ValueError where it is none."""
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise ValueError(f"{path} answers {answer.status_code}")
        return answer.get_data(as_text=True)

    def timed(self, paths: list[str]) -> float:
        """How many milliseconds a page takes, of some that are asked for one after the other."""
        began = time.perf_counter()
        for _ in range(REQUESTS):
            for path in paths:
                self.get(path)
        return 1000 * (time.perf_counter() - began) / (REQUESTS * len(paths))

    def asked(self, paths: list[str]) -> int:
        """How many statements the dearest of some pages takes, warm."""
        most = 0
        for path in paths:
            self.get(path)
            with counted() as seen:
                self.get(path)
            most = max(most, len(seen.statements))
        return most

    def close(self) -> None:
        """End its connections."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def compare(few: Desk, many: Desk, rounds: int) -> list[Compared]:
    """Each list on both sides, each side first in every other round, after a round that is thrown away."""
    return [_compared(name, endpoint, values, (few, many), rounds) for name, endpoint, values in LISTS]


def _compared(name: str, endpoint: str, values: dict, desks: tuple[Desk, Desk], rounds: int) -> Compared:
    found = Compared(name)
    paths = {}
    for desk in desks:
        first = desk.path(endpoint, values)
        if first is None:
            return found
        paths[desk.rows] = [path for path in (first, desk.after(first)) if path]
        found.statements[desk.rows] = desk.asked(paths[desk.rows])
    for number in range(rounds + 1):
        for desk in desks if number % 2 else reversed(desks):
            took = desk.timed(paths[desk.rows])
            if number:
                found.milliseconds[desk.rows].append(took)
    return found
