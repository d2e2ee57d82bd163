"""What several tests of petitions need."""

import pytest

from app.kernel import clock
from tests.petitions.pressure import Crowd


@pytest.fixture
def crowd(app, session, monkeypatch) -> Crowd:
    """A crowd of signers, from now on."""
    return Crowd(app, monkeypatch, clock.now())
