"""What people write into the form of a letter by mistake or to do harm, and what they are told."""

import pytest

from app.letters.written import name_fault, names_a_body, turns_direction, website_fault

GOOD = [
    "Fictional Water League",
    "350 Fictional.org",
    "جمعية المياه الخيالية",
    "虚构和平协会",
    "Вымышленная лига «Вода», АНО",
    "Asociación Ficticia por la Educación, A. C.",
    "L’Étoile fictive & Cie",
    "संस्था काल्पनिक",
    "สมาคมน้ำสมมติ",
    "Hiệp hội Nước Hư cấu",
    "X",
]
TURNING = [0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069]


@pytest.mark.parametrize("name", GOOD)
def test_names_of_every_script_are_taken(app, name):
    with app.test_request_context("/en/"):
        assert name_fault(name) is None


@pytest.mark.parametrize("code", TURNING)
def test_characters_that_turn_the_direction_are_told_of(app, code):
    typed = f"Fictional {chr(code)}Water"
    with app.test_request_context("/en/"):
        assert turns_direction(typed) and "direction" in name_fault(typed)
        assert not turns_direction("Fictional\u200f Water\u200e"), "marks that turn nothing are let by"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("x" * 5000, "300"),
        ("\u202e" * 5000, "direction"),
        ("🕊☮🌍", "letters"),
        ("2030", "letters"),
        ("", "letters"),
        ("Fictional http://harm.example", "address"),
        ("Fictional ｗｗｗ．harm.example", "address"),
        ("office@fictional.example", "address"),
        ("Z" + "\u0336\u0335\u0334\u0338\u0337" + "algo", "marks"),
    ],
)
def test_a_name_that_is_none(app, typed, word):
    with app.test_request_context("/en/"):
        assert word in name_fault(typed)


@pytest.mark.parametrize(
    "typed", ["no website", "javascript:alert(1)", "http://", "ftp://x.org", "127.0.0.1", "a@b.c/d e"]
)
def test_a_website_that_is_none(app, typed):
    with app.test_request_context("/en/"):
        assert website_fault(typed)
        assert website_fault("") is website_fault("www.fictional.org.ke") is website_fault("вода.рф") is None


def test_a_persons_name_that_is_a_bodys():
    assert names_a_body("Fictional Water Foundation") and names_a_body("Ligue fictive Association")
    assert not names_a_body("Ada Fictional") and not names_a_body("Иван Вымышленный")
