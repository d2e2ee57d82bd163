"""A sign-on letter with fifty public signatories and with fifty thousand: what its pages and a sign-on ask of the
database, and how long its page takes. The same app in this process over two databases, without the page cache.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from flask import Flask
from sqlalchemy import text
from werkzeug.test import Client

from app import create_app
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.letters.models import SEALED_CONTEXT
from app.letters.record import Record
from tests.house.queries import counted
from tests.letters.support import LETTER
from tests.support import FIELD

from .reads import BLOCKS, SAMPLES, Asked, median

FEW, MANY = 50, 50_000
REQUESTS = 3
SIGN_ON = "POST, a sign-on"
PAGE = "letter page"

_CROWD = (
    """
CREATE TEMPORARY TABLE crowd ON COMMIT DROP AS
WITH areas AS (SELECT array_agg(code ORDER BY code) AS codes, array_agg(region_code ORDER BY code) AS regions
    FROM states_area)
SELECT n, 1000000 + n * 7919 AS id, codes[1 + n %% cardinality(codes)] AS country,
    regions[1 + n %% cardinality(codes)] AS region,
    (ARRAY['none', 'roster', 'special', 'general'])[1 + n %% 4] AS ecosoc,
    'Fictional league ' || md5(n::text) AS name, '\\x01'::bytea || sha256(n::text::bytea) AS digest
FROM areas, generate_series(1, %(size)s) AS n
""",
    """
INSERT INTO letters_signatory (id, letter_id, roll, state, visibility, delayed, version, email_digest, sealed)
SELECT crowd.id, letter.id, 'organisation', 'counted', 'public', false, 1, digest, %(sealed)s
FROM crowd, letters_letter AS letter ORDER BY n
""",
    """
INSERT INTO letters_line (letter_id, signatory_id, roll, name, country, region, ecosoc, sort_key, version, language)
SELECT letter.id, crowd.id, 'organisation', name, country, region, ecosoc, lower(name), 1, 'en'
FROM crowd, letters_letter AS letter ORDER BY n
""",
    """
INSERT INTO letters_line_key (line_id, key)
SELECT line.id, 'w:' || word FROM letters_line AS line, unnest(string_to_array(line.sort_key, ' ')) AS word
""",
    """
INSERT INTO letters_total (letter_id, roll, kind, part, number)
SELECT letter_id, 'organisation', parts.kind, parts.part, count(*) FROM letters_line AS line
CROSS JOIN LATERAL (VALUES ('all', ''), ('version', '1'), ('country', line.country),
    ('region', coalesce(line.region, '')), ('ecosoc', line.ecosoc)) AS parts (kind, part) GROUP BY 1, 3, 4
""",
)


class Reader:
    """The app over a database with a crowd of `size` under the letter, and an observer beside it."""

    def __init__(self, environ: dict[str, str], url: str, size: int):
        self.app: Flask = create_app({**environ, "DATABASE_URL": url})
        self._client = Client(lambda env, start: Flask.wsgi_app(self.app, env, start))
        self._observer = psycopg.connect(url, autocommit=True)
        self._signed = 0
        with self.app.app_context():
            said = Record("Fictional Person", "a@fictional.org", "en", 1, "en", "00" * 32, "2026-11-28", "GHA")
            sealed = keyring().encrypt(said.sealed(), SEALED_CONTEXT)
        with psycopg.connect(url) as connection:
            for statement in _CROWD:
                connection.execute(statement, {"size": size, "sealed": sealed})
        self._observer.execute("VACUUM ANALYZE")

    def pages(self) -> dict[str, Callable[[], object]]:
        """The requests to measure, by name."""
        page = LETTER.format(lang="en")
        return {
            PAGE: lambda: self.get(page),
            "letter, list": lambda: self.get(f"{page}/signatories"),
            "letter, list of a country": lambda: self.get(f"{page}/signatories?country=GHA"),
            "letter, a name looked for": lambda: self.get(f"{page}/signatories?q=league+c4ca"),
            "API, letter": lambda: self.get("/api/v1/letters/focal-point"),
            SIGN_ON: self._sign_on,
        }

    def measure(self) -> dict[str, Asked]:
        """Each request several times, warm; of each relation the median."""
        found = {}
        for name, ask in self.pages().items():
            ask()
            samples = [self._sample(ask) for _ in range(SAMPLES)]
            found[name] = median(samples)
        return found

    def get(self, path: str) -> str:
        """A page; raises ValueError where it does not answer 200."""
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise ValueError(f"{path} answers {answer.status_code}")
        return answer.get_data(as_text=True)

    def close(self) -> None:
        """End the connections of both."""
        self._observer.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _sample(self, ask: Callable[[], object]) -> Asked:
        before = self._blocks()
        with counted() as seen:
            ask()
        return Asked(len(seen.statements), Counter(self._blocks() - before))

    def _blocks(self) -> Counter:
        with self.app.app_context():
            db.session.execute(text("SELECT pg_stat_force_next_flush()"))
        return Counter(dict(self._observer.execute(BLOCKS).fetchall()))

    def _sign_on(self) -> None:
        if not self._signed:
            self._token = FIELD.search(self.get(LETTER.format(lang="en")))[1]
        self._signed += 1
        answer = self._client.post(LETTER.format(lang="en"), data=form(self._token, f"reader{self._signed}"))
        if answer.status_code != 303:
            raise ValueError(f"a sign-on was answered {answer.status_code}")


def form(token: str, who: str) -> dict[str, str]:
    """A valid form with an address of its own."""
    return {
        "token": token,
        "name": "Fictional Water League",
        "name_language": "en",
        "website": "https://fictional-water.org",
        "country": "GHA",
        "ecosoc": "special",
        "person": "Ama Serwaa Mensah",
        "title": "Secretary",
        "email": f"{who}@fictional-water.org",
        "visibility": "public",
        "authorised": "y",
        "consent": "y",
        # What the floor's form has besides.
        "area": "GHA",
    }


@dataclass
class Timed:
    """The letter's page: milliseconds a request in each round, with few and with many."""

    few: list[float] = field(default_factory=list)
    many: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """What the page with many costs in that with few, round by round."""
        return [many / few for few, many in zip(self.few, self.many, strict=True)]


def compare(environ: dict[str, str], few: str, many: str, rounds: int) -> tuple[dict[int, dict[str, Asked]], Timed]:
    """What each request asks with FEW and with MANY signatories (the addresses of two databases), and how long the page
    takes, in turns, after a round that is thrown away."""
    readers = [Reader(environ, few, FEW), Reader(environ, many, MANY)]
    try:
        asked = {size: reader.measure() for size, reader in zip((FEW, MANY), readers, strict=True)}
        found = Timed()
        for turn in range(rounds + 1):
            for reader, times in zip(readers, (found.few, found.many), strict=True):
                began = time.perf_counter()
                for _ in range(REQUESTS):
                    reader.get(LETTER.format(lang="en"))
                if turn:
                    times.append(1000 * (time.perf_counter() - began) / REQUESTS)
        return asked, found
    finally:
        for reader in readers:
            reader.close()
