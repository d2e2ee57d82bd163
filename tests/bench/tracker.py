"""The tracker and the public JSON with the campaign's own evidence, and with 100,000 invented pieces more.

The same app in this process over two databases, without the page cache. The invented pieces are statements of real
codes of states in a database of this run, on all asks, and leave every state with a position.
"""

import random
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO

from flask import Flask
from sqlalchemy import select
from werkzeug.test import Client

from app import create_app
from app.campaigns.models import Campaign
from app.kernel import clock
from app.kernel.db import db
from app.positions import csv_form, importing, record
from app.positions.record import Evidence
from app.states import members
from tests.house.queries import counted

PIECES = 100_000
ASKS = ("focal-point", "participation")
PAGES = (
    ("tracker, hall", "/en/un75/positions/participation"),
    ("tracker, table", "/en/un75/positions/participation/table"),
    ("JSON of positions", "/api/v1/campaigns/un75/positions?ask=participation"),
)
REQUESTS = 3


@dataclass
class Read:
    """One page: its statements and milliseconds a request, first with the real evidence, then with all."""

    name: str
    statements: list[int] = field(default_factory=list)
    real: list[float] = field(default_factory=list)
    crowded: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """What the crowded page costs in the real one's, round by round."""
        return [many / few for few, many in zip(self.real, self.crowded, strict=True)]


def compare(environ: dict[str, str], real: str, crowded: str, rounds: int) -> tuple[list[Read], float]:
    """The pages over both databases (their addresses), in turns, after a round that is thrown away; and how many
    seconds it took to take the invented evidence in."""
    apps = [create_app({**environ, "DATABASE_URL": url}) for url in (real, crowded)]
    took = _crowd(apps[1])
    clients = [Client(lambda env, start, app=app: Flask.wsgi_app(app, env, start)) for app in apps]
    try:
        return [_read(name, path, clients, rounds) for name, path in PAGES], took
    finally:
        for app in apps:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def _crowd(app: Flask) -> float:
    with app.app_context():
        campaign = db.session.scalars(select(Campaign).where(Campaign.slug == "un75")).one()
        content = BytesIO()
        csv_form.write(_pieces(sorted(members.states())), content.write)
        began = time.perf_counter()
        found = importing.take_in(campaign, content.getvalue(), actor=None, now=clock.now())
        db.session.commit()
        if not found.accepted:
            raise ValueError(f"{found.faults[0]} in the invented evidence")
        return time.perf_counter() - began


def _pieces(states: list[str]):
    chooser = random.Random(75)
    for number in range(PIECES):
        yield Evidence(
            ref=f"BENCH-{number:06}",
            ask=ASKS[number % len(ASKS)],
            speaker=chooser.choice(states),
            type="national_statement",
            date=date(2010, 1, 1) + timedelta(days=chooser.randrange(5800)),
            signal=chooser.choice(record.SCALE),
            url=f"https://example.org/{number}",
            quote="An invented sentence. " * 5,
            language="en",
        )


def _read(name: str, path: str, clients: list[Client], rounds: int) -> Read:
    found = Read(name)
    for client in clients:
        _ask(client, path)
        with counted() as seen:
            _ask(client, path)
        found.statements.append(len(seen.statements))
    for number in range(rounds + 1):
        took = {}
        for side in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            for _ in range(REQUESTS):
                _ask(clients[side], path)
            took[side] = 1000 * (time.perf_counter() - began) / REQUESTS
        if number:
            found.real.append(took[0])
            found.crowded.append(took[1])
    return found


def _ask(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise ValueError(f"{path} answers {answer.status_code}")
