"""What tests of the right of reply do again and again. What states say in them is invented for the test database."""

import re

from app.campaigns.models import Campaign
from app.kernel import clock
from app.kernel.db import db
from app.positions import operations
from app.positions.correction_models import Correction
from tests.support import read_mailbox, run_jobs

LINK = re.compile(r"http://plenary\.test(/\w\w/(?:correction/[\w-]+|m/[\w-]+/c))\s")

CELLS = {
    "ask": "focal-point",
    "speaker": "CRI",
    "type": "national_statement",
    "date": "2024-09-23",
    "signal": "opposed",
    "relevance": "direct",
    "confidence": "high",
    "un_symbol": "A/79/PV.1",
    "url": "https://example.org/fictional-statement",
    "language": "en",
    "quote": "A fictional sentence, made for a test.",
}
ADDRESS = "fictional-reader@reader.example.org"
MISSION = "fictional-mission@mission.example.org"
ASKED = {
    "wrong": "We never said so: the record was corrected.",
    "source": "https://www.example.org/corrigendum",
    "name": "A fictional reader",
    "email": ADDRESS,
}


def campaign() -> Campaign:
    """The campaign of the tests."""
    return db.session.query(Campaign).filter_by(slug="un75").one()


def published(**cells):
    """A piece that is published."""
    now, here = clock.now(), campaign()
    row = operations.enter(here, {**CELLS, **cells}, actor=None, now=now)
    row.status, row.published_at = "published", now
    db.session.flush()
    operations.refreshing.refresh_pieces(here.id, [operations._piece(row)], "evidence", now)
    db.session.commit()
    return row


def ask(client, ref: str, **said):
    """Send the form of a claim."""
    return client.post(f"/en/un75/corrections/{ref}", data={**ASKED, **said})


def latest() -> Correction:
    """The request that came last."""
    return db.session.query(Correction).order_by(Correction.id.desc()).first()


def own_page(app) -> str:
    """The path of the page to which the link in the newest mail about a request leads."""
    run_jobs(app)
    text = next(mail.text for mail in reversed(read_mailbox()) if LINK.search(mail.text))
    return re.sub(r"/m/([\w-]+)/c$", r"/correction/\1", LINK.search(text)[1])


def confirmed(app, client, ref: str, **said) -> Correction:
    """A request that its sender confirmed."""
    assert ask(client, ref, **said).status_code == 303
    assert client.post(own_page(app), data={"action": "confirm"}).status_code == 303
    return latest()
