"""The quick note on a phone whose line drops: it stays, and is sent once when the line is back."""

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.positions.contact_models import Reading
from tests.browser.desk import in_house

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
TOLD = "A fictional attaché said that they would not stand in the way."


def kept(house) -> list[str]:
    return in_house(house, lambda: [told for told in db.session.scalars(select(Reading.told)) if told == TOLD])


@pytest.fixture
def note(desk):
    """The form on a small phone, filled."""
    colleague = desk("campaigner", width=360, height=640)
    page = colleague.open("/en/desk/un75/quick-note")
    page.select_option("#state", "KEN")
    page.select_option("#ask", "focal-point")
    page.select_option("#act", index=1)
    page.fill("#told", TOLD)
    return page


def test_a_note_written_without_a_line_is_sent_once_when_there_is_one_again(note, house):
    note.context.set_offline(True)
    note.click("button[type=submit].wide")
    assert note.locator("[data-offline]").is_visible()
    assert note.input_value("#told") == TOLD
    with note.expect_navigation(url="**/desk/un75/states/KEN*"):
        note.context.set_offline(False)
    assert "The note is kept." in note.inner_text("main")
    assert kept(house) == [TOLD]


def test_what_was_typed_is_there_again_after_the_page_was_lost(note, house):
    before = kept(house)
    note.reload()
    assert note.input_value("#told") == TOLD
    assert note.input_value("#state") == "KEN"
    assert kept(house) == before
