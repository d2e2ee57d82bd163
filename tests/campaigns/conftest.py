"""A campaign to edit, and who edits it."""

import pytest

from app.campaigns import drafts
from tests.desk_support import make_staff


@pytest.fixture
def campaign(app):
    """The campaign that the tests' database holds."""
    return drafts.campaign("un75")


@pytest.fixture
def people(app):
    """Ids of an editor, a translator and somebody who reviews."""
    return make_staff("campaigner").id, make_staff("translator", languages=("fr",)).id, make_staff("campaigner").id
