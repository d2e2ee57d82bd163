"""What the tests of handover documents share."""

import pytest

from . import invented


@pytest.fixture(scope="session")
def worded():
    """The app whose languages a document is written in."""
    return invented.app()


@pytest.fixture(autouse=True)
def words(worded):
    """Every test here can write documents; none has a database."""
    with worded.app_context():
        yield
