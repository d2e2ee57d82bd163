"""A mission with a fictional mailbox, and a clock that can be set."""

import pytest

from app.kernel import clock
from app.kernel.db import db
from tests.browser import mission_sample as sample
from tests.positions.reply_support import campaign


@pytest.fixture
def kenya(session):
    """The mission of a state."""
    found = sample.target(campaign(), "KEN")
    db.session.commit()
    return found


@pytest.fixture
def at(monkeypatch):
    """Sets the clock."""

    def to(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    return to
