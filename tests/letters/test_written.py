"""Names that people write by mistake or to do harm, and what they are told."""

import pytest
from sqlalchemy import select

from app.kernel.i18n import CODES
from app.letters.models import Signatory
from app.letters.record import opened
from app.letters.written import fault, turns_direction
from tests.letters.support import LETTER, confirmed, form_values, sign_on

GOOD = [
    "Fictional Water League",
    "350 Fictional.org",
    "جمعية المياه الخيالية",
    "虚构和平协会",
    "Вымышленная лига «Вода», АНО",
    "Asociación Ficticia por la Educación, A. C.",
    "संस्था काल्पनिक",
    "สมาคมน้ำสมมติ",
    "Hiệp hội Nước Hư cấu",
    "Fictional\u200f Water\u200e",
]
TURNING = [0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069]


@pytest.mark.parametrize("name", GOOD)
def test_names_of_every_script_are_taken(app, name):
    with app.test_request_context("/en/"):
        assert fault(name) is None and not turns_direction(name)


@pytest.mark.parametrize("code", TURNING)
def test_characters_that_turn_the_direction_are_told_of(app, code):
    with app.test_request_context("/en/"):
        assert "direction" in fault(f"Fictional {chr(code)}Water")


def test_marks_piled_on_a_letter_are_told_of(app):
    with app.test_request_context("/en/"):
        assert "marks" in fault("Z" + "\u0336\u0335\u0334\u0338\u0337" + "algo")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"name": "x" * 5000}, "at most 300 characters"),
        ({"name": "\u202e" * 5000}, "turn the direction"),
        ({"name": "🕊☮🌍"}, "in letters"),
        ({"person": "\u2067Ada\u2069"}, "turn the direction"),
        ({"name": "http://harm.example"}, "cannot hold a web address"),
        ({"website": "javascript:alert(1)"}, "This is no web address"),
        ({"website": "x" * 5000 + ".org"}, "This is no web address"),
        ({"acronym": "x" * 5000}, "too long"),
        ({"title": "x" * 5000}, "too long"),
        ({"person": "x" * 5000}, "at most 100 characters"),
        ({"country": "XX" * 2500}, "one of the list"),
    ],
)
def test_what_is_no_name_is_refused_with_what_was_typed(app, client, said, told):
    answer = client.post(LETTER.format(lang="en"), data={**form_values(client), **said})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and told in page and 'value="ama@fictional-water.org"' in page
    assert "\u202e" not in page and "\u2067" not in page


def test_the_form_comes_back_with_the_cleaned_name_which_can_be_sent(app, client, session):
    page = sign_on(client, name="Fictional \u202eLeague\u202c").get_data(as_text=True)
    assert 'value="Fictional League"' in page
    confirmed(app, client, name="Fictional League")
    assert opened(session.scalar(select(Signatory.sealed))).name == "Fictional League"


def test_one_person_in_two_languages_is_one_signatory(app, client, session):
    confirmed(app, client, email="ama@fictional-water.org")
    again = form_values(client, "ar", email="AMA@fictional-water.org") | {"person": "أما سيروا منساه"}
    assert client.post(LETTER.format(lang="ar"), data=again).status_code == 303
    assert session.query(Signatory).count() == 1


def test_marks_that_were_pasted_along_with_an_address_are_no_part_of_it(app, client, session):
    pasted = {"email": "\u2068ama@fictional-water.org\u2069", "website": "\u200ewww.fictional-water.org\u202c"}
    assert sign_on(client, **pasted).status_code == 303
    record = opened(session.scalar(select(Signatory.sealed)))
    assert (record.address, record.website) == ("ama@fictional-water.org", "https://www.fictional-water.org")


@pytest.mark.parametrize("lang", CODES)
def test_whatever_is_wrong_is_said_on_a_page_in_the_readers_language(client, lang):
    answer = sign_on(client, lang, name="x" * 5000, website="no website", email="nobody")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f'<html lang="{lang}"' in page
    assert page.count('aria-invalid="true"') == 3 and 'value="no website"' in page
