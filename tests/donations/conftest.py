"""A site that takes gifts, over a Stripe of its own."""

import pytest

from tests.donations.support import World


@pytest.fixture
def world(app, monkeypatch):
    """The fake Stripe, its webhooks, and this app with test keys of it."""
    return World(app, monkeypatch)
